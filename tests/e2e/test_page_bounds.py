"""What a page chooses the size of, or never stops making, on real Chromium: names, URLs, paths and texts that the page's script
tells within bounds, and elements that may have closed shadow roots, about which a look asks so many times."""

import re

import setup_path  # noqa: F401
from harness.case import main
from harness.model import Model, elements
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE
from harness.script import ScriptCase

NAME = 10_000  # characters: MOST_NAME in tree.js
URL = 2 * 1024 * 1024  # MOST_URL in locate.js
MESSAGE = 64 * 1024 * 1024  # cdp/limits.h


class BoundsCase(ScriptCase):
    def show(self, body, script="0"):
        self.site.pages["/case"] = f'<!doctype html><meta charset="utf-8"><title>case</title><body>{body}'
        self.tab.open(self.site.url + "/case")
        self.tab.run(f"{script}; 0")

    def located(self, selector):
        return self.tab.ask("locate", self.tab.run(f"__belay.number(document.querySelector('{selector}'))"))


class Told(BoundsCase):
    def test_a_name_is_told_to_its_limit(self):
        self.show("<button>b</button>", "document.querySelector('button').ariaLabel = 'n'.repeat(2_000_000)")
        told = "n" * NAME + "… (2000000 characters)"
        self.assertTrue(self.located("button")["name"] == told)
        line = self.tab.ask("snapshot")["text"].split("button: ")[1].split("\n")[0]
        self.assertTrue(line == told, f"{len(line)} characters, {line[:20]}{line[-40:]}")
        # What is folded afterwards tells the length that it has.
        self.assertIn("… (2000000 characters)", self.tab.ask("snapshot", {"maxChars": 3000})["text"])

    def test_a_url_is_told_whole_or_not_at_all(self):
        long = lambda size: f"document.querySelector('a').href = 'data:,' + 'u'.repeat({size - 6})"
        self.show("<a>a</a>", long(URL))
        self.assertEqual(len(self.located("a")["url"]), URL)
        for size in (URL + 1, 5_000_000):
            self.tab.run(long(size) + "; 0")
            told = self.located("a")
            self.assertEqual((told["url"], told["urlLength"]), ("", size))

    def test_a_path_that_nobody_takes_is_not_told(self):
        self.show("", "document.body.append(document.createElement('x-' + 'a'.repeat(100_000)))")
        told = self.located("body > *")
        self.assertRegex(told["xpath"], r"^@ref:\d+$")
        self.assertLess(len(told["tag"]), 300)
        # Nor an id, and it is bytes that count.
        self.show("", "{ const e = document.createElement('p'); e.id = 'é'.repeat(9000);"
                      "document.body.append(e); e.attachShadow({mode: 'closed'}).innerHTML = '<b>b</b>' }")
        self.assertEqual(self.located("p")["xpath"], "/html[1]/body[1]/p[1]")
        self.show("<p></p>", "document.querySelector('p').id = 'i'.repeat(9000); for (let i = 0; i < 300; i++) {"
                             "const p = document.querySelector('p'); const d = document.createElement('d'.repeat(60));"
                             "p.before(d); d.append(p) }")
        self.assertTrue(self.located("p")["xpath"].startswith("#iii"))

    def test_words_of_an_error_are_bounded(self):
        self.show("<select id=s><option>a</select>", "document.querySelector('option').label = 'l'.repeat(40_000)")
        with self.assertRaisesRegex(RuntimeError, r'^no option "z"; the options are: "l+… \(400\d\d characters\)$') as seen:
            self.tab.ask("select", "#s", ["z"], {"timeout": 0})
        self.assertLess(len(str(seen.exception)), 33_000)


class Long(BoundsCase):
    """What no message takes, with a message that takes a hundredth: real ones cost Chromium a minute to lay out."""

    extra = """const testing = { printed: (size) => print({ ...newLine(document.body, 'document', '', []),
      kids: [newLine(null, 'text', 'e'.repeat(size), [])] }, 0) !== null };"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bound = re.search(r"const MOST_ON_WIRE = ([0-9_]+);", cls.tab.source)
        cls.bound = int(bound[1])
        cls.tab.source = cls.tab.source.replace(bound[0], "const MOST_ON_WIRE = 600_000;")

    def told(self, count, text):
        self.show("<p></p>" * count, f"for (const p of document.querySelectorAll('p')) p.append({text})")
        return self.tab.ask("snapshot")

    def test_a_message_takes_it(self):
        self.assertLess(self.bound + (1 << 20), MESSAGE)

    def test_a_page_longer_than_a_message_is_folded(self):
        whole = self.told(5, "'e'.repeat(100_000)")
        self.assertEqual((whole["folded"], whole["text"].count("e" * 100_000)), (False, 5))
        for count, text in ((2, "'é'.repeat(60_000)"), (7, "'e'.repeat(90_000)")):
            told = self.told(count, text)
            self.assertTrue(told["folded"])
            self.assertLess(len(told["text"]), 10_000)
            self.assertEqual(told["text"].count("0000 characters)"), count)

    def test_no_more_than_that_is_joined(self):
        self.show("")
        self.assertTrue(self.tab.run("__belay.printed(599_000)"))
        self.assertFalse(self.tab.run("__belay.printed(600_000)"))


class AskedAbout(BoundsCase):
    """The script's side of asking for closed roots; the clock is the test's."""

    def show(self, count):
        super().show("".join(f"<x-a id=h{i}></x-a>" for i in range(count)), "performance.now = () => globalThis.time")
        self.at(10_000)

    def at(self, time):
        self.tab.run(f"globalThis.time = {time}")

    def hosts(self, since):
        return self.tab.run(f"__belay.again({since}, false, 'hosts').then((all) => all.map((e) => Number(e.id.slice(1))))")

    def look(self, since, enough=False, function="snapshot", more=""):
        return self.tab.run(f"__belay.again({since}, {str(enough).lower()}, '{function}'{more})")

    def test_a_question_asks_about_each_once(self):
        self.show(1)
        told = self.tab.run("__belay.snapshot()")
        self.assertEqual((told["hosts"], told["epoch"]), (True, 10_000))
        self.assertEqual(self.hosts(10_000), [0])
        # The epoch of a document that was there before, and for longer, means nothing to this one.
        self.assertIn("text", self.look(1e9))
        self.at(60_000)
        self.assertEqual(self.hosts(10_000), [])
        self.assertIn("text", self.look(10_000))
        # Another question does: its root may have come late.
        self.assertTrue(self.tab.run("__belay.snapshot()")["hosts"])

    def test_those_never_asked_about_come_first(self):
        self.show(700)
        self.assertEqual(self.hosts(10_000), list(range(300)))
        self.at(60_000)
        self.assertEqual(self.hosts(60_000), list(range(300, 600)))
        self.assertEqual(self.hosts(60_000), [*range(600, 700), *range(200)])

    def test_who_has_enough_is_answered(self):
        self.show(1)
        self.assertIn("text", self.look(10_000, True))
        self.assertTrue(self.look(10_000, True, "census")["names"])
        self.assertEqual(self.look(10_000, True, "element", ", '#none'"),
                         {"error": "Could not find an element for the given xPath(s): #none"})

    def test_a_wait_asks_again_after_a_while(self):
        self.show(1)
        self.tab.run("{ const began = Date.now(); globalThis.frames = 0; performance.now = () => Date.now() - began;"
                     "requestAnimationFrame(function count() { frames++; requestAnimationFrame(count) }) }")
        told = self.look(0, True, "focus", f", '#none', {{ timeout: {1000 * PATIENCE} }}")
        self.assertTrue(told["hosts"])
        self.assertGreaterEqual(self.tab.run("frames"), 8)


class Looks(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model()
        cls.addClassCleanup(cls.model.close)

    HOST = "<x-a id=h></x-a><script>h.attachShadow({mode: 'closed'}).innerHTML = '<button>in</button>'</script>"

    def text(self):
        answer = self.server.operation(self.session, "extract", {"options": {"timeout": 1000 * BUDGET}})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]["result"]["pageText"]

    def test_a_page_of_ten_thousand_custom_elements(self):
        self.show(self.HOST + """<script>
            for (let i = 0; i < 10_000; i++) document.body.append(document.createElement('x-b'));</script>""")
        self.assertIn("button: in", self.text())

    def test_a_page_that_makes_new_elements_for_ever(self):
        self.show(self.HOST + """<div id=more></div><script>
            setInterval(() => more.replaceChildren(...Array.from({length: 50}, () => document.createElement('x-b'))), 1);
            </script>""")
        self.assertIn("button: in", self.text())

    def test_a_page_that_is_busy_for_longer_than_elements_are_taken_as_asked_about(self):
        self.show(self.HOST + """<script>
            const busy = () => { const end = performance.now() + 1100; while (performance.now() < end); setTimeout(busy); };
            onload = () => setTimeout(busy, 100);</script>""")
        self.assertIn("button: in", self.text())
        self.show("")

    def test_a_url_that_is_too_long_is_an_error_that_names_it(self):
        self.show("<a id=a>a</a><script>a.href = 'data:,' + 'u'.repeat(50_000_000)</script>")
        self.model.answer = lambda _, page: {"to": elements(page, "link")[0][0]}
        answer = self.server.operation(self.session, "extract", {
            "instruction": "it", "options": self.model.options(),
            "schema": {"type": "object", "properties": {"to": {"type": ["string", "null"], "format": "uri"}}}})
        self.assertEqual(answer.status, 500, answer)
        self.assertRegex(answer.json["message"], r"The URL of \[0-\d+\] has 50000006 characters, more than 2097152$")

    def test_a_name_of_20_megabytes_is_found_and_acted_on(self):
        self.show("<button id=b onclick='document.title = 1'>b</button><script>b.ariaLabel = 'n'.repeat(20_000_000)</script>")
        self.model.answer = lambda _, page: {"elements": [{
            "elementId": elements(page, "button")[0][0], "description": "it", "method": "click", "arguments": []}]}
        answer = self.server.operation(self.session, "observe", {"instruction": "it", "options": self.model.options()})
        self.assertEqual(answer.status, 200, answer)
        self.assertLess(len(answer.body), 10_000)
        done = self.server.operation(self.session, "act", {"input": answer.json["data"]["result"][0]})
        self.assertTrue(done.json["data"]["result"]["success"], done)
        self.expect("document.title", "1")


if __name__ == "__main__":
    main()
