"""The base of tests about pages: one server and one session for all classes of a file that want the same, and a look into
the page."""

import json
import time
import unittest

from . import proc
from .devtools import Devtools, Navigated
from .patience import BUDGET, PATIENCE, PROMPT, growing, timed_out
from .server import Server, action, local
from .site import Site

# What a page saw: [type, id of the target, isTrusted] of every event named here.
SEEN = """<script>
  const seen = [];
  for (const type of ['click', 'dblclick', 'auxclick', 'contextmenu', 'mousedown', 'mouseup', 'mousemove', 'mouseover',
                      'pointerdown', 'touchstart', 'touchend', 'keydown', 'keyup', 'input', 'change', 'drop', 'dragend'])
    addEventListener(type, (e) => seen.push([type, e.target.id ?? '', e.isTrusted]), true);
  const count = (type, id) => seen.filter((s) => s[0] === type && s[1] === id && s[2]).length;
</script>"""


class _Place:
    """A server with a session and a tab, of which DevTools is asked as well."""

    made = {}  # (flags, environment, launch) → the place, while a file's tests run: a browser's start costs more than most tests

    @classmethod
    def of(cls, flags, environment, launch):
        key = json.dumps([flags, environment, launch])
        if key not in cls.made:
            place = cls.made[key] = cls(flags, environment)
            unittest.addModuleCleanup(cls.made.pop, key)
            unittest.addModuleCleanup(place.close)
        cls.made[key].have_session(launch)
        return cls.made[key]

    def __init__(self, flags, environment):
        self.server = Server(*flags, env=environment)
        self.devtools = None

    def have_session(self, launch):
        """A new one where an earlier class has ended its session."""
        try:
            if self.devtools and self.tab in self.devtools.pages():
                return
        except (OSError, RuntimeError):
            pass
        if self.devtools:
            self.devtools.close()
        started = self.server.start_answer(local(**launch)).json["data"]
        self.session = started["sessionId"]
        self.devtools = Devtools(started["cdpUrl"])
        self.tab = next(iter(self.devtools.pages()))

    def close(self):
        try:
            code, _ = self.server.stop()
            if code != 0 or self.server.cries() or not proc.wait_until(lambda: not self.server.left_behind(), PATIENCE):
                raise AssertionError(f"exit {code}, {self.server.errors}, left behind: {self.server.left_behind()}")
        finally:
            if self.devtools:
                self.devtools.close()
            self.server.clean_up()


class PageCase(unittest.TestCase):
    """`flags` of the server, what its `environment` has beside the usual, and `launch` options of the session are the class's,
    who shares both with the other classes of its file that have the same; a test shows pages of its own."""

    maxDiff = None
    flags = ()
    environment = {}
    launch = {}

    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.addClassCleanup(cls.site.close)
        place = _Place.of(cls.flags, cls.environment, cls.launch)
        cls.server, cls.session, cls.devtools, cls.tab = place.server, place.session, place.devtools, place.tab

    def setUp(self):
        tabs = self.devtools.pages()
        if self.tab not in tabs:  # it hung, and another one has taken its place
            type(self).tab = next(iter(tabs))
        for target in tabs:
            if target != self.tab:
                self.devtools.call("Target.closeTarget", targetId=target)

    def show(self, body, path="/case", **options):
        """Navigates to a page with this body."""
        self.site.pages[path] = f'<!doctype html><meta charset="utf-8"><title>case</title>{SEEN}<body>{body}'
        answer = self.server.navigate(self.session, self.site.url + path, **options)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def answer_to(self, method, selector, *arguments, **options):
        return self.server.act(self.session, action(method, selector, *arguments), **options)

    def act(self, method, selector, *arguments, **options):
        """The act must succeed."""
        answer = self.answer_to(method, selector, *arguments, **options)
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(answer.json["data"]["result"]["success"], answer)
        return answer

    def refusal(self, method, selector, *arguments, timeout=600):
        """The act must fail; returns what it says was in the way. It gets more time where it did not come to look."""
        for timeout in growing(timeout):
            answer = self.answer_to(method, selector, *arguments, timeout=timeout)
            if not timed_out(answer):
                break
        return self.reason_of(answer)

    def refusal_at_once(self, method, selector, *arguments):
        """The same of what waiting does not cure."""
        answer = self.answer_to(method, selector, *arguments, timeout=1000 * BUDGET)
        self.assertLess(answer.seconds, PROMPT)
        return self.reason_of(answer)

    def reason_of(self, answer):
        self.assertEqual(answer.status, 200, answer)
        result = answer.json["data"]["result"]
        self.assertIs(result["success"], False, answer)
        self.assertTrue(result["message"].startswith("Failed to perform act: "), answer)
        return result["message"].removeprefix("Failed to perform act: ")

    def js(self, expression, tab=None):
        return self.devtools.evaluate(tab or self.tab, expression)

    def expect(self, expression, value=True, tab=None):
        self.assertEqual(self.js(expression, tab), value, expression)

    def eventually(self, expression, value=True, tab=None):
        """Waits inside the page until the expression has the value; a page that comes in its place is asked as well."""
        wanted = json.dumps(value)
        end = time.monotonic() + PATIENCE
        now = None
        while (left := end - time.monotonic()) > 0:
            try:
                now = self.js(f"""new Promise((done) => {{
                    const end = performance.now() + {1000 * left};
                    const look = () => {{
                      const now = {expression};
                      if (JSON.stringify(now) === JSON.stringify({wanted}) || performance.now() > end) done(now);
                      else setTimeout(look, 5);
                    }};
                    look();
                  }})""", tab)
                break
            except Navigated:
                pass
        self.assertEqual(now, value, expression)

    def wait_until(self, condition, seconds, what):
        self.assertTrue(proc.wait_until(condition, seconds), f"not within {seconds} s: {what}")
