"""What goes on inside the frames of a page is waited for as in the main one, before a page is looked at and after a step. The
lines that the model is shown tell what the wait has seen. A starved page may stand still for longer than is waited for: what is
to be waited for measures its own pace, and where that was too slow, it is shown once more."""

import threading
import unittest

import setup_path  # noqa: F401
from harness.case import main
from harness.model import Model, elements
from harness.pages import PageCase
from harness.patience import PATIENCE
from harness.server import local

# Steps of a document, and an image (which is not waited for) that tells when they began and ended and the longest time between.
PACED = """<script>
  const paced = (count, step, last) => {
    const began = Date.now();
    let at = began, longest = 0;
    const next = () => {
      step();
      longest = Math.max(longest, Date.now() - at);
      at = Date.now();
      if (--count) return setTimeout(next, 10);
      last();
      new Image().src = `/pace?${began},${Date.now()},${longest}`;
    };
    next();
  };
</script>"""
# Grows for a moment, once it is told to, with never a tenth of a second of rest; then it says so.
GROWS = f"""<!doctype html><title>grows</title><button id=b>go</button><p id=p>still</p>{PACED}<script>
  const grow = () => paced(15, () => document.body.append(document.createElement('i')),
                           () => {{ document.getElementById('p').textContent = 'finished' }});
  addEventListener('message', () => {{ grow(); top.postMessage('growing', '*') }});
  document.getElementById('b').onclick = grow;
</script>"""
POLLS = """<p id=p></p><script>
  setInterval(async () => { p.textContent = await (await fetch('/tick?' + Math.random())).text() }, 100)
</script>"""


def quoted(html):
    return html.replace("&", "&amp;").replace('"', "&quot;")


# Milliseconds. A document that has not moved for 100 is at rest, an inner one that does not come is missed for 500, and nothing
# is waited for longer than a second (docs/internals/settle.md).
STILL, COMING, WHOLE = 80, 400, 900
TRIES = 20


class Frames(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model(lambda schema, page: cls.answer(schema, page))
        cls.addClassCleanup(cls.model.close)
        cls.other = f"http://localhost:{cls.site.port}"  # another site, so another process

    def setUp(self):
        super().setUp()
        type(self).answer = staticmethod(self.nothing)
        self.site.pages["/grows"] = GROWS
        self.site.pages["/around"] = "<title>around</title><iframe name=g src='/grows'></iframe>"
        self.site.pages["/pace"] = self.pace
        self.model.requests.clear()

    def pace(self, request):
        self.paces.append([int(one) for one in request.path.partition("?")[2].split(",")])
        self.told.release()
        self.site.send(request, 200, "")

    def steady(self, documents=1):
        """Whether so many documents, one after the other, kept the pace that they are to have."""
        for _ in range(documents):
            self.assertTrue(self.told.acquire(timeout=PATIENCE), "it has come to its end")
        paces = sorted(self.paces)
        return max(pace[2] for pace in paces) < STILL and paces[-1][1] - paces[0][0] < WHOLE and all(
            later[0] - earlier[1] < COMING for earlier, later in zip(paces, paces[1:]))

    def assert_waited_for(self, look, what, documents=1):
        """look() gives a text that has "finished" in it, unless the page was too slow for that."""
        for _ in range(TRIES):
            self.paces, self.told = [], threading.Semaphore(0)
            text = look()
            if "finished" in text:
                return
            if self.steady(documents):
                self.fail(f"{what}: {self.paces}: {text}")
        raise unittest.SkipTest(f"this machine is too busy to show a page that moves all the time: {self.paces}")

    @staticmethod
    def nothing(schema, page):
        return {"action": None, "twoStep": False}

    def each(self):
        """The growing document in every kind of frame, as (what it is, a function that shows it, the expression for its
        window)."""
        for name, frame, window in (
                ("same process", '<iframe src="/grows"></iframe>', "frames[0]"),
                ("srcdoc", f'<iframe srcdoc="{quoted(GROWS)}"></iframe>', "frames[0]"),
                ("own process", f'<iframe src="{self.other}/grows"></iframe>', "frames[0]"),
                ("frame in own process", f'<iframe src="{self.other}/around"></iframe>', "frames[0].frames[0]")):
            yield name, lambda: self.show(f"<p>top</p>{frame}", waitUntil="load"), window

    def grow(self, window):
        self.js(f"""new Promise((done) => {{
            addEventListener('message', done, {{ once: true }});
            {window}.postMessage('grow', '*');
          }})""")

    def ask(self, session):
        """An act that waits until the page is at rest, asks the model, and is told that nothing fits."""
        seen = len(self.model.requests)
        answer = self.server.act(session, "what is not there", **self.model.options())
        self.assertGreater(len(self.model.requests), seen, answer)

    def shown(self):
        """The page that the model is then shown."""
        self.ask(self.session)
        return self.model.asked(self.model.requests[-1][2])[1]

    def test_a_frame_that_changes_is_waited_for_before_the_page_is_looked_at(self):
        for name, show, window in self.each():
            def look():
                show()
                self.grow(window)
                return self.shown()
            self.assert_waited_for(look, name)

    def test_a_frame_that_comes_during_the_wait_is_waited_for(self):
        at_once = GROWS.replace("</script>", "grow()</script>")
        self.site.pages["/at-once"] = at_once
        for source in (f'srcdoc="{quoted(at_once)}"', f'src="{self.other}/at-once"'):
            def look():
                self.show(f"{PACED}<p>top</p><template id=t><iframe {source}></iframe></template>", waitUntil="load")
                self.js("""paced(10, () => document.body.append(document.createElement('i')),
                                 () => document.body.append(document.getElementById('t').content))""")
                return self.shown()
            self.assert_waited_for(look, source, documents=2)

    def test_what_a_step_changes_in_a_frame_is_waited_for_before_the_next(self):
        for name, show, _ in self.each():
            def look():
                show()
                self.model.requests.clear()
                type(self).answer = staticmethod(self.first_click)
                self.server.act(self.session, "go, then look", **self.model.options())
                self.assertGreaterEqual(len(self.model.requests), 2)
                self.assertIn("text: still", self.model.asked(self.model.requests[0][2])[1])
                return self.model.asked(self.model.requests[1][2])[2]
            self.assert_waited_for(look, name)

    def first_click(self, schema, page):
        if len(self.model.requests) > 1:
            return self.nothing(schema, page)
        button = next(one[0] for one in elements(page, "button") if one[2] == "go")
        return {"action": {"elementId": button, "description": "go", "method": "click", "arguments": []}, "twoStep": True}

    def test_a_frame_that_is_kept_busy_holds_up_nothing_for_long(self):
        self.site.pages["/busy"] = """<!doctype html><p>busy</p><script>
            addEventListener('message', () => {
              const held = new XMLHttpRequest();
              held.open('GET', '/free', false);
              held.send();
            })</script>"""
        started = self.server.start_answer({**local(**self.launch), "domSettleTimeoutMs": 60000}).json["data"]
        self.addCleanup(self.server.end, started["sessionId"])
        asked, in_time = threading.Event(), []
        type(self).answer = staticmethod(lambda schema, page: asked.set() or self.nothing(schema, page))
        self.site.pages["/free"] = lambda request: (in_time.append(asked.wait(PATIENCE)), self.site.send(request, 200, "x"))
        self.site.pages["/busy-top"] = f"""<!doctype html><p>top</p><iframe src="{self.other}/busy"></iframe><script>
            onload = () => frames[0].postMessage('busy', '*')</script>"""
        self.server.navigate(started["sessionId"], f"{self.site.url}/busy-top", waitUntil="load")
        self.ask(started["sessionId"])
        self.wait_until(lambda: in_time, 2 * PATIENCE, "the frame was busy, and is not any more")
        self.assertEqual(in_time, [True], "the model was asked while the frame was busy")

    def test_a_frame_that_cannot_be_seen_is_not_waited_for(self):
        self.site.pages["/endless"] = GROWS.replace("--count", "true")
        def took():
            self.show('<p>top</p><iframe src="/endless" style="display: none"></iframe>', waitUntil="load")
            self.grow("frames[0]")
            began = self.js("performance.now()")
            self.shown()
            return self.js("performance.now()") - began
        self.wait_until(lambda: took() < 1000, PATIENCE, "less than what is waited for one that moves")

    def test_a_frame_that_polls_costs_what_the_same_polling_costs_in_the_main_frame(self):
        def ticks():
            """How often it polls while the page is waited for."""
            before = len(self.site.hits)
            self.shown()
            return len(self.site.hits) - before

        def polling(body):
            before = len(self.site.hits)
            self.show(body, waitUntil="load")
            self.wait_until(lambda: len(self.site.hits) > before + 8, PATIENCE, "it is known to poll")

        self.site.pages["/tick"] = lambda request: self.site.send(request, 200, "tick")
        self.site.pages["/polls"] = f"<!doctype html>{POLLS}"
        polling(POLLS)
        main_frame = min(ticks() for _ in range(5))
        for frame in ('<iframe src="/polls"></iframe>', f'<iframe src="{self.other}/polls"></iframe>'):
            polling(frame)
            self.wait_until(lambda: ticks() <= main_frame + 2, PATIENCE, frame)


if __name__ == "__main__":
    main()
