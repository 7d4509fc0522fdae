"""What the page's script sees to around an action, on real Chromium and without the server: which points a press is sent to, where
keys go, and what has come of what was sent."""

import setup_path  # noqa: F401
from harness.case import main
from harness.patience import PATIENCE
from harness.script import ActsCase

READY = {"timeout": 1000 * PATIENCE}
NOW = {"timeout": 0}


class Presses(ActsCase):
    def test_a_second_press_that_meets_something_else_is_kept_from_it(self):
        self.show("<button id=b style='position: absolute; left: 0; top: 0'>b</button>"
                  "<button id=c style='position: absolute; left: 0; top: 0; z-index: -1'>c</button>")
        self.tab.run("globalThis.felt = []; for (const type of ['mousedown', 'mouseup', 'click', 'dblclick'])"
                     "addEventListener(type, (e) => felt.push(type + ' ' + e.target.id));"
                     "b.addEventListener('click', () => { b.style.marginTop = '300px' }); 0")
        self.mouse(self.tab.ask("point", "#b", {**READY, "clicks": 2}), 2)
        self.assertEqual(self.tab.run("felt"), ["mousedown b", "mouseup b", "click b"])
        # What is pressed after that is somebody's own; the click of what was kept back may be a task later than its release.
        self.tab.run("new Promise((done) => setTimeout(done))")
        self.mouse({"x": 5, "y": 5})
        self.assertEqual(self.tab.run("felt.slice(3)"), ["mousedown c", "mouseup c", "click c"])
        self.assertEqual(self.tab.run("__belay.pressed()"), {
            "wrong": 'element moved away under the first press, and the second was kept from <button id="c">', "felt": True,
            "timers": False})

    def test_a_touch_that_meets_something_else_is_kept_from_it(self):
        self.show("<button id=b style='position: absolute; left: 0; top: 0'>b</button>"
                  "<button id=c style='position: absolute; left: 0; top: 0; z-index: -1'>c</button>")
        self.tab.run("globalThis.felt = []; for (const type of ['pointerdown', 'touchstart', 'touchend', 'mousedown', 'click'])"
                     "addEventListener(type, (e) => felt.push(type + ' ' + e.target.id)); 0")
        point = self.tab.ask("point", "#b", {**READY, "clicks": 1, "touch": True})
        self.mouse(point)  # not the finger that is waited for
        self.tab.run("b.style.marginTop = '300px'; felt.length = 0")
        self.touch(point)
        self.tab.run("new Promise((done) => setTimeout(done))")
        self.assertEqual(self.tab.run("__belay.pressed()"), {
            "wrong": 'element is covered by <button id="c"> once it is touched', "felt": False, "timers": False})
        self.touch(point)  # somebody else's
        self.tab.run("new Promise((done) => felt.includes('click c') ? done() : addEventListener('click', done))")
        self.assertEqual(self.tab.run("felt[0]"), "pointerdown c")
        self.assertEqual(self.tab.run("felt.filter((f) => f === 'touchstart c').length"), 1)

    def test_what_comes_of_a_wrong_press_that_is_held_is_kept_back(self):
        self.show("<button id=b style='position: absolute; left: 0; top: 0'>b</button>"
                  "<button id=c style='position: absolute; left: 0; top: 0; z-index: -1'>c</button>")
        self.tab.run("globalThis.felt = []; for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])"
                     "addEventListener(type, (e) => felt.push(type)); 0")
        point = self.tab.ask("point", "#b", {**READY, "clicks": 1})
        self.tab.run("b.style.marginTop = '300px'; 0")
        at = {"button": "left", "clickCount": 1, "x": point["x"], "y": point["y"]}
        self.tab.call("Input.dispatchMouseEvent", type="mousePressed", **at)
        self.assertRegex(self.tab.run("__belay.pressed({held: true}).then((p) => p.wrong)"), 'covered by <button id="c">')
        self.tab.call("Input.dispatchMouseEvent", type="mouseReleased", **at)
        self.assertEqual(self.tab.run("felt"), [])

    def test_a_click_that_the_page_may_have_kept_from_us_is_not_called_lost(self):
        self.show("<button id=b onmousedown=\"style.marginLeft = '300px'\">b</button>")  # a page older than the script
        self.mouse(self.tab.ask("point", "#b", {**READY, "clicks": 1}))
        self.assertIsNone(self.tab.run("__belay.pressed()")["wrong"])

    def test_a_scroll_bar_is_no_place_to_press(self):
        for turn in ("none", "rotate(90deg)", "scale(2)"):
            self.show(f"<div style='margin: 100px; width: 60px; transform: {turn}'>"
                      "<div id=b style='width: 60px; height: 20px; overflow: scroll'>words</div></div>")
            self.tab.run("globalThis.clicks = 0; b.addEventListener('click', () => clicks++); 0")
            self.mouse(self.tab.ask("point", "#b", {**READY, "clicks": 1}))
            self.assertEqual(self.tab.run("clicks"), 1, turn)
        self.show("<div id=b style='width: 15px; height: 15px; overflow: scroll'>x</div>")
        self.refused('covered by a scroll bar of <div id="b">', "point", "#b", NOW)

    def test_a_point_is_one_whose_whole_pixel_is_the_elements_too(self):
        shown = lambda *paths: self.show("<div id=b style=\"position: absolute; left: 0; top: 0; width: 101px; height: 40px;"
                                         f"clip-path: path('{' '.join(paths)}')\"></div>")
        # Of its middle at 50.5 the page hears as 50, where nothing of it is shown.
        middle = "M50.2 0 H50.8 V40 H50.2 Z"
        shown(middle, "M80 0 H95 V40 H80 Z")
        self.assertGreaterEqual(self.tab.ask("point", "#b", READY)["x"], 80)
        # Where there is no other point the element is pressed all the same.
        shown(middle)
        self.assertEqual(self.tab.ask("point", "#b", READY)["x"], 50.5)


class Early(ActsCase):
    """With the script there before the page, as in a session: what the page keeps from it, it knows."""

    LOST = "element moved away as it was pressed: it saw the press and no click"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tab.call("Page.addScriptToEvaluateOnNewDocument", source=cls.tab.source, worldName="belay")
        cls.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def button(self, events="", tag="button", rest=""):
        self.show(f"<{tag} id=b {events} style='position: absolute; left: 10px; top: 10px; width: 100px; height: 30px'>b</{tag}>{rest}")
        return self.tab.ask("point", "#b", {**READY, "clicks": 1})

    def told(self):
        return self.tab.run("__belay.pressed()")["wrong"]

    MOVES = "style.left = '300px'"

    def test_a_click_that_the_element_has_moved_away_from_is_lost(self):
        self.mouse(self.button(f'onmousedown="{self.MOVES}"'))
        self.assertEqual(self.told(), self.LOST)
        # It was elsewhere when it mattered.
        self.mouse(self.button(f'onmousedown="{self.MOVES}"', rest="<script>onmouseup = () => { b.style.left = '10px' }</script>"))
        self.assertEqual(self.told(), self.LOST)
        self.mouse(self.button(f'onclick="{self.MOVES}"'))
        self.assertIsNone(self.told())

    def test_what_has_done_its_work_has_lost_nothing(self):
        for events, rest in (("onmousedown='c.hidden = false'", "<div id=c hidden style='position: fixed; inset: 0'></div>"),
                             ("onmousedown='remove()'", ""),
                             (f'onpointerdown="setPointerCapture(event.pointerId); {self.MOVES}"', ""),  # its click comes all the same
                             (f'onmousedown="{self.MOVES}"', "<script>onclick = () => b.remove()</script>"),
                             (f"""onmousedown="{self.MOVES}; location.hash = 'x'" """, "")):
            self.mouse(self.button(events, rest=rest))
            self.assertIsNone(self.told(), events + rest)
        self.mouse(self.button(f'onmousedown="{self.MOVES}"', tag="textarea"))
        self.assertIsNone(self.told())
        self.mouse(self.button(f'onmousedown="event.preventDefault(); {self.MOVES}"', tag="textarea"))  # it has no focus
        self.assertEqual(self.told(), self.LOST)

    def test_a_release_that_goes_into_a_frame_is_missed(self):
        self.mouse(self.button(f'onmousedown="{self.MOVES}; f.hidden = false"',
                               rest="<iframe id=f hidden style='position: fixed; left: 0; top: 0; width: 200px; height: 200px'></iframe>"))
        self.assertEqual(self.told(), self.LOST)

    def test_each_click_of_a_double_click_is_counted_once(self):
        self.show("<label id=b style='position: absolute; left: 10px; top: 10px; width: 100px; height: 30px'>b<input type=checkbox></label>"
                  "<script>let n = 0; b.onmousedown = () => { if (++n === 2) b.style.left = '300px' }</script>")
        self.mouse(self.tab.ask("point", "#b", {**READY, "clicks": 2}), 2)
        self.assertEqual(self.told(), self.LOST)

    def test_the_click_of_a_finger_is_waited_for(self):
        for events, lost in ((f'onmousedown="{self.MOVES}"', True), ("", False)):
            self.button(events)
            point = self.tab.ask("point", "#b", {**READY, "clicks": 1, "touch": True})
            self.tab.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": point["x"], "y": point["y"]}])
            self.tab.run("globalThis.told = __belay.pressed(); 0")
            self.tab.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            self.assertEqual(self.tab.run("told.then((t) => t.wrong)"), self.LOST if lost else None)

    def test_a_touch_that_is_to_be_no_click_loses_none(self):
        self.button(rest="<script>b.addEventListener('touchstart', (event) => { event.preventDefault(); "
                         f"b.{self.MOVES} }}, {{passive: false}})</script>")
        self.touch(self.tab.ask("point", "#b", {**READY, "clicks": 1, "touch": True}))
        self.assertIsNone(self.told())


class Reasons(ActsCase):
    """What is told of an element that is looked at again and again until there is no time left."""

    def told(self, why):
        for timeout in range(200, 300, 10):
            self.refused(why, "point", "#b", {"timeout": timeout})

    def test_what_cannot_be_scrolled_to_is_not_called_moving(self):
        # Each look scrolls the page, and what has just scrolled may move.
        self.show("<div style='height: 3000px'></div><button id=b style='position: absolute; left: -900px; top: 1500px'>b</button>"
                  "<div style='height: 3000px'></div>")
        self.told("element is outside of the viewport")

    def test_what_leaves_as_it_is_scrolled_to_is_not_called_moving(self):
        self.show("<div style='height: 900px'></div><button id=b style='position: absolute; left: -900px; top: 1500px'>b</button>"
                  "<div style='height: 3000px'></div>")
        self.tab.run("globalThis.n = 0; addEventListener('scroll', function move() { if (!n) n = 20; b.style.left = `${-900 - n}px`;"
                     "if (--n) requestAnimationFrame(move) }); 0")
        self.told("element is outside of the viewport")

    def test_what_is_covered_on_a_page_that_scrolls_is_not_called_moving(self):
        self.show("<div id=p style='height: 50px; overflow: auto'><div style='height: 90000px'></div></div><button id=b>b</button>"
                  "<div id=c style='position: fixed; inset: 0'></div>")
        self.tab.run("setInterval(() => { document.querySelector('#p').scrollTop += 10 }, 10); 0")
        self.told('element is covered by <div id="c">')


class Keys(ActsCase):
    def test_keys_for_what_takes_no_focus_are_the_pages_or_of_what_is_around(self):
        self.show("<input id=f><p id=p>words</p><div id=r tabindex=0><div><b id=i>row</b></div></div>"
                  "<label><i id=w>words</i><input id=k type=checkbox></label>")
        focused = lambda: self.tab.run("document.activeElement.id || document.activeElement.localName")
        for selector, holder in (("#p", "body"), ("#i", "r"), ("#w", "k"), ("body", "f"), ("#f", "f")):
            self.tab.run("f.focus()")
            self.tab.ask("focusForKeys", selector, READY)
            self.assertEqual(focused(), holder, selector)

    def test_what_takes_the_focus_for_its_scrolling_alone_comes_last(self):
        box = "<div id=s style='overflow: auto; width: 80px; height: 40px'><b id=w>words</b><p style='height: 300px'></div>"
        for body, holder in ((box, "s"), (f"<div id=r tabindex=0>{box}</div>", "r"), (f"<div id=r contenteditable>{box}</div>", "r"),
                             (f"<div tabindex=0>{box.replace('id=s', 'id=s contenteditable')}</div>", "s")):
            self.show(body)
            self.tab.ask("focusForKeys", "#w", READY)
            self.assertEqual(self.tab.run("document.activeElement.id"), holder, body)

    def test_keys_for_a_label_are_refused_where_its_control_cannot_be_used(self):
        self.show("<input id=f><label>words <i id=d>of</i> <input disabled></label>"
                  "<fieldset disabled><label id=l for=k>words</label><input id=k type=checkbox><label id=n>words</label></fieldset>"
                  "<label id=i for=j>words</label><div inert><input id=j></div>")
        self.tab.run("f.focus()")
        for selector, why in (("#d", "disabled"), ("#l", "disabled"), ("#i", "inert")):
            self.refused(why, "focusForKeys", selector, NOW)
            self.assertEqual(self.tab.run("document.activeElement.id"), "f")
        self.tab.ask("focusForKeys", "#n", NOW)  # words
        self.assertEqual(self.tab.run("document.activeElement"), self.tab.run("document.body"))

    def test_keys_for_what_nobody_can_use_are_refused(self):
        self.show("<input id=f><button id=b disabled>b</button><div inert><button id=i>i</button></div>"
                  "<button id=h style='display: none'>h</button><input id=n>")
        self.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)  # else a page hears of no focus
        self.tab.run("f.focus(); n.addEventListener('focus', () => f.focus()); 0")
        for selector, why in (("#b", "disabled"), ("#i", "inert"), ("#h", "not visible"), ("#n", "does not take the focus")):
            self.refused(why, "focusForKeys", selector, NOW)
            self.assertEqual(self.tab.run("document.activeElement.id"), "f")

    def test_keys_for_the_items_of_a_list_are_of_what_leads_it(self):
        self.show("<input id=f aria-controls=v><p role=option id=o>o</p><p role=menuitem id=m>m</p><div id=v><i role=row id=r>r</i> <i id=w>w</i></div>"
                  "<button id=b aria-expanded=true aria-controls=v>b</button>")
        self.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
        for holder, item, has in (("f", "o", "f"), ("f", "r", "f"), ("f", "m", ""), ("f", "w", ""), ("b", "m", "b"), ("b", "r", "b"),
                                  ("b", "w", "")):
            self.tab.run(f"{holder}.focus()")
            self.tab.ask("focusForKeys", f"#{item}", NOW)
            self.assertEqual(self.tab.run("document.activeElement.id"), has, (holder, item))

    def test_a_frame_that_is_inert_is_not_given_the_focus(self):
        self.show("<div inert><iframe></iframe></div>")
        for function in ("focusInside", "frameUnfit"):
            told = self.tab.run(f"__belay.{function}(document.querySelector('iframe'))")
            self.assertIn("inert", told.get("error", ""), function)

    def key(self, key, text=None):
        more = {"text": text} if text else {}
        self.tab.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **more)
        self.tab.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def heard(self, body):
        """Shows the page; what it hears of keys from then on is in `felt`."""
        self.show(body)
        self.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.tab.run("globalThis.felt = []; for (const type of ['keydown', 'keyup', 'input', 'click', 'submit'])"
                     "addEventListener(type, (e) => felt.push(type + ' ' + e.target.id)); 0")

    def test_a_key_that_meets_something_else_is_kept_from_it(self):
        for selector, to in (("#f", "d"), ("#f", "g"), ("#p", "g")):
            self.heard("<input id=f><form><input id=g></form><button id=d>d</button><p id=p>p</p>")
            self.tab.ask("focusForKeys", selector, READY)
            self.tab.run(f"{to}.focus()")
            self.key("Enter", "\r")
            self.assertEqual(self.tab.run("felt"), [])
            self.assertRegex(self.tab.ask("textCame")["wrong"], f'id="{to}"> took the focus before the key came')
            self.key("x", "x")  # somebody else's
            self.assertIn(f"keydown {to}", self.tab.run("felt"))

    def test_a_key_may_lead_the_focus_on(self):
        self.heard("<input id=f onkeydown='d.focus()'><button id=d>d</button>")
        self.tab.ask("focusForKeys", "#f", READY)
        self.tab.call("Input.dispatchKeyEvent", type="keyDown", key="Control", code="ControlLeft")
        self.key("x")
        self.assertEqual(self.tab.run("felt"), ["keydown f", "keydown d", "keyup d"])
        self.assertIsNone(self.tab.ask("textCame")["wrong"])

    def test_a_button_hands_no_key_on(self):
        self.heard("<button id=b onfocus='g.focus()'>b</button><p id=r tabindex=0 onfocus='g.focus()'>r</p><input id=g>")
        self.refused("does not take the focus", "focusForKeys", "#b", NOW)
        self.tab.run("g.blur()")
        self.tab.ask("focusForKeys", "#r", NOW)
        self.assertEqual(self.tab.run("document.activeElement.id"), "g")

    def typed(self, *keys):
        """Types these into #f; what has become of them."""
        self.tab.ask("focus", "#f", {**READY, "caret": "keep"})
        for key in keys:
            self.key("Tab" if key == "\t" else key, None if key == "\t" else key)
            self.tab.run("__belay.textCame({more: true})")
        return self.tab.ask("textCame")

    def test_the_rest_of_a_text_goes_to_what_takes_text_alone(self):
        for to in ("<button id=d>d</button>", "<input type=checkbox id=d>", "<p id=d tabindex=0>d</p>", "<a href='#x' id=d>d</a>"):
            self.heard(f"<input id=f oninput='d.focus()'>{to}")
            told = self.typed("a", " ", "b")
            self.assertRegex(told["wrong"], 'id="d"> took the focus, and the rest of the text was kept from it')
            self.assertTrue(told["part"])
            self.assertEqual(self.tab.run("felt"), ["keydown f", "input f", "keyup d"], to)  # the key that had come goes up there
        for to in ("<input id=d>", "<div id=d contenteditable></div>", "<p id=d tabindex=0 role=gridcell>d</p>", "<select id=d><option>b</select>"):
            self.heard(f"<input id=f oninput='d.focus()'>{to}")
            self.assertIsNone(self.typed("a", "b")["wrong"], to)
            self.assertIn("keydown d", self.tab.run("felt"))

    def test_cells_lead_a_text_on_among_themselves_and_to_no_button(self):
        for to, wrong in (("<p id=d tabindex=0>d</p>", False), ("<button id=d>d</button>", True)):
            self.heard(f"<p id=f tabindex=0 role=gridcell onkeydown='d.focus()'>f</p>{to}")
            self.assertEqual(self.typed("a", "b")["wrong"] is not None, wrong, to)

    def test_a_tab_in_a_text_leads_where_it_leads(self):
        self.heard("<input id=f><button id=d>d</button>")
        self.assertIsNone(self.typed("a", "\t", "b")["wrong"])
        self.assertIn("keydown d", self.tab.run("felt"))

    def test_a_text_beside_all_of_the_old_one_is_told_from_what_a_page_adds(self):
        self.show("<input id=n>")
        self.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
        for old, held, beside in (("old", "oldX", True), ("old", "Xold", True), ("old", "oXld", True), ("", "X kg", False),
                                  ("old", "X kg", False), ("old", "oldX kg", False), ("", "XX", False), ("old", "old", False)):
            self.tab.run(f"n.value = '{old}'")
            self.tab.ask("focus", "#n", {"timeout": 5000})
            self.tab.run(f"n.value = '{held}'")
            self.assertEqual(self.tab.ask("value", "#n", "X").get("beside"), beside, (old, held))


class Texts(ActsCase):
    """What a text, once it has come to its field, is said to have become."""

    def show(self, body):
        super().show(body)
        self.tab.call("Emulation.setFocusEmulationEnabled", enabled=True)  # else a page hears of no focus

    def keys(self, text):
        """A key each; a text of other characters than ASCII at once."""
        if not text.isascii():
            self.tab.call("Input.insertText", text=text)
            return
        for c in text:
            self.tab.call("Input.dispatchKeyEvent", type="keyDown", key=c, text=c)
            self.tab.call("Input.dispatchKeyEvent", type="keyUp", key=c)

    def typed(self, field, *texts):
        """Whether the field, which is shown alone, has kept texts that are typed into it."""
        self.show(field)
        self.tab.ask("focus", "#f", {"timeout": 5000, "caret": "end"})
        for text in texts:
            self.keys(text)
        return self.tab.ask("textKept", "".join(texts))["kept"]

    def filled(self, body, text):
        """What is said of a text that is put at once into a field of a page of its own."""
        self.show(body)
        self.tab.ask("focus", "#f", {"timeout": 5000})
        self.tab.call("Input.insertText", text=text)
        return self.tab.ask("value", "#f", text)

    def test_what_the_browser_refuses_of_typed_keys_is_seen(self):
        number = "<input id=f type=number step=any>"
        for field, text, kept in (
                (number, "Ann", False), (number, "1,5", False), (number, "1x", False), (number, "15", True), (number, "+5", True),
                (number, "5.", True), (number, " 12 ", True), (number, "1,234.5", True), (number, "1,000,000", True),
                (number, "1,2345", False), (number, "1.23,456", False), (number, "1,234x", False),
                ("<input id=f maxlength=2>", "Ann", False), ("<input id=f maxlength=2>", "An", True),
                ("<input id=f maxlength=2 value=An>", "n", False),
                ("<input id=f maxlength=2 oninput='value = value.toUpperCase()'>", "Ann", False),
                ("<input id=f maxlength=2>", "漢字漢", False), ("<input id=f maxlength=3>", "漢字漢", True)):
            self.assertEqual(self.typed(field, text), kept, (field, text))
        self.assertFalse(self.typed("<input id=f maxlength=2>", "a", "\U0001f600"))

    def test_what_is_no_beginning_of_a_number_is_refused_by_its_field(self):
        for text, kept in (("-", True), ("1e", True), ("12-3", False), ("--", False)):
            self.assertEqual(self.typed("<input id=f type=number>", text), kept, text)
            self.assertTrue(self.tab.run("f.validity.badInput"), text)

    def test_what_a_page_does_with_typed_keys_is_no_refusal(self):
        for does in ("oninput='if (+value > 100) value = 100'", "oninput='value = Math.round(value)'", "oninput='value = 7'",
                     "onkeydown='if (event.key === `5`) value = 3'", "onbeforeinput='event.preventDefault()'",
                     "onkeydown='event.preventDefault()'"):
            self.assertTrue(self.typed(f"<input id=f type=number {does}>", "150"), does)
        # React's onBeforeInput is this event.
        self.show("<input id=f type=number>")
        self.tab.run("f.addEventListener('textInput', (e) => e.preventDefault()); 0")
        self.tab.ask("focus", "#f", {"timeout": 5000, "caret": "end"})
        self.keys("1")
        self.assertTrue(self.tab.ask("textKept", "1")["kept"])
        # What one box has refused a page may have put into the next.
        for kind in ("type=number", "maxlength=1"):
            box = f"<input id=f {kind} oninput='if (!value) n.focus()' onkeyup='if (event.key === `x`) n.focus()'><input id=n>"
            self.assertTrue(self.typed(box, "1x"), kind)

    def test_text_that_was_there_before_proves_nothing(self):
        for old, new, text, kept in (
                ("2021", "2021", "21", False), ("old", "old", "", False), ("21", "21", "21", True), ("", "", "", True),
                ("2021", "21", "21", True), ("2021 €", "21 €", "21", True), ("521 €", "21 €", "21", True), ("2021", "21 €", "21", True),
                ("2021 (0 keys)", "2021 (1 keys)", "21", False), ("old", "", "", True), ("2021", "202121", "21", True)):
            self.show(f"<div id=f role=gridcell tabindex=0 style='height: 20px'>{old}</div>")
            self.tab.ask("focus", "#f", {"timeout": 5000})
            self.keys("k")
            self.tab.run(f"f.innerText = '{new}'")
            self.assertEqual(self.tab.ask("value", "#f", text)["kept"], kept, (old, new, text))
        for page, text, shows in (("<div id=f tabindex=0>Your name <input></div>", "name", False),
                                  ("<div id=f tabindex=0><b></b> <input></div>", "name", True)):
            self.show(page)
            self.tab.run("const [i, b] = ['input', 'b'].map((s) => document.querySelector(s));"
                         "i.addEventListener('input', () => { if (b) b.textContent = i.value; i.value = '' }); 0")
            self.tab.ask("focus", "#f", {"timeout": 5000})
            self.tab.call("Input.insertText", text=text)
            told = self.tab.ask("value", "#f", text)
            self.assertEqual([told["kept"], told["shows"]], [False, shows], page)

    def test_what_is_drawn_a_frame_later_has_come(self):
        for text, drawn in (("ab", "ab €"), ("", "")):
            self.show("<div id=f role=gridcell tabindex=0 style='height: 20px'>old</div>")
            self.tab.run("f.addEventListener('keydown', () => requestAnimationFrame(() => requestAnimationFrame(() => {"
                         f" f.innerText = '{drawn}' }}))); 0")
            self.tab.ask("focus", "#f", {"timeout": 5000})
            self.keys("k")
            self.assertTrue(self.tab.ask("value", "#f", text)["kept"])

    def test_what_an_editor_drops_of_its_edit_context_was_put_there(self):
        self.show("<canvas id=f tabindex=0 width=90 height=20></canvas>")
        self.tab.run("const c = f.editContext = new EditContext(); c.addEventListener('textupdate', () => c.updateText(0, 99, '}')); 0")
        self.tab.ask("focus", "#f", {"timeout": 5000})
        self.tab.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Control")  # that of Control+A
        self.tab.call("Input.insertText", text="{\n}")
        self.assertTrue(self.tab.ask("value", "#f", "{\n}")["kept"])
        self.assertEqual(self.tab.ask("value", "#f", "other")["value"], "}")

    def test_an_element_that_shows_its_fields_text_beside_the_old_one_has_not_taken_it(self):
        self.show("<div id=f tabindex=0><textarea>old</textarea><p>old</p></div>")
        self.tab.run("const [t, p] = ['textarea', 'p'].map((s) => document.querySelector(s));"
                     "t.addEventListener('input', () => { t.value = p.textContent = 'newold' }); 0")
        self.tab.ask("focus", "#f", {"timeout": 5000})
        self.tab.call("Input.insertText", text="new")
        told = self.tab.ask("value", "#f", "new")
        self.assertEqual([told["kept"], told["shows"], told["beside"]], [False, False, True])

    def test_a_field_that_goes_as_the_page_hears_of_its_text_was_taken_with_it(self):
        away = "this.outerHTML = `<input id=f>`"
        for does in (f"oninput='{away}'", f"oninput='Promise.resolve().then(() => {{ {away} }})'", "oninput='this.remove()'",
                     f"onbeforeinput='event.preventDefault(); {away}'"):
            self.assertEqual(self.filled(f"<p><input id=f {does}></p>", "chip"), {"taken": True}, does)
        # Around a root, too.
        self.show("<p id=p></p>")
        self.tab.run("const make = () => { p.innerHTML = '<span></span>';"
                     "  const root = p.firstChild.attachShadow({mode: 'open'}); root.innerHTML = '<input id=f>';"
                     "  root.firstChild.oninput = make }; make()")
        self.tab.ask("focus", "#f", {"timeout": 5000})
        self.tab.call("Input.insertText", text="chip")
        self.assertEqual(self.tab.ask("value", "#f", "chip"), {"taken": True})

    def test_what_stands_in_its_place_is_what_the_page_made_of_it(self):
        self.assertEqual(self.filled("<input id=f oninput='outerHTML = `<input id=f value=12>`'>", "12ab"),
                         {"value": "12", "password": False, "lost": False, "kept": False, "shows": False, "beside": False})
        told = self.filled("<input id=f oninput='outerHTML = `<input id=f value=${value}>`'>", "ab")
        self.assertTrue(told["kept"])

    def test_a_field_that_goes_later_or_before_it_has_the_text_has_lost_it(self):
        self.show("<input id=f>")
        self.tab.ask("focus", "#f", {"timeout": 5000})
        self.tab.call("Input.insertText", text="ab")
        self.tab.run("f.outerHTML = '<input id=f>'; 0")
        self.assertTrue(self.tab.ask("value", "#f", "ab")["lost"])
        self.assertTrue(self.filled("<input id=f onbeforeinput='outerHTML = `<input id=f>`'>", "ab")["lost"])

    def test_of_what_is_or_was_a_password_it_says_so(self):
        for field, password in (("<input id=f type=password>", True), ("<input id=f onfocus='type = `password`'>", True),
                                ("<input id=f type=password onfocus='type = `text`'>", True), ("<input id=f>", False),
                                ("<input id=f oninput='outerHTML = `<input id=f type=password value=saved>`'>", True)):
            self.assertEqual(self.filled(field, "ab")["password"], password, field)
        self.typed("<input id=f type=password maxlength=2>", "ab")
        self.assertTrue(self.tab.ask("textKept", "ab")["password"])


if __name__ == "__main__":
    main()
