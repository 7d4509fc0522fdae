"""Every launch option of the wire that changes what pages see or how Chromium starts, on real Chromium."""

import http.server
import json
import os
import socket
import ssl
import subprocess
import threading
import urllib.parse

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.forward_proxy import ForwardProxy
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import CHROMIUM, QUIET, action, local
from harness.site import Site
from harness.tap import Chromium

# Says what it sees to the site that it came from.
MIRROR = """<!doctype html><title>Mirror</title><script>
fetch('/seen?' + new URLSearchParams({
  language: navigator.language, languages: navigator.languages.join(), number: (1234.5).toLocaleString(),
  intl: Intl.DateTimeFormat().resolvedOptions().locale, touch: navigator.maxTouchPoints, ontouch: 'ontouchstart' in window,
  width: innerWidth, height: innerHeight, ratio: devicePixelRatio, agent: navigator.userAgent}));
</script>"""
DOWNLOAD = """<!doctype html><title>Files</title><a id="get" href="/file" download>get</a>"""


class LaunchOptions(ServerCase):
    def setUp(self):
        super().setUp()
        self.heads = {}
        self.seen = {}
        self.arrived = threading.Event()
        self.site.pages.update({"/mirror": self.mirror, "/seen": self.note, "/files": DOWNLOAD, "/file": self.file})

    def mirror(self, request):
        self.heads = dict(request.headers)
        self.site.send(request, 200, MIRROR)

    def note(self, request):
        self.seen = dict(urllib.parse.parse_qsl(request.path.partition("?")[2]))
        self.site.send(request, 200, "")
        self.arrived.set()

    def file(self, request):
        self.site.send(request, 200, "content", [("Content-Disposition", 'attachment; filename="report.txt"')])

    def look(self, **launch):
        """What a page sees in a browser that was launched so."""
        server = self.server()
        session = server.start(local(**launch))
        self.assert_done(server.navigate(session, f"{self.site.url}/mirror"))
        self.assertTrue(self.arrived.wait(10))
        return self.seen

    def command_line(self, server):
        return proc.command_line(server.browsers()[0]).split(" ")

    def refused(self, body, *words, server=None):
        answer = (server or self.server()).start_answer(body)
        self.assertEqual(answer.status, 500, answer)
        for word in words:
            self.assertIn(word, answer.json["message"])
        self.assertEqual(answer.header("x-should-retry"), "false")
        return answer

    def test_without_options_pages_see_the_default_viewport(self):
        seen = self.look()
        self.assertEqual((seen["width"], seen["height"], seen["ratio"], seen["touch"]), ("1288", "711", "1", "0"))

    def test_locale_changes_language_header_and_formats(self):
        seen = self.look(locale="de-DE")
        self.assertEqual(seen["language"], "de-DE")
        self.assertEqual(seen["languages"].split(",")[0], "de-DE")
        self.assertEqual(seen["intl"], "de-DE")
        self.assertEqual(seen["number"], "1.234,5")
        self.assertTrue(self.heads["Accept-Language"].startswith("de-DE"), self.heads)

    def test_has_touch_gives_touch_points(self):
        seen = self.look(hasTouch=True)
        self.assertGreater(int(seen["touch"]), 0)
        self.assertEqual(seen["ontouch"], "true")

    def test_viewport_and_scale_factor_are_what_pages_see(self):
        seen = self.look(viewport={"width": 901, "height": 603}, deviceScaleFactor=1.5)
        self.assertEqual((seen["width"], seen["height"], seen["ratio"]), ("901", "603", "1.5"))

    def test_a_proxy_gets_its_credentials(self):
        proxy = ForwardProxy("user:p%40ss")
        self.addCleanup(proxy.close)
        server = self.server()
        session = server.start(local(proxy={"server": proxy.url, "username": "user", "password": "p%40ss"}))
        self.assert_done(server.navigate(session, "http://shop.example/"))
        self.assertIn("http://shop.example/", proxy.asked)
        self.assert_done(server.act(session, action("fill", "#name", "x")))
        self.assertNotIn("p%40ss", json.dumps(server.logged()) + "".join(server.errors))
        self.assertFalse(any("p%40ss" in word for word in self.command_line(server)))

    def test_credentials_in_a_proxys_url_are_used_and_seen_nowhere(self):
        proxy = ForwardProxy("user:in-the-url")
        self.addCleanup(proxy.close)
        server = self.server()
        session = server.start(local(proxy={"server": proxy.url.replace("//", "//user:in%2Dthe-url@")}))
        self.assert_done(server.navigate(session, "http://shop.example/"))
        self.assertIn("http://shop.example/", proxy.asked)
        self.assertFalse(any("the-url" in word for word in self.command_line(server)))
        self.assertNotIn("the-url", json.dumps(server.logged()) + "".join(server.errors))

    def test_a_proxy_that_refuses_the_credentials_is_not_asked_for_ever(self):
        proxy = ForwardProxy("user:right")
        self.addCleanup(proxy.close)
        server = self.server()
        session = server.start(local(proxy={"server": proxy.url, "username": "user", "password": "wrong"}))
        answer = server.navigate(session, "http://shop.example/", timeout=1000 * BUDGET)
        self.assertLess(answer.seconds, PROMPT, answer)
        self.assertEqual(proxy.asked, [])
        self.assertLess(proxy.refused, 10)

    def test_bypass_goes_around_the_proxy(self):
        proxy = ForwardProxy()
        self.addCleanup(proxy.close)
        server = self.server()
        for bypass, through in (("<-loopback>", True), ("127.0.0.1", False)):
            session = server.start(local(proxy={"server": proxy.url, "bypass": bypass}))
            proxy.asked.clear()
            self.assert_done(server.navigate(session, f"{self.site.url}/next"))
            self.assertEqual(f"{self.site.url}/next" in proxy.asked, through, bypass)
            self.assertEqual(server.end(session).status, 200)

    def test_certificates_are_checked_unless_https_errors_are_ignored(self):
        folder = self.server().folder
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=elsewhere", "-keyout", f"{folder}/key", "-out", f"{folder}/cert"],
                       check=True, capture_output=True)
        hits = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                hits.append(self.path)
                Site.send(self, 200, "ok")

            def log_message(self, *_):
                pass

        secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/cert", f"{folder}/key")
        secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
        secure.handle_error = lambda *_: None
        threading.Thread(target=secure.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.addCleanup(secure.server_close)
        self.addCleanup(secure.shutdown)
        server = self.server()
        for ignored in (False, True):
            session = server.start(local(ignoreHTTPSErrors=ignored))
            server.navigate(session, f"https://127.0.0.1:{secure.server_address[1]}/page")
            self.assertEqual("/page" in hits, ignored)

    def test_downloads_go_where_they_are_to_go_or_nowhere(self):
        server = self.server()
        folder = os.path.join(server.folder, "files")
        for launch, kept in (({"downloadsPath": folder, "acceptDownloads": False}, False), ({"downloadsPath": folder}, True)):
            session = server.start(local(**launch))
            self.assert_done(server.navigate(session, f"{self.site.url}/files"))
            hits = self.site.hits.count("/file")
            self.assert_done(server.act(session, action("click", "#get")))
            path = os.path.join(folder, "report.txt")
            if kept:
                self.wait_until(lambda: os.path.exists(path), PATIENCE, "the file is there")
            else:
                self.wait_until(lambda: self.site.hits.count("/file") > hits, PATIENCE, "the file was asked for")
            self.assertEqual(server.end(session).status, 200)
            self.assertEqual(os.path.exists(path), kept)

    def test_accepted_downloads_without_a_path_go_with_the_profile(self):
        server = self.server()
        session = server.start(local(acceptDownloads=True))
        self.assert_done(server.navigate(session, f"{self.site.url}/files"))
        self.assert_done(server.act(session, action("click", "#get")))
        path = os.path.join(server.root, server.profiles()[0], "downloads", "report.txt")
        self.wait_until(lambda: os.path.exists(path), PATIENCE, "the file is there")

    def test_arguments_come_last_and_defaults_can_be_left_out(self):
        server = self.server()
        server.start(local(args=[*QUIET, "--belay-mark=1"], devtools=True))
        line = self.command_line(server)
        self.assertGreater(line.index("--belay-mark=1"), line.index("--headless=new"))
        self.assertIn("--mute-audio", line)
        self.assertIn("--auto-open-devtools-for-tabs", line)
        server = self.server()
        server.start(local(ignoreDefaultArgs=["--mute-audio"]))
        line = self.command_line(server)
        self.assertNotIn("--mute-audio", line)
        self.assertIn("--disable-sync", line)

    def test_without_all_defaults_nothing_is_left_behind_either(self):
        server = self.server()
        session = server.start(local(ignoreDefaultArgs=True))
        self.assertNotIn("--disable-breakpad", self.command_line(server))
        self.assertEqual(server.end(session).status, 200)
        self.wait_until(lambda: not server.processes_of_browsers(), PATIENCE, "its crash handler is gone")

    def test_the_sandbox_cannot_be_had_as_root_and_the_answer_says_so(self):
        if os.geteuid() != 0:
            self.skipTest("not root")
        self.refused(local(chromiumSandbox=True), "--chromium-sandbox=off", "chromiumSandbox")
        server = self.server(sandbox_off=False)
        self.refused(local(), "--chromium-sandbox=off", server=server)
        server.start(local(chromiumSandbox=False))

    def test_a_given_profile_is_used_and_never_removed(self):
        server = self.server()
        folder = os.path.join(server.folder, "mine")
        session = server.start(local(userDataDir=folder))
        self.assertNotIn("profile", os.listdir(os.path.join(server.root, server.profiles()[0])))
        self.assertEqual(server.end(session).status, 200)
        self.assertTrue(os.path.isdir(os.path.join(folder, "Default")))
        self.wait_until(lambda: not server.profiles(), PATIENCE, "its folder is removed")
        server.start(local(userDataDir=folder))
        server.process.kill()
        server.process.wait()
        self.wait_until(lambda: not server.processes(), PATIENCE, "the browser is gone")
        self.assertTrue(os.path.isdir(os.path.join(folder, "Default")))

    def test_a_preserved_profile_stays_and_is_not_swept(self):
        server = self.server()
        session = server.start(local(preserveUserDataDir=True))
        self.assertEqual(server.end(session).status, 200)
        kept = server.profiles()
        self.assertEqual([name[:5] for name in kept], ["kept-"])
        self.assertEqual(server.stop()[0], 0)
        second = self.server(folder=server.folder)
        self.assertEqual(second.stop()[0], 0)
        self.assertEqual(server.profiles(), kept)
        for name in kept:
            subprocess.run(["rm", "-rf", os.path.join(server.root, name)], check=True)

    def test_a_foreign_browser_on_the_port_is_not_adopted(self):
        server = self.server()
        with Chromium() as foreign:
            answer = server.start_answer(local(port=foreign.port))  # Chromium takes [::1] when that is free
            self.assertNotIn(foreign.path, answer.body.decode())
            for session in [answer.json["data"]["sessionId"]] if answer.status == 200 else []:
                self.assertEqual(len(server.browsers()), 1)
                self.assertEqual(server.end(session).status, 200)
            self.assertTrue(foreign.alive())

    def test_a_port_that_is_taken_is_told_promptly(self):
        with socket.create_server(("127.0.0.1", 0)) as four:
            port = four.getsockname()[1]
            with socket.create_server(("::1", port), family=socket.AF_INET6):
                server = self.server()
                answer = self.refused(local(port=port, connectTimeoutMs=1000 * BUDGET), "launchOptions.port", server=server)
        self.assertLess(answer.seconds, PROMPT)
        self.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), PATIENCE, "nothing is left")

    def test_a_port_is_the_one_that_the_browser_gets(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        answer = self.server().start_answer(local(port=port))
        self.assertEqual(answer.status, 200, answer)
        self.assertIn(f":{port}/", answer.json["data"]["cdpUrl"])

    def script(self, server, text):
        path = os.path.join(server.folder, "browser")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return path

    def test_a_browser_that_ends_at_launch_is_told_at_once_with_its_last_words(self):
        server = self.server()
        path = self.script(server, "echo first >&2; echo 'cannot open display' >&2; exit 7\n")
        answer = self.refused(local(executablePath=path, connectTimeoutMs=1000 * BUDGET),
                              "ended before it was ready (exit status 7): cannot open display", server=server)
        self.assertLess(answer.seconds, PROMPT)
        self.refused(local(executablePath="/bin/true"), "(exit status 0)", server=server)
        self.refused(local(executablePath="/no/such"), "cannot run /no/such: No such file or directory", server=server)
        self.refused(local(executablePath="/etc/passwd"), "cannot run /etc/passwd: Permission denied", server=server)
        self.wait_until(lambda: not server.profiles(), PATIENCE, "no profile is left")

    def test_without_a_display_it_says_how_to_go_without_a_window(self):
        for headless in (False, None):
            self.refused(local(headless=headless) if headless is not None else
                         {"modelName": "openai/x", "browser": {"type": "local", "launchOptions": {
                             "executablePath": CHROMIUM, "args": QUIET}}},
                         "The browser ended before it was ready", "there is no display", "launchOptions.headless true",
                         "--headless=true")

    def test_a_start_that_wants_a_window_wins_over_the_servers_headless(self):
        self.refused(local(headless=False), "there is no display", server=self.server("--headless=true"))

    def test_the_telling_line_is_found_among_others(self):
        server = self.server()
        path = self.script(server, "echo 'x: error while loading shared libraries: libnss3.so: cannot open' >&2\n"
                                   "echo '[1:1:1/2:ERROR:zygote_linux.cc:1] write: Broken pipe (32)' >&2\nexit 127\n")
        self.refused(local(executablePath=path), "(exit status 127): a shared library that it needs is missing "
                                                 "(libnss3.so)", server=server)

    def test_a_browser_that_names_an_endpoint_and_dies_is_told_by_its_end(self):
        server = self.server()
        path = self.script(server, "echo 'DevTools listening on ws://127.0.0.1:1/devtools/browser/x' >&2; kill -9 $$\n")
        self.refused(local(executablePath=path), "The browser ended before it was ready (signal 9)", server=server)

    def test_a_browser_that_never_is_ready_is_given_up_at_connect_timeout(self):
        server = self.server()
        path = self.script(server, "exec sleep 1000\n")
        answer = self.refused(local(executablePath=path, connectTimeoutMs=700),
                              "Connection timeout: the browser was not ready within 700ms", server=server)
        self.assertGreaterEqual(answer.seconds, 0.68)
        self.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), PATIENCE, "nothing is left")
        self.assertEqual(server.metric("belay_sessions"), 0)

    def test_chrome_path_and_headless_come_from_the_environment(self):
        server = self.server(env={"CHROME_PATH": CHROMIUM, "HEADLESS": "true"})
        server.start({"modelName": "openai/x", "browser": {"type": "local", "launchOptions": {"args": QUIET}}})
        self.assertIn("--headless=new", self.command_line(server))

    def test_chromium_sees_what_it_needs_of_the_environment_and_what_is_allowed(self):
        server = self.server("--chromium-env", "PLAIN,MORE_*", env={"DEPLOY_KEY": "hidden", "DATABASE_URL": "hidden",
                                                                     "PLAIN": "seen", "MORE_1": "seen", "TZ": "UTC"})
        # /proc/*/environ does not tell: Chromium writes its title over it.
        path = self.script(server, f'env >{server.folder}/seen\nexec {CHROMIUM} "$@"\n')
        server.start(local(executablePath=path))
        with open(f"{server.folder}/seen", encoding="utf-8") as file:
            seen = dict(line.split("=", 1) for line in file.read().splitlines())
        for name, value in (("PLAIN", "seen"), ("MORE_1", "seen"), ("TZ", "UTC")):
            self.assertEqual(seen.get(name), value, name)
        own = os.path.join(server.root, server.profiles()[0])
        self.assertEqual((seen["HOME"], seen["TMPDIR"]), (f"{own}/home", f"{own}/t"))
        self.assertFalse({"DEPLOY_KEY", "DATABASE_URL", "HOST", "PORT"} & set(seen), seen)

    def test_bad_values_are_issues_at_the_fields_path(self):
        server = self.server()
        for launch, path in (({"port": 70000}, ["port"]), ({"deviceScaleFactor": 0}, ["deviceScaleFactor"]),
                             ({"viewport": {"width": 0, "height": 5}}, ["viewport", "width"]),
                             ({"locale": ""}, ["locale"]), ({"connectTimeoutMs": -1}, ["connectTimeoutMs"]),
                             ({"proxy": {"server": ""}}, ["proxy", "server"]),
                             *(({"proxy": {"server": bad}}, ["proxy", "server"]) for bad in (
                                 "ftp://h:21", "http://", "http://h:99999", "socks4a://h:1", "socks5://u:p@h:1")),
                             ({"locale": "de_DE.UTF-8"}, ["locale"]), ({"userDataDir": ""}, ["userDataDir"]),
                             ({"args": ["a\0b"]}, ["args", 0]),
                             ({"args": ["--user-data-dir=/tmp/mine"]}, ["args", 0]), ({"executablePath": ""}, ["executablePath"])):
            with self.subTest(launch=launch):
                answer = server.start_answer(local(**launch))
                self.assertEqual(answer.status, 400, answer)
                self.assertIn('"custom"', answer.body.decode().replace(" ", "").replace('\\"', '"'))
                self.assertIn(path[0], answer.body.decode())


if __name__ == "__main__":
    main()
