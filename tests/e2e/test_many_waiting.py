"""A server all of whose connections wait for something: operations, and clients that joined them. It has few, so that some dozens
are all."""

import os
import select
import socket
import tempfile

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.client import Connection
from harness.patience import BUDGET, PROMPT
from harness.server import BINARY, action

DESCRIPTORS = 176
PLACES = DESCRIPTORS - 64 - 2 * 8  # without the server's own, and those of two sessions
KEPT = PLACES // 8
AT_WORK = PLACES - KEPT
HALF = PLACES // 2
VIEWERS = 16  # of one run


class ManyWaiting(ServerCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        few = os.path.join(folder.name, "few")
        with open(few, "w", encoding="ascii") as file:
            file.write(f'#!/bin/sh\nulimit -n {DESCRIPTORS}\nexec "{os.path.abspath(BINARY)}" "$@"\n')
        os.chmod(few, 0o700)
        self.few = self.server("--max-sessions=1", "--max-sessions-hard=2", binary=few)
        fits = self.few.logged("file descriptors")[0]
        self.assertEqual((fits["connections"], fits["sessions"]), (PLACES, 2))
        self.silent = socket.create_server(("127.0.0.1", 0))  # connects, and never answers
        self.addCleanup(self.silent.close)
        answer = self.few.start_answer({"modelName": "openai/x", "browser": {
            "type": "local", "cdpUrl": f"ws://127.0.0.1:{self.silent.getsockname()[1]}/x",
            "launchOptions": {"connectTimeoutMs": 60_000 * BUDGET}}})
        self.session = answer.json["data"]["sessionId"]
        self.waiting = []

    def ask(self, run, caller, joins):
        """A client that waits for this run."""
        one = Connection(self.few.port)
        self.addCleanup(one.close)
        key = {"Idempotency-Key": run} if joins else {}
        one.send("POST", f"/v1/sessions/{self.session}/act", {"input": action("click", f"#{run}")}, {"x-model-api-key": caller, **key})
        return one

    def wait_for(self, count, caller, run, joins=True):
        self.waiting += [self.ask(run if joins else f"{run}{i}", caller, joins) for i in range(count)]

    def all_wait(self, joined):
        self.wait_until(lambda: self.few.metric("belay_retries_joined_total") == joined, PROMPT, "all have joined")

    def assert_heard(self):
        for path in ("/healthz", "/readyz", "/metrics"):
            answer = self.few.ask("GET", path)
            self.assertEqual(answer.status, 200)
            self.assertLess(answer.seconds, PROMPT)

    def assert_turned_away(self, answer):
        self.assertEqual(answer.status, 503, answer)
        self.assertEqual(answer.json["message"], "Too many connections or unfinished requests; send the request again")
        self.assertEqual(answer.header("retry-after"), "1")

    def end(self):
        """What all wait for comes to an end."""
        self.assertEqual(self.few.end(self.session).status, 200)

    def test_one_caller_has_half_of_the_places(self):
        for run in range(HALF // VIEWERS):
            self.wait_for(VIEWERS, "greedy", f"run{run}")
        self.all_wait(HALF - HALF // VIEWERS)
        refused = self.ask("another", "greedy", False).read("POST")
        self.assertEqual(refused.status, 429, refused)
        self.assertEqual(refused.json["message"], f"Too many requests of this caller wait for their answers ({HALF}, half of the "
                         "connections that this server takes); wait for some to end")
        self.assertTrue(refused.header("retry-after"))
        self.assert_heard()
        other = self.ask("another", "modest", False)
        self.end()
        for one in [*self.waiting, other]:
            self.assertEqual(one.read("POST").status, 500)

    def test_who_waits_for_what_others_wait_for_makes_room(self):
        runs = 0
        for caller, most in (("a", 3), ("b", 2)):
            for _ in range(most):
                self.wait_for(VIEWERS, caller, f"run{runs}")
                runs += 1
        self.wait_for(AT_WORK - len(self.waiting), "b", "last")
        runs += 1
        self.all_wait(AT_WORK - runs)
        self.assert_heard()
        more = [self.ask(f"more{i}", "c", False) for i in range(10)]
        answered = lambda: select.select([one.socket for one in self.waiting], [], [], 0)[0]
        self.wait_until(lambda: len(answered()) >= len(more), PROMPT, "as many have made room")
        self.assert_heard()
        self.end()
        statuses = []
        for one in self.waiting:
            answer = one.read("POST")
            statuses.append(answer.status)
            if answer.status == 503:
                self.assert_turned_away(answer)
        self.assertEqual({one.read("POST").status for one in more}, {500})
        made_room = len(more)  # none for the end, which finds a place that is kept
        self.assertEqual(statuses.count(503), made_room)
        self.assertEqual(statuses.count(500), AT_WORK - made_room)

    def test_it_is_heard_while_all_are_at_work(self):
        self.wait_for(HALF, "a", "a", joins=False)
        self.wait_for(AT_WORK - HALF, "b", "b", joins=False)
        # They are told at once that there are too many; before that one of those above may be on its way.
        self.wait_until(lambda: self.ask("other", "c", False).read("POST").status == 503, PROMPT, "it is full")
        for _ in range(2 * KEPT):
            self.assert_heard()
            self.assert_turned_away(self.ask("other", "c", False).read("POST"))
        answer = self.few.ask("GET", f"/v1/sessions/{self.session}/replay")
        self.assert_turned_away(answer)
        cancelled = self.few.ask("POST", f"/v1/sessions/{self.session}/cancel", {})  # ends nothing that has no id
        self.assertNotEqual(cancelled.status, 503, cancelled)
        silent = [socket.create_connection(("127.0.0.1", self.few.port)) for _ in range(2 * PLACES)]
        self.assert_heard()
        told = "requests refused, too many are at work"
        self.wait_until(lambda: any(told in line for line in self.few.lines), PROMPT, "the log tells")
        for one in silent:
            one.close()
        self.end()
        for one in self.waiting:
            self.assertIn(one.read("POST").status, (500, 503))


if __name__ == "__main__":
    main()
