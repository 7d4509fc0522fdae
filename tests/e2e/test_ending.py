"""How sessions end: by the client, by a crash, by the clock; and what the requests in flight are told."""

import time

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.client import Connection
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import action, local

MINUTE = 1000 * BUDGET  # ms that work in flight would have; it must be told long before


class Ending(ServerCase):
    def stuck_navigate(self, server, session, **options):
        """A navigation to a page that never answers, under way."""
        call = self.in_background(server.navigate, session, f"{self.site.url}/never", timeout=MINUTE, **options)
        self.assertTrue(self.site.wait_for_visitor(), "the page was asked for")
        return call

    def stuck_act(self, server, session):
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        call = self.in_background(server.act, session, action("click", "#never"), timeout=MINUTE)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        return call

    def read_stream(self, stream):
        events = list(stream.events())
        return events, time.monotonic()

    def test_an_end_during_a_navigate_answers_both_at_once(self):
        server = self.server()
        session = server.start()
        call = self.stuck_navigate(server, session)
        began = time.monotonic()
        ended = server.end(session)
        answer = call.result()
        self.assertLess(time.monotonic() - began, PROMPT)
        self.assertEqual((ended.status, ended.json), (200, {"success": True}))
        self.assert_closed(answer)

    def test_an_end_during_an_act_answers_both_at_once(self):
        server = self.server()
        session = server.start()
        call = self.stuck_act(server, session)
        began = time.monotonic()
        self.assertEqual(server.end(session).status, 200)
        self.assert_closed(call.result())
        self.assertLess(time.monotonic() - began, PROMPT)

    def test_an_end_during_a_stream_closes_it_with_an_error_frame(self):
        server = self.server()
        for verb, body, visitor in (("navigate", {"url": f"{self.site.url}/never", "options": {"timeout": MINUTE}}, True),
                                    ("act", {"input": action("click", "#never"), "options": {"timeout": MINUTE}}, False)):
            with self.subTest(verb):
                session = server.start()
                self.assert_done(server.navigate(session, f"{self.site.url}/"))
                stream = server.stream(session, verb, body)
                reading = self.in_background(self.read_stream, stream)
                if visitor:
                    self.assertTrue(self.site.wait_for_visitor())
                self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the run is under way")
                began = time.monotonic()
                self.assertEqual(server.end(session).status, 200)
                events, ended = reading.result()
                self.assertLess(ended - began, PROMPT)
                self.assertEqual(events[0].name, "starting")
                self.assertEqual(events[-1].name, "error")
                self.assertEqual(events[-1].json["data"],
                                 {"status": "error", "error": "Session was closed: client"})
                stream.close()

    def test_a_second_end_is_not_found_and_names_the_reason_of_the_first(self):
        server = self.server()
        session = server.start()
        self.assertEqual(server.end(session).status, 200)
        second = server.end(session)
        self.assert_gone(second, "client")
        self.assertEqual(second.json, {"success": False, "message": "Session not found", "sessionState": "client"})
        self.assert_gone(server.navigate(session, f"{self.site.url}/"), "client")
        self.assert_gone(server.end("00000000-0000-4000-8000-000000000000"), "absent")

    def test_a_browser_killed_during_an_act_is_told_at_once_and_its_place_is_free(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "1")
        session = server.start()
        call = self.stuck_act(server, session)
        began = time.monotonic()
        proc.kill(server.browsers()[0])
        answer = call.result()
        self.assertLess(time.monotonic() - began, PROMPT)
        self.assertEqual(answer.status, 500)
        self.assertEqual(answer.json, {"success": False, "message": "The browser crashed"})
        self.assertEqual(answer.header("x-should-retry"), "false")
        self.assert_gone(server.act(session, action("click", "#go")), "crashed")
        self.assertEqual(server.start_answer().status, 200)

    def test_an_idle_browser_that_dies_ends_its_session_without_a_call(self):
        server = self.server()
        session = server.start()
        proc.kill(server.browsers()[0])
        self.wait_until(lambda: server.metric("belay_sessions") == 0, PATIENCE, "the death is noticed by itself")
        self.assert_gone(server.end(session), "crashed")
        self.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), PATIENCE, "nothing is left of it")

    def test_a_renderer_that_dies_is_told_and_the_session_lives_on(self):
        server = self.server()
        session = server.start()
        call = self.stuck_act(server, session)
        for pid in server.processes_of_browsers():
            if "--type=renderer" in proc.command_line(pid):
                proc.kill(pid)
        answer = call.result()
        self.assertIn("The page crashed", answer.body.decode())
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assert_done(server.act(session, action("fill", "#name", "again")))

    def test_an_alert_never_freezes_a_call(self):
        self.site.pages["/alert"] = "<!doctype html><button id=b onclick='alert(1); document.title=2'>b</button>" \
                                    "<script>alert('hello'); confirm('sure?'); prompt('name?')</script>"
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/alert", timeout=MINUTE))
        self.assert_done(server.act(session, action("click", "#b"), timeout=MINUTE))

    def test_the_ttl_ends_an_idle_session_and_no_look_at_it_counts_as_use(self):
        server = self.server("--idle-ttl", "700ms")
        session = server.start()
        began = time.monotonic()
        while server.metric("belay_sessions"):
            server.ask("GET", f"/v1/sessions/{session}/replay")
            self.assertLess(time.monotonic() - began, PATIENCE, "replay keeps the session alive")
        self.assert_gone(server.end(session), "idle")

    def test_a_client_that_leaves_does_not_end_its_run(self):
        server = self.server("--idle-ttl", "1s")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        connection = Connection(server.port)
        connection.send("POST", f"/v1/sessions/{session}/act",
                        {"input": action("click", "#soon"), "options": {"timeout": MINUTE}})
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        connection.close()
        server.start()
        self.wait_until(lambda: server.metric("belay_sessions") == 1, PATIENCE, "one that is idle for so long is ended")
        second = self.queued(server, session, "act", {"input": action("fill", "#name", "x"), "options": {"timeout": MINUTE}})
        self.site.soon.set()
        self.assertEqual(second.result()[-1].json["data"]["status"], "finished")

    def test_x_on_disconnect_cancel_stops_the_run_of_a_client_that_leaves(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        connection = Connection(server.port)
        connection.send("POST", f"/v1/sessions/{session}/act",
                        {"input": action("click", "#never"), "options": {"timeout": MINUTE}},
                        {"x-on-disconnect": "cancel"})
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        connection.close()
        self.wait_until(lambda: server.metric("belay_sessions_in_use") == 0, PROMPT, "the run has stopped")
        self.assert_done(server.act(session, action("fill", "#name", "x"), timeout=MINUTE))

    def test_a_start_whose_client_left_ends_its_session(self):
        server = self.server()
        connection = Connection(server.port)
        connection.send("POST", "/v1/sessions/start", local())
        self.wait_until(server.browsers, PATIENCE, "the launch is under way")
        connection.close()
        self.wait_until(lambda: server.metric("belay_sessions") == 0 and not server.browsers(), PATIENCE, "nobody knows its id")

    def test_operations_on_one_session_run_in_order(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        first = self.in_background(server.act, session, action("click", "#soon"), timeout=MINUTE)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the first is under way")
        second = self.queued(server, session, "navigate", {"url": f"{self.site.url}/next"})
        self.assertNotIn("/next", self.site.hits)
        self.site.soon.set()
        self.assert_done(first.result())
        self.assertEqual(second.result()[-1].json["data"]["status"], "finished")


if __name__ == "__main__":
    main()
