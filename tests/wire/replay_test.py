"""Replays every captured exchange against our server and compares the answers byte for byte (compare.py). The table
`deviations` names what may differ, and why: a difference without a row fails, and so does a row without a difference. A row
of the exchange * is one of each.

replay_test.py --print NAME… prints the rows that the named exchanges (all, without names) need now, reasons left open."""

import os
import re
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from capture import Capture, names  # noqa: E402
from compare import UUID, differences  # noqa: E402
from wire_site import wire_site  # noqa: E402
from harness.browserbase import Browserbase  # noqa: E402
from harness.case import main  # noqa: E402
from harness.client import Connection  # noqa: E402
from harness.agent_model import AgentModel  # noqa: E402
from harness.server import CHROMIUM, Server, local  # noqa: E402
from harness.tap import Chromium  # noqa: E402

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "deviations")
REASONS = {"compact navigate result", "prompt errors", "timeouts that interrupt", "every call counted", "why it ended and what it cost", "true outcomes", "our own log lines",
           "our own metrics", "our own page text", "added headers", "decision"}
LAZY = {"modelName": "openai/gpt-4o-mini", "browser": {"type": "local", "cdpUrl": "ws://127.0.0.1:1/devtools/browser/x"}}
# Exchanges that must succeed within a timeout that a slow machine does not keep: it makes no difference to the answer.
LONGER = {"bb_act": (b"1000", b"30000"), "act_action_badselector": (b"3000", b"9000")}


def done(reasoning, complete=True):
    return [("done", {"reasoning": reasoning, "taskComplete": complete})]


# What the captured models of agent runs did; those that are not named here ended at once.
AGENT_STEPS = {
    "agent_steps": [[("ariaTree", {})], [("act", {"action": "click learn more"})], done("all done")],
    "agent_steps_stream": [[("act", {"action": "click learn more"})], done("nope", False)],
    "agent_maxsteps": [[("screenshot", {})]] * 2,
}
ROOT_ONLY = {"start_no_sandbox_missing"}  # elsewhere Chromium's sandbox works, and the start with it


def read_table():
    """{name: {field: (what, reason)}}"""
    table = {}
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, field, what, reason = line.rstrip("\n").split("\t")
                table.setdefault(name, {})[field] = (what, reason)
    return table


class Stage:
    """What the exchanges happen on: a server, a site, and sessions in the states that they were captured in."""

    def __init__(self):
        self.site = wire_site()
        # Browserbase where nobody is, but for the exchanges that it has a part in.
        # A provider in the place of the stub that the captures had; where they had none, nobody is there.
        self.model = AgentModel()
        env = {"HEADLESS": "true", "CHROME_PATH": CHROMIUM, "BROWSERBASE_BASE_URL": "http://127.0.0.1:1",
               "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_API_KEY": "k"}
        self.strict = Server(sandbox_off=False, env=env)
        self.open = Server(sandbox_off=True, env=env)
        self.foreign = Chromium()
        self.browserbase = Browserbase(f"ws://127.0.0.1:{self.foreign.port}{self.foreign.path}")
        self.renting = Server(env={**env, "BROWSERBASE_BASE_URL": self.browserbase.url, "OPENAI_BASE_URL": self.model.url})
        self.shared = None

    def close(self):
        for server in (self.strict, self.open, self.renting):
            server.stop()
            server.clean_up()
        self.browserbase.close()
        self.model.close()
        self.foreign.__exit__()
        self.site.close()

    def server_of(self, capture):
        if capture.name.startswith("bb_"):
            return self.renting
        # As root a launch without --no-sandbox among its args needs the server's leave.
        return self.open if capture.name in ("start_local_nothing", "start_cdp_empty_no_launch") else self.strict

    def local_session(self):
        return self.strict.start(local(args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
                                             "--disable-background-networking", "--disable-component-update"]))

    def session_of(self, capture):
        verb = capture.path.rsplit("/", 1)[1]
        if capture.name.startswith("lazy_"):
            return self.strict.start(LAZY)
        if b"Session not found" in capture.response.body:
            ended = self.strict.start(LAZY)
            self.strict.end(ended)
            return ended
        if verb == "replay":  # of a session that did nothing: ours tells what was done, the reference never does
            return self.strict.start(LAZY)
        if verb == "end" and capture.response.first.endswith("200 OK"):
            return self.local_session() if capture.name == "end_nobody" else self.strict.start(LAZY)
        if self.shared is None:
            self.shared = self.local_session()
        if verb == "agentExecute":  # it began where its first action was
            began = re.search(rb'"pageUrl":"http://127.0.0.1:4342(/[^"]*)"', capture.response.body)
            self.strict.navigate(self.shared, self.site.url + (began[1].decode() if began else "/"))
        if verb in ("act", "navigate", "observe", "extract"):
            blank = verb == "navigate" and capture.name != "nav_hash"
            self.strict.navigate(self.shared, "about:blank" if blank else f"{self.site.url}/")
        return self.shared

    def prepare_browserbase(self, capture):
        """The id that the captured exchange names is there, or is the next to be created."""
        name = re.search(r"bb-sess-\d", f"{capture.path} {capture.request.body} {capture.response.body}")
        name = name.group() if name else None
        if name:
            self.renting.end(name)
        if capture.name in ("bb_start", "bb_start_exp"):
            self.browserbase.names = [name]
        elif name:
            self.renting.start({"modelName": "openai/gpt-4o-mini", "browserbaseSessionID": name},
                               {"x-bb-api-key": "bbkey"})

    def prepare_model(self, capture):
        """The provider fails or is slow where the captured one was."""
        failing = re.match(r"(?:agent_)?llm_?(4\d\d)", capture.name)
        self.model.failures = [(int(failing[1]), {}, {"error": {"message": "stub failure"}})] if failing else []
        self.model.steps = list(AGENT_STEPS.get(capture.name, [done("stub done")]))
        self.model.verdict = ("Task execution completed", False)
        self.model.hold = threading.Event() if capture.name.startswith("timeout_vs_slow") else None

    def play(self, capture):
        request = capture.request
        self.prepare_model(capture)
        path = capture.path
        server = self.server_of(capture)
        if server is self.renting:
            self.prepare_browserbase(capture)
        if re.search(f"/{UUID}/", path):
            path = re.sub(UUID, self.session_of(capture), path)
        body = request.body.replace(b"http://127.0.0.1:4342", self.site.url.encode())
        body = body.replace(b"http://127.0.0.1:4341/v1", self.model.url.encode())
        if capture.name in LONGER:
            short, long = LONGER[capture.name]
            body = body.replace(b'"timeout": ' + short, b'"timeout": ' + long)
        replaced = {"host": f"127.0.0.1:{server.port}", "content-length": str(len(body))}
        lines = [f"{capture.method} {path} HTTP/1.1"]
        lines += [f"{name}: {replaced.get(name.lower(), value)}" for name, value in request.headers]
        with Connection(server.port) as connection:
            try:
                connection.send_raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            except ConnectionError:
                pass  # a refused body is not read to its end; the answer is there
            answer = connection.read(capture.method)
        started = re.search(rb'"sessionId":"([^"]+)"', answer.body)
        if started:
            server.end(started.group(1).decode())
        return answer


class Replay(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = Stage()
        cls.addClassCleanup(cls.stage.close)
        cls.table = read_table()

    def check(self, name):
        rows = self.table.get(name, {})
        if name in ROOT_ONLY and os.getuid() != 0:
            return
        capture = Capture(name)
        found = dict(differences(capture, self.stage.play(capture)))
        allowed = {field: what for field, (what, _) in {**self.table.get("*", {}), **rows}.items()}
        self.assertEqual(found, allowed, "left: what differs; right: what the table allows")

    def test_the_table_names_only_exchanges_that_exist_and_reasons_that_are_allowed(self):
        self.assertLessEqual(set(self.table), {"*", *names()})
        for name, rows in self.table.items():
            for field, (_, reason) in rows.items():
                self.assertIn(reason.split(":")[0], REASONS, f"{name} {field}")


def add_tests():
    for name in names():
        setattr(Replay, f"test_{name}", lambda self, name=name: self.check(name))


def print_rows(wanted):
    stage = Stage()
    try:
        for name in wanted or names():
            capture = Capture(name)
            every = read_table().get("*", {})
            for field, what in differences(capture, stage.play(capture)):
                if every.get(field, ("",))[0] == what:
                    continue
                print("\t".join([name, field, what, "?"]), flush=True)
    finally:
        stage.close()


add_tests()
if __name__ == "__main__":
    if sys.argv[1:2] == ["--print"]:
        print_rows(sys.argv[2:])
    else:
        main()
