"""A retry of a client that gave up joins the run that is still going (or has finished), and never does it again."""

import itertools
import json
import threading

import setup_path  # noqa: F401
from harness.case import ServerCase, SharedServerCase, main
from harness.client import Connection
from harness.patience import BUDGET, PATIENCE
from harness.server import action


def retry(count):
    return {"x-stainless-retry-count": str(count)}


class Work:
    """Mixed into cases with a server: a page of work, and requests for it."""

    numbers = itertools.count()

    def setUp(self):
        super().setUp()
        self.timeout = 60_000 + next(self.numbers)  # no other test's request is the same
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
        return {"input": action("click", "#b"), "options": {"timeout": self.timeout}}

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


class Case(Work, SharedServerCase):
    def setUp(self):
        super().setUp()
        self.counting("belay_retries_joined_total")

    def joined(self):
        return self.counted("belay_retries_joined_total")


class Retries(Case):
    def test_a_retry_joins_a_run_that_is_still_going(self):
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        again = self.in_background(server.operation, session, "act", self.body(), retry(1))
        self.wait_until(lambda: self.joined() == 1, PATIENCE, "it has joined")
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_a_retry_joins_a_run_that_has_finished(self):
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        self.site.soon.set()
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "the run finished unheard")
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and let go")
        first = server.operation(session, "act", self.body(), retry(2))
        self.assert_done(first)
        self.assertEqual(self.joined(), 1)
        self.assertEqual(self.clicks, 1)

    def test_a_retry_that_asks_for_a_stream_joins_as_well(self):
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        stream = server.stream(session, "act", self.body(), retry(1))
        self.wait_until(lambda: self.joined() == 1, PATIENCE, "it has joined")
        self.site.soon.set()
        events = list(stream.events())
        stream.close()
        self.assertEqual((events[0].name, events[-1].name), ("starting", "finished"))
        self.assertTrue(events[-1].json["data"]["result"]["success"])
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_what_is_not_a_retry_runs_anew(self):
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        again = self.in_background(server.operation, session, "act", self.body(), retry(0))
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")

    def test_an_answered_run_is_never_joined(self):
        server, session = self.shared, self.session
        self.site.soon.set()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        self.assert_done(server.operation(session, "act", self.body(), retry(0)))
        self.assert_done(server.operation(session, "act", self.body(), retry(1)))
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")

    def test_the_same_asked_for_anew_is_what_a_later_retry_means(self):
        """A click is abandoned; the next one is answered; of a third only the retry arrives. Three wishes, three clicks."""
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        self.site.soon.set()
        self.assert_done(server.operation(session, "act", self.body(), retry(0)))
        self.assert_done(server.operation(session, "act", self.body(), retry(1)))
        self.wait_until(lambda: self.clicks == 3, PATIENCE, "three clicks")
        self.assertEqual(self.joined(), 0)

    def test_another_body_is_another_run(self):
        server, session = self.shared, self.session
        self.begin_and_leave(server, session)
        other = {**self.body(), "options": {"timeout": 59_000}}
        again = self.in_background(server.operation, session, "act", other, retry(1))
        self.site.soon.set()
        self.assert_done(again.result())
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")


class Reads(Work, ServerCase):
    """What is read is of the page that was there, and nobody else's."""

    def setUp(self):
        super().setUp()
        self.site.pages["/one"] = "<!doctype html><title>1</title><p>first page</p>"
        self.site.pages["/two"] = "<!doctype html><title>2</title><p>second page</p>"
        self.site.pages["/large"] = "<!doctype html><title>3</title>" + "<p>word</p>" * 40_000

    def abandon(self, server, session, headers=None):
        """An extract whose client has left before the answer; it is over when this returns."""
        done = self.done(server, session)
        connection = Connection(server.port)
        connection.send("POST", f"/v1/sessions/{session}/extract", {}, headers)
        connection.close()  # maybe before it is accepted: then nobody can tell whose it was, hence --any-local-user
        self.wait_until(lambda: self.done(server, session) > done, PATIENCE, "the run is over")

    @staticmethod
    def done(server, session):
        pages = server.ask("GET", f"/v1/sessions/{session}/replay").json["data"]["pages"]
        return sum(len(page["actions"]) for page in pages)

    def test_a_retry_gets_what_was_read_last(self):
        server = self.server("--any-local-user")
        session = server.start()
        for page in ("one", "two"):
            self.assert_done(server.navigate(session, f"{self.site.url}/{page}"))
            self.abandon(server, session)
        answer = server.operation(session, "extract", {}, retry(1))
        self.assertIn("second page", json.dumps(answer.json))
        self.assertEqual(server.metric("belay_retries_joined_total"), 1)

    def test_another_key_gets_nothing_of_what_the_first_was_answered(self):
        server = self.server("--any-local-user")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/one"))
        for name in ("x-model-api-key", "x-bb-api-key", "authorization"):
            with self.subTest(name):
                self.abandon(server, session, {name: "one"})
                done = self.done(server, session)
                self.assert_done(server.operation(session, "extract", {}, {**retry(1), name: "two"}))
                self.assertEqual(self.done(server, session), done + 1, "it was done anew")
                self.assert_done(server.operation(session, "extract", {}, {**retry(1), name: "one"}))
                self.assertEqual(self.done(server, session), done + 1, "its own was joined")

    def test_an_answer_that_was_lost_on_its_way_is_sent_again(self):
        """The kernel took it, the client never read it."""
        server = self.server("--any-local-user")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/large", timeout=1000 * BUDGET))
        for small in (True, False):  # whether the client's machine has room for all of it
            if not small:
                self.assert_done(server.navigate(session, f"{self.site.url}/one"))
            done = self.done(server, session)
            connection = Connection(server.port)
            connection.send("POST", f"/v1/sessions/{session}/extract", {}, retry(0))
            self.wait_until(lambda: self.done(server, session) > done, PATIENCE, "it is read")
            self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and over")
            connection.close()
            self.wait_until(lambda: self.left(server), PATIENCE, "the server has seen the client leave")
            self.assert_done(server.operation(session, "extract", {}, retry(1)))
            self.assertEqual(self.done(server, session), done + 1, "it was not read again")

    def test_a_retry_joins_though_its_first_connection_still_seems_to_be_there(self):
        server = self.server("--any-local-user")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        body = self.body()
        first = Connection(server.port)
        first.send("POST", f"/v1/sessions/{session}/act", body, retry(0))
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the run is under way")
        again = self.in_background(server.operation, session, "act", body, retry(1))
        self.wait_until(lambda: server.metric("belay_retries_joined_total") == 1, PATIENCE, "it has joined")
        self.site.soon.set()
        self.assert_done(again.result())
        self.assert_done(first.read("POST"))
        first.close()
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")


class Idempotency(Case):
    def test_one_key_is_done_once(self):
        server, session = self.shared, self.session
        self.site.soon.set()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        key = {"Idempotency-Key": "order-17"}
        first = server.operation(session, "act", self.body(), key)
        self.assert_done(first)
        self.assertEqual(server.operation(session, "act", self.body(), key).json, first.json)
        other = server.operation(session, "extract", {}, key)
        self.assertEqual(other.status, 422, other)
        self.assertEqual(other.header("x-should-retry"), "false")
        self.assert_done(server.operation(session, "act", self.body(), {"Idempotency-Key": "order-18"}))
        self.wait_until(lambda: self.clicks == 2, PATIENCE, "two clicks")

    def test_sixteen_may_wait_for_one_run(self):
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        key = {"Idempotency-Key": "once"}
        waiting = [self.in_background(server.operation, session, "act", self.body(), key) for _ in range(16)]
        self.wait_until(lambda: self.joined() == 15, PATIENCE, "all wait")
        refused = server.operation(session, "act", self.body(), key)
        self.assertEqual(refused.status, 429, refused)
        self.assertIn("Too many requests wait for this operation already (16)", refused.json["message"])
        self.assertTrue(refused.header("retry-after"))
        self.site.soon.set()
        for one in waiting:
            self.assert_done(one.result())
        self.assert_done(server.operation(session, "act", self.body(), key))
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")


class Limits(Work, ServerCase):
    """Who abandons much holds up nobody else."""

    def fill(self, server, session, count, headers):
        """So many clicks under way or waiting for their turn, whose clients are gone."""
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        for number in range(count):
            stream = server.stream(session, "act", {**self.body(), "options": {"timeout": 60_000 + number}}, headers)
            self.assertEqual(next(stream.events()).name, "starting")
            stream.close()

    def test_a_session_that_is_full_refuses_and_others_are_served(self):
        server = self.server("--max-operations-per-session", "5")
        full, other = server.start(), server.start()
        self.fill(server, full, 5, {})
        answer = server.operation(full, "act", self.body())
        self.assertEqual(answer.status, 429, answer)
        self.assertIn("on this session (5, --max-operations-per-session)", answer.json["message"])
        self.assertGreaterEqual(int(answer.header("Retry-After")), 1)
        self.assert_done(server.navigate(other, f"{self.site.url}/work"))

    def test_a_caller_who_has_its_share_is_refused_and_others_are_served(self):
        server = self.server("--max-operations", "8")
        one, two = server.start(), server.start()
        greedy, modest = {"x-bb-api-key": "greedy"}, {"x-bb-api-key": "modest"}
        self.fill(server, one, 4, greedy)
        answer = server.operation(two, "act", self.body(), greedy)
        self.assertEqual(answer.status, 429, answer)
        self.assertIn("of this caller are under way (4, --max-operations-per-caller)", answer.json["message"])
        self.assert_done(server.navigate(two, f"{self.site.url}/work", headers=modest))
        self.assertGreaterEqual(server.metric('belay_operations_refused_total{limit="caller"}'), 1)


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
        server, session = self.shared, self.session
        seen = self.begin(server, session, 2)
        rest = self.resume(server, session, seen[-1].json["id"])
        self.assertEqual([event.name for event in seen], ["starting", "connected"])
        self.assertEqual([event.name for event in rest][0], "running")
        self.assertEqual(rest[-1].name, "finished")
        self.assertTrue(rest[-1].json["data"]["result"]["success"])
        ids = [event.json["id"] for event in seen + rest]
        self.assertEqual(len(set(ids)), len(ids))
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")
        self.assertEqual(self.joined(), 1)

    def test_a_run_that_has_finished_meanwhile_gives_the_rest(self):
        server, session = self.shared, self.session
        seen = self.begin(server, session, 1)
        self.site.soon.set()
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "the run finished unheard")
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and let go")
        rest = self.resume(server, session, seen[-1].json["id"])
        self.assertEqual([rest[0].name, rest[-1].name], ["connected", "finished"])
        self.assertEqual(self.clicks, 1)

    def test_an_id_that_is_not_known_is_refused_and_nothing_is_done(self):
        server, session = self.shared, self.session
        self.site.soon.set()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        for headers in ({}, retry(1)):
            answer = server.operation(session, "act", self.body(), {"Last-Event-ID": "nobody's", **headers})
            self.assertEqual(answer.status, 409, answer)
            self.assertIn("Last-Event-ID names no frame of this request", answer.json["message"])
            self.assertEqual(answer.header("x-should-retry"), "false")
        self.assertEqual(self.clicks, 0)

    def test_a_stream_that_was_read_to_its_end_is_over(self):
        server, session = self.shared, self.session
        self.site.soon.set()
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        stream = server.stream(session, "act", self.body())
        seen = list(stream.events())
        stream.close()
        self.assertEqual(self.resume(server, session, seen[-1].json["id"]), [])
        rest = self.resume(server, session, seen[-2].json["id"])
        self.assertEqual([event.data for event in rest], [seen[-1].data])
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")

    def test_two_clients_may_read_one_stream(self):
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        stream = server.stream(session, "act", self.body())
        events = stream.events()
        first = next(events)
        second = self.in_background(self.resume, server, session, first.json["id"])
        rest = list(events)
        stream.close()
        self.assertEqual([event.data for event in second.result()], [event.data for event in rest])
        self.wait_until(lambda: self.clicks == 1, PATIENCE, "one click")


if __name__ == "__main__":
    main()
