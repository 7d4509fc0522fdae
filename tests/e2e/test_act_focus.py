"""Where text and keys go on real Chromium: to the element that was named, through all frames around it, or nowhere."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.patience import timed_out

# What a document saw, told to the top one; events of an editor are its body's.
TELL = """<script>
  for (const type of ['keydown', 'input'])
    addEventListener(type, (e) => top.postMessage([document.title, type, e.key ?? e.data ?? '', document.body.innerText.trim()],
                                                  '*'), true);
</script>"""
HEAR = "<script>const got = []; addEventListener('message', (e) => got.push(e.data))</script>"


class Frames(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hosts = [f"http://{host}:{cls.site.port}" for host in ("127.0.0.1", "localhost")]

    def each_site(self, inside, outside="", path="/inside"):
        """Shows a document in a frame: of the page's process, and of one of its own."""
        self.site.pages["/inside"] = f"<!doctype html><meta charset=utf-8><title>inside</title>{TELL}{inside}"
        for host in self.hosts:
            with self.subTest(host=host):
                self.show(f"<title>top</title>{HEAR}<input id=m value=mine autofocus>{outside}"
                          f"<iframe id=f src='{host}{path}'></iframe>", waitUntil="load")
                self.act("fill", "#m", "mine")
                yield host

    def test_text_for_an_editable_body_goes_there_and_nowhere_else(self):
        for _ in self.each_site("<body contenteditable><p>old</p><p>two</p></body>"):
            self.act("fill", "#f >> body", "New text")
            self.eventually("got.at(-1)?.[3]", "New text")
            self.act("type", "#f >> body", " more")
            self.eventually("got.at(-1)?.[3]", "New text more")
            self.expect("m.value", "mine")
            self.act("type", "#m", "!")
            self.expect("m.value", "mine!")
            self.act("type", "#f >> body", "?")
            self.eventually("got.at(-1)?.[3]", "New text more?")
            self.expect("m.value", "mine!")

    def test_so_does_text_for_a_document_in_design_mode(self):
        for _ in self.each_site("<body><p>old</p></body><script>document.designMode = 'on'</script>"):
            self.act("fill", "#f >> body", "New")
            self.eventually("got.at(-1)?.[3]", "New")
            self.expect("m.value", "mine")

    def test_and_for_an_editor_two_frames_down(self):
        self.site.pages["/editor"] = f"<!doctype html><title>editor</title>{TELL}<body contenteditable>old</body>"
        for inner in self.hosts:
            for _ in self.each_site(f"<input><iframe id=g src='{inner}/editor'></iframe>"):
                self.act("fill", "#f >> #g >> body", "deep")
                self.eventually("got.at(-1)?.slice(0, 2).concat(got.at(-1)[3])", ["editor", "input", "deep"])
                self.expect("m.value", "mine")

    def test_a_key_for_the_body_of_a_frame_is_heard_there(self):
        for _ in self.each_site("<body>text</body>"):
            self.js("m.onkeydown = (e) => got.push('main:' + e.key)")
            self.act("press", "#f >> body", "k")
            self.eventually("got.map((g) => g[2] ?? g)", ["k"])
            self.expect("m.value", "mine")

    def test_a_key_leaves_the_focus_in_the_field_of_the_frame(self):
        for _ in self.each_site("<body><input id=i><input></body>"):
            self.act("type", "#f >> #i", "ab")
            self.act("press", "#f >> body", "Enter")
            self.act("press", "#f >> html", "c")
            self.eventually("got.filter((g) => g[1] === 'input').map((g) => g[2])", ["a", "b", "c"])

    def test_a_page_that_takes_the_focus_back_is_told_of(self):
        trap = "<script>addEventListener('blur', () => setTimeout(() => m.focus()))</script>"
        for _ in self.each_site("<body contenteditable>old</body>", trap):
            answer = self.answer_to("fill", "#f >> body", "stolen", timeout=3000)
            if not answer.json["data"]["result"]["success"]:
                self.expect("m.value", "mine")

    def test_a_frame_in_an_object_takes_text_too(self):
        self.site.pages["/editor"] = f"<!doctype html><title>editor</title>{TELL}<body contenteditable>old</body>"
        self.show(f"<title>top</title>{HEAR}<input id=m><object id=f data=/editor type=text/html></object>", waitUntil="load")
        self.act("fill", "#m", "mine")
        self.act("fill", "#f >> body", "New")
        self.eventually("got.at(-1)?.[3]", "New")
        self.expect("m.value", "mine")

    def test_a_model_is_told_of_the_editor(self):
        self.show("<iframe id=f title=Editor srcdoc=\"<body contenteditable aria-label='Rich text'><p>old</p><p>x</p>\"></iframe>"
                  "<iframe id=g title=Plain srcdoc='<body>old'></iframe>", waitUntil="load")
        text = self.server.operation(self.session, "extract", {}).json["data"]["result"]["pageText"]
        self.assertRegex(text, r"\[\d+-\d+\] clickable: Rich text \[editable\]\n")
        self.assertEqual(text.count("[editable]"), 1)


class Selections(PageCase):
    def test_an_editor_with_a_selection_of_its_own_is_replaced_and_not_appended_to(self):
        self.show("""<div id=b contenteditable>old text</div><script>
            let sel = null;
            document.addEventListener('selectionchange', () => {
              const s = getSelection();
              if (s.rangeCount && b.contains(s.anchorNode)) sel = s.getRangeAt(0).cloneRange();
            });
            b.addEventListener('beforeinput', (e) => {
              e.preventDefault();
              b.textContent = sel && !sel.collapsed ? e.data : b.textContent + e.data;
            })</script>""")
        self.act("fill", "#b", "new")
        self.expect("b.textContent", "new")

    def test_an_editor_that_looks_at_the_selection_a_frame_later_too(self):
        self.show("""<div id=b contenteditable>old text</div><script>
            let all = false;
            document.addEventListener('selectionchange', () => requestAnimationFrame(() => { all = !getSelection().isCollapsed }));
            b.addEventListener('beforeinput', (e) => {
              e.preventDefault();
              b.textContent = all ? e.data : b.textContent + e.data;
            })</script>""")
        self.act("fill", "#b", "new")
        self.expect("b.textContent", "new")

    def test_an_editor_that_brings_its_own_selection_back_when_it_gets_the_focus(self):
        self.show("<div id=b contenteditable>old text</div><script>"
                  "b.onfocus = () => setTimeout(() => getSelection().collapse(b.firstChild, 0))</script>")
        self.act("fill", "#b", "new")
        self.expect("b.textContent", "new")

    def test_typed_text_goes_in_at_the_caret_of_a_field_that_has_the_focus(self):
        self.show("<input id=f value=abcd><input id=g value=xy><textarea id=t>one two</textarea>"
                  "<div id=d contenteditable>held</div>")
        self.js("f.focus(); f.setSelectionRange(2, 3)")
        self.act("type", "#f", "--")
        self.expect("f.value", "ab--d")
        self.act("type", "#g", "z")
        self.expect("g.value", "xyz")
        self.act("press", "#g", "Home")
        self.act("type", "#g", "A")
        self.expect("g.value", "Axyz")
        self.act("type", "#f", "e")  # it had the focus, and lost it
        self.expect("f.value", "ab--de")
        self.act("type", "#d", "!")
        self.js("getSelection().collapse(d.firstChild, 1)")
        self.act("type", "#d", "+")
        self.expect("d.innerText", "h+eld!")


class NeverFocused(PageCase):
    launch = {"viewport": {"width": 800, "height": 600}}  # a session of its own, which nothing was done in before

    def test_a_page_hears_of_the_focus_also_in_a_window_that_never_had_it(self):
        self.show("<input id=f readonly onfocus=\"this.removeAttribute('readonly')\">")
        self.act("fill", "#f", "abc")
        self.expect("[f.value, document.hasFocus()]", ["abc", True])


class Moving(PageCase):
    """Pages that do something when a field gets the focus."""

    def test_a_field_that_is_replaced_as_it_gets_the_focus_is_filled_as_its_like(self):
        for later in ("", "setTimeout(() => ", "setTimeout(() => setTimeout(() => ", "requestAnimationFrame(() => "):
            self.show(f"""<div id=w><input id=f></div><input id=o><script>
                w.firstChild.onfocus = () => {{ {later}w.innerHTML = '<input id=f>'{')' * later.count('=>')} }};</script>""")
            for method in ("fill", "type") if not later else ("fill",):
                self.act(method, "#f", "ab")
                self.expect("[f.value, o.value]", ["abab" if method == "type" else "ab", ""])

    def test_text_never_goes_to_the_neighbour_that_is_given_the_focus(self):
        # At once, at the end of the task, and just before the text is there.
        for give in ("o.focus()", "Promise.resolve().then(() => o.focus())", "queueMicrotask(() => o.focus())",
                     "setTimeout(() => o.focus())", "setTimeout(() => o.focus(), 1)"):
            for method in ("fill", "type"):
                self.show(f"<input id=f><input id=o value=mine><script>f.onfocus = () => {{ {give} }}</script>")
                answer = self.answer_to(method, "#f", "ab", timeout=1500)
                done = not timed_out(answer) and answer.json["data"]["result"]["success"]
                self.expect("[f.value, o.value]", ["ab" if done else "", "mine"])

    def test_a_field_that_gives_the_focus_away_for_good_says_so(self):
        self.show("<input id=f onfocus='o.focus()'><input id=o value=mine>")
        for method in ("fill", "type"):
            self.assertEqual(self.refusal(method, "#f", "ab"), "element does not take the focus")
        self.show("<div id=f contenteditable onfocus='setTimeout(() => o.focus())'>x</div><input id=o value=mine>")
        self.assertEqual(self.refusal("fill", "#f", "ab"), "element does not keep the focus")
        self.expect("[f.innerText, o.value]", ["x", "mine"])

    def test_boxes_of_a_code_that_lead_to_the_next_are_typed_into_one_after_the_other(self):
        self.show("<input id=a maxlength=1><input id=b maxlength=1><input id=c maxlength=1><script>"
                  "a.oninput = () => b.focus(); b.oninput = () => c.focus()</script>")
        self.act("type", "#a", "123")
        self.expect("[a.value, b.value, c.value]", ["1", "2", "3"])

    def test_keys_after_a_text_go_where_they_are_sent(self):
        self.show("<input id=f type=date><input id=g><button id=b onkeydown='window.key = event.key'>b</button>")
        self.act("fill", "#f", "2024-05-06")
        self.act("press", "#b", "x")
        self.expect("window.key", "x")
        self.act("fill", "#g", "a")
        self.act("press", "#b", "y")
        self.expect("window.key", "y")

    def test_a_field_that_is_readonly_until_it_is_focused(self):
        self.show("<input id=f readonly onfocus=\"this.removeAttribute('readonly')\">")
        self.act("fill", "#f", "abc")
        self.expect("f.value", "abc")


if __name__ == "__main__":
    main()
