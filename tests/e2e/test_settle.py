"""How a page tells that it rests: the in-page half of waiting (script/settle.js), asked where it lives, and what a pending
navigation does to an action."""

import threading

import setup_path  # noqa: F401
from harness.case import Background, main
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, growing


class Movement(PageCase):
    def world(self):
        """The context of the server's script in the main frame's document."""
        session = self.devtools.session_of(self.tab)
        found = []
        self.devtools.on_event = lambda message: found.append(message["params"]["context"]) \
            if message.get("method") == "Runtime.executionContextCreated" else None
        try:
            self.devtools.call("Runtime.disable", session)
            self.devtools.call("Runtime.enable", session)
        finally:
            self.devtools.on_event = None
        return next(c["id"] for c in found if c["name"] == "belay" and c["auxData"]["frameId"] == self.tab)

    def shown(self, body):
        self.show(body, waitUntil="load")
        return self.world()

    def call(self, world, function, argument):
        reply = self.devtools.call("Runtime.callFunctionOn", self.devtools.session_of(self.tab), executionContextId=world,
                                   functionDeclaration=function, arguments=[{"value": argument}], awaitPromise=True,
                                   returnByValue=True)
        return reply["result"]["value"]

    def ask(self, world, **how):
        return self.call(world, "(how) => __belay.movement(how)", how)

    def rests(self, world):
        """Whether the document comes to be at rest for a tenth of a second. Asked by a timer of the page's own, so that
        the page's timers that were due before come before it, however slow the machine."""
        return self.call(world, """async (patience) => {
            const end = performance.now() + patience;
            while ((await __belay.movement({})).rest < 100) {
              if (performance.now() > end) return false;
              await new Promise((done) => setTimeout(done, 25));
            }
            return true;
          }""", 1000 * PATIENCE)

    def assert_seen(self, world, change, **how):
        """A change of a document that has been at rest for a tenth of a second is seen: the rest began with it."""
        began = self.js(f"(() => {{ const began = performance.now(); {change}; return began }})()")
        told = self.ask(world, **how)
        self.assertGreaterEqual(told["age"] - told["rest"], began - 1, change)

    def seen(self, world, change, times, **how):
        """Which of so many changes of one kind, one after the other, were seen. The page forgets them after two seconds: where
        a slow machine leaves too long between two, they are left to be forgotten, and counted from the first."""
        return self.call(world, """async ([change, times, how]) => {
            const step = new Function(change);
            const pause = (ms) => new Promise((done) => setTimeout(done, ms));
            let seen = [], last = performance.now();
            while (seen.length < times) {
              await pause(50);
              if (performance.now() - last > 1500) {
                await pause(2500);
                seen = [];
              }
              const began = last = performance.now();
              step();
              const { age, rest } = await __belay.movement(how);
              seen.push(age - rest >= began - 1);
            }
            return seen;
          }""", [change, times, how])

    def test_a_document_without_scripts_rests_from_the_beginning(self):
        self.site.pages["/plain"] = "<!doctype html><title>plain</title><p>plain"
        self.server.navigate(self.session, f"{self.site.url}/plain", waitUntil="load")
        told = self.ask(self.world())
        self.assertIs(told["loading"], False)
        self.assertEqual(told["rest"], told["age"])

    def test_a_document_that_is_still_read_says_so(self):
        for ms in growing(300):
            answer = self.server.navigate(self.session, f"{self.site.url}/halfpage", timeout=ms)
            if "first answer" not in answer.json["message"]:
                break
        self.assertIs(self.ask(self.world())["loading"], True)

    def test_every_kind_of_change_is_seen(self):
        for change in ("p.append('x')", "p.firstChild.data += 'y'", "p.className = 'c' + Math.random()",
                       "p.style.left = Math.random() + 'px'", "p.hidden = !p.hidden", "b.disabled = !b.disabled",
                       "p.innerHTML = '<b>' + Math.random()", "root.firstChild.textContent += 'z'"):
            world = self.shown("""<button id=b>b</button><p id=p>x</p><div id=d></div><script>
                const root = d.attachShadow({mode: 'open'}); root.innerHTML = '<i></i>'</script>""")
            self.assertTrue(self.rests(world))
            self.assert_seen(world, change)

    def test_what_does_not_show_is_not_seen(self):
        world = self.shown("<p id=p>x</p>")
        self.assertTrue(self.rests(world))
        for change in ("p.dataset.x = 1", "document.title = 'x'", "document.head.append(document.createElement('meta'))",
                       "window.y = 1", "p.scrollTop = 5"):
            self.js(change)
            self.assertGreaterEqual(self.ask(world)["rest"], 100, change)

    def test_what_changes_all_the_time_is_recognised_and_what_changes_beside_it_is_still_seen(self):
        for habit in ("setInterval(() => { p.textContent = Math.random() }, 20)",
                      "setInterval(() => { p.firstChild.data = Math.random() }, 20)",
                      "const f = () => { p.style.left = Math.random() + 'px'; requestAnimationFrame(f) }; f()",
                      "setInterval(() => p.classList.toggle('on'), 50)",
                      "setInterval(() => { p.innerHTML = '<b>x</b>' }, 30)"):
            world = self.shown(f"<p id=p>x</p><p id=q>y</p><script>{habit}</script>")
            self.assertTrue(self.rests(world), habit)
            self.assert_seen(world, "q.append('z')")

    def test_the_fifth_change_of_one_kind_makes_a_habit(self):
        for change in ("p.textContent = Math.random()", "p.firstChild.data += 'y'", "p.style.left = Math.random() + 'px'",
                       "p.classList.toggle('on')", "p.innerHTML = '<b>x</b>'"):
            world = self.shown("<p id=p>x</p><p id=q>y</p>")
            self.assertTrue(self.rests(world))
            self.assertEqual(self.seen(world, change, 8), [True] * 4 + [False] * 4, change)
            self.assertEqual(self.seen(world, "q.append('z')", 1), [True])

    def test_a_clock_that_ticks_each_second_is_at_rest_between_its_ticks(self):
        world = self.shown("<p id=p>x</p><script>setInterval(() => { p.textContent = Math.random() }, 1000)</script>")
        self.assertTrue(self.rests(world))

    def test_what_grows_is_waited_for_until_the_server_is_tired_of_it(self):
        world = self.shown("<div id=d></div>")
        grow = "d.append(document.createElement('p'))"
        self.assertEqual(self.seen(world, grow, 12), [True] * 12)
        self.assertEqual(self.seen(world, grow, 12, tired=True)[5:], [False] * 7)
        self.assertEqual(self.seen(world, grow, 12)[5:], [False] * 7, "nor from then on")

    def test_turns_let_the_page_do_what_it_has_put_off(self):
        world = self.shown("<p id=p>x</p>")
        self.assertTrue(self.rests(world))
        self.assert_seen(world, "(() => { const c = new MessageChannel(); c.port1.onmessage = () => p.append('y');"
                                "c.port2.postMessage(0) })()", turns=2)

    def test_a_document_at_rest_is_asked_without_a_walk_however_large(self):
        world = self.shown("<script>document.body.insertAdjacentHTML('beforeend', '<p><b>x</b>'.repeat(10000))</script>")
        self.assertTrue(self.rests(world))
        # Beside a bare walk over the same document, each at its best: the machine slows down both.
        asked, walked = self.call(world, """async () => {
            let asked = Infinity, walked = Infinity;
            for (let round = 0; round < 20; round++) {
              let began = performance.now();
              for (let n = 0; n < 10; n++) await __belay.movement({});
              asked = Math.min(asked, performance.now() - began);
              began = performance.now();
              for (let n = 0; n < 10; n++) {
                const walker = document.createTreeWalker(document);
                while (walker.nextNode());
              }
              walked = Math.min(walked, performance.now() - began);
            }
            return [asked, walked];
          }""", 0)
        self.assertLess(asked, walked / 3)


class PendingNavigation(PageCase):
    def test_an_action_while_the_next_document_does_not_come_is_done_in_the_one_that_is_shown(self):
        self.show("<a id=a href=/never>a</a><button id=b>b</button>")
        self.act("click", "#a")
        self.assertTrue(self.site.wait_for_visitor())
        self.assertGreater(self.act("click", "#b").seconds, 1)  # it has waited for the next one
        self.expect("count('click', 'b')", 1)

    def test_an_action_while_the_next_document_is_slow_is_done_in_that(self):
        come, early = threading.Event(), threading.Event()
        def later(request):
            come.wait(PATIENCE)
            self.site.send(request, 200, "<title>later</title><button id=b onclick=\"document.title = 'done'\">b</button>")
        self.site.pages["/later"] = later
        self.site.pages["/early"] = lambda request: (early.set(), self.site.send(request, 200, ""))
        self.show("<a id=a href=/later>a</a><button id=b onclick=\"fetch('/early')\">b</button>")
        self.act("click", "#a")
        self.wait_until(lambda: "/later" in self.site.hits, PATIENCE, "the next document is asked for")
        click = Background(self.act, "click", "#b", timeout=1000 * BUDGET)
        self.assertFalse(early.wait(0.5), "the act was done in the document that was about to go")
        come.set()
        click.result()
        self.expect("document.title", "done")


if __name__ == "__main__":
    main()
