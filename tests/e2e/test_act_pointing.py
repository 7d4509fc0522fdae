"""Acts with a pointer on real Chromium: what is in the way is waited for and then named, and what arrives is trusted."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase

# A box that hides the button under it until `ms` have passed (for ever without).
COVERED = """<style>#cover { position: fixed; inset: 0; background: #8888 }</style>
<button id=b>b</button><div id=cover class=veil></div>"""


def after(ms, script):
    return f"<script>setTimeout(() => {{ {script} }}, {ms})</script>"


class WhatIsInTheWay(PageCase):
    def test_a_covered_element_is_refused_and_the_cover_named(self):
        self.show(COVERED)
        self.assertEqual(self.refusal("click", "#b"), 'element is covered by <div id="cover">')
        self.expect("seen.filter((s) => s[0] === 'mousedown').length", 0)

    def test_a_cover_that_goes_away_is_waited_for(self):
        self.show(COVERED + after(150, "cover.remove()"))
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_a_cover_that_lets_events_through_is_no_cover(self):
        self.show(COVERED + "<style>#cover { pointer-events: none }</style>")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_an_element_that_takes_no_events_itself_is_refused(self):
        self.show("<button id=b style='pointer-events: none'>b</button>")
        self.assertEqual(self.refusal("click", "#b"), "element does not receive events (pointer-events: none)")

    def test_disabled_is_refused_and_waited_for(self):
        self.show("<button id=b disabled>b</button>")
        self.assertEqual(self.refusal("click", "#b"), "element is disabled")
        self.show("<fieldset disabled id=f><button id=b>b</button></fieldset>" + after(150, "f.disabled = false"))
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_disabled_reaches_inner_elements_aria_and_labels(self):
        self.show("""<button disabled><span id=s>s</span></button><div id=a aria-disabled=true>a</div>
                     <label id=l>x<input type=checkbox disabled></label>""")
        for selector in ("#s", "#a", "#l"):
            self.assertEqual(self.refusal("click", selector), "element is disabled", selector)

    def test_a_disabled_element_can_be_hovered(self):
        self.show("<button id=b disabled>b</button>")
        self.act("hover", "#b")
        self.expect("b.matches(':hover')")

    def test_invisible_is_refused_with_the_reason(self):
        self.show("""<div style='display: none'><button id=none>b</button></div>
                     <button id=hidden style='visibility: hidden'>b</button>
                     <div id=zero style='width: 0; height: 0; overflow: hidden' onclick='0'></div>""")
        self.assertEqual(self.refusal("click", "#none"), "element is not visible (display: none)")
        self.assertEqual(self.refusal("click", "#hidden"), "element is not visible (visibility: hidden)")
        self.assertEqual(self.refusal("click", "#zero"), "element has no size")

    def test_an_element_that_shows_up_late_is_waited_for(self):
        self.show("<button id=b style='display: none'>b</button>" + after(100, "b.style.display = ''"))
        self.act("click", "#b")
        self.show(after(150, "document.body.innerHTML = '<button id=b>b</button>'"))
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_an_element_that_never_comes_is_named(self):
        self.show("nothing")
        self.assertEqual(self.refusal("click", "#b"), "Could not find an element for the given xPath(s): #b")

    def test_an_element_that_is_replaced_while_waiting_is_found_anew(self):
        self.show("<button id=b disabled>old</button>"
                  + after(120, "b.outerHTML = '<button id=b disabled>newer</button>'")
                  + after(240, "b.outerHTML = '<button id=b>newest</button>'"))
        self.act("click", "text=newest")
        self.expect("count('click', 'b')", 1)
        self.show("<button id=b disabled>gone soon</button>" + after(100, "b.remove()"))
        self.assertEqual(self.refusal("click", "#b"), "Could not find an element for the given xPath(s): #b")

    def test_a_moving_element_is_clicked_when_it_stands(self):
        self.show("""<style>@keyframes go { from { left: 0 } to { left: 500px } }
                     #b { position: absolute; top: 40px; left: 500px; width: 60px; animation: go 400ms linear }</style>
                     <button id=b>b</button>
                     <script>let x = -1; b.onclick = () => { x = b.getBoundingClientRect().left }</script>""")
        self.act("click", "#b")
        self.expect("x", 500)

    def test_an_element_that_never_stands_is_refused(self):
        self.show("""<style>@keyframes go { from { left: 0 } to { left: 500px } }
                     #b { position: absolute; width: 60px; animation: go 300ms linear infinite alternate }</style>
                     <button id=b>b</button>""")
        self.assertEqual(self.refusal("click", "#b"), "element is moving")

    def test_a_loop_that_only_pulses_is_no_motion(self):
        self.show("""<style>@keyframes glow { from { opacity: .5 } to { opacity: 1 } }
                     @keyframes beat { from { transform: scale(1) } to { transform: scale(1.2) } }
                     #a { animation: glow 300ms infinite } #b { animation: beat 300ms infinite; margin: 50px }</style>
                     <button id=a>a</button><button id=b>b</button>""")
        self.act("click", "#a")
        self.act("click", "#b")
        self.expect("[count('click', 'a'), count('click', 'b')]", [1, 1])

    def test_a_page_that_scrolls_smoothly_is_waited_for(self):
        self.show("""<div style='height: 3000px'></div><button id=b>b</button><div style='height: 3000px'></div>
                     <script>onload = () => scrollTo({top: 2800, behavior: 'smooth'})</script>""", waitUntil="load")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_an_element_off_screen_is_scrolled_to(self):
        self.show("""<style>html { scroll-behavior: smooth }</style><div style='height: 4000px'></div>
                     <div style='overflow: auto; height: 100px; width: 200px'>
                       <div style='height: 900px; width: 900px'></div><button id=b style='margin-left: 700px'>b</button>
                     </div>""")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_an_element_that_cannot_be_scrolled_to_is_refused(self):
        self.show("<button id=b style='position: fixed; left: -500px; width: 90px'>b</button>")
        self.assertEqual(self.refusal("click", "#b"), "element is outside of the viewport")

    def test_an_element_under_sticky_bars_is_scrolled_free(self):
        bars = """<div style='position: fixed; top: 0; left: 0; right: 0; height: 120px; background: #ccc'>head</div>
                  <div style='position: fixed; bottom: 0; left: 0; right: 0; height: 120px; background: #ccc'>foot</div>"""
        self.show(bars + "<div style='height: 2000px'></div><button id=b>b</button><div style='height: 2000px'></div>"
                  "<script>b.scrollIntoView({block: 'start', behavior: 'instant'})</script>")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)
        self.js("b.scrollIntoView({block: 'end', behavior: 'instant'})")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 2)

    def test_a_link_over_two_lines_is_hit_where_it_is(self):
        self.show("""<div style='width: 300px; font-size: 20px'>The beginning of the line is just text
                     <a id=l href='#x'>and a link that goes on below</a></div>""")
        self.act("click", "#l")
        self.expect("count('click', 'l')", 1)

    def test_a_label_stands_for_its_control(self):
        self.show("""<style>#c { opacity: 0; position: absolute } label { background: #eee; padding: 8px }</style>
                     <input type=checkbox id=c><label id=l for=c>Agree</label>""")
        self.act("click", "text=Agree")
        self.expect("c.checked")
        self.show("""<style>input { position: absolute; left: 30px } label { position: absolute; left: 0; width: 200px;
                     height: 30px; background: #eee; z-index: 1 }</style>
                     <input type=checkbox id=c><label for=c>covers it</label>""")
        self.act("click", "#c")
        self.expect("c.checked")


class WhatHoveringChanges(PageCase):
    """The element is right when it is looked for, and no longer when the pointer is on it."""

    TWO = """<style>button { position: absolute; left: 20px; top: 60px; width: 100px; height: 30px }
             #under { z-index: -1 }</style><button id=b>b</button><button id=under>under</button>"""
    PRESSED = "['mousedown', 'mouseup', 'click', 'dblclick'].map((t) => [count(t, 'under'), count(t, 'b')])"

    def setUp(self):
        super().setUp()
        # The pointer is elsewhere, or the page would be hovered as soon as it is there.
        self.show("<button id=away style='position: fixed; right: 0; bottom: 0'>away</button>")
        self.act("hover", "#away")

    def test_a_click_follows_what_hovering_has_moved(self):
        self.show(self.TWO + "<script>b.onmouseover = () => { b.style.top = '120px' }</script>")
        self.act("click", "#b")
        self.expect(self.PRESSED, [[0, 1], [0, 1], [0, 1], [0, 0]])

    def test_a_tap_follows_what_the_finger_has_moved(self):
        """A finger is over what it touches just before it is down."""
        self.show(self.TWO + "<script>b.onpointerover = () => { b.style.top = '120px' }</script>")
        self.act("tap", "#b")
        self.eventually("count('click', 'b')", 1)
        self.expect("['pointerdown', 'touchstart', 'touchend', 'mousedown', 'click'].map((t) => [count(t, 'under'), count(t, 'b')])",
                    [[0, 1]] * 5)
        self.show(self.TWO + """<script>let n = 0;
                                b.onpointerover = () => { b.style.top = ++n % 2 ? '120px' : '60px' }</script>""")
        self.assertRegex(self.refusal("tap", "#b"), "^element is covered by <.*> once it is touched$")
        self.expect("seen.filter((s) => /^(pointerdown|touchstart|mousedown|click)$/.test(s[0])).length", 0)

    def test_a_menu_that_opens_over_the_element_feels_nothing(self):
        self.show("""<style>#menu { display: none; height: 100px } #bar:hover #menu { display: block }</style>
                     <div id=bar style='width: 200px'><div id=menu>menu</div><button id=b>b</button></div>""")
        self.act("click", "#b")
        self.expect("[count('pointerdown', 'menu'), count('mousedown', 'menu'), count('click', 'b')]", [0, 0, 1])

    def test_a_double_click_is_kept_from_the_wrong_element_as_a_whole(self):
        self.show(self.TWO + "<script>b.onmouseover = () => { b.style.top = '120px' }</script>")
        self.act("doubleClick", "#b")
        self.expect(self.PRESSED, [[0, 2], [0, 2], [0, 2], [0, 1]])

    def test_an_element_that_hovering_removes_for_ever_is_missed(self):
        for method in ("click", "doubleClick"):
            self.setUp()
            self.show(self.TWO + "<script>b.onmouseover = () => b.remove()</script>")
            self.assertEqual(self.refusal(method, "#b"), "Could not find an element for the given xPath(s): #b")
            self.expect(self.PRESSED, [[0, 0]] * 4)

    def test_an_element_that_always_gives_way_is_missed(self):
        self.show(self.TWO + """<script>let n = 0;
                                b.onmouseover = () => { b.style.top = ++n % 2 ? '120px' : '60px' }</script>""")
        self.assertRegex(self.refusal("click", "#b"), "^element is covered by <.*> once it is hovered$")
        self.expect(self.PRESSED, [[0, 0]] * 4)
        self.js("b.remove()")
        self.act("click", "#under")
        self.expect("count('click', 'under')", 1)

    def test_an_element_that_hovering_replaces_by_its_like_is_clicked(self):
        self.show("""<div id=d><button id=b>b</button></div>
                     <script>b.onmouseover = () => { d.innerHTML = '<button id=b class=hot>b</button>' }</script>""")
        self.act("click", "#b")
        self.expect("count('click', 'b')", 1)

    def test_a_press_that_a_frame_has_taken_is_told_and_not_repeated(self):
        self.site.pages["/over"] = "<script>onmousedown = () => top.postMessage('felt')</script>over"
        self.show("""<style>#b, iframe { position: absolute; left: 20px; top: 60px; width: 100px; height: 40px }
                            iframe { border: 0; visibility: hidden } .over iframe { visibility: visible }</style>
                     <button id=b>b</button><iframe id=ad src=/over></iframe><script>let felt = 0;
                     onmessage = () => felt++; b.onmouseover = () => { document.body.className = 'over' }</script>""",
                  waitUntil="load")
        self.assertEqual(self.refusal_at_once("click", "#b"),
                         '<iframe id="ad"> came over the element once it was hovered, and the press went into that')
        self.eventually("felt", 1)
        self.expect("count('click', 'b')", 0)
        self.act("click", "#ad")  # what goes into a frame that is meant is right
        self.eventually("felt", 2)

    def test_a_press_that_the_page_keeps_from_us_is_not_repeated(self):
        """document.open takes listeners away: the page's own hear first then, and may let nobody else hear."""
        self.show("""<script>let n = 0; onload = () => {
                       document.open(); document.write('<button id=b>b</button>'); document.close();
                       for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
                         addEventListener(type, (event) => { n += type === 'click'; event.stopImmediatePropagation() }, true);
                     }</script>""", waitUntil="load")
        self.eventually("document.querySelectorAll('#b').length", 1)
        self.act("click", "#b")
        self.expect("n", 1)

    IN_FRAME = """<body onclick="top.postMessage(event.target.id)"><div style="height: 150px"></div>
                  <div style="margin-left: 300px"><button id=b>b</button></div>"""
    FELT = "<script>const felt = []; onmessage = (event) => felt.push(event.data)</script>"

    def test_frames_in_perspective_are_pointed_into_where_they_are_drawn(self):
        self.site.pages["/turned"] = self.IN_FRAME
        for turned in ("rotateY(35deg)", "rotateX(-30deg) rotateZ(20deg)", "translateZ(90px) rotateY(-40deg) scale(.8)"):
            self.show(f"""<div style="perspective: 500px; padding: 50px"><iframe id=f src=/turned style="border: 7px solid;
                          padding: 5px; transform: {turned}; width: 400px; height: 300px"></iframe></div>{self.FELT}""",
                      waitUntil="load")
            self.act("click", "#f >> #b")
            self.eventually("felt", ["b"])

    def test_a_press_that_comes_to_another_place_of_a_frame_is_no_success(self):
        self.site.pages["/slides"] = self.IN_FRAME + """<script>
            onmousemove = () => { parent.document.querySelector('#f').style.marginLeft = '120px' }</script>"""
        self.show(f"""<iframe id=f style="width: 400px; height: 300px" src=/slides></iframe>{self.FELT}""", waitUntil="load")
        self.assertEqual(self.refusal_at_once("click", "#f >> #b"), "the press came to <body> instead")
        self.eventually("felt.length", 1)
        self.expect("felt", [""])

    def test_it_holds_in_a_frame_and_in_a_closed_root(self):
        moves = """const b = root.getElementById('b'); b.onmouseover = () => { b.style.top = '120px' };
                   root.addEventListener('mousedown', (e) => { window.last = e.target.id })"""
        self.show(f"""<iframe id=f width=400 height=300 srcdoc="{self.TWO}"></iframe>""", waitUntil="load")
        self.js(f"(() => {{ const root = f.contentDocument; {moves} }})()")
        self.act("click", "iframe >> #b")
        self.expect("last", "b")
        self.show(f"""<div id=h style='height: 300px'></div>
                      <script>const root = h.attachShadow({{mode: 'closed'}}); root.innerHTML = `{self.TWO}`; {moves}</script>""")
        self.act("click", "#b")
        self.expect("last", "b")


class Gestures(PageCase):
    def test_click_by_css_xpath_and_text(self):
        self.show("<p>Save <b>all</b></p><button id=b>Save changes</button>")
        for selector in ("#b", "css=button", "xpath=//button[@id='b']", "/html[1]/body[1]/button[1]",
                         "(//button)[1]", "text=save CHANGES"):
            self.show("<p>Save <b>all</b></p><button id=b>Save changes</button>")
            self.act("click", selector)
            self.expect("count('click', 'b')", 1)

    def test_selectors_reach_into_shadow_roots(self):
        self.show("""<x-card id=host></x-card><script>
                     host.attachShadow({mode: 'open'}).innerHTML = '<button id=inner>Deep inside</button>';
                     let deep = 0; host.shadowRoot.firstChild.onclick = (e) => { deep += e.isTrusted };</script>""")
        for selector in ("#inner", "text=Deep inside", "/html[1]/body[1]/x-card[1]//button[1]"):
            self.act("click", selector)
        self.expect("deep", 3)

    def test_a_broken_selector_is_refused_at_once(self):
        self.show("<button>b</button>")
        self.assertEqual(self.refusal_at_once("click", "button["), "invalid selector: button[")
        self.assertEqual(self.refusal_at_once("click", "//button["), "invalid selector: //button[")

    def test_a_click_is_a_whole_trusted_gesture(self):
        self.show("<button id=b>b</button>")
        self.act("click", "#b")
        self.expect("""seen.filter((s) => s[1] === 'b' && /^(pointerdown|mousedown|mouseup|click)$/.test(s[0]))""",
                    [[t, "b", True] for t in ("pointerdown", "mousedown", "mouseup", "click")])

    def test_each_button_does_its_own(self):
        self.show("""<a id=b href='#x'>b</a><script>let last;
                     for (const t of ['click', 'auxclick', 'contextmenu'])
                       b.addEventListener(t, (e) => { last = [t, e.button]; e.preventDefault() })</script>""")
        self.act("click", "#b", "right")
        self.expect("count('contextmenu', 'b')", 1)
        self.expect("count('click', 'b')", 0)
        self.act("click", "#b", "middle")
        self.expect("last", ["auxclick", 1])
        self.act("click", "#b", "left")
        self.expect("last", ["click", 0])
        self.assertEqual(self.refusal("click", "#b", "upper"),
                         'Invalid mouse button "upper": use left, right or middle')

    def test_double_click(self):
        self.show("<p id=p>word</p><script>const details = []; p.onclick = (e) => details.push(e.detail)</script>")
        self.act("doubleClick", "#p")
        self.expect("[count('click', 'p'), count('dblclick', 'p'), details]", [2, 1, [1, 2]])
        self.expect("getSelection().toString().trim()", "word")

    def test_hover(self):
        self.show("<style>#m { display: none } #b:hover + #m { display: block }</style>"
                  "<button id=b>menu</button><div id=m>item</div>")
        self.act("hover", "#b")
        self.expect("getComputedStyle(m).display", "block")
        self.act("hover", "xpath=//button")

    def test_tap(self):
        self.show("<button id=b>b</button><script>let kind; b.onpointerdown = (e) => { kind = e.pointerType }</script>")
        self.act("tap", "#b")
        self.eventually("[count('touchstart', 'b'), count('touchend', 'b'), kind]", [1, 1, "touch"])
        self.eventually("count('click', 'b')", 1)
        self.show(COVERED)
        self.assertEqual(self.refusal("tap", "#b"), 'element is covered by <div id="cover">')

    def test_an_option_of_a_closed_list_is_tapped_by_choosing_it(self):
        self.show("<select id=s><option>a<option id=o>b</select>")
        self.act("tap", "#o")
        self.expect("s.value", "b")

    def test_a_click_lets_the_page_navigate_away(self):
        self.show("<a id=l href='/next'>next</a>")
        self.act("click", "#l")
        self.eventually("document.title", "Next")
        self.show("<button id=b onmousedown=\"location.href = '/next'\">b</button>")
        self.act("click", "#b")
        self.eventually("document.title", "Next")

    def test_a_button_that_is_down_presses(self):
        self.show("<div id=b style='width: 80px; height: 40px'>b</div><div id=c>c</div><script>const felt = []; for (const type of "
                  "['pointermove', 'pointerdown', 'pointerup']) addEventListener(type, (e) => felt.push([type, e.pressure]))"
                  "</script>")
        self.act("click", "#b")
        self.expect("felt.slice(-2)", [["pointerdown", 0.5], ["pointerup", 0]])
        self.expect("felt.filter((f) => f[0] === 'pointermove').every((f) => f[1] === 0)")
        self.js("felt.length = 0")
        self.act("dragAndDrop", "#b", "#c")
        self.expect("felt.at(-2)", ["pointermove", 0.5])


class Dragging(PageCase):
    NATIVE = """<style>div { width: 80px; height: 40px; background: #ccc; margin: 10px }</style>
        <div id=from draggable=true>from</div>BETWEEN<div id=to>to</div><script>
        let dropped; const order = [];
        for (const t of ['dragstart', 'dragenter', 'dragover', 'drop', 'dragend'])
          addEventListener(t, (e) => { if (order.at(-1) !== t) order.push(t) });
        from.ondragstart = (e) => e.dataTransfer.setData('text/plain', 'cargo');
        to.ondragover = (e) => e.preventDefault();
        to.ondrop = (e) => { dropped = e.dataTransfer.getData('text/plain'); e.preventDefault() };</script>"""

    def test_a_native_drag_carries_its_data(self):
        self.show(self.NATIVE.replace("BETWEEN", ""))
        self.act("dragAndDrop", "#from", "#to")
        self.eventually("dropped", "cargo")
        self.eventually("order.filter((t) => !/dragover|dragenter/.test(t))", ["dragstart", "drop", "dragend"])
        self.expect("order.slice(0, 3)", ["dragstart", "dragenter", "dragover"])
        self.act("dragAndDrop", "xpath=//div[1]", "text=to")

    def test_a_native_drag_to_what_is_not_on_the_same_screen(self):
        self.show(self.NATIVE.replace("BETWEEN", "<p style='height: 3000px'></p>"))
        self.act("dragAndDrop", "#from", "#to")
        self.eventually("dropped", "cargo")

    POINTER = """<style>#from { position: absolute; left: 20px; top: 20px; width: 50px; height: 50px; background: red }
        #to { position: absolute; left: 400px; top: 300px; width: 100px; height: 100px; background: #cfc }</style>
        <div id=to></div><div id=from></div><script>
        let at, moves = 0, held = false;
        from.onmousedown = (e) => { held = true; e.preventDefault() };
        onmousemove = (e) => { if (!held) return; moves++; from.style.left = e.clientX - 25 + 'px'; from.style.top = e.clientY - 25 + 'px' };
        onmouseup = (e) => { held = false; at = [e.clientX, e.clientY, e.isTrusted] };</script>"""

    def test_a_drag_by_pointer_goes_in_steps(self):
        self.show(self.POINTER)
        self.act("dragAndDrop", "#from", "#to")
        self.expect("at", [450, 350, True])
        self.assertGreaterEqual(self.js("moves"), 3)

    def test_a_target_that_never_comes_is_refused_and_the_source_is_not_clicked(self):
        self.show(self.POINTER)
        self.assertIn("needs the selector", self.refusal("dragAndDrop", "#from"))
        self.assertIn("iframe", self.refusal("dragAndDrop", "#from", "iframe >> #nowhere"))
        self.assertIn("invalid selector", self.refusal("dragAndDrop", "#from", "[["))
        self.expect("seen.filter((s) => s[0] === 'mousedown').length", 0)
        # One that its timeout cuts off would be tried again, and has pressed already.
        self.assertIn("#nowhere", self.refusal("dragAndDrop", "#from", "#nowhere", timeout=3000))
        self.eventually("[held, count('mousedown', 'from'), count('click', 'from')]", [False, 1, 0])

    def test_a_source_that_gives_way_to_the_pointer_feels_its_press_or_nothing_does(self):
        self.show("<button id=away style='position: fixed; right: 0; bottom: 0'>away</button>")
        self.act("hover", "#away")
        self.show(self.POINTER + """<div id=under style='position: absolute; left: 20px; top: 20px; width: 50px; height: 50px;
                  z-index: -1'></div><script>from.addEventListener('mouseover', () => { from.style.top = '120px' })</script>""")
        self.act("dragAndDrop", "#from", "#to")
        self.expect("[at, count('mousedown', 'under'), count('mouseup', 'under')]", [[450, 350, True], 0, 0])
        self.show(self.POINTER + """<style>#cover { position: fixed; inset: 0; display: none } .over #cover { display: block }</style>
                  <div id=cover></div><script>from.addEventListener('mouseover', () => { document.body.className = 'over' });
                  cover.onmouseleave = () => { document.body.className = '' }</script>""")
        self.assertEqual(self.refusal("dragAndDrop", "#from", "#to", timeout=3000),
                         'element is covered by <div id="cover"> once it is hovered')
        self.expect("seen.filter((s) => /^(mousedown|mouseup|pointerdown|click)$/.test(s[0])).length", 0)

    def test_a_target_that_is_out_of_reach_is_refused_before_anything_is_pressed(self):
        self.show(self.POINTER + "<div id=cover style='position: fixed; inset: 0'></div>")
        self.assertEqual(self.refusal("dragAndDrop", "#from", "#to"), 'element is covered by <div id="cover">')
        self.expect("seen.filter((s) => s[0] === 'mousedown').length", 0)

    def test_a_target_that_is_shown_once_something_is_dragged(self):
        native = """<div id=a draggable=true style='width: 80px; height: 40px'>drag</div>ZONE<script>
            let got;
            const zone = (z) => { z.ondragover = (e) => e.preventDefault(); z.ondrop = (e) => {
              e.preventDefault(); got = e.dataTransfer.getData('text') } };
            if (document.querySelector('#z')) zone(z);
            EVENT = (e) => { e.dataTransfer.setData?.('text', 'x'); setTimeout(() => { SHOW }) };
            a.addEventListener('dragstart', (e) => e.dataTransfer.setData('text', 'x'));</script>"""
        hidden = "<div id=z style='display: none; width: 200px; height: 200px; background: #eee'>zone</div>"
        for event in ("a.ondragstart", "document.ondragenter", "document.ondragover"):
            self.show(native.replace("EVENT", event).replace("SHOW", "z.style.display = 'block'").replace("ZONE", hidden))
            self.act("dragAndDrop", "#a", "#z")
            self.eventually("got", "x")
        self.show(native.replace("EVENT", "a.ondragstart").replace("ZONE", "").replace("SHOW", (
            "a.insertAdjacentHTML('afterend', '<div id=z style=\\'width: 200px; height: 200px\\'>zone</div>'); zone(z)")))
        self.act("dragAndDrop", "#a", "#z")
        self.eventually("got", "x")
        self.show(self.POINTER.replace("held = true;", "held = true; to.style.display = 'block';")
                  + "<style>#to { display: none }</style>")
        self.act("dragAndDrop", "#from", "#to")
        self.expect("at", [450, 350, True])

    def test_a_list_that_lets_go_only_of_what_is_held(self):
        self.show(self.POINTER + """<script>
            from.onmousedown = (e) => {
              e.preventDefault();
              const timer = setTimeout(() => { held = true; removeEventListener('mousemove', early) }, 250);
              const early = () => clearTimeout(timer);
              addEventListener('mousemove', early);
            };</script>""")
        self.act("dragAndDrop", "#from", "#to")
        self.expect("[at, moves > 3]", [[450, 350, True], True])

    def test_a_list_that_looks_now_and_then_at_what_it_is_dragged_over(self):
        self.show(self.POINTER + """<script>
            let last, over;
            addEventListener('mousemove', (e) => { last = e });
            setInterval(() => { if (held && last) over = document.elementsFromPoint(last.clientX, last.clientY).includes(to) }, 50);
            addEventListener('mouseup', () => { window.dropped = over });</script>""")
        self.act("dragAndDrop", "#from", "#to")
        self.expect("window.dropped", True)

    def test_nothing_stays_pressed_after_a_drag(self):
        self.show(self.POINTER)
        self.act("dragAndDrop", "#from", "#to")
        self.act("hover", "#from")
        self.expect("held", False)


if __name__ == "__main__":
    main()
