"""Starts and work at the limits (clauses 17 and 18 of docs/session-contract.md), and starts that SIGTERM overtakes (25)."""

import os
import resource
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.client import Closed, Connection
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import CHROMIUM, action, local

STARTS = int(os.environ.get("BELAY_TEST_STARTS", "12"))
WORKERS = 4
LONG = ("--min-idle", f"{BUDGET}s", "--admission-timeout", f"{BUDGET}s")
# A session that connects when it is first used, which it never is.
UNUSED = {"modelName": "openai/gpt-4o-mini", "browser": {"type": "local", "cdpUrl": "ws://127.0.0.1:9/devtools/browser/x"}}


class Capacity(ServerCase):
    def busy(self, server, count):
        """`count` sessions whose acts wait until `site.soon` is set."""
        acts = []
        for _ in range(count):
            session = server.start()
            self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
            acts.append(self.in_background(server.act, session, action("click", "#soon"), timeout=1000 * BUDGET))
            self.wait_until(lambda: server.metric("belay_sessions_in_use") == len(acts), PATIENCE, "the act holds its session")
        return acts

    def test_the_log_says_at_the_start_how_far_descriptors_reach(self):
        server = self.server()
        soft, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        (said,) = server.logged("file descriptors")
        self.assertEqual((said["limit"], soft), (hard, hard))
        self.assertGreater(said["connections"], 0)
        self.assertGreater(said["sessions"], 0)

    def use(self, server):
        """What a caller does with a session, thinking for a second in between."""
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        threading.Event().wait(1)
        self.assert_done(server.act(session, action("fill", "#name", "Ada")))
        self.assert_done(server.act(session, action("click", "#go")))
        self.assertEqual(server.end(session).status, 200)

    def keep_busy(self, server, over):
        """A session that is in use until the event is set, however long: one of two acts is always behind the other."""
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        act = {"input": action("click", "#never"), "options": {"timeout": 10_000}}

        def again_and_again():
            while not over.is_set():
                answer = server.operation(session, "act", act)
                self.assertNotEqual(answer.status, 404, answer)

        return [self.in_background(again_and_again) for _ in range(2)]

    def test_clause_18_beside_max_sessions_in_use_each_start_can_be_used(self):
        server = self.server("--max-sessions", "2", "--max-sessions-hard", str(2 + WORKERS), *LONG)
        over = threading.Event()
        work = self.keep_busy(server, over) + self.keep_busy(server, over)
        self.wait_until(lambda: server.metric("belay_sessions_in_use") == 2, PATIENCE, "both are in use")
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                for use in [pool.submit(self.use, server) for _ in range(STARTS)]:
                    use.result()
            self.assertEqual([one.done() for one in work], [False] * 4)
        finally:
            over.set()
            for one in work:
                one.result()

    def test_clause_18_what_is_left_behind_makes_room_when_it_has_been_idle_for_long_enough(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "2", "--min-idle", "1s",
                             "--admission-timeout", f"{BUDGET}s")
        act, = self.busy(server, 1)
        left = server.start()
        self.assertEqual(server.start_answer().status, 200)  # waits for it
        self.assert_gone(server.end(left), "evicted")
        self.wait_until(lambda: len(server.browsers()) == 1, PATIENCE, "the size converges by itself")
        self.assertFalse(act.done())
        self.site.soon.set()
        self.assert_done(act.result())

    def crowd(self, server, threads, until):
        """Starts of one caller, again and again from `threads` connections, until the event is set; returns their answers."""
        def one():
            answers = []
            with Connection(server.port) as connection:
                while not until.is_set():
                    answers.append(connection.ask("POST", "/v1/sessions/start", UNUSED, {"x-model-api-key": "crowd"}).status)
            return answers
        return [self.in_background(one) for _ in range(threads)]

    def test_clause_17_a_thousand_unused_starts_of_one_caller_refuse_nobody(self):
        server = self.server("--max-sessions", "5", "--max-sessions-hard", "10", "--admission-queue", "8", *LONG)
        over = threading.Event()
        crowd = self.crowd(server, 16, over)
        try:
            self.wait_until(lambda: (server.metric("belay_sessions_started_total") or 0) >= 10, PATIENCE, "the server is full")
            while server.metric("belay_sessions_started_total") < 1000:
                answer = server.start_answer(UNUSED, {"x-model-api-key": "other"})
                self.assertEqual(answer.status, 200, answer)
        finally:
            over.set()
            answers = [status for one in crowd for status in one.result()]
        self.assertGreaterEqual(answers.count(200), 500)

    def test_clause_17_beside_work_one_callers_starts_leave_others_their_turn(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "4", "--admission-queue", "4",
                             "--min-idle", "200ms", "--admission-timeout", f"{BUDGET}s")
        act, = self.busy(server, 1)
        over = threading.Event()
        crowd = self.crowd(server, 12, over)
        try:
            self.wait_until(lambda: server.metric("belay_starts_refused_total"), PATIENCE, "the line is full")
            for _ in range(5):
                answer = server.start_answer(UNUSED, {"x-model-api-key": "other"})
                self.assertEqual(answer.status, 200, answer)
        finally:
            over.set()
            for one in crowd:
                one.result()
        self.assertFalse(act.done())
        self.site.soon.set()
        self.assert_done(act.result())

    def test_clause_17_retry_after_counts_what_is_still_held(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "1", "--min-idle", "0", "--admission-timeout", "10ms")
        with Connection(server.port) as connection:
            for _ in range(70):  # pins that were held for milliseconds
                connection.ask("POST", "/v1/sessions/start", UNUSED)
        for session in [entry["sessionId"] for entry in server.logged("session started")][-1:]:
            server.end(session)
        act, = self.busy(server, 1)
        held = time.monotonic()
        hint = lambda: int(server.start_answer(UNUSED).header("retry-after"))
        self.wait_until(lambda: hint() >= 3, PATIENCE, "the hint grows with what is held")
        self.assertGreater(time.monotonic() - held, 1.5)
        self.site.soon.set()
        self.assert_done(act.result())

    # SIGTERM

    def assert_refused(self, answer):
        self.assertEqual(answer.status, 503, answer)
        self.assertEqual(answer.json, {"success": False, "message": "Server is shutting down"})
        self.assertEqual(answer.header("retry-after"), "1")

    def test_clause_25_starts_that_open_or_wait_at_sigterm_are_refused_at_once(self):
        server = self.server("--max-sessions", "3", "--max-sessions-hard", "3", "--drain-timeout", f"{BUDGET}s", *LONG)
        slow = os.path.join(server.folder, "slow-chromium")
        with open(slow, "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nwhile [ ! -e {server.folder}/gate ]; do sleep 0.05; done\nexec {CHROMIUM} "$@"\n')
        os.chmod(slow, 0o755)
        body = local(executablePath=slow, connectTimeoutMs=1000 * BUDGET)
        starts = [self.in_background(server.start_answer, body) for _ in range(4)]
        self.wait_until(lambda: server.metric("belay_sessions_in_use") == 3 and server.metric("belay_starts_waiting") == 1,
                        PATIENCE, "three are opening, one waits")
        code, took = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)
        for start in starts:
            self.assert_refused(start.result())

    def test_clause_25_a_start_that_meets_sigterm_is_never_answered_with_a_dead_session(self):
        server = self.server("--max-sessions", "50", "--drain-timeout", f"{BUDGET}s")
        sent = threading.Event()

        def again_and_again():
            while True:
                late = sent.is_set()
                try:
                    answer = server.start_answer()
                except (Closed, OSError):
                    return None, late
                if answer.status != 200:
                    return answer, late
                if late:
                    raise AssertionError(f"a start that began after the signal: {answer}")
                server.end(answer.json["data"]["sessionId"])

        callers = [self.in_background(again_and_again) for _ in range(4)]
        self.wait_until(lambda: (server.metric("belay_sessions_started_total") or 0) >= 4, PATIENCE, "starts are under way")
        server.process.send_signal(signal.SIGTERM)
        self.wait_until(lambda: any("shutting down" in line for line in server.lines) or server.process.poll() is not None,
                        PATIENCE, "the drain began")
        sent.set()
        code, took = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)
        refused = [answer for answer, _ in (caller.result() for caller in callers) if answer]
        self.assertTrue(refused, "no start was under way")
        for answer in refused:
            self.assert_refused(answer)


if __name__ == "__main__":
    main()
