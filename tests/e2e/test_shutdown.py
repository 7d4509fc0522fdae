"""SIGTERM, SIGINT and SIGKILL of the server: what is waited for, what callers are told, what is left."""

import signal

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.client import Closed, Connection
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import action

LONG = ("--drain-timeout", f"{BUDGET}s", "--close-timeout", f"{BUDGET}s")


class Shutdown(ServerCase):
    def busy(self, server):
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        call = self.in_background(server.act, session, action("click", "#never"), timeout=1000 * BUDGET)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        return call

    @staticmethod
    def draining(server):
        return any("shutting down" in line for line in server.lines)

    def nothing_is_left(self, server):
        """A server that has shut down waited for its browsers and has removed their profiles itself."""
        self.assertEqual(([proc.command_line(pid) for pid in server.browsers()], server.profiles()), ([], []))
        self.soon_nothing_is_left(server)

    def soon_nothing_is_left(self, server):
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def test_without_sessions_it_is_gone_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.server(*LONG)
            code, took = server.stop(number)
            self.assertEqual(code, 0)
            self.assertLess(took, PROMPT)

    def test_with_idle_sessions_no_budget_is_waited_out(self):
        """test_sigterm.py does it with three that have pages, within 300 ms."""
        server = self.server(*LONG)
        for call in [self.in_background(server.start) for _ in range(2)]:
            call.result()
        code, took = server.stop()
        self.nothing_is_left(server)
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)

    def test_an_idle_keep_alive_connection_does_not_hold_it_up(self):
        server = self.server(*LONG)
        with Connection(server.port) as connection:
            self.assertEqual(connection.ask("GET", "/healthz").status, 200)
            code, took = server.stop()
            self.assertEqual(code, 0)
            self.assertLess(took, PROMPT)

    def test_a_session_in_use_gets_the_drain_budget_and_is_then_ended(self):
        server = self.server("--drain-timeout", "500ms")
        call = self.busy(server)
        code, took = server.stop()
        self.nothing_is_left(server)
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT, "the act itself had a minute")
        self.assertGreaterEqual(took, 0.5, "the budget was not given")
        self.assert_closed(call.result(), "drained")

    def test_work_that_finishes_within_the_budget_gets_its_answer(self):
        server = self.server(*LONG)
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        call = self.in_background(server.act, session, action("click", "#soon"), timeout=1000 * BUDGET)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        server.process.send_signal(signal.SIGTERM)
        self.wait_until(lambda: self.draining(server), PATIENCE, "the drain began")
        self.site.soon.set()
        self.assert_done(call.result(PROMPT))
        self.assertEqual(server.process.wait(PROMPT), 0, "the rest of the budget is not waited out")

    def test_while_draining_readyz_is_503_and_a_start_is_refused(self):
        server = self.server(*LONG)
        call = self.busy(server)
        with Connection(server.port) as early:
            early.ask("GET", "/healthz")
            server.process.send_signal(signal.SIGTERM)
            status = lambda: early.ask("GET", "/readyz")
            self.wait_until(lambda: status().status == 503, PATIENCE, "readyz turns 503")
            self.assertEqual(status().body, b"Service Unavailable")
            self.assertEqual(early.ask("GET", "/healthz").status, 200)
            refused = early.ask("POST", "/v1/sessions/start", {"modelName": "openai/x", "browser": {
                "type": "local", "launchOptions": {"headless": True}}})
            self.assertFalse(call.done(), "it still drains")
        self.assertEqual(refused.status, 503, refused)
        self.assertEqual(refused.json, {"success": False, "message": "Server is shutting down"})
        self.assertEqual(refused.header("retry-after"), "1")
        self.assertEqual(server.stop()[0], 0)
        self.assert_closed(call.result(), "drained")

    def test_a_second_signal_ends_at_once(self):
        server = self.server(*LONG)
        call = self.busy(server)
        server.process.send_signal(signal.SIGTERM)
        self.wait_until(lambda: self.draining(server), PATIENCE, "the drain began")
        self.assertFalse(call.done())
        code, took = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)
        self.assert_closed(call.result(), "drained")
        self.nothing_is_left(server)

    def test_kill_9_of_the_server_leaves_no_browser_and_no_profile(self):
        server = self.server()
        idle = self.in_background(server.start)
        call = self.busy(server)
        idle.result()
        self.assertEqual(len(server.browsers()), 2)
        server.process.kill()
        server.process.wait()
        with self.assertRaises(Closed):
            call.result()
        self.soon_nothing_is_left(server)

    def test_a_later_start_sweeps_what_a_predecessor_left(self):
        first = self.server()
        first.start()
        # The reaper dies with its server: what is left then is for the next server.
        reapers = [pid for pid in first.processes() if "reaper" in proc.command_line(pid)]
        self.assertTrue(reapers, "a reaper runs from the first launch on")
        self.assertTrue(proc.stop(first.pid), "it cannot make another reaper")
        for pid in reapers:
            proc.kill(pid)
        first.process.kill()
        first.process.wait()
        self.wait_until(lambda: not first.processes(), PATIENCE, "the browser dies with its parent")
        self.assertTrue(first.profiles(), "the profile was left behind")
        second = self.server(folder=first.folder)
        self.wait_until(lambda: not second.profiles() and not second.browsers(), PATIENCE, "swept")

    def test_two_servers_with_one_temporary_folder_leave_each_other_alone(self):
        first = self.server()
        session = first.start()
        second = self.server(folder=first.folder)
        self.assertEqual(second.stop()[0], 0)
        self.assert_done(first.navigate(session, f"{self.site.url}/"))
        self.assertEqual(first.end(session).status, 200)
        self.wait_until(lambda: not first.profiles(), PATIENCE, "the profile is removed")
        self.assertEqual(first.stop()[0], 0)


if __name__ == "__main__":
    main()
