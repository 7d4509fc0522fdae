"""What a page's script makes too large for the connection to its browser, or too many: the session goes on, and an act in flight
with it."""

import setup_path  # noqa: F401
from harness import proc
from harness.case import main
from harness.pages import PageCase
from harness.patience import PATIENCE
from harness.server import action

SIZE = 70_000_000  # bytes; a message may have 64 MiB
SCRIPTS = {
    "Runtime.consoleAPICalled": f"console.log('x'.repeat({SIZE}))",
    "Runtime.exceptionThrown": f"setTimeout(() => {{ throw new Error('x'.repeat({SIZE})) }})",
    "Network.requestWillBeSent": f"fetch('data:text/plain,' + 'x'.repeat({SIZE})).catch(() => 0)",
}


class LargeEvents(PageCase):
    def test_a_session_in_use_goes_on(self):
        for event, script in SCRIPTS.items():
            with self.subTest(event):
                before = len(self.passed_over())
                session = self.server.start()
                self.addCleanup(self.server.end, session)
                self.site.pages["/large"] = ("<!doctype html><title>large</title><body><script>setTimeout(() => {"
                                             "setTimeout(() => { const late = document.createElement('button');"
                                             "late.id = 'late'; late.textContent = 'late'; document.body.append(late) }, 100);"
                                             f"{script} }})</script>")
                self.assertEqual(self.server.navigate(session, f"{self.site.url}/large").status, 200)
                answer = self.server.act(session, action("click", "#late"), timeout=1000 * PATIENCE)
                self.assertTrue(answer.json["data"]["result"]["success"], answer)
                # Once for a browser, however many there were.
                self.assertTrue(proc.wait_until(lambda: len(self.passed_over()) > before, PATIENCE), "no event was passed over")
                self.assertEqual([entry["event"] for entry in self.passed_over()[before:]], [event])
                self.assertGreater(self.passed_over()[before]["bytes"], SIZE)
                self.assertEqual(self.server.navigate(session, f"{self.site.url}/next").status, 200)

    def passed_over(self):
        return self.server.logged("event of a browser passed over")

    def test_a_page_with_a_thousand_shared_workers_is_one_target(self):
        self.site.pages["/workers"] = ("<!doctype html><title>workers</title><button id=b>b</button><script>"
                                       "for (let i = 0; i < 1100; i++) new SharedWorker('data:text/javascript,' + i)</script>")
        self.assertEqual(self.server.navigate(self.session, f"{self.site.url}/workers").status, 200)
        self.act("click", "#b", timeout=1000 * PATIENCE)
        self.assertEqual(self.server.navigate(self.session, f"{self.site.url}/next", timeout=1000 * PATIENCE).status, 200)


if __name__ == "__main__":
    main()
