"""navigate on real Chromium: what counts as an answer, what each waitUntil waits for, and what the deadline covers."""

import json
import socket
import threading

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, PROMPT, growing


MINUTE = 1000 * BUDGET  # ms: for what must succeed, and long before


class NavigateCase(PageCase):
    def go(self, path, **options):
        """(result, seconds) of a navigation that is answered with 200; `path` may be a whole URL."""
        url = self.site.url + path if path.startswith("/") else path
        answer = self.server.navigate(self.session, url, **options)
        self.assertEqual(answer.status, 200, answer)
        self.assertIs(answer.json["success"], True, answer)
        return answer.json["data"]["result"], answer.seconds

    def late(self, path, ms, what, **options):
        """The navigation must end at its deadline and say what it waited for; a slow server's first answer gets more time,
        where it is what comes after it that is to be waited for."""
        for ms in growing(ms):
            answer = self.server.navigate(self.session, self.site.url + path, timeout=ms, **options)
            self.assertEqual(answer.status, 500, answer)
            if what in answer.json["message"] or "first answer" not in answer.json["message"]:
                break
        self.assertEqual(answer.json["message"], f"navigate timed out after {ms}ms waiting for {what}")
        self.assertGreaterEqual(answer.seconds, ms / 1000 - 0.02)
        self.assertLess(answer.seconds, ms / 1000 + PROMPT)

    def told(self, message, path, **options):
        """(result, log entries of this message) of a navigation."""
        before = len(self.server.logged(message))
        result, seconds = self.go(path, timeout=MINUTE, **options)
        self.assertLess(seconds, PROMPT)
        return result, self.server.logged(message)[before:]

    def reply(self, status, body="", **headers):
        return lambda request: self.site.send(request, status, body, [(k.replace("_", "-"), v)
                                                                      for k, v in headers.items()])

    def shown(self, marker):
        """Whether the document that this was set in is still there."""
        return self.js("window.marker") == marker


class Answers(NavigateCase):
    def test_the_result_is_the_final_response_of_the_main_document(self):
        for status in (200, 404, 500, 503):
            self.site.pages["/status"] = self.reply(status, "<!doctype html><title>said</title>", X_Test="yes")
            result, _ = self.go("/status")
            self.assertEqual(result["response"]["status"], status)
            self.assertEqual(result["response"]["url"], f"{self.site.url}/status")
            self.assertEqual(result["headersObject"]["x-test"], "yes")
            self.expect("document.title", "said")

    def test_an_error_without_a_body_has_a_response_too(self):
        for status in (404, 500):
            for wait in ("domcontentloaded", "networkidle"):
                self.site.pages["/empty"] = self.reply(status)
                result, lines = self.told("navigation failed", "/empty", waitUntil=wait)
                self.assertEqual(result["response"]["status"], status)
                self.assertEqual(lines, [])

    def test_redirects_are_followed_to_the_last(self):
        for status in (301, 302, 303, 307, 308):
            self.site.pages["/r1"] = self.reply(status, Location="/r2?x=1")
            self.site.pages["/r2"] = self.reply(status, Location="/next#end")
            for wait in ("domcontentloaded", "load", "networkidle"):
                result, _ = self.go("/r1", waitUntil=wait)
                self.assertEqual(result["response"]["status"], 200)
                self.assertEqual(result["response"]["url"], f"{self.site.url}/next")
                self.expect("document.title", "Next")
                self.expect("location.hash", "#end")

    def test_a_redirect_that_never_ends_is_null_and_logged(self):
        self.site.pages["/loop"] = self.reply(302, Location="/loop")
        self.expect_failed("/loop", "net::ERR_TOO_MANY_REDIRECTS")

    def test_a_document_that_came_over_no_network_is_null(self):
        self.go("/next")
        for url, title in (("data:text/html,<title>data</title>", "data"), ("about:blank", "")):
            for wait in ("domcontentloaded", "load", "networkidle"):
                result, _ = self.go(url, waitUntil=wait)
                self.assertIsNone(result)
                self.expect("document.title", title)

    def test_a_change_of_the_hash_is_null_and_loads_nothing(self):
        self.go("/next")
        self.js("window.marker = 'kept'")
        for wait in ("domcontentloaded", "load", "networkidle"):
            result, seconds = self.go(f"/next#{wait}", waitUntil=wait, timeout=MINUTE)
            self.assertIsNone(result)
            self.assertLess(seconds, PROMPT)
            self.expect("location.hash", f"#{wait}")
        self.assertTrue(self.shown("kept"))
        self.assertIsNotNone(self.go("/next")[0], "without the hash the document is loaded anew")
        self.assertFalse(self.shown("kept"))

    def test_a_204_and_a_download_leave_the_page_where_it_was(self):
        self.site.pages["/204"] = self.reply(204)
        self.site.pages["/205"] = self.reply(205)
        self.site.pages["/file"] = self.reply(200, "bytes", Content_Disposition="attachment; filename=x.txt")
        self.go("/")
        self.js("window.marker = 'kept'")
        before = len(self.server.logged("navigation failed"))
        for path, reason in (("/204", "no content"), ("/205", "no content"), ("/file", "download")):
            for wait in ("domcontentloaded", "networkidle"):
                result, lines = self.told("navigation left the page as it was", path, waitUntil=wait)
                self.assertIsNone(result)
                self.assertEqual([line["reason"] for line in lines], [reason])
                self.assertTrue(self.shown("kept"), path)
                self.act("click", "#go")
        self.assertEqual(len(self.server.logged("navigation failed")), before)

    def expect_failed(self, path, error):
        result, lines = self.told("navigation failed", path)
        self.assertIsNone(result)
        self.assertEqual([(line["error"], line["level"]) for line in lines], [(error, "warn")])
        self.assertTrue(lines[0]["reqId"])
        self.expect("document.URL", "chrome-error://chromewebdata/")

    def test_a_host_that_cannot_be_reached_is_null_and_logged(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            closed = listener.getsockname()[1]
        self.expect_failed(f"http://127.0.0.1:{closed}/?key=private", "net::ERR_CONNECTION_REFUSED")
        self.expect_failed("http://nowhere.invalid/", "net::ERR_NAME_NOT_RESOLVED")
        self.expect_failed("http://127.0.0.1:1/", "net::ERR_UNSAFE_PORT")
        self.assertNotIn("private", json.dumps(self.server.logged()))
        self.assertIsNotNone(self.go("/next")[0], "the page is none the worse")
        self.act("click", "p")

    def test_a_server_that_hangs_up_without_an_answer_is_null_and_logged(self):
        def hang_up(request):
            request.close_connection = True
            request.connection.shutdown(socket.SHUT_RDWR)

        self.site.pages["/gone"] = hang_up
        self.expect_failed("/gone", "net::ERR_EMPTY_RESPONSE")

    def test_a_url_that_is_none_is_refused(self):
        for url in ("", "no scheme", "http://"):
            answer = self.server.navigate(self.session, url)
            self.assertEqual((answer.status, answer.json["message"]), (500, "-32000 Cannot navigate to invalid URL"))


class Waiting(NavigateCase):
    def document(self, path, body):
        self.site.pages[path] = f"<!doctype html><title>{path}</title><body>{body}"

    def test_each_state_waits_for_what_it_names(self):
        self.site.gate("/image", kind="image/png")
        self.site.gate("/data")
        self.document("/held", "<img src=/image>")
        self.go("/held", timeout=MINUTE)
        self.expect("document.readyState", "interactive")
        self.late("/held", 700, "load", waitUntil="load")
        self.document("/fetching", "<script>onload = () => fetch('/data')</script>")
        self.go("/fetching", timeout=MINUTE, waitUntil="load")
        self.expect("document.readyState", "complete")
        self.late("/fetching", 900, "networkidle", waitUntil="networkidle")

    def test_a_page_that_polls_is_never_idle(self):
        self.document("/polling", "<script>setInterval(() => fetch('/next?' + Math.random()), 100)</script>")
        self.late("/polling", 2000, "networkidle", waitUntil="networkidle")
        self.go("/polling", timeout=MINUTE, waitUntil="load")

    def test_a_late_request_begins_the_quiet_anew(self):
        self.document("/late", """<script>let at = {}; onload = () => {
            at.load = performance.now();
            setTimeout(() => fetch('/slow?ms=300').then(() => { at.end = performance.now() }), 100) }</script>""")
        _, seconds = self.go("/late", waitUntil="networkidle", timeout=MINUTE)
        self.assertGreaterEqual(self.js("performance.now() - at.end"), 490)
        self.assertGreaterEqual(seconds, 0.85)
        self.assertLess(seconds, PROMPT)

    def test_an_idle_page_takes_the_half_second(self):
        _, seconds = self.go("/next", waitUntil="networkidle", timeout=MINUTE)
        self.assertGreaterEqual(seconds, 0.5)
        self.assertLess(seconds, PROMPT)

    def test_event_streams_and_websockets_do_not_count(self):
        opened = []

        def stream(request):
            opened.append("stream")
            request.send_response(200)
            request.send_header("Content-Type", "text/event-stream")
            request.end_headers()
            try:
                while not self.site.closing.wait(0.1):
                    request.wfile.write(b"data: tick\n\n")
            except OSError:
                pass

        def socket_held(request):
            opened.append("socket")
            self.site.closing.wait(20)

        def ends(request):
            opened.append("ends")
            self.site.send(request, 200, "retry: 100\n\n")

        self.site.pages.update({"/stream": stream, "/socket": socket_held, "/ends": ends})
        self.document("/live", f"""<script>window.s = new EventSource('/stream');
            window.e = new EventSource('/ends');
            window.w = new WebSocket('ws://127.0.0.1:{self.site.port}/socket')</script>""")
        _, seconds = self.go("/live", waitUntil="networkidle", timeout=MINUTE)
        self.assertLess(seconds, PROMPT)
        self.assertLessEqual({"stream", "socket"}, set(opened))

    def test_requests_of_the_page_before_do_not_count(self):
        self.site.gate("/data")
        self.document("/before", "<script>fetch('/data', {keepalive: true}); navigator.sendBeacon('/data')</script>")
        self.go("/before")
        _, seconds = self.go("/next", waitUntil="networkidle", timeout=MINUTE)
        self.assertLess(seconds, PROMPT)

    def test_an_inner_document_that_hangs_holds_up_load_and_not_the_page_itself(self):
        self.document("/outer", "<iframe src=/never></iframe>")
        self.go("/outer", timeout=MINUTE)
        self.late("/outer", 700, "load", waitUntil="load")


class Deadlines(NavigateCase):
    def test_a_late_answer_is_waited_for_within_the_timeout_and_no_longer(self):
        result, seconds = self.go("/slow?ms=900", timeout=MINUTE)
        self.assertEqual(result["response"]["status"], 200)
        self.assertGreaterEqual(seconds, 0.9)
        self.late("/slow?ms=2000", 500, "the server's first answer")

    def test_a_server_that_never_answers_costs_the_timeout_and_the_page_stays_usable(self):
        self.go("/")
        for wait in ("domcontentloaded", "networkidle"):
            self.late("/never", 600, "the server's first answer", waitUntil=wait)
        self.act("click", "#go")
        self.expect("document.title", "clicked")

    def test_what_was_given_up_does_not_come_back(self):
        sent = threading.Event()

        def wait(request):
            request.connection.settimeout(PATIENCE)
            try:
                request.connection.recv(1)  # until the browser hangs up, as it does when it has given up
                self.site.send(request, 200, "<title>too late</title>")
            except TimeoutError:
                self.site.send(request, 200, "<title>too late</title>")
            finally:
                sent.set()

        self.site.pages["/gate"] = wait
        self.go("/")
        self.late("/gate", 1000, "the server's first answer")
        self.assertTrue(sent.wait(2 * PATIENCE))
        self.js("new Promise((done) => requestAnimationFrame(() => fetch('/next').then(done)))")
        self.expect("location.pathname", "/")

    def test_a_redirect_to_silence_is_covered(self):
        self.site.pages["/to-silence"] = self.reply(302, Location="/never")
        self.late("/to-silence", 600, "the server's first answer")

    def test_half_a_head_is_no_answer(self):
        def half(request):
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/ht")
            request.wfile.flush()
            self.site.closing.wait(5)

        self.site.pages["/half-a-head"] = half
        self.late("/half-a-head", 600, "the server's first answer")


class Superseded(NavigateCase):
    def document(self, path, script):
        self.site.pages[path] = f"<!doctype html><title>{path}</title><img src=/never><script>{script}</script>"

    def test_a_document_that_leaves_before_it_is_loaded_is_followed(self):
        for wait in ("load", "networkidle"):
            for way in ("location.href = '/next'", "setTimeout(() => location.assign('/next'), 100)",
                        "setTimeout(() => { const f = document.createElement('form'); f.action = '/next';"
                        "document.body.append(f); f.submit() }, 50)"):
                self.document("/leaves", way)
                result, _ = self.go("/leaves", waitUntil=wait, timeout=MINUTE)
                self.expect("document.title", "Next")
                self.assertEqual(result["response"]["url"].split("?")[0], f"{self.site.url}/next", way)

    def test_a_document_that_leaves_once_it_is_loaded_is_followed_while_the_network_is_waited_for(self):
        self.site.pages["/refreshes"] = "<meta http-equiv=refresh content='0;url=/next'><title>refreshes</title>"
        result, _ = self.go("/refreshes", waitUntil="networkidle", timeout=MINUTE)
        self.expect("document.title", "Next")
        self.assertEqual(result["response"]["url"], f"{self.site.url}/next")

    def test_a_chain_of_documents_is_followed_to_its_end(self):
        self.document("/one", "location.href = '/two'")
        self.document("/two", "setTimeout(() => { location.href = '/three' }, 50)")
        self.document("/three", "location.replace('/next')")
        result, _ = self.go("/one", waitUntil="load", timeout=MINUTE)
        self.assertEqual(result["response"]["url"], f"{self.site.url}/next")

    def test_a_document_that_leaves_for_where_nothing_answers_ends_at_the_deadline(self):
        self.document("/leaves", "location.href = '/never'")
        self.late("/leaves", 900, "load", waitUntil="load")
        self.assertIsNotNone(self.go("/next")[0])

    def test_a_page_that_goes_elsewhere_while_it_is_sent_away_does_not_win(self):
        self.site.pages["/restless"] = "<title>restless</title><script>" \
            "window.leave = () => setTimeout(() => { location.href = '/' }, 150)</script>"
        self.go("/restless")
        self.js("leave()")
        result, _ = self.go("/slow?ms=600", timeout=MINUTE)
        self.expect("document.title", "Slow")
        self.assertEqual(result["response"]["status"], 200)

    def test_a_page_that_a_click_has_sent_elsewhere_may_win_and_the_log_says_so(self):
        asked = self.site.gate("/asked")  # the page leaves once the navigation is under way, and before that is answered
        self.site.pages["/restless"] = "<title>restless</title><script>const asked = fetch('/asked')</script>" \
            "<button id=b onclick=\"asked.then(() => { location.href = '/next' })\">b</button>"
        self.site.pages["/held"] = lambda request: (asked.set(), self.left.wait(PATIENCE))
        self.site.pages["/next"] = lambda request: (self.left.set(), self.site.send(request, 200, "<title>Next</title>"))
        self.left = threading.Event()
        self.addCleanup(self.left.set)
        self.go("/restless")
        self.act("click", "#b")
        result, lines = self.told("navigation failed", "/held")
        self.eventually("document.title", "Next")
        self.assertIsNone(result)
        self.assertEqual([line["error"] for line in lines], ["net::ERR_ABORTED"])

    def test_a_document_that_replaces_its_history_entry_is_still_itself(self):
        self.site.pages["/pushes"] = "<title>pushes</title><script>history.replaceState(0, '', '/elsewhere');" \
            "history.pushState(0, '', '/again')</script>"
        for wait in ("domcontentloaded", "load", "networkidle"):
            result, _ = self.go("/pushes", waitUntil=wait, timeout=MINUTE)
            self.assertEqual(result["response"]["status"], 200)


if __name__ == "__main__":
    main()
