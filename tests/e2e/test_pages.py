"""Tabs on real Chromium: popups and the active page, dialogs by policy, crashes, and navigations by the page itself."""

import json

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.server import action

POPUP = "<button id=close onclick='window.close()'>close</button><input id=f><select id=s><option>a<option>b</select>"


class Popups(PageCase):
    def open_popup(self, opener="<button id=open onclick=\"window.open('/popup')\">open</button>"):
        self.site.pages["/popup"] = "<!doctype html><title>popup</title>" + POPUP
        self.show(opener + "<input id=f><select id=s><option>a<option>b</select>")
        self.act("click", "#open")

    def test_what_a_click_opens_is_used_next_and_left_when_it_closes(self):
        for opener in ("<button id=open onclick=\"window.open('/popup')\">open</button>",
                       "<a id=open href=/popup target=_blank>open</a>",
                       "<a id=open href=/popup target=_blank rel=opener>open</a>"):
            self.open_popup(opener)
            self.act("fill", "#close + #f", "in the popup")
            self.expect("f.value", "")
            self.show_closes_itself()
            self.act("fill", "#f", "in the opener")
            self.expect("f.value", "in the opener")

    def show_closes_itself(self):
        popup = next((t for t, url in self.devtools.pages().items() if url.endswith("/popup")))
        self.js("close.onclick = null; document.querySelector('#close').onclick = () => window.close()", popup)
        self.act("click", "#close")

    def test_an_operation_right_after_a_closing_click_goes_to_the_next_page(self):
        opener = "<button id=open onclick=\"window.open('/popup')\">open</button>"
        for method, selector, *arguments in (("fill", "#f", "x"), ("selectOption", "#s", "b"), ("hover", "#open"),
                                             ("press", "#f", "y"), ("scrollIntoView", "#f")):
            self.open_popup(opener)
            self.act("click", "#close")
            self.act(method, selector, *arguments, timeout=60000)
        self.open_popup(opener)
        self.act("click", "#close")
        answer = self.server.navigate(self.session, f"{self.site.url}/next")
        self.assertEqual(answer.status, 200, answer)
        self.eventually("document.title", "Next")


class Dialogs(PageCase):
    PAGE = """<button id=a onclick="window.got = [alert('hello')]">a</button>
        <button id=c onclick="window.got = confirm('sure?')">c</button>
        <button id=p onclick="window.got = prompt('name?', 'nobody')">p</button>"""
    answers = {"confirm": (False, "dismissed"), "prompt": (None, "dismissed")}

    def test_dialogs_are_answered_logged_and_reported(self):
        self.show(self.PAGE)
        self.act("click", "#a")
        self.eventually("Array.isArray(window.got)")
        for kind, button in (("confirm", "#c"), ("prompt", "#p")):
            value, done = self.answers[kind]
            stream = self.server.stream(self.session, "act", {"input": action("click", button)})
            events = list(stream.events())
            stream.close()
            self.assertTrue(any(f"{kind} dialog {done}" in e.data for e in events), events)
            self.eventually("window.got", value)
            self.assertIn(kind, json.dumps(self.server.logged("dialog answered")))

    def test_beforeunload_does_not_hold_a_navigation(self):
        self.show("<input id=f><script>onbeforeunload = (e) => { e.preventDefault(); return 'stay' }</script>")
        self.act("type", "#f", "x")
        answer = self.server.navigate(self.session, f"{self.site.url}/next", timeout=60000)
        self.assertEqual(answer.status, 200, answer)
        self.eventually("document.title", "Next")


class DialogsAccepted(Dialogs):
    flags = ("--dialogs", "confirm=accept,prompt=accept")
    answers = {"confirm": (True, "accepted"), "prompt": ("nobody", "accepted")}


class Trouble(PageCase):
    def test_a_crashed_page_says_so_and_a_navigation_brings_it_back(self):
        self.show("<button id=b>b</button>")
        waiting = self.server.stream(self.session, "act", {"input": action("click", "#never"),
                                                           "options": {"timeout": 60000}})
        session = self.devtools.session_of(self.tab)
        self.devtools._send('{"id":1000000,"method":"Page.crash","sessionId":"%s"}' % session)
        last = list(waiting.events())[-1]
        waiting.close()
        self.assertIn("The page crashed", last.data)
        self.assertEqual(self.refusal_at_once("click", "#b"), "The page crashed")
        self.devtools.attached.clear()
        self.show("<button id=b>b</button>")
        self.act("click", "#b")

    def test_a_navigation_during_an_act_is_followed(self):
        self.site.pages["/target"] = "<!doctype html><title>target</title><button id=late>late</button>"
        self.show("<script>setTimeout(() => { location.href = '/target' }, 150)</script>")
        self.act("click", "#late", timeout=60000)
        self.expect("document.title", "target")

    def test_a_redirect_by_script_is_adopted(self):
        for wait in ("load", "domcontentloaded", "networkidle"):
            answer = self.show("<script>location.replace('/next')</script>", waitUntil=wait, timeout=60000)
            self.eventually("document.title", "Next")
            self.assertIsNotNone(answer)


if __name__ == "__main__":
    main()
