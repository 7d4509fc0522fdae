"""What a page takes from an act under way, on real Chromium: a click whose element moves away as it is pressed, keys and text whose
focus goes elsewhere. Neither is called done, and nothing that nobody has named feels any of it."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase

LOST = "element moved away as it was pressed: it saw the press and no click"
PLACED = "style='position: absolute; left: 10px; top: 100px; width: 100px; height: 30px'"
DONE = "<script>let done = 0</script>"


class LostClicks(PageCase):
    def lost(self, method, *arguments):
        """It is told at once, and nothing is pressed a second time."""
        self.assertEqual(self.refusal_at_once(method, "#b", *arguments), LOST)

    FORM = """<input id=f required onblur="e.hidden = /@/.test(this.value)">
              <p id=e hidden>Please enter your mail address.<br>It is needed.<br>Without it nothing is sent.</p>
              <p><button id=b type=button onclick="done++">Send</button>"""

    def test_an_error_line_that_is_shown_above_as_the_button_is_pressed(self):
        self.show(DONE + self.FORM)
        self.act("fill", "#f", "no address")
        self.lost("click")
        self.expect("[done, count('mousedown', 'b'), count('click', 'b')]", [0, 1, 0])
        self.act("click", "#b")  # where it is now
        self.expect("done", 1)

    def test_an_element_that_moves_in_its_own_mousedown(self):
        self.show(f"""{DONE}<button id=b {PLACED} onmousedown="this.style.left = '300px'" onclick="done++">b</button>""")
        self.lost("click")
        self.expect("[done, count('mousedown', 'b')]", [0, 1])

    def test_a_line_of_an_editor_that_shows_its_tools_above_has_had_its_click(self):
        tools = "onfocusin=\"t.hidden = false\""
        for field in (f"<div id=e contenteditable {tools}><p id=b>one line</p></div>",
                      f"<div id=b {tools}><input id=e style='width: 100%; height: 100%'></div>"):
            self.show(f"<div id=t hidden style='height: 200px'>tools</div>{field}")
            self.act("click", "#b")
            self.expect("document.activeElement.id", "e")

    def test_a_finger_that_moves_what_it_touches(self):
        for event in ("touchstart", "mousedown"):  # the finger's own, and that of the mouse that it is taken for
            self.show(f"""{DONE}<button id=b {PLACED} on{event}="this.style.left = '300px'" onclick="done++">b</button>""")
            self.lost("tap")
            self.expect("[done, count('touchstart', 'b')]", [0, 1])

    def test_a_touch_whose_click_the_page_does_not_want_is_done(self):
        self.show(f"""<button id=b {PLACED}>b</button><script>b.addEventListener('touchstart', (event) => {{
                        event.preventDefault(); b.style.left = '300px' }}, {{passive: false}})</script>""")
        self.act("tap", "#b")
        self.expect("[count('touchstart', 'b'), count('click', 'b')]", [1, 0])

    def test_a_tap_is_done_when_its_click_has_come(self):
        self.show(f"{DONE}<button id=b {PLACED} onclick='done++'>b</button>")
        for taps in range(1, 6):
            self.act("tap", "#b")
            self.expect("done", taps)

    def test_each_button_and_the_second_press_of_a_double_click(self):
        moves = f"""<button id=b {PLACED} onmousedown="this.style.left = '300px'">b</button>"""
        for button in ("right", "middle"):
            self.show(moves)
            self.lost("click", button)
        self.show(f"""<button id=b {PLACED} onmousedown="if (++done === 2) this.style.left = '300px'">b</button>{DONE}""")
        self.lost("doubleClick")
        self.expect("[count('mousedown', 'b'), count('click', 'b')]", [2, 1])
        # What moves when its click has come, or its menu has opened, has lost nothing.
        self.show(f"""<button id=b {PLACED} oncontextmenu="this.style.left = '300px'; return false">b</button>""")
        self.act("click", "#b", "right")
        self.show(f"""<button id=b {PLACED} onclick="this.style.left = '300px'">b</button>""")
        self.act("click", "#b")

    def test_an_element_that_gives_way_a_little_and_takes_its_click(self):
        self.show(f"""{DONE}<style>#b:active {{ transform: translate(3px, 3px) }}</style><button id=b {PLACED} onclick="done++">b</button>""")
        self.act("click", "#b")
        self.expect("done", 1)

    def test_a_menu_that_opens_over_its_field_as_it_is_pressed_is_done(self):
        self.show(f"""<div id=b role=combobox tabindex=0 {PLACED} onmousedown="menu.hidden = false">choose</div>
                      <div id=menu hidden style="position: fixed; inset: 0">one</div>""")
        self.act("click", "#b")
        self.expect("[menu.hidden, count('mousedown', 'b'), count('click', 'b')]", [False, 1, 0])

    def test_an_element_that_is_gone_or_hidden_once_it_is_pressed_is_done(self):
        for gone in ("this.remove()", "this.style.display = 'none'", "this.style.visibility = 'hidden'"):
            self.show(f"""<button id=b {PLACED} onmousedown="{gone}">b</button>""")
            self.act("click", "#b")
            self.expect("count('mousedown', 'b')", 1)

    def test_a_field_that_moves_as_it_gets_the_focus_is_done(self):
        self.show(f"<style>#b:focus {{ top: 300px !important }}</style><input id=b {PLACED}>")
        self.act("click", "#b")
        self.expect("[document.activeElement.id, count('mousedown', 'b'), count('click', 'b')]", ["b", 1, 0])

    def test_a_page_that_leads_elsewhere_as_it_is_pressed_is_done(self):
        for leads in ("location.hash = 'there'", "history.pushState(0, '', '/there')"):
            self.show(f"""<button id=b {PLACED} onmousedown="{leads}; this.style.left = '300px'">b</button>""")
            self.act("click", "#b")
            self.expect("count('mousedown', 'b')", 1)

    def test_a_mousedown_that_keeps_the_focus_away_still_clicks(self):
        self.show(f"""{DONE}<button id=b {PLACED} onmousedown="event.preventDefault()" onpointerdown="event.preventDefault()"
                      onclick="done++">b</button>""")
        self.act("click", "#b")
        self.expect("done", 1)

    def test_what_stands_for_the_element_is_followed(self):
        moves = """onmousedown="this.style.left = '300px'" """
        self.show(f"""<label id=l for=b {PLACED} {moves}>agree</label><input id=b type=checkbox style="display: none">""")
        self.lost("click")
        self.show(f"""<label id=l for=b {PLACED}>agree</label><input id=b type=checkbox style="display: none">""")
        self.act("click", "#b")
        self.expect("b.checked")
        self.show(f"""<button {PLACED} {moves}><span id=b>words</span></button>""")
        self.lost("click")

    def test_it_holds_in_a_frame_and_in_roots(self):
        inside = f"""<body onclick="parent.done++"><div style="height: 60px"></div><button id=b onmousedown="MOVES">b</button>"""
        for moves in ("this.style.marginLeft = '300px'", "parent.f.style.marginTop = '200px'"):
            self.site.pages["/inside"] = inside.replace("MOVES", moves)
            self.show(f"{DONE}<iframe id=f width=500 height=300 src=/inside></iframe>", waitUntil="load")
            self.assertEqual(self.refusal_at_once("click", "#f >> #b"), LOST, moves)
        self.site.pages["/inside"] = inside.replace("MOVES", "0")
        self.show(f"<script>var done = 0</script><iframe id=f width=500 height=300 src=/inside></iframe>", waitUntil="load")
        self.act("click", "#f >> #b")
        self.expect("done", 1)
        for mode in ("open", "closed"):
            for moves in ("this.style.left = '300px'", ""):
                self.show(f"""<div id=h style="height: 200px"></div><script>
                    h.attachShadow({{mode: '{mode}'}}).innerHTML = `<button id=b {PLACED} onmousedown="{moves}">b</button>`</script>""")
                if moves:
                    self.lost("click")
                else:
                    self.act("click", "#b")


class LostKeys(PageCase):
    STEALS = ("setTimeout(() => {})", "queueMicrotask(() => {})", "Promise.resolve().then(() => {})", "setTimeout(() => {}, 1)")

    def steals(self, what):
        return [how.replace("{}", f"{what}.focus()") for how in self.STEALS]

    def test_a_key_never_goes_to_the_neighbour_that_is_given_the_focus(self):
        for steal in self.steals("g"):
            self.show(f"""<form onsubmit="done++; return false"><input id=g onkeydown="done++" onkeyup="done++"></form>
                          <input id=f onfocus="{steal}">{DONE}""")
            answer = self.answer_to("press", "#f", "Enter", timeout=1500)
            result = answer.json.get("data", {}).get("result", {})
            self.expect("[done, count('keydown', 'f') > 0]", [0, bool(result.get("success"))])

    def test_who_took_the_focus_is_told(self):
        # Whenever a key is on its way the focus is elsewhere.
        self.show(f"""<form onsubmit="done++; return false"><input id=g onkeydown="done++" onkeyup="done++"></form>{DONE}
                      <button id=d onclick="done++">Delete</button><input id=f><script>
                      let to = g; f.addEventListener('focus', () => queueMicrotask(() => to.focus()))</script>""")
        self.assertEqual(self.refusal("press", "#f", "Enter"),
                         '<input id="g"> took the focus before the key came, and nothing was pressed')
        for key in ("Enter", "Space", "a", "Shift+a"):
            self.js("to = d; d.blur()")
            self.assertEqual(self.refusal("press", "#f", key),
                             '<button id="d"> took the focus before the key came, and nothing was pressed')
        self.expect("done", 0)

    def test_it_is_pressed_when_the_focus_is_kept_at_last(self):
        self.show("""<form onsubmit="window.sent = 1; return false"><input id=g></form><input id=f><script>
                     let n = 0; f.addEventListener('focus', () => { if (++n < 3) queueMicrotask(() => g.focus()) })</script>""")
        self.act("press", "#f", "Enter")
        self.expect("[window.sent ?? 0, count('keydown', 'f'), count('keydown', 'g')]", [0, 1, 0])

    def test_keys_for_the_page_never_go_to_what_takes_the_focus_back(self):
        self.show(f"""<form onsubmit="done++; return false"><input id=g></form><p id=p>words</p>{DONE}<script>
                      g.onblur = () => queueMicrotask(() => g.focus()); g.focus()</script>""")
        self.assertIn("took the focus", self.refusal("press", "#p", "Enter"))
        self.expect("done", 0)
        self.act("press", "body", "Enter")  # of the page as a whole what has the focus is the part that is meant
        self.expect("done", 1)

    def test_what_hands_the_focus_on_within_itself_gets_its_keys(self):
        later = "queueMicrotask(() => {})"
        self.show(f"""<div id=w tabindex=0 onfocus="{later.replace('{}', 'i.focus()')}"><input id=i></div>
                      <div id=h></div><input id=r readonly onfocus="{later.replace('{}', 'o.focus()')}"><dialog open><input id=o></dialog>
                      <input id=c role=combobox aria-controls=l><ul id=l role=listbox><li role=option id=a>a</ul><script>
                      h.attachShadow({{mode: 'open', delegatesFocus: true}}).innerHTML = '<input><input>'</script>""")
        self.act("press", "#w", "x")
        self.act("press", "#w", "x")
        self.expect("i.value", "xx")
        self.act("press", "#h", "x")
        self.expect("h.shadowRoot.firstChild.value", "x")
        self.act("press", "#r", "x")
        self.expect("o.value", "x")
        self.js("c.focus()")
        self.act("press", "#a", "ArrowDown")
        self.expect("count('keydown', 'c')", 1)

    def test_a_button_that_hands_the_focus_to_a_form_presses_nothing_in_it(self):
        self.show("<form onsubmit='done++; return false'><input id=g></form><button id=b onfocus='g.focus()'>b</button>" + DONE)
        self.assertEqual(self.refusal("press", "#b", "Enter"), "element does not take the focus")
        self.expect("done", 0)

    def test_a_key_that_leads_the_focus_on_is_done(self):
        self.show("<input id=f onkeydown='g.focus()'><input id=g>")
        self.act("press", "#f", "a")
        self.expect("g.value", "a")
        self.act("press", "#f", "Tab")
        self.act("press", "#f", "Enter")


class LostText(PageCase):
    def kept(self, who="button", id="buy"):
        return f'<{who} id="{id}"> took the focus, and the rest of the text was kept from it'

    def test_the_rest_of_a_text_presses_nothing(self):
        for text, held in (("a b", "a"), ("a\n", "a"), ("ab\nc", "a")):
            self.show(f"<input id=f oninput='buy.focus()'><button id=buy onclick='done++'>Buy</button>{DONE}")
            self.assertEqual(self.refusal_at_once("type", "#f", text), self.kept())
            self.expect("[done, f.value]", [0, held])
        self.show(f"<input id=f oninput='buy.focus()'><input type=checkbox id=buy onclick='done++'>{DONE}")
        self.assertEqual(self.refusal_at_once("type", "#f", "a b"), self.kept("input"))
        self.expect("[done, f.value]", [0, "a"])

    def test_nor_does_it_reach_the_shortcuts_of_the_page(self):
        self.show(f"<input id=f oninput='this.blur()'>{DONE}<script>onkeydown = (event) => {{ done += event.target !== f }}</script>")
        self.assertEqual(self.refusal_at_once("type", "#f", "ab"), "<body> took the focus, and the rest of the text was kept from it")
        self.expect("[done, f.value]", [0, "a"])
        # With its last character a field may give the focus away.
        self.act("type", "#f", "c")
        self.expect("f.value", "ac")
        self.act("type", "#f", "d\n")  # nor does the line break after it
        self.expect("[done, f.value]", [0, "acd"])

    def test_text_that_a_cell_takes_by_keys_presses_nothing_either(self):
        self.show(f"""<div id=c role=gridcell tabindex=0 onkeydown="if (event.key === 'a' && !event.ctrlKey) buy.focus()">1</div>
                      <button id=buy onclick='done++'>Buy</button>{DONE}""")
        self.assertEqual(self.refusal_at_once("fill", "#c", "xa b"), self.kept())
        self.expect("done", 0)

    def test_a_page_may_lead_a_text_to_what_takes_text(self):
        for to in ("<input id=g>", "<textarea id=g></textarea>", "<div id=g contenteditable></div>", "<input id=g type=search>"):
            self.show(f"<input id=f oninput='g.focus()'>{to}")
            self.act("type", "#f", "a b")
            self.expect("[f.value, (g.value ?? g.innerText).trim()]", ["a", "b"])
        self.show("<div role=grid><div id=c role=gridcell tabindex=0>1</div><div id=d role=gridcell tabindex=0>2</div></div><script>"
                  "c.onkeydown = () => d.focus(); let keys = ''; d.onkeydown = (event) => { keys += event.key }</script>")
        self.act("type", "#c", "12")
        self.expect("keys", "2")

    def test_a_tab_in_a_text_goes_where_it_leads(self):
        self.show(f"<input id=f><input id=g type=checkbox><input id=h>{DONE}")
        self.act("type", "#f", "a\t \tb")
        self.expect("[f.value, g.checked, h.value]", ["a", True, "b"])

    def test_nothing_to_type_is_done(self):
        self.show("<input id=f value=old>")
        self.act("type", "#f", "")
        self.expect("[f.value, document.activeElement.id]", ["old", "f"])


if __name__ == "__main__":
    main()
