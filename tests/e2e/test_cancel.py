"""POST /v1/sessions/{id}/cancel stops what runs on a session and what waits there, and the session goes on. BELAY_TEST_CANCELS says
how many of them the last test makes (20)."""

import os
import random
import threading
import time

import setup_path  # noqa: F401
from harness.case import SharedServerCase, main
from harness.client import Connection
from harness.model import Model
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import action, local

CANCELED = {"success": False, "message": "The operation was canceled"}
CANCELED_FRAME = {"status": "error", "error": "The operation was canceled"}
NEVER = {"input": action("click", "#never"), "options": {"timeout": 60000}}


class Cancel(SharedServerCase):
    flags = ("--log-level", "debug")

    def open(self):
        self.assert_done(self.shared.navigate(self.session, f"{self.site.url}/"))
        return self.shared, self.session

    def model(self):
        model = Model()
        model.hold = threading.Event()
        self.addCleanup(model.close)
        return model

    def begin(self, server, session, verb, body, headers=None):
        """An operation in the background, seen to be under way."""
        answer = self.in_background(server.operation, session, verb, body, headers)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, f"the {verb} is under way")
        return answer

    def cancel(self, server, session, count=1):
        answer = server.ask("POST", f"/v1/sessions/{session}/cancel")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json, {"success": True, "data": {"cancelled": count}})
        self.assertEqual(server.metric("belay_sessions_in_use"), 0, "the lease is back when the cancel is answered")
        self.assertLess(answer.seconds, PROMPT)
        return answer

    def assert_canceled(self, answer):
        self.assertEqual(answer.status, 500, answer)
        self.assertEqual(answer.json, CANCELED)
        self.assertEqual(answer.header("x-should-retry"), "false")

    def assert_usable(self, server, session):
        began = time.monotonic()
        self.assert_done(server.act(session, action("fill", "#name", "x"), timeout=1000 * BUDGET))
        self.assertLess(time.monotonic() - began, PROMPT)

    def test_an_act_that_waits_for_its_element(self):
        server, session = self.open()
        self.site.pages["/counted"] = """<button id=b disabled onclick="
            const told = new XMLHttpRequest(); told.open('GET', '/clicked', false); told.send()">b</button><input id=name>
            <script>fetch('/soon').then(() => { b.disabled = false })</script>"""
        self.assert_done(server.navigate(session, f"{self.site.url}/counted"))
        click = {"input": action("click", "#b"), "options": {"timeout": 1000 * BUDGET}}
        logged, cancelled = len(server.lines), len(server.logged("operations cancelled"))
        act = self.begin(server, session, "act", click)
        self.wait_until(lambda: any('"action begins"' in line for line in server.lines[logged:]), PATIENCE, "it is at the page")
        self.cancel(server, session)
        self.assert_canceled(act.result())
        self.assert_usable(server, session)
        self.site.soon.set()
        self.assert_done(server.operation(session, "act", click))
        self.assertEqual(self.site.hits.count("/clicked"), 1, "what was cancelled clicks no more")
        self.assertIn(session, [entry["sessionId"] for entry in server.logged("operations cancelled")[cancelled:]])

    def test_what_was_cancelled_takes_the_focus_no_more(self):
        server, session = self.open()
        self.site.pages["/late"] = """<input id=late disabled onfocus="fetch('/focused')"><input id=name>
            <script>fetch('/soon').then(() => {
              late.disabled = false;
              let frames = 0;
              const next = () => (++frames > 30 ? fetch('/frames-later') : requestAnimationFrame(next));
              next();
            })</script>"""
        self.assert_done(server.navigate(session, f"{self.site.url}/late"))
        fill = {"input": action("fill", "#late", "x"), "options": {"timeout": 1000 * BUDGET}}
        logged = len(server.lines)
        act = self.begin(server, session, "act", fill)
        self.wait_until(lambda: any('"action begins"' in line for line in server.lines[logged:]), PATIENCE, "it is at the page")
        self.cancel(server, session)
        self.assert_canceled(act.result())
        self.assert_usable(server, session)
        self.site.soon.set()
        self.wait_until(lambda: "/frames-later" in self.site.hits, PATIENCE, "the field has been there for a while")
        self.assertNotIn("/focused", self.site.hits)

    def test_a_model_that_never_answers(self):
        server, session = self.open()
        model = self.model()
        act = self.begin(server, session, "act", {"input": "click the next link", "options": model.options()})
        self.wait_until(lambda: model.requests, PATIENCE, "the model is asked")
        self.cancel(server, session)
        self.assert_canceled(act.result())
        self.assertTrue(model.hung_up.wait(PATIENCE), "the call to the model goes on")
        self.assert_usable(server, session)

    def test_a_navigation_to_a_server_that_is_silent(self):
        server, session = self.open()
        navigate = self.begin(server, session, "navigate", {"url": f"{self.site.url}/never", "options": {"timeout": 60000}})
        self.assertTrue(self.site.wait_for_visitor())
        self.cancel(server, session)
        self.assert_canceled(navigate.result())
        self.assert_usable(server, session)  # on the page from before

    def test_a_cancelled_navigation_does_not_take_the_page_away_later(self):
        server, session = self.open()
        asked, left = threading.Event(), threading.Event()
        def hold(request):
            asked.set()
            request.connection.settimeout(PATIENCE)
            if request.connection.recv(1) == b"":
                left.set()
        self.site.pages["/held"] = hold
        self.begin(server, session, "navigate", {"url": f"{self.site.url}/held", "options": {"timeout": 60000}})
        self.assertTrue(asked.wait(PATIENCE), "the server is asked")
        self.cancel(server, session)
        self.assertTrue(left.wait(PATIENCE), "the browser waits no longer for what would take the page away")
        self.assert_usable(server, session)

    def test_a_navigation_to_a_page_that_never_ends(self):
        server, session = self.open()
        body = {"url": f"{self.site.url}/halfpage", "options": {"timeout": 60000, "waitUntil": "load"}}
        navigate = self.begin(server, session, "navigate", body)
        self.assertTrue(self.site.wait_for_visitor())
        self.cancel(server, session)
        self.assert_canceled(navigate.result())
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assert_usable(server, session)

    def test_operations_that_wait_for_their_turn(self):
        server, session = self.open()
        first = self.begin(server, session, "act", NEVER)
        waiting = [self.queued(server, session, "navigate", {"url": f"{self.site.url}/next"}) for _ in range(3)]
        self.cancel(server, session, 4)
        self.assert_canceled(first.result())
        for events in waiting:
            self.assertEqual(events.result()[-1].json["data"], CANCELED_FRAME)
        self.assert_usable(server, session)
        self.assertNotIn("/next", self.site.hits, "something began after it was cancelled")

    def test_a_stream_ends_with_an_error_frame(self):
        server, session = self.open()
        stream = server.stream(session, "act", NEVER)
        events = stream.events()
        self.assertEqual([next(events).name for _ in range(2)], ["starting", "connected"])
        self.cancel(server, session)
        last = list(events)[-1]
        stream.close()
        self.assertEqual((last.name, last.json["data"]), ("error", CANCELED_FRAME))

    def test_a_browser_that_is_still_opening(self):
        server, first = self.open()
        url = server.ask("POST", "/v1/sessions/start", {"modelName": "openai/x", "browser": {
            "type": "local", "cdpUrl": f"ws://127.0.0.1:{self.site.port}/never"}})
        if url.status != 200:
            self.skipTest(f"an attach that waits is not lazy here: {url}")
        lazy = url.json["data"]["sessionId"]
        act = self.begin(server, lazy, "act", NEVER)
        self.cancel(server, lazy)
        self.assert_canceled(act.result())
        self.assert_done(server.navigate(first, f"{self.site.url}/"))
        self.assertEqual(server.end(lazy).status, 200)

    def test_a_retry_does_not_join_what_was_cancelled(self):
        server, session = self.open()
        self.counting("belay_retries_joined_total")
        body = {"input": action("fill", "#never-there", "x"), "options": {"timeout": 60000}}
        connection = Connection(server.port)
        connection.send("POST", f"/v1/sessions/{session}/act", body, {"x-stainless-retry-count": "0"})
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        connection.close()
        self.cancel(server, session)
        retry = self.begin(server, session, "act", body, {"x-stainless-retry-count": "1"})
        self.assertEqual(self.counted("belay_retries_joined_total"), 0)
        self.cancel(server, session)
        self.assert_canceled(retry.result())

    def test_what_was_cancelled_is_in_the_replay(self):
        server, session = self.open()
        self.begin(server, session, "act", NEVER)
        self.cancel(server, session)
        pages = server.ask("GET", f"/v1/sessions/{session}/replay").json["data"]["pages"]
        self.assertEqual(pages[-1]["actions"][-1]["result"], {"error": "The operation was canceled"})

    def test_other_sessions_go_on(self):
        server, session = self.open()
        other = server.start()
        self.addCleanup(server.end, other)
        self.assert_done(server.navigate(other, f"{self.site.url}/?soon"))
        act = self.in_background(server.act, other, action("click", "#soon"), timeout=60000)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        self.assertEqual(server.ask("POST", f"/v1/sessions/{session}/cancel").json["data"], {"cancelled": 0})
        self.site.soon.set()
        self.assert_done(act.result())

    def test_what_it_refuses(self):
        server = self.shared
        session = server.start()
        path = f"/v1/sessions/{session}/cancel"
        for body in (None, {}, b""):
            self.assertEqual(server.ask("POST", path, body).json, {"success": True, "data": {"cancelled": 0}})
        refused = server.ask("POST", path, {"actionId": "x"})
        self.assertEqual((refused.status, refused.json),
                         (400, {"success": False, "message": "Request body must be empty"}))
        self.assertEqual(server.ask("GET", path).status, 404)
        self.assert_gone(server.ask("POST", "/v1/sessions/nobody/cancel"), "absent")
        self.assertEqual(server.end(session).status, 200)
        gone = server.ask("POST", path)
        self.assert_gone(gone, "client")
        self.assertEqual(gone.json, {"success": False, "message": "Session not found", "sessionState": "client"})

    def test_many_at_random_moments_leave_nothing_running(self):
        count = int(os.environ.get("BELAY_TEST_CANCELS", "20"))
        seed = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
        print(f"BELAY_SEED={seed} BELAY_TEST_CANCELS={count}", flush=True)
        chance = random.Random(seed)
        server, session = self.open()
        model = self.model()
        kinds = [("act", NEVER),
                 ("act", {"input": action("click", "#go"), "options": {"timeout": 10000}}),
                 ("act", {"input": "click the next link", "options": model.options()}),
                 ("navigate", {"url": f"{self.site.url}/never", "options": {"timeout": 60000}}),
                 ("navigate", {"url": f"{self.site.url}/slow?ms=100"}),
                 ("navigate", {"url": f"{self.site.url}/"}),
                 ("extract", {})]
        for number in range(count):
            chosen = [chance.choice(kinds) for _ in range(chance.randint(1, 4))]
            answers = [self.in_background(server.operation, session, verb, body) for verb, body in chosen]
            time.sleep(chance.random() * 0.2)  # the moment that chance has chosen
            def cancelled():
                cancel = server.ask("POST", f"/v1/sessions/{session}/cancel")
                self.assertEqual(cancel.status, 200, cancel)
                return all(answer.done() for answer in answers)
            # Again and again: a thread may send its request only after a cancel.
            self.wait_until(cancelled, PATIENCE, "all have come and are answered")
            for answer in answers:
                told = answer.result()
                if told.status != 200:
                    self.assert_canceled(told)
            self.assertEqual(server.metric("belay_sessions_in_use"), 0, f"after cancel {number}")
            self.assert_done(server.navigate(session, f"{self.site.url}/"))
            self.assert_usable(server, session)


if __name__ == "__main__":
    main()
