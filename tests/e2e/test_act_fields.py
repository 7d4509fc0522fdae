"""Acts on fields on real Chromium: what was asked for is what the field holds, or the act says why not."""

import os

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, growing, timed_out


class Fill(PageCase):
    def filled(self, field, value, held=None):
        self.show(field)
        self.act("fill", "#f", value)
        self.expect("f.value", value if held is None else held)

    def test_fields_of_text_are_replaced_as_a_user_would(self):
        for kind in ("text", "search", "tel", "url", "email", "password"):
            self.filled(f"<input id=f type={kind} value=before>", "after@x.y")
            self.expect("count('input', 'f')", 1)
        self.filled("<textarea id=f>old\ntext</textarea>", "two\nlines")
        self.filled("<input id=f>", "žluťoučký 漢字 🦊")
        self.filled("<input id=f value=gone>", "")
        self.expect("count('input', 'f')", 1)
        self.filled("<input id=f value='   '>", "")

    def test_line_breaks_are_what_the_field_makes_of_them(self):
        self.filled("<textarea id=f></textarea>", "a\r\nb", "a\nb")
        self.show("<input id=f>")
        self.assertEqual(self.refusal("fill", "#f", "a\nb"), 'the field holds "a b" after filling, not what was given')

    def test_numbers(self):
        self.filled("<input id=f type=number value=1>", "-2.5e1")
        self.filled("<input id=f type=number>", " 7 ", "7")
        self.show("<input id=f type=number value=1>")
        self.assertEqual(self.refusal("fill", "#f", "many"), "Failed to fill element (invalid-number-value)")
        self.expect("f.value", "1")

    def test_fields_with_a_picker(self):
        for kind, value in (("date", "2024-02-29"), ("time", "13:45"), ("datetime-local", "2024-02-29T13:45"),
                            ("month", "2024-02"), ("week", "2024-W09"), ("color", "#ff8800"), ("range", "30")):
            self.filled(f"<input id=f type={kind} onchange='f.changes = (f.changes ?? 0) + 1'>", value)
            self.expect("f.changes", 1)
        self.filled("<input id=f type=color>", "#FF0000", "#ff0000")

    def test_a_value_that_the_picker_refuses_changes_nothing(self):
        self.show("<input id=f type=date value=2024-01-01>")
        self.assertEqual(self.refusal("fill", "#f", "2023-02-29"),
                         'element turns "2023-02-29" into ""; it still holds "2024-01-01"')
        self.expect("f.value", "2024-01-01")
        self.show("<input id=f type=range min=0 max=10 value=5>")
        self.assertEqual(self.refusal("fill", "#f", "11"), 'element turns "11" into "10"; it still holds "5"')
        self.expect("f.value", "5")

    def test_editable_elements(self):
        self.show("<div id=f contenteditable>old <b>bold</b></div>")
        self.act("fill", "#f", "new 🦊")
        self.expect("f.innerText", "new 🦊")
        self.act("fill", "#f", "")
        self.expect("f.innerText.trim()", "")
        self.show("<div id=f contenteditable>x</div><script>f.oninput = () => { f.textContent = 'mine' }</script>")
        self.assertEqual(self.refusal("fill", "#f", "yours"),
                         'the field holds "mine" after filling, not what was given')

    def test_what_cannot_be_filled_says_so_at_once(self):
        for field, reason in (("<input id=f type=checkbox>", "unsupported-input-type:checkbox"),
                              ("<input id=f type=radio>", "unsupported-input-type:radio"),
                              ("<input id=f type=file>", "unsupported-input-type:file"),
                              ("<input id=f type=submit>", "unsupported-input-type:submit"),
                              ("<select id=f><option>x</select>", "unsupported-element"),
                              ("<button id=f>x</button>", "unsupported-element")):
            self.show(field)
            self.assertEqual(self.refusal_at_once("fill", "#f", "x"), f"Failed to fill element ({reason})")

    def test_readonly_and_disabled_fields_stay_as_they_are(self):
        self.show("<input id=other value=safe autofocus><input id=f readonly value=r><input id=g disabled value=d>")
        self.assertEqual(self.refusal("fill", "#f", "x"), "element is readonly")
        self.assertEqual(self.refusal("fill", "#g", "x"), "element is disabled")
        self.expect("[other.value, f.value, g.value]", ["safe", "r", "d"])

    def test_what_a_password_or_a_variable_has_become_is_not_told(self):
        secret = "the field holds something else than it was given"
        self.show("<input id=f type=password maxlength=3>")
        self.assertEqual(self.refusal("fill", "#f", "hunter22"), secret)
        self.show("<input id=f oninput='f.value = f.value.toUpperCase()'><input id=d type=range max=10>")
        for field, value in (("#f", "hunter"), ("#d", "77")):
            answer = self.answer_to("fill", field, "%given%", variables={"given": value})
            self.assertEqual(self.reason_of(answer), secret)

    def test_a_field_that_holds_less_than_was_given_is_an_error(self):
        self.show("<input id=f maxlength=3>")
        self.assertEqual(self.refusal("fill", "#f", "12345"), 'the field holds "123" after filling, not what was given')

    def test_a_controlled_field_is_told_and_may_object(self):
        controlled = """<input id=f value=start><script>
            // As React does: its own setter on the node, the state behind it, and the state wins after each event.
            let state = 'start', tracked = 'start';
            const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
            Object.defineProperty(f, 'value', {configurable: true, get() { return native.get.call(this) },
              set(v) { tracked = v; native.set.call(this, v) }});
            f.addEventListener('input', () => {
              const now = native.get.call(f);
              if (now !== tracked) { tracked = now; state = ACCEPT(now) }
              f.value = state;
            });</script>"""
        self.show(controlled.replace("ACCEPT", "String"))
        self.act("fill", "#f", "told")
        self.expect("[state, f.value]", ["told", "told"])
        self.show(controlled.replace("ACCEPT", "((v) => v.toUpperCase())"))
        self.assertEqual(self.refusal("fill", "#f", "told"), 'the field holds "TOLD" after filling, not what was given')
        self.show(controlled.replace("<input id=f", "<input id=f type=date").replace("'start'", "''")
                  .replace("ACCEPT", "String"))
        self.act("fill", "#f", "2024-05-06")
        self.expect("state", "2024-05-06")

    def test_a_label_and_a_late_field(self):
        self.show("<label id=l>Name <input id=f></label>")
        self.act("fill", "text=Name", "x")
        self.expect("f.value", "x")
        self.show("<script>setTimeout(() => { document.body.innerHTML = '<input id=f>' }, 150)</script>")
        self.act("fill", "xpath=//input", "late")
        self.expect("f.value", "late")

    def test_variables_are_filled_in_and_never_told(self):
        self.show("<input id=f maxlength=9>")
        act = {"selector": "#f", "description": "d", "method": "fill", "arguments": ["pw: %secret%"]}
        ask = lambda value, **more: self.server.act(self.session, act, variables={"secret": value}, **more)
        self.assertTrue(ask("abc12").json["data"]["result"]["success"])
        self.expect("f.value", "pw: abc12")
        for ms in growing(500):
            answer = ask("longer-than-that", timeout=ms)
            if not timed_out(answer):
                break
        self.assertIs(answer.json["data"]["result"]["success"], False)
        self.assertNotIn(b"longer-than-that", answer.body)


class LeadsOn(PageCase):
    """Pages that go elsewhere, or take the field away, as the text comes."""

    SAVED = "<!doctype html><title>next</title><input id=f type=password value=savedpw>"

    def setUp(self):
        super().setUp()
        self.site.pages["/next"] = self.SAVED
        self.site.pages["/bare"] = "<!doctype html><title>next</title>"

    def test_a_text_that_leads_to_another_page_has_come_and_is_not_sent_there(self):
        for path in ("/next", "/bare", "/slow?ms=300"):
            for method, field in (("fill", "<input id=f oninput='GO'>"), ("type", "<input id=f type=number oninput='GO'>"),
                                  ("fill", "<div id=f contenteditable oninput='GO'>old</div>")):
                with self.subTest(path=path, method=method, field=field):
                    self.show(field.replace("GO", f"location = `{path}`"))
                    before = self.site.hits.count(path)
                    self.act(method, "#f", "1")
                    self.expect("location.pathname", path.split("?")[0])
                    self.assertEqual(self.site.hits.count(path), before + 1)
                    self.expect("document.querySelector('#f')?.value ?? 'savedpw'", "savedpw")

    def test_a_text_that_leads_to_a_page_whose_server_lets_it_wait_has_come(self):
        for method in ("fill", "type"):
            with self.subTest(method=method):
                gate = self.site.gate("/waits")
                self.show("<input id=f oninput='location = `/waits`'>")
                self.assertLess(self.act(method, "#f", "1", timeout=1000 * BUDGET).seconds, PATIENCE)
                gate.set()
                self.eventually("location.pathname", "/waits")

    def test_so_has_one_that_leads_a_frame_on_also_to_another_site(self):
        for host in ("127.0.0.1", "localhost"):
            to = f"http://{host}:{self.site.port}/next"
            self.site.pages["/inside"] = f"<!doctype html><input id=f oninput='location = `{to}`'>"
            with self.subTest(to=to):
                self.show("<iframe id=i src=/inside onload='i.loads = (i.loads ?? 0) + 1'></iframe>", waitUntil="load")
                self.act("fill", "#i >> #f", "ab")
                self.eventually("i.loads", 2)
                self.act("fill", "#i >> #f", "ab")  # in the next document the field is another one

    def test_a_form_that_is_sent_by_its_text_is_sent_once(self):
        self.show("<form action=/next><input id=f name=q oninput='if (value.length === 4) form.submit()'></form>")
        self.act("fill", "#f", "1234")
        self.expect("location.search", "?q=1234")

    def test_what_a_password_in_the_fields_place_holds_is_not_told(self):
        self.show("<input id=f oninput='outerHTML = `<input id=f type=password value=savedpw>`'>")
        self.assertEqual(self.refusal("fill", "#f", "ab"), "the field holds something else than it was given")
        self.expect("f.value", "savedpw")
        self.show("<input id=f type=password onfocus='type = `text`' oninput='value += `!`'>")
        self.assertEqual(self.refusal("fill", "#f", "hunter"), "the field holds something else than it was given")

    def test_a_text_that_the_page_takes_away_with_its_field_is_sent_once(self):
        for field, draw in (("<input id=f>", "box.innerHTML = html; f.oninput = take"),
                            ("<input id=f>", "Promise.resolve().then(() => { box.innerHTML = html; f.oninput = take })"),
                            ("<input id=f>", "box.textContent = 'thanks'"),
                            ("<div id=f contenteditable>old</div>", "box.innerHTML = '<div id=f contenteditable></div>'")):
            with self.subTest(field=field, draw=draw):
                self.show(f"<div id=box>{field}</div><script>const chips = [], html = box.innerHTML;"
                          f"const take = () => {{ chips.push(f.value ?? f.innerText); {draw} }}; f.oninput = take</script>")
                self.act("fill", "#f", "chip")
                self.expect("chips", ["chip"])

    def test_a_field_that_is_emptied_and_stays_is_told_and_given_it_once(self):
        self.show("<input id=f oninput='chips.push(value); value = ``'><script>const chips = []</script>")
        self.assertEqual(self.refusal("fill", "#f", "chip"), 'the field holds "" after filling, not what was given')
        self.expect("chips", ["chip"])


class NoFields(PageCase):
    """Elements that take text without being fields."""

    def test_what_they_showed_before_is_no_text_that_has_come(self):
        self.show("<div id=w tabindex=0>Your name <input id=i oninput='value = ``'></div>")
        self.assertEqual(self.refusal("fill", "#w", "name"), 'the field holds "" after filling, not what was given')
        for role in ("gridcell", "textbox"):
            self.show(f"<div id=c role={role} tabindex=0>2021</div>")
            for text in ("21", "", "5"):
                self.assertEqual(self.refusal("fill", "#c", text), 'the field holds "2021" after filling, not what was given')
            self.act("fill", "#c", "2021")

    def test_what_they_show_then_is(self):
        self.show("<div id=c role=gridcell tabindex=0 style='height: 20px'>2021 €</div><script>let text = ''; c.onkeydown = (e) => {"
                  "if (e.ctrlKey || e.key === 'Backspace') text = ''; else if (e.key.length === 1) text += e.key;"
                  "c.innerText = text && text + ' €' }</script>")
        for text, shown in (("21", "21 €"), ("", ""), ("5", "5 €")):
            self.act("fill", "#c", text)
            self.expect("c.innerText", shown)


class Keys(PageCase):
    LISTEN = """<input id=f><textarea id=t></textarea><script>const keys = [];
        addEventListener('keydown', (e) => keys.push([e.key, e.code, e.keyCode, e.ctrlKey, e.shiftKey]), true)</script>"""

    def test_type_adds_keys_at_the_end_of_a_field_that_did_not_have_the_focus(self):
        self.show(self.LISTEN)
        self.js("f.value = 'abc'")
        self.act("type", "#f", "dE1")
        self.expect("f.value", "abcdE1")
        self.expect("keys", [["d", "KeyD", 68, False, False], ["Shift", "ShiftLeft", 16, False, True],
                             ["E", "KeyE", 69, False, True], ["1", "Digit1", 49, False, False]])

    def test_type_knows_what_no_key_types(self):
        self.show(self.LISTEN)
        self.act("type", "#f", "né 漢字🦊!")
        self.expect("f.value", "né 漢字🦊!")
        self.act("type", "#t", "a\nb\r\nc")
        self.expect("t.value", "a\nb\nc")

    def test_typed_text_ends_where_it_should(self):
        self.show("<h1 id=h>Title</h1>" + self.LISTEN)
        self.assertEqual(self.refusal_at_once("type", "#h", "x"), "Failed to fill element (unsupported-element)")
        self.show("<input id=f type=email value=a@b.c><input id=n type=number value=1><div id=d contenteditable>x</div>")
        self.act("type", "#f", "z")
        self.act("type", "#n", "2")
        self.act("type", "#d", "y")
        self.expect("[f.value, n.value, d.innerText]", ["a@b.cz", "12", "xy"])

    def test_what_a_page_does_with_the_keys_of_a_number_is_its_own_affair(self):
        boxes = "".join(f"<input id=n{i} KIND oninput='nextElementSibling?.focus()'>" for i in range(4))
        for kind in ("type=number", "type=number maxlength=1", "maxlength=1"):
            self.show(boxes.replace("KIND", kind))
            self.act("type", "#n0", "1234")
            self.expect("[n0, n1, n2, n3].map((n) => n.value).join('|')", "1|2|3|4")
        for does, text, held in (("oninput='if (value > 100) value = 100'", "150", "100"),
                                 ("step=any oninput='if (/[.].../.test(value)) value = (+value).toFixed(2)'", "12.345", "12.35"),
                                 ("onkeydown='if (event.key === `3`) value = ``'", "123", "3")):
            self.show(f"<input id=f type=number {does}>")
            self.act("type", "#f", text)
            self.expect("f.value", held)
        self.show("<input id=f type=number oninput='if (value > 100) value = 100'>")
        self.assertEqual(self.refusal("type", "#f", "150x"), 'the field holds "100" after typing, not what was given')

    def pressed(self, key):
        self.js("keys.length = 0; f.value = 'ab'; f.focus(); f.setSelectionRange(2, 2)")
        self.act("press", "#f", key)
        return self.js("keys")

    def test_press_tells_key_code_and_modifiers(self):
        self.show(self.LISTEN)
        for key, seen in (("Enter", ["Enter", "Enter", 13, False, False]), ("Escape", ["Escape", "Escape", 27, False, False]),
                          ("F5", None), ("ArrowLeft", ["ArrowLeft", "ArrowLeft", 37, False, False]),
                          ("F2", ["F2", "F2", 113, False, False]), ("Insert", ["Insert", "Insert", 45, False, False]),
                          ("a", ["a", "KeyA", 65, False, False]), ("Space", [" ", "Space", 32, False, False]),
                          ("=", ["=", "Equal", 187, False, False]), ("del", ["Delete", "Delete", 46, False, False])):
            if seen:
                self.assertEqual(self.pressed(key), [seen], key)

    def test_chords(self):
        self.show(self.LISTEN)
        self.assertEqual(self.pressed("Shift+a")[-1], ["A", "KeyA", 65, False, True])
        self.expect("f.value", "abA")
        self.assertEqual(self.pressed("Control+a")[-1][:4], ["a", "KeyA", 65, True])
        self.expect("[f.value, f.selectionStart, f.selectionEnd]", ["ab", 0, 2])
        self.pressed("Shift+ArrowLeft")
        self.expect("[f.selectionStart, f.selectionEnd]", [1, 2])
        self.pressed("Backspace")
        self.expect("f.value", "a")
        self.assertEqual(self.pressed("Control++")[-1][0], "+")

    def test_cut_and_paste_go_through_the_keys(self):
        self.show(self.LISTEN)
        self.pressed("cmd+a")
        self.act("press", "#f", "Ctrl+X")
        self.expect("f.value", "")
        self.act("press", "#f", "ctrl+v")
        self.eventually("f.value", "ab")

    def test_enter_submits_and_breaks_lines(self):
        self.show(self.LISTEN + "<form id=form onsubmit='window.sent = g.value; return false'><input id=g value=x></form>")
        self.act("press", "#g", "Enter")
        self.expect("window.sent", "x")
        self.act("press", "#t", "Enter")
        self.expect("t.value", "\n")

    def test_press_keeps_the_focus_of_a_field_inside(self):
        self.show("<div id=box tabindex=0><input id=f></div>")
        self.js("f.focus()")
        self.act("press", "#box", "x")
        self.expect("f.value", "x")
        self.act("press", "html", "y")
        self.expect("f.value", "xy")

    def test_unknown_keys_are_refused(self):
        self.show(self.LISTEN)
        self.assertEqual(self.refusal("press", "#f", "Hyper"), 'unknown key "Hyper"')
        self.assertEqual(self.refusal("press", "#f", "a+b"), '"a" is not a modifier (Alt, Control, Meta, Shift)')
        self.assertIn("needs the name of a key", self.refusal("press", "#f"))
        self.expect("keys", [])


class Choices(PageCase):
    LIST = """<select id=s ATTRIBUTES><option value=a>Apple</option><option value=b>  Brown
        bear </option><option value=c disabled>Cat</option><option value=d>Dog</option></select>"""

    def list(self, attributes=""):
        self.show(self.LIST.replace("ATTRIBUTES", attributes))

    def chosen(self):
        return self.js("[...s.selectedOptions].map((o) => o.value)")

    def test_by_label_or_by_value(self):
        self.list()
        for wanted, value in (("Brown bear", "b"), ("a", "a"), ("DOG", "d"), (" Apple ", "a")):
            for method in ("selectOptionFromDropdown", "selectOption"):
                self.act(method, "#s", wanted)
                self.assertEqual(self.chosen(), [value])
        self.expect("[count('input', 's'), count('change', 's')]", [0, 0])  # untrusted, as they cannot be otherwise
        self.expect("seen.filter((e) => e[0] === 'change').length", 4)

    def test_no_match_is_an_error_that_lists_the_options(self):
        self.list()
        self.act("selectOption", "#s", "Dog")
        self.assertEqual(self.refusal("selectOption", "#s", "Zebra"),
                         'no option "Zebra"; the options are: "Apple", "Brown bear", "Cat", "Dog"')
        self.assertEqual(self.refusal("selectOption", "#s", "Cat"), 'option "Cat" is disabled')
        self.assertEqual(self.chosen(), ["d"])
        self.show("<div id=s>not a list</div>")
        self.assertEqual(self.refusal_at_once("selectOption", "#s", "x"),
                         'element is not a <select> but <div id="s">')

    def test_options_that_come_late_are_waited_for(self):
        self.show("<select id=s></select><script>setTimeout(() => s.add(new Option('Late', 'l')), 150)</script>")
        self.act("selectOption", "#s", "Late")
        self.assertEqual(self.chosen(), ["l"])

    def test_several_in_a_list_of_many(self):
        self.list("multiple")
        self.act("selectOption", "#s", "Apple", "d")
        self.assertEqual(self.chosen(), ["a", "d"])
        self.act("selectOption", "#s", "b")
        self.assertEqual(self.chosen(), ["b"])
        self.assertIn('no option "Zebra"', self.refusal("selectOption", "#s", "Apple", "Zebra"))
        self.assertEqual(self.chosen(), ["b"])
        self.list()
        self.assertEqual(self.refusal_at_once("selectOption", "#s", "Apple", "Dog"),
                         "the list takes one choice only")

    def test_a_page_that_chooses_otherwise_is_reported(self):
        self.list("onchange=\"s.value = 'a'\"")
        self.assertEqual(self.refusal("selectOption", "#s", "Dog"), 'the page made another choice: "a"')


class Files(PageCase):
    def setUp(self):
        super().setUp()
        self.paths = []
        for name in ("one.txt", "two.txt"):
            path = os.path.join(self.server.folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"content of {name}")
            self.paths.append(path)

    def held(self):
        return self.js("Promise.all([...f.files].map(async (x) => [x.name, await x.text()]))")

    def test_one_several_and_none(self):
        self.show("<input type=file id=f multiple>")
        self.act("setInputFiles", "#f", *self.paths)
        self.assertEqual(self.held(), [["one.txt", "content of one.txt"], ["two.txt", "content of two.txt"]])
        self.expect("[count('input', 'f'), count('change', 'f')]", [1, 1])
        self.act("setInputFiles", "#f", self.paths[0])
        self.assertEqual(self.held(), [["one.txt", "content of one.txt"]])
        self.act("setInputFiles", "#f")
        self.assertEqual(self.held(), [])

    def test_a_hidden_input_and_its_label(self):
        self.show("<input type=file id=f hidden><label for=f>Upload</label>")
        self.act("setInputFiles", "text=Upload", self.paths[1])
        self.assertEqual(self.held(), [["two.txt", "content of two.txt"]])

    def test_what_cannot_be_set_says_so(self):
        self.show("<input type=file id=f><input id=t><input type=file id=d disabled>")
        missing = self.paths[0] + ".missing"
        self.assertEqual(self.refusal("setInputFiles", "#f", missing),
                         f"the file {missing} cannot be read on the server")
        self.assertEqual(self.refusal("setInputFiles", "#f", self.server.folder),
                         f"{self.server.folder} is not a file")
        self.assertEqual(self.refusal("setInputFiles", "#f", *self.paths), "the input takes one file only")
        self.assertEqual(self.refusal_at_once("setInputFiles", "#t", self.paths[0]),
                         'Target is not an <input type="file"> element')
        self.assertEqual(self.refusal("setInputFiles", "#d", self.paths[0]), "element is disabled")
        self.assertEqual(self.held(), [])


if __name__ == "__main__":
    main()
