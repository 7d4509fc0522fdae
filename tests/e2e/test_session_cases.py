"""The cases of the session contract (docs/session-contract.md) that real Chromium can show over HTTP (1 to 6 and 9)."""

import os
import time

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import CHROMIUM, action, local
from harness.tap import Chromium, Tap

BUSY = {"timeout": 1000 * BUDGET}  # an act on a button that is not ready yet holds its session this long at most


class SessionCases(ServerCase):
    def busy_session(self, server):
        """A session whose act waits until `site.soon` is set; returns (id, the act in the background)."""
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        act = self.in_background(server.act, session, action("click", "#soon"), **BUSY)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act holds its session")
        return session, act

    def test_case_1_a_start_at_capacity_never_closes_a_session_in_use(self):
        server = self.server("--max-sessions", "2", "--min-idle", "0")
        used, act = self.busy_session(server)
        idle = server.start()
        server.start()
        self.assertFalse(act.done(), "the session was to be in use during the start")
        self.assert_gone(server.end(idle), "evicted")
        self.site.soon.set()
        self.assert_done(act.result())
        self.assert_done(server.act(used, action("fill", "#name", "still here")))

    def test_case_2_the_ttl_never_closes_a_session_in_use(self):
        server = self.server("--idle-ttl", "1s")
        session, act = self.busy_session(server)
        idle = server.start()
        self.wait_until(lambda: server.metric("belay_sessions") == 1, PATIENCE, "an idle session expires")
        self.assert_gone(server.end(idle), "idle")
        self.assertFalse(act.done())
        # Behind it, so that no busy machine leaves the session idle between the two.
        second = self.queued(server, session, "act", {"input": action("fill", "#name", "x")})
        self.site.soon.set()
        self.assert_done(act.result())
        self.assertEqual(second.result()[-1].json["data"]["status"], "finished")
        self.wait_until(lambda: not server.browsers(), PATIENCE, "an idle session expires")
        self.assert_gone(server.end(session), "idle")

    def test_a_capacity_that_is_lowered_ends_the_longest_idle_and_nobody_in_use(self):
        server = self.server("--capacity-route")
        used, act = self.busy_session(server)
        first, second, third = (server.start() for _ in range(3))
        answer = server.ask("PUT", "/v1/capacity", {"maxSessions": 2})
        self.assertEqual(answer.json["data"], {"maxSessions": 2, "maxSessionsHard": 4, "sessions": 2, "inUse": 1})
        for gone in (first, second):
            self.assert_gone(server.end(gone), "evicted")
        self.assertFalse(act.done(), "the session was to be in use")
        self.site.soon.set()
        self.assert_done(act.result())
        self.assert_done(server.act(used, action("fill", "#name", "still here")))
        self.assertEqual(server.end(third).status, 200)

    def test_the_capacity_is_fixed_unless_the_operator_opened_it(self):
        self.assertEqual(self.server().ask("PUT", "/v1/capacity", {"maxSessions": 2}).status, 404)

    def test_case_3_two_first_requests_at_once_make_one_engine_and_none_is_left(self):
        server = self.server()
        with Chromium() as chromium, Tap(chromium.port) as tap:
            session = server.start({"modelName": "openai/gpt-4o-mini",
                                    "browser": {"type": "local", "cdpUrl": tap.url(chromium.path)}})
            self.assertEqual(tap.opened, 0, "nothing is contacted before the first operation")
            both = [self.in_background(server.navigate, session, f"{self.site.url}/") for _ in range(2)]
            for one in both:
                self.assert_done(one.result())
            self.assertEqual((tap.opened, tap.open), (1, 1))
            self.assertEqual(server.end(session).status, 200)
            self.wait_until(lambda: tap.open == 0, PATIENCE, "the connection is closed")
            self.assertTrue(chromium.alive(), "a foreign browser is not ours to close")

    def test_case_4_an_end_during_a_lazy_start_leaves_no_engine(self):
        server = self.server()
        with Chromium() as chromium, Tap(chromium.port, hold=True) as tap:
            session = server.start({"modelName": "openai/gpt-4o-mini", "browser": {
                "type": "local", "cdpUrl": tap.url(chromium.path), "launchOptions": {"connectTimeoutMs": 1000 * BUDGET}}})
            first = self.in_background(server.navigate, session, f"{self.site.url}/")
            self.assertTrue(tap.wait_for_visitor(), "the lazy start is under way")
            ended = time.monotonic()
            self.assertEqual(server.end(session).status, 200)
            self.assert_closed(first.result())
            self.assertLess(time.monotonic() - ended, PROMPT, "not the minute that a connection may take")
            tap.release()
            self.wait_until(lambda: tap.open == 0, PATIENCE, "the engine that the start produced is closed")
            self.assert_gone(server.navigate(session, f"{self.site.url}/"), "client")

    def test_case_5_a_request_during_an_eviction_never_gets_the_engine_being_closed(self):
        server = self.server("--max-sessions", "1", "--min-idle", "0")
        for _ in range(3):
            old = server.start()
            self.assert_done(server.navigate(old, f"{self.site.url}/"))
            start = self.in_background(server.start)
            answers = []
            while not start.done():
                answers.append(server.act(old, action("fill", "#name", "x")))
            for answer in answers:
                if answer.status != 200:
                    self.assert_gone(answer, "evicted")
            fresh = start.result()
            # Pinned at the moment of the start, it was spared; the release then trims down to the capacity.
            self.wait_until(lambda: len(server.browsers()) == 1, PATIENCE, "one session is left")
            states = {server.end(session).status for session in (old, fresh)}
            self.assertEqual(states, {200, 404})

    def test_case_6_starts_at_capacity_at_the_same_time_leak_no_engine(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "4", "--min-idle", "0")
        starts = [self.in_background(server.start) for _ in range(4)]
        sessions = [start.result() for start in starts]
        self.wait_until(lambda: len(server.browsers()) == 1, PATIENCE, "the size converges")
        self.assertEqual(sorted(server.end(session).status for session in sessions), [200, 404, 404, 404])
        self.wait_until(lambda: not server.browsers() and not server.profiles(), PATIENCE, "nothing is left")

    def test_case_9_ten_in_use_above_a_capacity_of_two_all_live_and_the_size_shrinks_again(self):
        server = self.server("--max-sessions", "2", "--max-sessions-hard", "10", "--admission-timeout", "300ms")
        gate = os.path.join(server.folder, "gate")
        slow = os.path.join(server.folder, "slow-chromium")
        with open(slow, "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nwhile [ ! -e {gate} ]; do sleep 0.05; done\nexec {CHROMIUM} "$@"\n')
        os.chmod(slow, 0o755)
        body = local(executablePath=slow, connectTimeoutMs=60000)
        starts = [self.in_background(server.start_answer, body) for _ in range(10)]
        self.wait_until(lambda: server.metric("belay_sessions_in_use") == 10, PATIENCE, "ten are in use: each is starting")
        refused = server.start_answer()
        self.assertEqual(refused.status, 429, refused)
        self.assertEqual(refused.json, {"success": False, "message": "All sessions are in use"})
        self.assertGreaterEqual(int(refused.header("retry-after")), 1)
        self.assertEqual([start.done() for start in starts], [False] * 10, "none of them was killed in use")
        with open(gate, "w", encoding="utf-8"):
            pass
        for start in starts:
            self.assertEqual(start.result().status, 200)
        self.wait_until(lambda: len(server.browsers()) == 2, PATIENCE, "back at the capacity")
        left = [server.end(start.result().json["data"]["sessionId"]).status for start in starts]
        self.assertEqual(sorted(left), [200] * 2 + [404] * 8)

    def test_a_session_above_the_capacity_goes_when_it_is_idle_and_the_one_in_use_stays(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "2", "--min-idle", "0")
        used, act = self.busy_session(server)
        second = server.start()
        self.wait_until(lambda: len(server.browsers()) == 1, PATIENCE, "trimmed")
        self.assertFalse(act.done())
        self.assert_gone(server.end(second), "evicted")
        self.site.soon.set()
        self.assert_done(act.result())
        self.assertEqual(server.end(used).status, 200)

    def test_clause_24_the_lines_of_a_request_reach_no_other_stream(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        # Two at once on one session, which run in order, and one on another session beside them.
        other = server.start()
        self.assert_done(server.navigate(other, f"{self.site.url}/"))
        asked = [(session, action("click", "#soon")), (session, action("fill", "#name", "x")),
                 (other, action("fill", "#name", "y"))]
        streams = [server.stream(one, "act", {"input": act, "options": BUSY}) for one, act in asked]
        read = [self.in_background(lambda stream: list(stream.events()), stream) for stream in streams]
        read[2].result()
        self.site.soon.set()
        for (_, act), reading, stream in zip(asked, read, streams):
            events = reading.result()
            stream.close()
            self.assertEqual(events[-1].json["data"]["status"], "finished", events)
            told = "".join(event.data for event in events if event.json["type"] == "log")
            self.assertIn(act["selector"], told)
            self.assertEqual(told.count("performing understudy method"), 1, told)

    def test_clause_24_the_lines_of_an_opening_reach_nobody_beside_those_who_wait_for_it(self):
        server = self.server()
        lazy = lambda tap, chromium: {"modelName": "openai/gpt-4o-mini",
                                      "browser": {"type": "local", "cdpUrl": tap.url(chromium.path)}}
        with Chromium() as chromium, Tap(chromium.port, hold=True) as tap, Tap(chromium.port) as open_tap:
            shared, beside = server.start(lazy(tap, chromium)), server.start(lazy(open_tap, chromium))
            both = [server.stream(shared, "navigate", {"url": f"{self.site.url}/"}) for _ in range(2)]
            self.assertTrue(tap.wait_for_visitor(), "the opening is under way, both wait for it")
            self.wait_until(lambda: server.metric("belay_sessions_in_use") == 1, PATIENCE, "and nobody else")
            streams = [*both, server.stream(beside, "navigate", {"url": f"{self.site.url}/"})]
            read = [self.in_background(lambda stream: list(stream.events()), stream) for stream in streams]
            read[2].result()
            tap.release()
            told = []
            for reading, stream in zip(read, streams):
                events = reading.result()
                stream.close()
                self.assertEqual(events[-1].json["data"]["status"], "finished", events)
                told.append(sum("Connecting to local browser" in event.data for event in events))
            # Of the two that share an opening, the one that began it hears of its beginning.
            self.assertEqual((sum(told[:2]), told[2]), (1, 1), "nobody hears of another's")


if __name__ == "__main__":
    main()
