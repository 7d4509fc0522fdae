"""What a page or a caller may not reach through the browser: programs of the desktop, Chromium's own pages, and secrets on
a command line."""

import os
import tempfile

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.patience import PATIENCE
from harness.server import action, local

TOKEN = "0123456789abcdef-not-for-ps"
# name: (scheme, what a button does)
WAYS = {"mail": ("mailto", "location='mailto:x@y.test'"), "phone": ("tel", "location='tel:123'"),
        "made-up": ("weird+app", "location='weird+app:x'"),
        "frame": ("sms", "document.body.append(Object.assign(document.createElement('iframe'),{src:'sms:1'}))"),
        "link": ("callto", "Object.assign(document.createElement('a'),{href:'callto:1'}).click()"),
        "window": ("webcal", "window.open('webcal:1')")}


class Outside(ServerCase):
    def desktop(self):
        """A server whose PATH has desktop programs that leave a mark; gives it and the file of the marks."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        marks = os.path.join(folder, "marks")
        for name in ("xdg-open", "xdg-settings", "xdg-mime", "xdg-email"):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="ascii") as file:
                file.write(f'#!/bin/sh\necho "{name} $@" >> {marks}\necho no\n')
            os.chmod(path, 0o755)
        return self.server(env={"PATH": f"{folder}:{os.environ['PATH']}"}), marks

    def clicked(self, server, session, name):
        """Whether the page saw a click: its button asks the site for a path of this name."""
        self.assert_done(server.act(session, action("click", "#next")))
        self.wait_until(lambda: f"/clicked-{name}" in self.site.hits, PATIENCE, f"the page sees the click: {name}")

    def said(self, server, scheme):
        return [e for e in server.logged("link to another program was not opened") if e["scheme"] == scheme]

    def test_links_to_other_programs_start_none_and_take_no_input(self):
        server, marks = self.desktop()
        session = server.start()
        for name, (scheme, script) in WAYS.items():
            with self.subTest(way=name):
                self.site.pages[f"/{name}"] = (f"<!doctype html><title>t</title><button id=go onclick=\"{script}\">go</button>"
                                               f"<button id=next onclick=\"fetch('/clicked-{name}')\">next</button>")
                self.assert_done(server.navigate(session, f"{self.site.url}/{name}"))
                self.assert_done(server.act(session, action("click", "#go")))
                self.wait_until(lambda s=scheme: self.said(server, s), PATIENCE, "the log says so")
                self.clicked(server, session, name)
        self.assertFalse(os.path.exists(marks), "a program was started")

    def test_the_page_that_opened_a_window_for_one_stays_the_active_page(self):
        server = self.server()
        session = server.start()
        for name, opener in {"script": "window.open('webcal:1')", "later": "window.open('').location = 'webcal:1'",
                             "blank": "Object.assign(document.createElement('a'),{href:'webcal:1',target:'_blank'}).click()"}.items():
            self.site.pages["/opens"] = (f"<!doctype html><title>t</title><button id=go onclick=\"{opener}\">go</button>"
                                         f"<button id=next onclick=\"fetch('/clicked-{name}')\">next</button>")
            self.assert_done(server.navigate(session, f"{self.site.url}/opens"))
            self.assert_done(server.act(session, action("click", "#go")))
            with self.subTest(way=name):
                self.clicked(server, session, name)

    def test_a_page_alone_starts_no_program(self):
        server, marks = self.desktop()
        self.site.pages["/alone"] = ("<!doctype html><title>t</title><button id=next onclick=\"fetch('/clicked-alone')\">n"
                                     "</button><script>onload = () => { location = 'mailto:x@y.test' }</script>")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/alone"))
        self.wait_until(lambda: self.said(server, "mailto"), PATIENCE, "the log says so")
        self.clicked(server, session, "alone")
        self.assertFalse(os.path.exists(marks), "a program was started")

    def test_a_token_is_on_no_command_line(self):
        server = self.server("--token", TOKEN)
        server.start(local(), {"Authorization": f"Bearer {TOKEN}"})
        for pid in proc.marked(server.folder):
            self.assertNotIn(TOKEN, proc.command_line(pid))

    def test_operations_go_to_the_web_only(self):
        server = self.server()
        session = server.start()
        for url in ("chrome://version", "devtools://devtools/bundled/inspector.html", "javascript:document.title='x'",
                    "view-source:http://127.0.0.1/", "chrome-untrusted://print", "mailto:x@y.test", "blob:http://h/1"):
            answer = server.navigate(session, url)
            self.assertEqual(answer.status, 500, answer)
            self.assertIn(f"{url.split(':')[0]}: URLs are not allowed", answer.json["message"])
            self.assertIn("--allow-file-urls", answer.json["message"])
        self.assert_done(server.navigate(session, "about:blank"))


if __name__ == "__main__":
    main()
