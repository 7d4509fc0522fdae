"""What act says and does on targets that are hard to act on: the left column of docs/wire/act-hard-targets.md, row by
row. `--print` writes the rows as they are now."""

import os
import re
import sys
import unittest

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase
from harness.patience import PATIENCE, growing, timed_out

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                    "docs", "wire", "act-hard-targets.md")
SPIN = "@keyframes go { from { margin-left: 0 } to { margin-left: 400px } }"
BUTTON = "<button id=b onclick='got(this)'>b</button>"

# (row of the table, method, selector, arguments, page, script that says what the page saw)
ROWS = [
    ("covered for good", "click", "#b", (), BUTTON + "<div id=cover style='position:fixed;inset:0'></div>", "clicks"),
    ("covered for 300 ms", "click", "#b", (), BUTTON + "<div id=cover style='position:fixed;inset:0'></div>"
     "<script>setTimeout(() => cover.remove(), 300)</script>", "clicks"),
    ("under a sticky bar", "click", "#b", (), "<div id=bar style='position:sticky;top:0;height:90px;background:red'>"
     "</div><div style='height:40px'></div>" + BUTTON + "<div style='height:3000px'></div>"
     "<script>scrollTo(0, 100)</script>", "clicks"),
    ("disabled", "click", "#b", (), "<button id=b disabled onclick='got(this)'>b</button>", "clicks"),
    ("enabled after 300 ms", "click", "#b", (), "<button id=b disabled onclick='got(this)'>b</button>"
     "<script>setTimeout(() => { b.disabled = false }, 300)</script>", "clicks"),
    ("in a disabled fieldset", "fill", "#b", ("x",), "<fieldset disabled><input id=b></fieldset>", "value"),
    ("aria-disabled", "click", "#b", (), "<div id=b role=button aria-disabled=true onclick='got(this)'>b</div>", "clicks"),
    ("readonly", "fill", "#b", ("x",), "<input id=b readonly value=old>", "value"),
    ("moving, and then still", "click", "#b", (), f"<style>{SPIN} #b {{ animation: go 400ms linear forwards }}</style>"
     + BUTTON, "clicks"),
    ("moving for ever", "click", "#b", (), f"<style>{SPIN} #b {{ animation: go 700ms linear infinite alternate }}"
     "</style>" + BUTTON, "clicks"),
    ("display: none", "click", "#b", (), "<button id=b style='display:none' onclick='got(this)'>b</button>", "clicks"),
    ("visibility: hidden", "click", "#b", (), "<button id=b style='visibility:hidden' onclick='got(this)'>b</button>",
     "clicks"),
    ("without a size", "click", "#b", (), "<div id=b style='width:0;height:0' onclick='got(this)'></div>", "clicks"),
    ("below the fold", "click", "#b", (), "<div style='height:4000px'></div>" + BUTTON, "clicks"),
    ("inside a pane that scrolls", "click", "#b", (), "<div style='height:100px;overflow:auto'>"
     "<div style='height:2000px'></div>" + BUTTON + "</div>", "clicks"),
    ("outside of what can be scrolled to", "click", "#b", (), "<button id=b style='position:absolute;left:-500px' "
     "onclick='got(this)'>b</button>", "clicks"),
    ("pointer-events: none", "click", "#b", (), "<button id=b style='pointer-events:none' onclick='got(this)'>b</button>",
     "clicks"),
    ("a link over two lines", "click", "#b", (), "<p style='width:120px'>some words <a id=b href='#x' onclick='got(this)'>"
     "a link that breaks</a></p>", "clicks"),
    ("not there", "click", "#b", (), "<p>nothing</p>", "clicks"),
    ("there after 300 ms", "click", "#b", (), "<div id=d></div><script>setTimeout(() => { d.innerHTML = "
     "`<button id=b onclick='got(this)'>b</button>` }, 300)</script>", "clicks"),
    ("in an iframe", "click", "iframe >> #b", (), f'<iframe srcdoc="{BUTTON}"></iframe>', "clicks"),
    ("in a covered iframe", "click", "iframe >> #b", (), f'<iframe srcdoc="{BUTTON}"></iframe>'
     "<div id=cover style='position:fixed;inset:0'></div>", "clicks"),
    ("in a scaled iframe", "click", "iframe >> #b", (), f'<iframe style="transform:scale(.5);transform-origin:0 0" '
     f'srcdoc="<div style=height:60px></div>{BUTTON}"></iframe>', "clicks"),
    ("in an open shadow root", "click", "#b", (), "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = "
     "`<button id=b onclick='got(this)'>b</button>`</script>", "clicks"),
    ("in a closed shadow root", "click", "#b", (), "<div id=host></div><script>host.attachShadow({mode: 'closed'}).innerHTML"
     " = `<button id=b onclick='got(this)'>b</button>`</script>", "clicks"),
    ("a choice that a list does not have", "selectOption", "#b", ("Pear",),
     "<select id=b><option>Apple<option selected>Bear</select>", "value"),
    ("a disabled choice", "selectOption", "#b", ("Apple",),
     "<select id=b><option disabled>Apple<option selected>Bear</select>", "value"),
    ("a number field, and a word", "fill", "#b", ("many",), "<input id=b type=number value=1>", "value"),
    ("a color field", "fill", "#b", ("#ff0000",), "<input id=b type=color>", "value"),
    ("a field that changes what it is given", "fill", "#b", ("abc",),
     "<input id=b oninput='this.value = this.value.toUpperCase()'>", "value"),
    ("a drag into an iframe", "dragAndDrop", "#b", ("iframe >> #t",), "<div id=b style='width:40px;height:40px;"
     "background:red'></div><iframe srcdoc=\"<div id=t style='height:80px' "
     "onmouseup='parent.got(this)'>t</div>\"></iframe>", "drops"),
    ("in a dialog that a click opens", "click", "#b", (), "<button id=b onclick='got(this); alert(1)'>b</button>", "clicks"),
]
GOT = """<script>
  window.clicks = [];
  window.got = (e) => clicks.push(e.id);
  for (const type of ['click', 'mouseup'])
    addEventListener(type, (e) => { if (e.target.id === 'cover' || e.target.id === 'bar') got(e.target) }, true);
</script>"""
FRAMED = "<script>window.got = (e) => parent.got(e)</script>"


class HardTargets(PageCase):
    def said(self, row, succeeds):
        """What our column says of a row: the message if it failed, then what the page saw. What `succeeds` has time."""
        name, method, selector, arguments, body, sees = row
        body = re.sub(r'srcdoc="', f'srcdoc="{FRAMED.replace(chr(34), "&quot;")}', body)
        self.show(GOT + body, waitUntil="load")
        for ms in growing(15000 if succeeds else 600):
            answer = self.answer_to(method, selector, *arguments, timeout=ms)
            if not timed_out(answer):
                break
        self.assertEqual(answer.status, 200, answer)
        result = answer.json["data"]["result"]
        message = "done" if result["success"] else \
            "`" + result["message"].removeprefix("Failed to perform act: ") + "`"
        if sees == "value":
            return f"{message}; it holds \"{self.js('b.value')}\""
        # What was done shows soon; that nothing is hit takes a moment to be sure of.
        seen = self.js(f"""new Promise((done) => {{
            const end = performance.now() + {1000 * PATIENCE if result["success"] else 30};
            const look = () => (clicks.length || performance.now() > end ? done(clicks) : setTimeout(look, 5));
            look() }})""")
        return f"{message}; " + ("nothing is hit" if not seen else "hits " + ", ".join(
            {"b": "it", "t": "it"}.get(hit, f"what lies over it") for hit in dict.fromkeys(seen)))

    def test_the_table_says_what_happens(self):
        with open(PAGE, encoding="utf-8") as file:
            table = {cells[1].strip(): cells[2].strip() for cells in
                     (re.split(r"(?<!\\)\|", line) for line in file) if len(cells) == 5}
        for row in ROWS:
            with self.subTest(row=row[0]):
                told = table.get(row[0], "")
                self.assertEqual(told, self.said(row, told.startswith("done")).replace("|", "\\|"))
        self.assertEqual(set(table) - {"target", "---"}, {row[0] for row in ROWS}, "rows that nothing produces")

    def print_rows(self):
        for row in ROWS:
            print(f"| {row[0]} | {self.said(row, False)} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        HardTargets.setUpClass()
        try:
            case = HardTargets("print_rows")
            case.print_rows()
        finally:
            HardTargets.doClassCleanups()
            unittest.doModuleCleanups()
    else:
        main()
