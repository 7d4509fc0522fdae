"""Deadlines interrupt: a navigation or an action ends when its time is up, whatever the page or its server does."""

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.patience import PATIENCE, PROMPT, growing, timed_out
from harness.server import action


class Timeouts(ServerCase):
    def expect_timeout(self, answer, ms, message):
        self.assertEqual(answer.status, 500, answer)
        self.assertIs(answer.json["success"], False)
        self.assertRegex(answer.json["message"], message)
        self.assertEqual(answer.header("x-should-retry"), "false")
        self.assertGreaterEqual(answer.seconds, ms / 1000 - 0.02)
        self.assertLess(answer.seconds, ms / 1000 + PROMPT)

    def test_a_navigation_to_a_silent_server_ends_at_its_deadline(self):
        server = self.server()
        session = server.start()
        answer = server.navigate(session, f"{self.site.url}/never", timeout=700)
        self.expect_timeout(answer, 700, r"^navigate timed out after 700ms waiting for .+")
        self.assert_done(server.navigate(session, f"{self.site.url}/"))

    def test_a_navigation_to_a_page_that_never_finishes_ends_at_its_deadline(self):
        server = self.server()
        session = server.start()
        for wait_until in ("load", "domcontentloaded", "networkidle"):
            for ms in growing(600):
                answer = server.navigate(session, f"{self.site.url}/halfpage", timeout=ms, waitUntil=wait_until)
                if "first answer" not in answer.json["message"]:
                    break
            self.expect_timeout(answer, ms, rf"^navigate timed out after {ms}ms waiting for {wait_until}$")
        self.assert_done(server.navigate(session, f"{self.site.url}/"))

    def test_an_act_on_a_button_that_stays_disabled_says_so_just_before_its_deadline(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        for ms in growing(600):
            answer = server.act(session, action("click", "#never"), timeout=ms)
            if not timed_out(answer):
                break
        self.assertEqual(answer.status, 200, answer)
        self.assertIs(answer.json["data"]["result"]["success"], False)
        self.assertIn("disabled", answer.json["data"]["result"]["message"])
        self.assertGreaterEqual(answer.seconds, 0.75 * ms / 1000)
        self.assertLess(answer.seconds, ms / 1000 + PROMPT)
        self.assert_done(server.act(session, action("click", "#go")))

    def test_a_page_whose_script_never_ends_holds_an_act_no_longer_than_its_deadline(self):
        self.site.pages["/spin"] = """<!doctype html><button id=b>b</button><script>setTimeout(() => {
            const told = new XMLHttpRequest(); told.open('GET', '/spinning', false); told.send();
            for (;;);
        }, 50)</script>"""
        server = self.server()
        session = server.start()
        server.navigate(session, f"{self.site.url}/spin", timeout=3000)
        self.wait_until(lambda: "/spinning" in self.site.hits, PATIENCE, "the page is busy for ever")
        answer = server.act(session, action("click", "#b"), timeout=800)
        self.expect_timeout(answer, 800, r"^act\(\) timed out after 800ms")
        ended = server.end(session)
        self.assertEqual(ended.status, 200)
        self.assertLess(ended.seconds, PROMPT)


if __name__ == "__main__":
    main()
