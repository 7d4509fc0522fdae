"""How long act with an instruction waits for a page before it looks at it: from the request until the model is asked. The
model finds nothing to act on; the waiting is over by then. Waits that end by a rule are told from those that use up their
budget, which is a minute here; what is compared besides are waits of one test, at their best of a few."""

import time

import setup_path  # noqa: F401
from harness.case import main
from harness.devtools import Devtools
from harness.model import Model
from harness.pages import PageCase
from harness.patience import BUDGET, PROMPT
from harness.server import local


class BeforeLooking(PageCase):
    POLL = "setInterval(() => fetch('/next?' + Math.random()), 300)"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model(lambda schema, page: {"action": None, "twoStep": False})
        cls.addClassCleanup(cls.model.close)
        cls.server.end(cls.session)
        cls.devtools.close()
        started = cls.begin(1000 * BUDGET)
        cls.session = started["sessionId"]
        cls.devtools = Devtools(started["cdpUrl"])
        cls.addClassCleanup(cls.devtools.close)
        cls.tab = next(iter(cls.devtools.pages()))

    @classmethod
    def begin(cls, budget):
        """A session that waits so many milliseconds at most before it looks."""
        return cls.server.start_answer({**local(**cls.launch), "domSettleTimeoutMs": budget}).json["data"]

    def waited(self, session=None):
        """Seconds from an act to the question to the model."""
        seen = len(self.model.times)
        began = time.monotonic()
        answer = self.server.act(session or self.session, "click the button", timeout=2000 * BUDGET,
                                 **self.model.options())
        self.assertGreater(len(self.model.times), seen, answer)
        return self.model.times[seen] - began

    def at_rest(self, body, **options):
        self.show("<button id=b>b</button>" + body, waitUntil="load", **options)
        self.js("new Promise((done) => setTimeout(done, 300))")

    def test_a_page_at_rest_is_not_waited_for(self):
        self.at_rest("")
        self.assertLess(min(self.waited() for _ in range(8)), 0.4, "as if it waited until half a second was quiet")

    def test_a_page_that_polls_is_not_waited_for(self):
        self.at_rest(f"<script>{self.POLL}</script>")
        times = [self.waited() for _ in range(8)]
        self.assertLess(max(times), PROMPT, times)
        self.assertLess(min(times), 0.4, times)

    def test_a_request_that_hangs_is_waited_for_once(self):
        self.show("<button id=b>b</button><script>fetch('/never')</script>", waitUntil="load")
        first, later = self.waited(), min(self.waited() for _ in range(5))
        self.assertLess(first, PROMPT)
        self.assertLess(later, first / 2)

    def test_a_request_that_began_before_is_waited_for(self):
        done = []
        self.site.pages["/data"] = lambda request: (time.sleep(0.5), done.append(time.monotonic()),
                                                    self.site.send(request, 200, "x"))
        self.show("<button id=b>b</button><p id=p></p><script>"
                  "fetch('/data').then(() => { p.textContent = 'x' })</script>", waitUntil="load")
        self.waited()
        self.assertGreaterEqual(self.model.times[-1], done[0])

    def test_a_page_that_never_rests_is_recognised(self):
        for habit in ("setInterval(() => { p.textContent = Math.random() }, 20)",
                      "setInterval(() => p.append('x'), 20)"):
            self.at_rest(f"<p id=p></p><script>{habit}</script>")
            times = [self.waited() for _ in range(5)]
            self.assertLess(max(times), PROMPT, habit)
            self.assertLess(min(times), 1, "one that is not recognised is waited for a second and a half")

    def test_the_budget_of_the_session_bounds_it(self):
        bounded = self.begin(1)["sessionId"]
        self.addCleanup(self.server.end, bounded)
        self.site.pages["/hangs"] = "<!doctype html><button>b</button><script>fetch('/never')</script>"
        times = {self.session: [], bounded: []}
        for session, waits in [*times.items()] * 3:
            self.server.navigate(session, f"{self.site.url}/hangs", waitUntil="load")
            waits.append(self.waited(session))
        self.assertLess(min(times[bounded]), min(times[self.session]) / 2)


if __name__ == "__main__":
    main()
