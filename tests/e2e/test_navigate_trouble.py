"""navigate where the happy event never comes: bodies that are cut, documents that give themselves up, renderers that hang or
die, and a later navigate that wants the page."""

import os
import signal
import socket
import threading

import setup_path  # noqa: F401
from harness import proc
from harness.agent_case import AgentCase, done
from harness.case import main
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import action

MINUTE = 1000 * BUDGET  # ms: for what must be answered long before
WAITS = ("domcontentloaded", "load", "networkidle")


class TroubleCase(PageCase):
    def go(self, path, **options):
        """The answer to a navigation, which must come long before its time is over; `path` may be a whole URL."""
        url = self.site.url + path if path.startswith("/") else path
        answer = self.server.navigate(self.session, url, **{"timeout": MINUTE, **options})
        self.assertLess(answer.seconds, PROMPT, answer)
        return answer

    def arrives(self, path, **options):
        """The navigation must succeed; the URL of the response."""
        answer = self.go(path, **options)
        self.assertEqual(answer.status, 200, answer)
        result = answer.json["data"]["result"]
        return result and result["response"]["url"]

    def raw(self, path, head, body):
        """The path is answered with these bytes, and the connection is closed after them."""
        def answer(request):
            request.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n".encode() + body)
            request.wfile.flush()
            request.close_connection = True
            request.connection.shutdown(socket.SHUT_RDWR)
        self.site.pages[path] = answer

    def look(self):
        """The tab may be another one than before; what it shows is asked of it from now on."""
        self.wait_until(lambda: len(self.devtools.pages()) == 1, PATIENCE, "one tab")
        type(self).tab = next(iter(self.devtools.pages()))


class Bodies(TroubleCase):
    def refused(self, path, error):
        for wait in WAITS:
            answer = self.go(path, waitUntil=wait)
            self.assertEqual(answer.status, 500, answer)
            self.assertEqual(answer.json["message"],
                             f"the document did not come whole: its body was cut short or cannot be decoded ({error})")

    def test_a_body_that_is_cut_is_told_at_once(self):
        self.raw("/cut", "Content-Length: 400", b"<button id=b onclick='document.title = 7'>b</button>\n")
        self.refused("/cut", "net::ERR_CONTENT_LENGTH_MISMATCH")
        self.act("click", "#b")  # what came is there
        self.expect("document.title", "7")

    def test_chunks_that_are_cut_are_told_at_once(self):
        self.raw("/chunks", "Transfer-Encoding: chunked", b"d\r\n<p>short</p>\n\r\n")
        self.refused("/chunks", "net::ERR_INCOMPLETE_CHUNKED_ENCODING")

    def test_a_wrong_content_encoding_is_told_at_once_and_the_page_stays_usable(self):
        self.raw("/gzip", "Content-Encoding: gzip\r\nContent-Length: 13", b"<p>short</p>\n")
        self.refused("/gzip", "net::ERR_CONTENT_DECODING_FAILED")
        self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")
        self.act("click", "p")

    def test_a_document_without_an_element_is_read_as_an_empty_page(self):
        self.raw("/nothing", "Content-Encoding: gzip\r\nContent-Length: 13", b"<p>short</p>\n")
        self.assertEqual(self.go("/nothing").status, 500)
        self.expect("document.documentElement", None)
        answer = self.server.operation(self.session, "extract", {})
        self.assertEqual(answer.status, 200, answer)
        self.go("/next")
        self.js("document.documentElement.remove()")
        answer = self.server.operation(self.session, "extract", {})
        self.assertEqual(answer.status, 200, answer)


class GivenUp(TroubleCase):
    def test_a_document_that_leads_at_once_to_no_document_is_the_answer(self):
        self.site.pages["/204"] = lambda request: self.site.send(request, 204, "")
        self.site.pages["/file"] = lambda request: self.site.send(
            request, 200, "bytes", [("Content-Disposition", "attachment; filename=x.txt")])
        for target in ("/204", "/file", "zoommtg://x", "mailto:x@y.test"):
            self.site.pages["/leads"] = "<!doctype html><button id=b onclick='document.title = 7'>b</button>" \
                f"<script>location = '{target}'</script><p>never parsed"
            for wait in WAITS:
                self.assertEqual(self.arrives("/leads", waitUntil=wait), f"{self.site.url}/leads", target)
                self.act("click", "#b")
                self.expect("document.title", "7")

    def test_a_document_that_stops_itself_is_the_answer(self):
        self.site.pages["/stops"] = "<!doctype html><p id=p>here</p><script>window.stop()</script><p>never parsed"
        for wait in WAITS:
            self.assertEqual(self.arrives("/stops", waitUntil=wait), f"{self.site.url}/stops")
        self.site.pages["/stops"] = "<!doctype html><img src=/never><script>setTimeout(() => window.stop(), 100)</script>"
        for wait in WAITS:
            self.assertEqual(self.arrives("/stops", waitUntil=wait), f"{self.site.url}/stops")


class SentOn(TroubleCase):
    def test_a_document_that_refreshes_at_once_is_followed(self):
        for content in ("0;url=/next", "0; URL='/next'", "0.5, /next", " 0 next"):
            self.site.pages["/sends"] = f'<!doctype html><title>sends</title><meta http-equiv=Refresh content="{content}">'
            for wait in WAITS:
                self.assertEqual(self.arrives("/sends", waitUntil=wait), f"{self.site.url}/next", content)
                self.expect("document.title", "Next")

    def test_a_header_that_refreshes_at_once_is_followed(self):
        self.site.pages["/sends"] = lambda request: self.site.send(request, 200, "<title>sends</title>",
                                                                   [("Refresh", "0; url=/next")])
        self.assertEqual(self.arrives("/sends"), f"{self.site.url}/next")

    def test_a_chain_of_refreshes_is_followed_to_its_end(self):
        self.site.pages["/one"] = "<meta http-equiv=refresh content='0;/two'>"
        self.site.pages["/two"] = "<meta http-equiv=refresh content='0;/next'>"
        self.assertEqual(self.arrives("/one"), f"{self.site.url}/next")

    def test_what_refreshes_later_or_loads_itself_anew_is_the_answer(self):
        for content in ("30;url=/next", "0", "0;url=/stays", "0;url=#part", "0;url=javascript:1", "soon;url=/next"):
            self.site.pages["/stays"] = f'<!doctype html><title>stays</title><meta http-equiv=refresh content="{content}">'
            self.assertEqual(self.arrives("/stays"), f"{self.site.url}/stays", content)

    def test_a_refresh_that_leads_to_no_document_ends_with_the_one_that_is_shown(self):
        self.site.pages["/204"] = lambda request: self.site.send(request, 204, "")
        self.site.pages["/sends"] = "<!doctype html><title>sends</title><meta http-equiv=refresh content='0;url=/204'>"
        self.assertEqual(self.arrives("/sends"), f"{self.site.url}/sends")


class Addresses(TroubleCase):
    def test_a_host_without_a_scheme_is_taken_for_http(self):
        for url in (f"127.0.0.1:{self.site.port}/next", f"localhost:{self.site.port}/next"):
            self.assertEqual(self.arrives(url), f"http://{url}")
        self.arrives("localhost:1/")  # where nobody listens: an ordinary failure
        self.assertIn(self.server.logged("navigation failed")[-1]["error"],
                      ("net::ERR_UNSAFE_PORT", "net::ERR_CONNECTION_REFUSED"))

    def test_the_referer_is_sent_whole_to_other_sites_too(self):
        seen = []
        self.site.pages["/asks"] = lambda request: (seen.append(request.headers.get("Referer")),
                                                    self.site.send(request, 200, "<title>asks</title>"))
        for referer in ("http://example.test/a/b?c=d", "https://example.test/secure", f"{self.site.url}/here"):
            self.arrives("/asks", referer=referer)
            self.assertEqual(seen[-1], referer)
            self.expect("document.referrer", referer)


class Hung(TroubleCase):
    """A page whose script never lets go of the renderer lets no other document of its process in."""

    def hang(self, before=""):
        """Shows a page that hangs from then on. A page that was touched may ask to stay."""
        held, hanging = self.site.gate("/held"), threading.Event()
        self.site.pages["/hanging"] = lambda request: (hanging.set(), self.site.send(request, 200, ""))
        # What it waits for last holds its thread as the loop does.
        self.site.pages["/hangs"] = f"""<!doctype html><title>hangs</title><script>{before};
            fetch('/held').then(() => {{
              const last = new XMLHttpRequest();
              last.open('GET', '/hanging', false);
              last.send();
              while (true);
            }})</script>"""
        self.arrives("/hangs")
        self.look()
        self.act("press", "body", "a")
        held.set()
        self.assertTrue(hanging.wait(PATIENCE))

    def setUp(self):
        self.look()
        super().setUp()

    def replaced(self):
        return len(self.server.logged("page replaced"))

    def test_a_navigation_leaves_it_behind_within_its_time(self):
        for before in ("", "addEventListener('beforeunload', (e) => e.preventDefault())"):
            before_it = self.replaced()
            self.hang(before)
            self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")
            self.assertEqual(self.replaced(), before_it + 1)
            self.look()
            self.expect("document.title", "Next")
            self.act("click", "p")
            self.assertEqual(self.arrives("/"), f"{self.site.url}/", "the new tab is an ordinary one")

    def test_about_blank_leaves_it_behind_too(self):
        self.hang()
        self.assertIsNone(self.arrives("about:blank"))
        self.look()
        self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")

    def test_a_navigation_whose_time_is_too_short_says_why_and_the_next_one_comes_through(self):
        why = "navigate timed out after 900ms waiting for "
        told = []
        for _ in range(5):  # where the document has hardly come when the time is over, nobody can tell yet
            self.hang()
            answer = self.server.navigate(self.session, f"{self.site.url}/next", timeout=900)
            told.append((answer.status, answer.json["message"]))
            self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")
            if told[-1] != (500, why + "domcontentloaded"):
                break
        self.assertEqual(told[-1], (500, why + "the page to give way to another one: a script of its own keeps it busy"))
        self.look()

    def test_a_page_that_is_busy_for_a_while_keeps_its_tab(self):
        before = self.replaced()
        self.site.pages["/busy"] = "<!doctype html><title>busy</title><script>const until = performance.now() + 1500;" \
            "setTimeout(() => { while (performance.now() < until); }, 0)</script>"
        self.arrives("/busy")
        self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")
        self.assertEqual(self.replaced(), before)


class Back(TroubleCase, AgentCase):
    """An agent's way back where there is no page to go to any more."""

    launch = {"args": ["--disable-features=BackForwardCache"]}  # by which a page is there without its server

    BACK = [("navback", {"reasoningText": "back"})]

    def test_what_is_no_page_any_more_is_told_at_once(self):
        for status, headers in ((204, []), (200, [("Content-Disposition", "attachment; filename=x.txt")])):
            self.site.pages["/was"] = lambda request: self.site.send(
                request, 200, "<title>was</title>", [("Cache-Control", "no-store")])
            self.arrives("/was")
            self.arrives("/next")
            self.site.pages["/was"] = lambda request, to=status, of=headers: self.site.send(request, to, "", of)
            steps = self.result(self.BACK, done())["actions"]
            self.assertIn("there is no page any more where the history goes back", steps[0]["error"])
            self.assertEqual(self.title(), "Next")

    def never_kept(self, path, body):
        self.site.pages[path] = lambda request: self.site.send(
            request, 200, f"<!doctype html><title>{path}</title>{body}", [("Cache-Control", "no-store")])

    def goes_back_in_vain_beside(self, path, beats):
        """The server has no page any more, and says so when what happens beside it has come thrice since it was asked."""
        asked, let, came = threading.Event(), threading.Event(), []
        self.addCleanup(let.set)

        def beat(request):
            if asked.is_set():
                came.append(1)
            if len(came) > 2:
                let.set()
            self.site.send(request, 200, "over" if len(came) > 2 else "on")
        self.site.pages[beats] = beat
        self.site.pages[path] = lambda request: (asked.set(), let.wait(PATIENCE), self.site.send(request, 204, ""))
        step = self.result(self.BACK, done())["actions"][0]
        self.assertIn("there is no page any more where the history goes back", step.get("error", "it was told as done"))
        self.assertGreater(len(came), 2)

    BEAT = ("<script>const beat = setInterval(async () => { %s;"
            "if (await (await fetch('/beat')).text() === 'over') clearInterval(beat) }, 100)</script>")

    def test_a_page_that_changes_its_address_meanwhile_is_not_taken_for_the_one_that_was(self):
        self.never_kept("/was", "")
        self.site.pages["/beat"] = "on"
        self.never_kept("/clock", self.BEAT % "history.replaceState(null, '', '?t=' + Date.now()); location.replace('#' + Date.now())")
        self.arrives("/was")
        self.arrives("/clock")
        self.goes_back_in_vain_beside("/was", "/beat")
        self.assertEqual(self.title(), "/clock")

    def test_a_frame_that_refreshes_itself_meanwhile_is_not_taken_for_the_one_that_goes_back(self):
        for host in (self.site.url, self.site.url.replace("127.0.0.1", "localhost")):
            with self.subTest(host=host):
                self.never_kept("/was", "<a id=on href=/on>on</a>")
                self.never_kept("/on", "")
                self.never_kept("/host", f"<iframe id=f src={host}/was></iframe><iframe src=/ad></iframe>"
                                + self.BEAT % "frames[1].location.replace('/ad?' + Date.now())")
                self.never_kept("/ad", "")
                self.site.pages["/beat"] = "on"
                self.arrives("/host")
                answer = self.server.act(self.session, action("click", "iframe#f >> #on"))
                self.assertTrue(answer.json["data"]["result"]["success"], answer)
                self.goes_back_in_vain_beside("/was", "/beat")


class Died(TroubleCase):
    def renderers(self):
        return [pid for pid in self.server.processes_of_browsers()
                if "--type=renderer" in proc.command_line(pid)]

    def test_a_page_whose_renderer_has_just_died_is_navigated(self):
        for _ in range(5):
            self.arrives("/next")
            for pid in self.renderers():
                os.kill(pid, signal.SIGKILL)
            self.assertEqual(self.arrives("/"), f"{self.site.url}/")
            self.devtools.attached.clear()
            self.act("click", "#go")

    def test_a_page_whose_own_renderer_dies_says_so(self):
        self.site.gate("/image", kind="image/png")
        self.site.pages["/dies"] = "<!doctype html><title>dies</title><img src=/image>"
        out = []
        going = threading.Thread(target=lambda: out.append(self.go("/dies", waitUntil="load")))
        going.start()
        self.eventually("document.title", "dies")
        for pid in self.renderers():
            os.kill(pid, signal.SIGKILL)
        going.join()
        self.devtools.attached.clear()
        self.assertEqual((out[0].status, out[0].json["message"]), (500, "The page crashed"))
        self.arrives("/next")


class Closing(TroubleCase):
    def test_what_a_closing_page_is_asked_goes_to_the_page_after_it(self):
        for _ in range(5):
            other = self.devtools.call("Target.createTarget", url="about:blank", background=True)["targetId"]
            shown = self.server.operation(self.session, "navigate", {"url": f"{self.site.url}/next", "frameId": other})
            self.assertEqual(shown.status, 200, shown)
            self.devtools.call("Target.closeTarget", targetId=other)  # answered before it is gone
            self.assertEqual(self.arrives("/"), f"{self.site.url}/")


class Replaced(TroubleCase):
    """A navigate does not wait for what keeps the page from where it goes."""

    def background(self, work):
        out = []
        thread = threading.Thread(target=lambda: out.append(work()))
        thread.start()

        def joined():
            thread.join(PATIENCE)
            return out[0]
        return joined

    def test_a_navigate_takes_the_place_of_one_that_is_stalled(self):
        stalled = self.background(lambda: self.server.navigate(self.session, f"{self.site.url}/never", timeout=MINUTE))
        self.assertTrue(self.site.wait_for_visitor())
        self.assertEqual(self.arrives("/next"), f"{self.site.url}/next")
        answer = stalled()
        self.assertEqual((answer.status, answer.json["message"]),
                         (500, "navigate: a later navigate of the same page took its place"))
        self.expect("document.title", "Next")

    def test_it_names_its_page(self):
        stalled = self.background(lambda: self.server.navigate(self.session, f"{self.site.url}/never", timeout=MINUTE))
        self.assertTrue(self.site.wait_for_visitor())
        answer = self.server.operation(self.session, "navigate", {"url": f"{self.site.url}/next", "frameId": self.tab,
                                                                  "options": {"timeout": MINUTE}})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(stalled().status, 500)

    def test_a_navigate_of_another_page_waits_for_its_turn(self):
        other = self.devtools.call("Target.createTarget", url="about:blank", background=True)["targetId"]
        answered = threading.Event()

        def later(request):
            answered.wait(PATIENCE)
            self.site.send(request, 200, "<title>later</title>")
        asked = self.site.gate("/asked")
        self.site.pages["/later"] = lambda request: (asked.set(), later(request))
        first = self.background(lambda: self.server.operation(
            self.session, "navigate", {"url": f"{self.site.url}/later", "frameId": self.tab}))
        self.assertTrue(asked.wait(PATIENCE))
        second = self.background(lambda: self.server.operation(
            self.session, "navigate", {"url": f"{self.site.url}/next", "frameId": other}))
        answered.set()
        self.assertEqual((first().status, second().status), (200, 200))

    def test_an_action_that_waits_for_its_element_makes_room(self):
        self.arrives("/next")
        waiting = self.background(lambda: self.server.act(self.session, action("click", "#go"), timeout=MINUTE))
        self.assertTrue(proc.wait_until(lambda: self.server.metric("belay_sessions_in_use") == 1, PATIENCE))
        self.assertEqual(self.arrives("/"), f"{self.site.url}/")
        result = waiting().json["data"]["result"]
        if result["success"]:
            self.skipTest("the action came after the navigation")
        self.assertEqual(result["message"],
                         "Failed to perform act: a later navigate of the same page took its place")


if __name__ == "__main__":
    main()
