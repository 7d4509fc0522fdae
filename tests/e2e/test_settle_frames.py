"""What goes on inside the frames of a page is waited for as in the main one, before a page is looked at and after a step. The
lines that the model is shown tell what the wait has seen."""

import functools
import setup_path  # noqa: F401
from harness.case import main
from harness.model import Model, elements
from harness.pages import PageCase
from harness.server import local

# Grows for a moment, once it is told to, with never a tenth of a second of rest; then it says so.
GROWS = """<!doctype html><title>grows</title><button id=b>go</button><p id=p>still</p><script>
  let left = 15;
  const grow = () => {
    document.body.append(document.createElement('i'));
    if (--left) setTimeout(grow, 10);
    else document.getElementById('p').textContent = 'finished';
  };
  addEventListener('message', () => { grow(); top.postMessage('growing', '*') });
  document.getElementById('b').onclick = grow;
</script>"""
POLLS = """<p id=p></p><script>
  setInterval(async () => { p.textContent = await (await fetch('/tick?' + Math.random())).text() }, 100)
</script>"""


def quoted(html):
    return html.replace("&", "&amp;").replace('"', "&quot;")


def tried_again(test):
    """On a starved machine a page may stand still for longer than is waited for; then it is shown once more. What does not
    watch frames at all never passes."""
    @functools.wraps(test)
    def several(self):
        for left in reversed(range(8)):
            try:
                return test(self)
            except AssertionError:
                if not left:
                    raise
                self.setUp()
    return several


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
        self.model.requests.clear()

    @staticmethod
    def nothing(schema, page):
        return {"action": None, "twoStep": False}

    def each(self):
        """The growing document in every kind of frame, as (what it is, the expression for its window)."""
        for name, frame, window in (
                ("same process", '<iframe src="/grows"></iframe>', "frames[0]"),
                ("srcdoc", f'<iframe srcdoc="{quoted(GROWS)}"></iframe>', "frames[0]"),
                ("own process", f'<iframe src="{self.other}/grows"></iframe>', "frames[0]"),
                ("frame in own process", f'<iframe src="{self.other}/around"></iframe>', "frames[0].frames[0]")):
            self.show(f"<p>top</p>{frame}", waitUntil="load")
            yield name, window

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

    @tried_again
    def test_a_frame_that_changes_is_waited_for_before_the_page_is_looked_at(self):
        for name, window in self.each():
            self.grow(window)
            self.assertIn("text: finished", self.shown(), name)

    @tried_again
    def test_a_frame_that_comes_during_the_wait_is_waited_for(self):
        at_once = GROWS.replace("</script>", "grow()</script>")
        self.site.pages["/at-once"] = at_once
        for source in (f'srcdoc="{quoted(at_once)}"', f'src="{self.other}/at-once"'):
            self.show(f"<p>top</p><template id=t><iframe {source}></iframe></template>", waitUntil="load")
            self.js("""(() => {
                let left = 10;
                const build = () => {
                  document.body.append(document.createElement('i'));
                  if (--left) setTimeout(build, 10);
                  else document.body.append(document.getElementById('t').content);
                };
                build();
              })()""")
            self.assertIn("text: finished", self.shown(), source)

    @tried_again
    def test_what_a_step_changes_in_a_frame_is_waited_for_before_the_next(self):
        for name, _ in self.each():
            self.model.requests.clear()
            type(self).answer = staticmethod(self.first_click)
            self.server.act(self.session, "go, then look", **self.model.options())
            self.assertGreaterEqual(len(self.model.requests), 2)
            self.assertIn("text: still", self.model.asked(self.model.requests[0][2])[1])
            self.assertIn("finished", self.model.asked(self.model.requests[1][2])[2], name)

    def first_click(self, schema, page):
        if len(self.model.requests) > 1:
            return self.nothing(schema, page)
        button = next(one[0] for one in elements(page, "button") if one[2] == "go")
        return {"action": {"elementId": button, "description": "go", "method": "click", "arguments": []}, "twoStep": True}

    def test_a_frame_that_is_kept_busy_holds_up_nothing_for_long(self):
        self.site.pages["/busy"] = """<!doctype html><p>busy</p><script>
            addEventListener('message', () => {
              for (const end = performance.now() + 6000; performance.now() < end;);
              fetch('/free');
            })</script>"""
        started = self.server.start_answer({**local(**self.launch), "domSettleTimeoutMs": 60000}).json["data"]
        self.addCleanup(self.server.end, started["sessionId"])
        order = []
        type(self).answer = staticmethod(lambda schema, page: order.append("asked") or self.nothing(schema, page))
        self.site.pages["/free"] = lambda request: (order.append("free"), self.site.send(request, 200, "x"))
        self.site.pages["/busy-top"] = f"""<!doctype html><p>top</p><iframe src="{self.other}/busy"></iframe><script>
            onload = () => frames[0].postMessage('busy', '*')</script>"""
        self.server.navigate(started["sessionId"], f"{self.site.url}/busy-top", waitUntil="load")
        self.ask(started["sessionId"])
        self.assertEqual(order[:1], ["asked"])

    def test_a_frame_that_cannot_be_seen_is_not_waited_for(self):
        self.site.pages["/endless"] = GROWS.replace("--left", "true")
        self.show('<p>top</p><iframe src="/endless" style="display: none"></iframe>', waitUntil="load")
        self.grow("frames[0]")
        self.shown()
        self.assertLess(self.js("frames[0].document.querySelectorAll('i').length"), 100)

    def test_a_frame_that_polls_costs_what_the_same_polling_costs_in_the_main_frame(self):
        def ticks():
            """How often it polls while the page is waited for, of some waits the middle one."""
            self.js("new Promise((done) => setTimeout(done, 1000))")  # so that it is known to poll
            counts = []
            for _ in range(5):
                before = len(self.site.hits)
                self.shown()
                counts.append(len(self.site.hits) - before)
            return sorted(counts)[2]

        self.site.pages["/tick"] = lambda request: self.site.send(request, 200, "tick")
        self.site.pages["/polls"] = f"<!doctype html>{POLLS}"
        self.show(POLLS, waitUntil="load")
        main_frame = ticks()
        for frame in ('<iframe src="/polls"></iframe>', f'<iframe src="{self.other}/polls"></iframe>'):
            self.show(frame, waitUntil="load")
            self.assertLessEqual(ticks(), main_frame + 2, frame)


if __name__ == "__main__":
    main()
