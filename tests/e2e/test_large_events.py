"""What a page's script makes too large for the connection to its browser, or too many: the session goes on, and an act in flight
with it."""

import setup_path  # noqa: F401
from harness import proc
from harness.case import main
from harness.pages import PageCase
from harness.patience import PATIENCE

SIZE = 70_000_000  # bytes; a message may have 64 MiB
LONG = 110_000  # ms: a busy machine needs a minute for such an event
SCRIPTS = {
    "Runtime.consoleAPICalled": f"console.log('x'.repeat({SIZE}))",
    "Runtime.exceptionThrown": f"setTimeout(() => {{ throw new Error('x'.repeat({SIZE})) }})",
    "Network.requestWillBeSent": f"fetch('data:text/plain,' + 'x'.repeat({SIZE})).catch(() => 0)",
}
# The script runs while the act on what comes late is in flight: it takes a browser seconds.
PAGE = """<button id=go onclick="setTimeout(run)">go</button><script>
  function run() {
    setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<button id=late>late</button>'), 100);
    SCRIPT;
  }</script>"""


class LargeEvents(PageCase):
    def goes_on(self, script):
        self.show(PAGE.replace("SCRIPT", script))
        self.act("click", "#go", timeout=LONG)
        # Where processors are scarce the page may be busy for longer than an act waits for it; the session lives on.
        late = lambda: self.answer_to("click", "#late", timeout=LONG).json["data"]["result"]["success"]
        self.assertTrue(late() or late() or late())

    def ends_well(self):
        answer = self.server.navigate(self.session, f"{self.site.url}/next", timeout=LONG)
        self.assertEqual(answer.status, 200, answer)

    def passed_over(self):
        return [entry["event"] for entry in self.server.logged("event of a browser passed over")]

    def test_a_session_in_use_goes_on(self):
        for event, script in SCRIPTS.items():
            with self.subTest(event):
                self.goes_on(script)
                # Said once for a browser, whatever comes after it.
                self.assertTrue(proc.wait_until(self.passed_over, PATIENCE), "no event was passed over")
                self.assertEqual(self.passed_over(), [next(iter(SCRIPTS))])
                self.ends_well()

    def test_a_page_with_a_thousand_shared_workers_is_one_target(self):
        self.goes_on("for (let i = 0; i < 1100; i++) new SharedWorker('data:text/javascript,' + i)")
        self.ends_well()


if __name__ == "__main__":
    main()
