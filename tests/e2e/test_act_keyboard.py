"""Keys as a keyboard makes them, on real Chromium: what a page is told of them, and that the browser takes none for itself."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.server import action

LISTEN = """<input id=f><script>
    let keys = [];
    for (const type of ['keydown', 'keypress', 'keyup'])
      addEventListener(type, (e) => keys.push([type, e.key, e.code, e.keyCode, e.location, e.shiftKey].join(' ')), true);
  </script>"""


class Keyboard(PageCase):
    def pressed(self, key):
        self.js("keys = []; f.value = ''; f.focus()")
        self.act("press", "#f", key)
        return self.js("keys")

    def test_shift_is_held_for_what_needs_it(self):
        self.show(LISTEN)
        for key, told in (("A", "A KeyA 65"), ("+", "+ Equal 187"), ("!", "! Digit1 49")):
            self.assertEqual(self.pressed(key), [
                "keydown Shift ShiftLeft 16 1 true", f"keydown {told} 0 true",
                f"keypress {key} {told.split()[1]} {ord(key)} 0 true", f"keyup {told} 0 true", "keyup Shift ShiftLeft 16 1 false"])
            self.expect("f.value", key)
        self.js("keys = []; f.value = ''")
        self.act("type", "#f", "aB")
        self.expect("keys.filter((k) => k.startsWith('keydown')).map((k) => k.split(' ')[1])", ["a", "Shift", "B"])
        self.expect("f.value", "aB")

    def test_keys_by_their_code(self):
        self.show(LISTEN)
        for key, told, value in (("KeyA", "a KeyA 65 0 false", "a"), ("Digit3", "3 Digit3 51 0 false", "3"),
                                 ("Numpad1", "1 Numpad1 97 3 false", "1"), ("Minus", "- Minus 189 0 false", "-"),
                                 ("NumpadEnter", "Enter NumpadEnter 13 3 false", ""),
                                 ("ControlRight", "Control ControlRight 17 2 false", ""),
                                 ("AltGraph", "AltGraph AltRight 225 2 false", ""),
                                 ("MediaPlayPause", "MediaPlayPause MediaPlayPause 179 0 false", ""),
                                 ("F13", "F13 F13 124 0 false", "")):
            self.assertEqual(self.pressed(key)[0], f"keydown {told}")
            self.expect("f.value", value)
        self.assertEqual(self.pressed("Shift+Digit3")[1], "keydown # Digit3 51 0 true")
        self.expect("f.value", "#")

    def test_characters_of_other_layouts(self):
        self.show(LISTEN)
        for c in "éß€あ😀Å":
            self.assertEqual(self.pressed(c)[0], f"keydown {c}  0 0 false")
            self.expect("f.value", c)
        self.assertEqual(self.refusal("press", "#f", "éé"), 'unknown key "éé"')

    def test_enter_of_the_numeric_pad_sends_a_form(self):
        self.show("<form onsubmit='window.sent = 1; return false'><input id=f></form>")
        self.act("press", "#f", "NumpadEnter")
        self.expect("window.sent", 1)


class Shortcuts(PageCase):
    # What Chromium does by itself at these is open, close or change a tab or a window, or lead the page elsewhere.
    TAKEN = ("Control+T", "Control+N", "Control+Shift+N", "Control+Shift+T", "Control+H", "Control+J", "Control+U", "Control+O",
             "Control+P", "Control+S", "Control+F", "Control+D", "Control+L", "Control+R", "Control+Shift+R", "Control+Tab",
             "Control+PageDown", "Control+1", "Control+Shift+I", "Control+Shift+Delete", "Control++", "Control+0",
             "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home", "Alt+D", "F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12",
             "Shift+Escape", "BrowserBack", "BrowserHome", "BrowserRefresh", "Alt+F4", "Control+F4", "Control+Shift+W",
             "Control+W", "Control+Shift+Q")

    def test_the_page_has_each_key_to_itself(self):
        self.site.pages["/before"] = "<title>before</title>"
        self.server.navigate(self.session, self.site.url + "/before")
        self.show("<input id=f><script>let downs = []; addEventListener('keydown', (e) => downs.push([e.key, e.keyCode, "
                  "e.defaultPrevented]), true); window.mine = true</script><button id=b onclick='window.hit = true'>b</button>")
        tabs = self.devtools.pages()
        for chord in self.TAKEN:
            with self.subTest(chord=chord):
                self.js("downs = []")
                self.act("press", "#f", chord)
                told = self.js("downs.at(-1)")
                self.assertGreater(told[1], 0, "the page is told the key's own code")
                self.assertFalse(told[2])
                self.assertEqual(len(self.js("downs")), chord.replace("++", "+Shift+x").count("+") + 1)
        self.act("click", "#b")
        self.act("type", "#f", "abc")
        self.expect("[window.mine, window.hit, f.value, devicePixelRatio, document.visibilityState]",
                    [True, True, "abc", 1, "visible"])
        self.assertEqual(self.devtools.pages(), tabs)

    def test_what_edits_still_does_also_in_a_tab_that_is_not_in_front(self):
        self.show("<input id=f value=hello>")
        self.devtools.call("Target.createTarget", url="about:blank", background=False)
        for chord, value in (("Control+A", "hello"), ("Control+X", ""), ("Control+V", "hello"), ("Control+Z", ""),
                             ("Control+Shift+Z", "hello")):
            answer = self.server.operation(self.session, "act", {"input": action("press", "#f", chord), "frameId": self.tab})
            self.assertTrue(answer.json["data"]["result"]["success"], answer)
            self.eventually("f.value", value)


if __name__ == "__main__":
    main()
