"""The official TypeScript SDK (npm `@browserbasehq/stagehand`) with STAGEHAND_API_URL at our server: on a rented browser, and
with --browserbase-local on one of this machine. It drives the browser over a connection of its own beside ours. Skipped when
npm is missing or cannot reach its registry."""

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
    @classmethod
    def setUpClass(cls):
        try:
            npm.install()
        except npm.Missing as missing:
            raise unittest.SkipTest(str(missing)) from missing

    def program(self, server, browserbase, model, *fate):
        """sdk_session.mjs, run to its end."""
        env = {"PATH": os.environ["PATH"], "HOME": server.folder, "TMPDIR": server.folder, "NODE_MODULES": npm.MODULES,
               "STAGEHAND_API_URL": server.url, "BROWSERBASE_BASE_URL": browserbase}
        return subprocess.run([npm.NODE, os.path.join(HERE, "sdk_session.mjs"), f"{self.site.url}/", model.url, *fate],
                              env=env, cwd=server.folder, capture_output=True, text=True, timeout=10 * PATIENCE, check=False)

    def model(self):
        model = AgentModel([DONE])
        self.addCleanup(model.close)
        return model

    def assert_driven(self, run):
        self.assertEqual(run.returncode, 0, run.stdout[-3000:] + run.stderr[-3000:])
        told = json.loads(run.stdout.splitlines()[-1])
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
        return told

    def test_a_rented_browser_is_driven_and_given_back(self):
        chromium = Chromium()
        self.addCleanup(chromium.__exit__)
        stub = Browserbase(f"ws://127.0.0.1:{chromium.port}{chromium.path}")
        self.addCleanup(stub.close)
        server = self.server(env={"BROWSERBASE_BASE_URL": stub.url})
        self.assert_driven(self.program(server, stub.url, self.model()))
        self.assertEqual(stub.released, ["bb-1"])
        self.assertTrue(chromium.alive())

    def test_without_browserbase_it_is_a_browser_of_this_machine(self):
        server = self.server("--browserbase-local", env={"HEADLESS": "true"})
        told = self.assert_driven(self.program(server, server.url, self.model()))
        self.assertEqual(told["size"], [1000, 600])
        self.assertEqual([entry["reason"] for entry in server.logged("session ended")], ["client"])
        self.assertEqual((server.browsers(), server.profiles()), ([], []))

    def test_a_program_that_is_killed_leaves_no_browser(self):
        server = self.server("--browserbase-local", env={"HEADLESS": "true"})
        self.assertEqual(self.program(server, server.url, self.model(), "killed").returncode, -9)
        ended = lambda: server.logged("session ended")  # the SDK leaves a process behind that sees to it
        self.wait_until(ended, PATIENCE, "the session is given back")
        self.assertEqual([entry["reason"] for entry in ended()], ["client"])
        self.wait_until(lambda: not server.browsers() and not server.profiles(), PATIENCE, "its browser is gone")


if __name__ == "__main__":
    main()
