"""How long act with an instruction waits for a page before it looks at it: from the request until the model is asked. The
model finds nothing to act on; the waiting is over by then."""

import time

import setup_path  # noqa: F401
from harness.case import main
from harness.model import Model
from harness.pages import PageCase
from harness.server import local


class BeforeLooking(PageCase):
    POLL = "setInterval(() => fetch('/next?' + Math.random()), 300)"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model(lambda schema, page: {"action": None, "twoStep": False})
        cls.addClassCleanup(cls.model.close)

    def waited(self, session=None):
        """Milliseconds from an act to the question to the model."""
        seen = len(self.model.times)
        began = time.monotonic()
        answer = self.server.act(session or self.session, "click the button", timeout=15000,
                                 **self.model.options())
        self.assertGreater(len(self.model.times), seen, answer)
        return (self.model.times[seen] - began) * 1000

    def at_rest(self, body, **options):
        self.show("<button id=b>b</button>" + body, waitUntil="load", **options)
        self.js("new Promise((done) => setTimeout(done, 300))")

    def test_a_page_at_rest_costs_next_to_nothing(self):
        self.at_rest("")
        self.assertLess(sorted(self.waited() for _ in range(5))[2], 60)

    def test_a_page_that_polls_costs_a_fraction_of_a_second(self):
        self.at_rest(f"<script>{self.POLL}</script>")
        times = [self.waited() for _ in range(6)]
        self.assertLess(max(times), 700, times)
        self.assertLess(sorted(times)[3], 150, times)

    def test_a_request_that_hangs_costs_a_second_once(self):
        self.show("<button id=b>b</button><script>fetch('/never')</script>", waitUntil="load")
        first, second = self.waited(), self.waited()
        self.assertLess(first, 1500)
        self.assertLess(second, 150)

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
            first, second = self.waited(), self.waited()
            self.assertLess(first, 2200, habit)
            self.assertLess(second, 250, habit)

    def test_the_budget_of_the_session_bounds_it(self):
        started = self.server.start_answer({**local(**self.launch), "domSettleTimeoutMs": 200}).json["data"]
        self.addCleanup(self.server.end, started["sessionId"])
        self.site.pages["/hangs"] = "<!doctype html><button>b</button><script>fetch('/never')</script>"
        self.server.navigate(started["sessionId"], f"{self.site.url}/hangs", waitUntil="load")
        self.assertLess(self.waited(started["sessionId"]), 500)


if __name__ == "__main__":
    main()
