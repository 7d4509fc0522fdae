"""The official TypeScript SDK (npm `@browserbasehq/stagehand`) with STAGEHAND_API_URL at our server. It drives the rented
browser over a connection of its own beside ours. Skipped when npm is missing or cannot reach its registry."""

import json
import os
import subprocess
import unittest

import setup_path  # noqa: F401
from harness import npm
from harness.agent_model import AgentModel
from harness.browserbase import Browserbase
from harness.case import ServerCase, main
from harness.patience import PATIENCE
from harness.tap import Chromium

HERE = os.path.dirname(os.path.abspath(__file__))
DONE = ("done", {"reasoning": "it is finished", "taskComplete": True})
USAGE = {"Prompt": 101, "Completion": 23, "Reasoning": 5}  # of each call of the model


class TypeScriptSdk(ServerCase):
    def drive(self, server, stub, model):
        """What sdk_session.mjs tells."""
        env = {"PATH": os.environ["PATH"], "HOME": server.folder, "TMPDIR": server.folder, "NODE_MODULES": npm.MODULES,
               "STAGEHAND_API_URL": server.url, "BROWSERBASE_BASE_URL": stub.url}
        run = subprocess.run([npm.NODE, os.path.join(HERE, "sdk_session.mjs"), f"{self.site.url}/", model.url], env=env,
                             cwd=server.folder, capture_output=True, text=True, timeout=10 * PATIENCE, check=False)
        self.assertEqual(run.returncode, 0, run.stdout[-3000:] + run.stderr[-3000:])
        return json.loads(run.stdout.splitlines()[-1])

    def test_the_official_sdk_drives_a_session_and_gives_it_back(self):
        try:
            npm.install()
        except npm.Missing as missing:
            raise unittest.SkipTest(str(missing)) from missing
        chromium = Chromium()
        self.addCleanup(chromium.__exit__)
        stub = Browserbase(f"ws://127.0.0.1:{chromium.port}{chromium.path}")
        self.addCleanup(stub.close)
        server = self.server(env={"BROWSERBASE_BASE_URL": stub.url})
        model = AgentModel([DONE])
        self.addCleanup(model.close)
        told = self.drive(server, stub, model)
        self.assertEqual((told["status"], told["title"]), (200, "Home"))
        self.assertTrue(told["acted"]["success"], told)
        self.assertEqual(told["value"], "Ann")
        self.assertEqual([one["description"] for one in told["observed"]], ["stub link Next"])
        self.assertTrue(told["clicked"]["success"], told)
        self.assertEqual(told["after"], f"{self.site.url}/next")
        self.assertEqual(told["extracted"], {"heading": "stub-string"})
        self.assertEqual(told["refused"], "act() timed out after 1ms")
        self.assertEqual((told["agent"]["success"], told["agent"]["message"]), (True, "it is finished"))
        for verb in ("act", "observe", "extract", "agent"):
            self.assertEqual({name: told["metrics"][f"{verb}{name}Tokens"] for name in USAGE}, USAGE, verb)
        self.assertEqual({name: told["metrics"][f"total{name}Tokens"] for name in USAGE},
                         {name: 4 * tokens for name, tokens in USAGE.items()})
        self.assertIn("found elements", told["lines"], "our log lines reach the client's logger")
        self.assertEqual(stub.released, ["bb-1"])
        self.assertTrue(chromium.alive())


if __name__ == "__main__":
    main()
