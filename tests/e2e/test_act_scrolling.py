"""Acts that scroll: done when the answer comes, or refused when nothing there scrolls."""

import setup_path  # noqa: F401
from harness.case import main
from harness.pages import PageCase

BOX = """<style>html { scroll-behavior: smooth }</style>
<div id=box style='height: 200px; width: 300px; overflow: auto; scroll-behavior: smooth'>
  <div style='height: 1200px'></div><button id=b>b</button></div>
<div id=tall style='height: 4000px'>tall</div>"""
SPARE = "[box.scrollHeight - box.clientHeight, document.scrollingElement.scrollHeight - innerHeight]"


class Scrolling(PageCase):
    def test_percent_of_a_box_and_of_the_document(self):
        self.show(BOX)
        box, page = self.js(SPARE)
        for method in ("scrollTo", "scroll"):
            for percent, part in (("50%", .5), ("100", 1), ("0.5", .005), ("250%", 1), ("-3%", 0)):
                self.act(method, "#box", percent)
                self.assertAlmostEqual(self.js("box.scrollTop"), box * part, delta=1)
                self.act(method, "html", percent)
                self.assertAlmostEqual(self.js("scrollY"), page * part, delta=1)
        self.act("scrollTo", "#box", "100%")
        self.act("scrollTo", "#box")
        self.expect("box.scrollTop", 0)
        self.assertEqual(self.refusal("scrollTo", "#box", "far"), 'not a percentage: "far"')

    def test_chunks_are_one_screenful(self):
        self.show(BOX)
        self.act("nextChunk", "#box")
        self.expect("box.scrollTop", 200)
        self.act("nextChunk", "xpath=//div[@id='box']")
        self.act("prevChunk", "#box")
        self.expect("box.scrollTop", 200)
        self.act("nextChunk", "body")
        self.expect("scrollY === document.documentElement.clientHeight")
        self.act("prevChunk", "/")
        self.expect("scrollY", 0)

    def test_what_does_not_scroll_says_so(self):
        self.show(BOX)
        for method in ("scrollTo", "nextChunk", "prevChunk"):
            self.assertEqual(self.refusal(method, "#tall", *(["10"] if method == "scrollTo" else [])),
                             '<div id="tall"> cannot be scrolled')

    def test_a_page_whose_pane_scrolls_is_scrolled_by_its_pane(self):
        self.show("""<style>html, body { height: 100%; margin: 0; overflow: hidden }</style>
                     <main id=pane style='height: 100%; overflow: auto'><p style='height: 5000px'>x</p></main>""")
        self.act("scrollTo", "body", "100%")
        self.expect("pane.scrollTop > 3000")

    def test_into_view(self):
        self.show(BOX)
        self.act("scrollIntoView", "#b")
        self.expect("b.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom")
        self.show("<button id=b style='display: none'>b</button>")
        self.assertEqual(self.refusal("scrollIntoView", "#b"), "element is not visible (display: none)")

    def test_the_wheel_turns_over_the_element(self):
        self.show(BOX)
        self.act("scrollByPixelOffset", "#box", "0", "120")
        self.eventually("box.scrollTop", 120)
        self.act("mouse.wheel", "#tall", "150")
        self.eventually("scrollY", 150)
        self.act("mouse.wheel", "#tall")
        self.eventually("scrollY", 350)
        self.assertIn("two numbers", self.refusal("scrollByPixelOffset", "#box", "much", "0"))
        self.assertIn("needs a number", self.refusal("mouse.wheel", "#box", "much"))


if __name__ == "__main__":
    main()
