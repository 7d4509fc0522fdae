"""A retry of a client that gave up joins the run that is still going (or has finished), and never does it again."""

import threading

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.client import Connection
from harness.patience import PATIENCE
from harness.server import action


def retry(count):
    return {"x-stainless-retry-count": str(count)}


class Case(ServerCase):
    def setUp(self):
        super().setUp()
        self.clicks = 0
        self.lock = threading.Lock()
        self.site.pages["/work"] = """<!doctype html><title>Work</title>
            <button id="b" disabled onclick="fetch('/clicked', {method: 'POST'})">b</button>
            <script>fetch('/soon').then(() => { document.querySelector('#b').disabled = false })</script>"""
        self.site.pages["/clicked"] = self.count

    def count(self, request):
        with self.lock:
            self.clicks += 1
        self.site.send(request, 200, "")

    def body(self):
        return {"input": action("click", "#b"), "options": {"timeout": 60000}}

    def begin_and_leave(self, server, session):
        """A click that its client abandons while it waits for the button."""
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        connection = Connection(server.port)
        connection.send("POST", f"/v1/sessions/{session}/act", self.body(), retry(0))
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the run is under way")
        connection.close()
        self.wait_until(lambda: self.left(server), PATIENCE, "the server has seen the client leave")

    @staticmethod
    def left(server):
        # A fresh request gets through only after the loop has handled what came before it, the close included.
        return server.ask("GET", "/healthz").status == 200


class Retries(Case):
    def test_a_retry_joins_a_run_that_is_still_going(self):
        server = self.server()
        session = server.start()
        self.begin_and_leave(server, session)
        again = self.in_background(server.operation, session, "act", self.body(), retry(1))
        self.wait_until(lambda: server.metric("belay_retries_joined_total") == 1, PATIENCE, "it has joined")
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_a_retry_joins_a_run_that_has_finished(self):
        server = self.server()
        session = server.start()
        self.begin_and_leave(server, session)
        self.site.soon.set()
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "the run finished unheard")
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and let go")
        first = server.operation(session, "act", self.body(), retry(2))
        self.assert_done(first)
        self.assertEqual(server.metric("belay_retries_joined_total"), 1)
        self.assertEqual(self.clicks, 1)

    def test_a_retry_that_asks_for_a_stream_joins_as_well(self):
        server = self.server()
        session = server.start()
        self.begin_and_leave(server, session)
        stream = server.stream(session, "act", self.body(), retry(1))
        self.wait_until(lambda: server.metric("belay_retries_joined_total") == 1, PATIENCE, "it has joined")
        self.site.soon.set()
        events = list(stream.events())
        stream.close()
        self.assertEqual((events[0].name, events[-1].name), ("starting", "finished"))
        self.assertTrue(events[-1].json["data"]["result"]["success"])
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_what_is_not_a_retry_runs_anew(self):
        server = self.server()
        session = server.start()
        self.begin_and_leave(server, session)
        again = self.in_background(server.operation, session, "act", self.body(), retry(0))
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")

    def test_an_answered_run_is_never_joined(self):
        server = self.server()
        session = server.start()
        self.site.soon.set()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        self.assert_done(server.operation(session, "act", self.body(), retry(0)))
        self.assert_done(server.operation(session, "act", self.body(), retry(1)))
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")

    def test_another_body_is_another_run(self):
        server = self.server()
        session = server.start()
        self.begin_and_leave(server, session)
        other = {**self.body(), "options": {"timeout": 59000}}
        again = self.in_background(server.operation, session, "act", other, retry(1))
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")


class Resume(Case):
    """The same over a stream whose client tells by Last-Event-ID how far it got."""

    def begin(self, server, session, frames):
        """A click whose client loses its connection after so many frames; returns those frames."""
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        stream = server.stream(session, "act", self.body())
        events = stream.events()
        seen = [next(events) for _ in range(frames)]
        stream.close()
        self.wait_until(lambda: self.left(server), PATIENCE, "the server has seen the client leave")
        return seen

    def resume(self, server, session, last, **headers):
        stream = server.stream(session, "act", self.body(), {"Last-Event-ID": last, **headers})
        self.site.soon.set()
        events = list(stream.events())
        stream.close()
        self.assertNotIn(b"\nid:", stream.text)
        return events

    def test_a_stream_goes_on_after_the_last_frame_its_client_got(self):
        server = self.server()
        session = server.start()
        seen = self.begin(server, session, 2)
        rest = self.resume(server, session, seen[-1].json["id"])
        self.assertEqual([event.name for event in seen], ["starting", "connected"])
        self.assertEqual([event.name for event in rest][0], "running")
        self.assertEqual(rest[-1].name, "finished")
        self.assertTrue(rest[-1].json["data"]["result"]["success"])
        ids = [event.json["id"] for event in seen + rest]
        self.assertEqual(len(set(ids)), len(ids))
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")
        self.assertEqual(server.metric("belay_retries_joined_total"), 1)

    def test_a_run_that_has_finished_meanwhile_gives_the_rest(self):
        server = self.server()
        session = server.start()
        seen = self.begin(server, session, 1)
        self.site.soon.set()
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "the run finished unheard")
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and let go")
        rest = self.resume(server, session, seen[-1].json["id"])
        self.assertEqual([rest[0].name, rest[-1].name], ["connected", "finished"])
        self.assertEqual(self.clicks, 1)

    def test_an_id_that_is_not_known_gets_all_frames_as_they_were_sent(self):
        server = self.server()
        session = server.start()
        seen = self.begin(server, session, 2)
        whole = self.resume(server, session, "nobody's")
        self.assertEqual([event.data for event in whole[:2]], [event.data for event in seen])
        self.assertEqual(whole[-1].name, "finished")
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_while_its_client_is_there_a_run_is_not_resumed(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        stream = server.stream(session, "act", self.body())
        events = stream.events()
        first = next(events)
        second = self.in_background(self.resume, server, session, first.json["id"])
        self.assertEqual(list(events)[-1].name, "finished")
        stream.close()
        self.assertEqual(second.result()[0].name, "starting")
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")


if __name__ == "__main__":
    main()
