"""Actions and navigations that they begin: an action that leads elsewhere answers when the page is there, and a page that is
kept waiting by a server can be acted on again."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, PROMPT

MINUTE = 1000 * BUDGET


class LeadsElsewhere(PageCase):
    PAGE = """<a href="/there">link</a>
        <form id=get action="/there"><input name=q><button>get</button></form>
        <form id=post action="/there" method=post><input type=hidden name=q value=1><button>post</button></form>
        <form id=own onsubmit="event.preventDefault(); location.href = '/there'"><input name=own><button>own</button></form>
        <button id=later onclick="setTimeout(() => document.querySelector('#get').requestSubmit(), 0)">later</button>
        <select id=jump onchange="this.value && document.querySelector('#get').submit()"><option></option>
          <option value=1>one</option></select>"""

    def setUp(self):
        super().setUp()
        self.sent = 0

        def answer(request):
            """Not before the action would have been answered if nothing had waited for this."""
            request.rfile.read(int(request.headers.get("Content-Length", 0)))
            self.site.closing.wait(0.3)
            self.sent += 1
            self.site.send(request, 200, "<!doctype html><title>There</title><p>there")
        self.site.pages["/there"] = answer

    def test_an_action_answers_when_the_page_is_where_it_led(self):
        for n, (method, selector, *arguments) in enumerate((
                ("click", "a"), ("click", "#get button"), ("click", "#post button"), ("click", "#own button"),
                ("click", "#later"), ("press", "[name=q]", "Enter"), ("press", "[name=own]", "Enter"),
                ("selectOption", "#jump", "one"))):
            self.show(self.PAGE)
            answer = self.act(method, selector, *arguments)
            self.assertEqual(self.sent, n + 1, (method, selector, answer))
            self.assertLess(answer.seconds, PROMPT)
            # As a client of DevTools sees it, to whom it is told a moment after the server.
            self.wait_until(lambda: self.devtools.pages()[self.tab].startswith(f"{self.site.url}/there"), PATIENCE, selector)
            self.eventually("document.title", "There")

    def test_an_action_that_leads_to_no_document_answers_too(self):
        self.site.pages["/204"] = lambda request: self.site.send(request, 204, "")
        for target in ("/204", "mailto:x@y.test", "#part", "javascript:void 0"):
            self.show(f"<a href='{target}'>link</a><p>here</p>")
            self.assertLess(self.act("click", "a").seconds, 3)
            self.act("click", "p")


class Stalled(PageCase):
    def test_a_page_that_a_server_keeps_waiting_is_acted_on(self):
        self.show("<a href=/never>link</a><button id=b onclick=\"document.title = 'pressed'\">b</button>")
        self.act("click", "a")
        self.assertTrue(self.site.wait_for_visitor())
        self.assertLess(self.act("click", "#b").seconds, PROMPT)
        self.expect("document.title", "pressed")
        given_up = self.server.logged("navigation given up")
        self.assertEqual(len(given_up), 1, given_up)
        self.assertGreaterEqual(given_up[0]["waitedMs"], 5000)

    def test_a_page_that_comes_late_is_acted_on_when_it_is_there(self):
        answer = self.site.gate("/late", "<!doctype html><button id=b onclick=\"document.title = 'late'\">b</button>",
                                "text/html")
        self.show("<a href=/late>link</a><button id=b onclick=\"document.title = 'early'\">b</button>")
        self.act("click", "a")  # which waits for as long as pages are waited for
        before = len(self.server.logged("navigation given up"))
        answer.set()
        self.act("click", "#b", timeout=MINUTE)
        self.expect("document.title", "late")
        self.assertEqual(len(self.server.logged("navigation given up")), before)


if __name__ == "__main__":
    main()
