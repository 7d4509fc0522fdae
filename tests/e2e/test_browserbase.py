"""Browserbase sessions: rented, driven over their connect URL by real Chromium, and given back exactly once."""

import socket

import setup_path  # noqa: F401
from harness.browserbase import Browserbase
from harness.case import ServerCase, main
from harness.client import Connection
from harness.server import action
from harness.tap import Chromium, Tap

KEY = {"x-bb-api-key": "bb-live-key"}
BODY = {"modelName": "openai/gpt-4o-mini"}


class BrowserbaseSessions(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.chromium = Chromium()
        cls.addClassCleanup(cls.chromium.__exit__)

    def rented(self, *flags, tap=None, **named):
        """(a server, the stand-in that it rents from)"""
        url = tap.url(self.chromium.path) if tap else f"ws://127.0.0.1:{self.chromium.port}{self.chromium.path}"
        stub = Browserbase(url, **named)
        self.addCleanup(stub.close)
        return self.server(*flags, env={"BROWSERBASE_BASE_URL": stub.url}), stub

    def tap(self, **named):
        tap = Tap(self.chromium.port, **named)
        self.addCleanup(tap.__exit__)
        return tap

    def go(self, server, session, path="/"):
        return server.navigate(session, f"{self.site.url}{path}", KEY)

    # A session's life

    def test_a_session_is_created_driven_and_given_back_once(self):
        tap = self.tap()
        server, stub = self.rented(tap=tap)
        answer = server.start_answer({**BODY, "browserbaseSessionCreateParams": {
            "projectId": "mine", "region": "us-east-1", "unknown": 1, "userMetadata": {"a": "b"},
            "browserSettings": {"blockAds": True, "unknown": 2}}}, KEY)
        self.assertEqual(answer.json, {"success": True, "data": {"sessionId": "bb-1", "available": True,
                                                                 "cdpUrl": stub.connect_url}})
        self.assertEqual(tap.opened, 0, "the connection is made by the first operation")
        self.assertEqual(stub.bodies("POST", "/v1/sessions"), [{
            "projectId": "mine", "region": "us-east-1", "userMetadata": {"a": "b", "stagehand": "true"},
            "browserSettings": {"blockAds": True, "viewport": {"width": 1288, "height": 711}}}])
        self.assertEqual(stub.requests[0][2]["x-bb-api-key"], "bb-live-key")
        self.assert_done(self.go(server, "bb-1"))
        self.assert_done(server.act("bb-1", action("click", "#go"), KEY))
        self.assertEqual((tap.opened, tap.open), (1, 1))
        self.assertEqual(server.end("bb-1").status, 200)
        self.assertEqual(stub.released, ["bb-1"], "given back before the end is answered")
        self.assertEqual(stub.bodies("POST", "/v1/sessions/bb-1"), [{"projectId": "proj-1", "status": "REQUEST_RELEASE"}])
        self.wait_until(lambda: tap.open == 0, 2, "the connection is closed")
        self.assert_gone(server.end("bb-1"), "client")
        server.stop()
        self.assertEqual(stub.released, ["bb-1"])
        self.assertTrue(self.chromium.alive())


if __name__ == "__main__":
    main()
