"""Attaching to somebody else's Chromium by cdpUrl: ws, wss, http and https, headers, certificates, and what may go wrong."""

import socket

import setup_path  # noqa: F401
from harness.authority import Authority
from harness.case import ServerCase, main
from harness.patience import BUDGET, CONNECTING, PATIENCE, PROMPT
from harness.server import action
from harness.tap import Chromium, Tap


def attach(url, **more):
    """Attached before the answer: a URL in launchOptions is connected to at once."""
    return {"modelName": "openai/gpt-4o-mini",
            "browser": {"type": "local", "launchOptions": {"cdpUrl": url, "connectTimeoutMs": 1000 * BUDGET, **more}}}


class Attach(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.chromium = Chromium()
        cls.addClassCleanup(cls.chromium.__exit__)
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)

    def tap(self, **named):
        tap = Tap(self.chromium.port, **named)
        self.addCleanup(tap.__exit__)
        return tap

    def drive_and_end(self, server, body):
        """Drives the foreign browser and ends the session; the browser lives on."""
        session = server.start(body)
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assert_done(server.act(session, action("click", "#go")))
        self.assertEqual(server.processes_of_browsers(), [])
        self.assertEqual(server.end(session).status, 200)
        self.assertTrue(self.chromium.alive())

    def refused(self, server, body, message):
        answer = server.start_answer(body)
        self.assertEqual(answer.status, 500, answer)
        self.assertRegex(answer.json["message"], message)
        self.assertEqual(server.metric("belay_sessions"), 0)
        return answer

    def test_over_ws(self):
        tap = self.tap()
        self.drive_and_end(self.server(), attach(tap.url(self.chromium.path)))
        self.wait_until(lambda: tap.open == 0, PATIENCE, "the connection is closed")

    def test_over_http_with_the_look_up_of_json_version(self):
        tap = self.tap()
        self.drive_and_end(self.server(), attach(f"http://127.0.0.1:{tap.port}"))
        self.assertEqual(tap.requests[0].split(b"\r\n")[0], b"GET /json/version HTTP/1.1")
        self.assertTrue(tap.requests[1].startswith(b"GET /devtools/browser/"), tap.requests)

    def test_query_headers_and_credentials_go_along(self):
        tap = self.tap()
        url = f"http://us%40er:secret@127.0.0.1:{tap.port}/?token=t%201"
        server = self.server()
        self.drive_and_end(server, attach(url, cdpHeaders={"X-Key": "k1"}))
        self.assertTrue(tap.requests[0].startswith(b"GET /json/version?token=t%201 "), tap.requests)
        for request in tap.requests[:2]:
            self.assertIn(b"x-key: k1", request.lower())
            self.assertIn(b"authorization: basic dxnazxi6c2vjcmv0", request.lower())  # us@er:secret
        server.stop()
        for line in server.lines + server.errors:
            self.assertNotIn("secret", line)
            self.assertNotIn("k1", line)

    def test_over_wss_and_https_with_the_certificates_of_a_file(self):
        tap = self.tap(tls=self.authority.context("IP:127.0.0.1"))
        server = self.server("--ca-file", self.authority.ca_file)
        self.drive_and_end(server, attach(f"wss://127.0.0.1:{tap.port}{self.chromium.path}"))
        self.drive_and_end(server, attach(f"https://127.0.0.1:{tap.port}"))

    def test_diffie_hellman_over_a_finite_field_is_not_offered(self):
        # The peer chooses its group, and a large one takes as long as it likes.
        tap = self.tap(tls=self.authority.context_of_finite_fields("IP:127.0.0.1"))
        server = self.server("--ca-file", self.authority.ca_file)
        for scheme in ("wss", "https"):
            self.refused(server, attach(f"{scheme}://127.0.0.1:{tap.port}/"), "(?i)handshake failure|SSL connect error")

    def test_a_certificate_of_an_unknown_authority_is_refused(self):
        tap = self.tap(tls=self.authority.context("IP:127.0.0.1"))
        server = self.server()
        for scheme in ("wss", "https"):
            self.refused(server, attach(f"{scheme}://127.0.0.1:{tap.port}/"), "(?i)certificate")

    def test_a_certificate_of_another_name_is_refused(self):
        tap = self.tap(tls=self.authority.context("DNS:other.example"))
        server = self.server("--ca-file", self.authority.ca_file)
        for scheme in ("wss", "https"):
            self.refused(server, attach(f"{scheme}://127.0.0.1:{tap.port}/"), "(?i)certificate|mismatch|does not match")

    def test_nobody_at_the_endpoint_is_told_at_once(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = self.server()
        for scheme in ("ws", "http"):
            answer = self.refused(server, attach(f"{scheme}://127.0.0.1:{port}/"), "(?i)refused|connect")
            self.assertLess(answer.seconds, PROMPT)

    def test_an_endpoint_that_says_nothing_is_given_up_at_connect_timeout(self):
        tap = self.tap(hold=True)
        server = self.server()
        for scheme in ("ws", "http"):
            answer = self.refused(server, attach(f"{scheme}://127.0.0.1:{tap.port}/", connectTimeoutMs=600), ".")
            self.assertGreaterEqual(answer.seconds, 0.58)
            self.assertLess(answer.seconds, CONNECTING)

    def test_an_endpoint_that_is_no_browser_is_told(self):
        server = self.server()
        self.refused(server, attach(f"http://127.0.0.1:{self.site.port}/"), "/json/version of the CDP endpoint answered 404")
        self.site.pages["/json/version"] = "not JSON"
        self.refused(server, attach(f"http://127.0.0.1:{self.site.port}/"), "names no webSocketDebuggerUrl")
        self.refused(server, attach(f"ws://127.0.0.1:{self.site.port}/x"), "Unexpected server response: 404")

    def test_a_lazy_session_connects_with_its_first_operation_and_may_try_again(self):
        tap = self.tap()
        lazy = {"modelName": "openai/gpt-4o-mini", "browser": {"type": "local", "cdpUrl": tap.url("/devtools/browser/no")}}
        server = self.server()
        session = server.start(lazy)
        self.assertEqual(tap.opened, 0)
        for _ in range(2):
            self.assertEqual(server.navigate(session, f"{self.site.url}/").status, 500)
        self.assertEqual(tap.opened, 2)

    def test_a_browser_that_goes_away_ends_the_session(self):
        server = self.server()
        with Chromium() as foreign:
            session = server.start(attach(f"ws://127.0.0.1:{foreign.port}{foreign.path}"))
            running = self.in_background(server.navigate, session, f"{self.site.url}/never")
            self.assertTrue(self.site.waiting.acquire(timeout=PATIENCE))
            foreign.kill()
            answer = running.result()
        self.assertEqual(answer.status, 500, answer)
        self.assertEqual(answer.json["message"], "The browser crashed")
        self.assert_gone(server.navigate(session, f"{self.site.url}/"), "crashed")


if __name__ == "__main__":
    main()
