"""How long act with an instruction waits for a page before it looks at it: from the request until the model is asked. The
model finds nothing to act on; the waiting is over by then. Waits that end by a rule are told from those that use up their
budget, which is a minute here. That a page is hardly waited for is seen in one of many acts, as a busy machine may delay any; a
wait by the wrong rule would be in each of them."""

import threading
import time

import setup_path  # noqa: F401
from harness.case import main
from harness.devtools import Devtools
from harness.model import Model
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import local


class BeforeLooking(PageCase):
    POLL = "setInterval(() => fetch('/next?' + Math.random()), 300)"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked = threading.Event()
        cls.model = Model(lambda schema, page: cls.asked.set() or {"action": None, "twoStep": False})
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

    def assert_comes_to_wait(self, less_than, why):
        """Of all acts that there is patience for, one waits less; none waits long."""
        def less():
            waited = self.waited()
            self.assertLess(waited, PROMPT, why)
            return waited < less_than
        self.wait_until(less, PATIENCE, why)

    def shown(self, body):
        self.show("<button id=b>b</button>" + body, waitUntil="load")

    def test_a_page_at_rest_is_not_waited_for(self):
        self.shown("")
        self.assert_comes_to_wait(0.4, "less than until half a second was quiet")

    def test_a_page_that_polls_is_not_waited_for(self):
        self.shown(f"<script>{self.POLL}</script>")
        self.assert_comes_to_wait(0.4, "as if it waited until half a second was quiet, which never comes")

    def test_a_request_that_hangs_is_waited_for_once(self):
        self.shown("<script>fetch('/never')</script>")
        self.assert_comes_to_wait(0.5, "less than the second that a request is waited for")

    def test_a_request_that_began_before_is_waited_for(self):
        for _ in range(20):
            self.asked.clear()
            answered = []
            def answer(request):
                began = time.monotonic()
                early = self.asked.wait(0.4)
                answered.append((early, time.monotonic() - began))
                self.site.send(request, 200, "x")
            self.site.pages["/data"] = answer
            self.shown("<p id=p></p><script>fetch('/data').then(() => { p.textContent = 'x' })</script>")
            self.waited()
            self.wait_until(lambda: answered, PATIENCE, "the request is answered")
            early, after = answered[0]
            if not early:
                return
            self.assertGreater(after, 0.9, "the model was asked while the request was to be waited for")
        self.skipTest("this machine is too busy to act within a second of a request")

    def test_a_page_that_never_rests_is_recognised(self):
        for habit in ("setInterval(() => { p.textContent = Math.random() }, 20)",
                      "setInterval(() => p.append('x'), 20)"):
            self.shown(f"<p id=p></p><script>{habit}</script>")
            self.assert_comes_to_wait(1, f"{habit}: one that is not recognised is waited for a second and a half")

    def test_the_budget_of_the_session_bounds_it(self):
        bounded = self.begin(1)["sessionId"]
        self.addCleanup(self.server.end, bounded)
        self.site.pages["/hangs"] = "<!doctype html><button>b</button><script>fetch('/never')</script>"
        def waited(session):
            self.server.navigate(session, f"{self.site.url}/hangs", waitUntil="load")
            return self.waited(session)
        self.wait_until(lambda: waited(bounded) < 0.25 and waited(self.session) > 0.5, PATIENCE,
                        "what is waited for nearly a second is not, within a millisecond")


if __name__ == "__main__":
    main()
