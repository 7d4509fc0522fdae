"""What the server asks of the page's script besides texts and acts, on real Chromium."""

import setup_path  # noqa: F401

from harness.case import main
from harness.script import ScriptCase


class PageScript(ScriptCase):
    def show(self, body):
        self.site.pages["/case"] = f"<!doctype html><title>case</title><body>{body}"
        self.tab.open(self.site.url + "/case")

    def test_scrolling_in_a_shadow_root_is_waited_for(self):
        self.show("<div id=h></div><script>h.attachShadow({mode: 'open'}).innerHTML = "
                  "'<div style=\"height:100px;overflow:auto\"><p style=\"height:9000px\">long</p></div>'</script>")
        # As long as something scrolls again and again it does not rest; then it does.
        moves = self.tab.run("""(async () => {
            const pane = document.querySelector('#h').shadowRoot.firstChild;
            let moves = 0;
            let rests = false;
            const rest = __belay.scrollRest().then(() => { rests = true; });
            while (!rests && moves < 30) {
              pane.scrollTop += 10;
              moves++;
              await new Promise(requestAnimationFrame);
            }
            await rest;
            return moves;
          })()""")
        self.assertEqual(moves, 30)

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


if __name__ == "__main__":
    main()
