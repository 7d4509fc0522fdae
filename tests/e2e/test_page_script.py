"""What the server asks of the page's script besides texts and acts, on real Chromium."""

import setup_path  # noqa: F401

from harness.case import main
from harness.patience import PATIENCE
from harness.script import ScriptCase

READY = {"timeout": 1000 * PATIENCE}


class PageScript(ScriptCase):
    def show(self, body):
        self.site.pages["/case"] = f"<!doctype html><title>case</title><body>{body}"
        self.tab.open(self.site.url + "/case")

    def test_scrolling_in_a_shadow_root_is_waited_for(self):
        self.show("<div id=h></div><script>h.attachShadow({mode: 'open'}).innerHTML = "
                  "'<div style=\"height:100px;overflow:auto\"><p style=\"height:9000px\">long</p></div>'</script>")
        # As long as something scrolls again and again it does not rest; then it does. Time passes as frames do.
        moves = self.tab.run("""(async () => {
            const pane = document.querySelector('#h').shadowRoot.firstChild;
            let moves = 0;
            let rests = false;
            let now = 0;
            performance.now = () => now;
            const rest = __belay.scrollRest().then(() => { rests = true; });
            while (!rests && moves < 30) {
              pane.scrollTop += 10;
              moves++;
              await new Promise(requestAnimationFrame);
              now += 16;
            }
            for (; !rests; now += 16) await new Promise((done) => setTimeout(done));
            await rest;
            return moves;
          })()""")
        self.assertEqual(moves, 30)

    def test_a_look_that_time_cuts_off_says_what_was_wrong_before(self):
        # What is around the element cannot be scrolled to, which is seen a frame later, again and again.
        self.show("<div style='position: fixed; left: -900px'>out<b id=b style='display: none'>b</b></div>")
        for timeout in range(200, 300, 10):
            with self.assertRaisesRegex(RuntimeError, "element is not visible .display: none"):
                self.tab.ask("point", "#b", {"timeout": timeout, "hovered": 0})

    def test_the_frame_with_the_focus_is_found_in_a_closed_root(self):
        self.show("<div id=h>text</div>")
        self.tab.run("globalThis.root = document.querySelector('#h').attachShadow({mode: 'closed'});"
                     "root.innerHTML = '<iframe></iframe>'; root.firstChild.focus()")
        self.assertTrue(self.tab.run("__belay.focusHolder()")["hosts"])
        self.assertEqual(self.tab.run("__belay.hosts().then((all) => all.map((e) => e.id))"), ["h"])
        self.tab.run("__belay.adoptRoots(root)")
        self.assertEqual(self.tab.run("__belay.focusHolder().then((e) => e.localName)"), "iframe")

    def test_where_no_frame_has_the_focus_none_is_found(self):
        self.show("<input autofocus><iframe></iframe>")
        with self.assertRaisesRegex(RuntimeError, "no frame in here has the focus"):
            self.tab.ask("focusHolder")

    def test_text_that_meets_another_element_is_kept_from_it(self):
        for send in (lambda: self.tab.call("Input.insertText", text="ab"),
                     lambda: self.tab.call("Input.dispatchKeyEvent", type="keyDown", key="a", code="KeyA", text="a",
                                           windowsVirtualKeyCode=65)):
            self.show("<input id=f><input id=o><div id=w><input id=r></div>")
            self.tab.ask("focus", "#f", READY)
            self.tab.run("o.focus()")
            send()
            self.assertEqual(self.tab.ask("value", "#f")["wrong"],
                             '<input id="o"> took the focus before the text came, and nothing was typed')
            self.assertEqual(self.tab.run("[f.value, o.value]"), ["", ""])
            # Asked for what came of it, it keeps nothing back any more.
            send()
            self.assertNotEqual(self.tab.run("o.value"), "")
            # What is there in the place of the element is as good.
            self.tab.ask("focus", "#r", READY)
            self.tab.run("w.innerHTML = '<input id=r>'; r.focus()")
            send()
            self.assertEqual(self.tab.ask("value", "#r").get("wrong"), None)
            self.assertNotEqual(self.tab.run("r.value"), "")

    def test_the_first_of_a_text_decides_and_the_page_may_lead_the_rest(self):
        self.show("<input id=f><input id=o>")
        self.tab.ask("focus", "#f", {**READY, "caret": "keep"})
        key = {"key": "a", "code": "KeyA", "text": "a", "windowsVirtualKeyCode": 65}
        self.tab.call("Input.dispatchKeyEvent", type="keyDown", **key)
        self.tab.run("o.focus()")
        self.tab.call("Input.dispatchKeyEvent", type="keyDown", **key)
        self.assertEqual(self.tab.run("[f.value, o.value]"), ["a", "a"])
        self.assertEqual(self.tab.ask("textCame"), {"wrong": None})

    def test_a_press_of_the_mouse_ends_the_wait_for_a_text(self):
        self.show("<input id=f><input id=o>")
        self.tab.ask("focus", "#f", READY)
        spot = self.tab.run("(({x, y}) => ({x: x + 5, y: y + 5}))(o.getBoundingClientRect())")
        for move in ("mousePressed", "mouseReleased"):
            self.tab.call("Input.dispatchMouseEvent", type=move, button="left", clickCount=1, **spot)
        self.tab.call("Input.insertText", text="b")
        self.assertEqual(self.tab.run("o.value"), "b")


if __name__ == "__main__":
    main()
