"""Where the page's script sends a press, and how it judges where that came to, on real Chromium and without the server."""

import setup_path  # noqa: F401
from harness.case import main
from harness.patience import PATIENCE
from harness.script import ActsCase

READY = {"timeout": 1000 * PATIENCE}
NOW = {"timeout": 0}


class Points(ActsCase):
    def test_what_shows_a_part_of_a_drawing_alone_is_pointed_into(self):
        # Of all points around its middle none is in the part that is shown.
        part = "x=100 y=100 width=10 height=10"
        wide = "width: 1000px; height: 1000px"
        for name, body in (
                ("outer", "<svg width=10 height=10 style='position: relative; left: 100px; top: 100px'>"
                          "<rect id=b x=-95 y=-95 width=1000 height=1000 /></svg>"),
                ("inner", f"<svg width=700 height=500><svg {part}><rect id=b x=-95 y=-95 width=1000 height=1000 /></svg></svg>"),
                ("viewBox", "<svg width=350 height=250 viewBox='0 0 700 500' style='transform: scale(2); transform-origin: 0 0'>"
                            f"<g transform='translate(0 0)'><svg {part} viewBox='0 0 20 20'>"
                            "<rect id=b x=-160 y=-160 width=2000 height=2000 /></svg></g></svg>"),
                *((f"foreign {position}", f"<svg width=700 height=500><foreignObject {part}>"
                   f"<div id=b style='position: {position}; left: -95px; top: -95px; {wide}'></div></foreignObject></svg>")
                  for position in ("relative", "absolute", "fixed")),
                ("fieldset", "<fieldset style='display: inline; overflow: hidden; position: absolute; left: 100px; top: 100px; border: 0;"
                             "padding: 0; min-width: 0; width: 10px; height: 10px'>"
                             f"<div id=b style='margin: -95px; {wide}'></div></fieldset>"),
                ("inline fieldset", "<div style='padding: 100px'><fieldset style='display: inline; overflow: hidden; border: 0; margin: 0;"
                                    "padding: 0; min-width: 0; width: 10px; height: 10px; vertical-align: top'>"
                                    f"<div id=b style='margin: -95px; {wide}'></div></fieldset></div>")):
            self.show(body)
            self.tab.run("globalThis.felt = []; addEventListener('click', (e) => felt.push(e.target.id)); 0")
            try:
                self.mouse(self.tab.ask("point", "#b", {**NOW, "clicks": 1}))
            except RuntimeError as error:
                self.fail(f"{name}: {error}")
            self.assertEqual((self.tab.run("felt"), self.tab.run("__belay.pressed()")["wrong"]), (["b"], None), name)

    def test_what_lets_its_content_out_cuts_nothing_off(self):
        """Each is shown beside what is around it alone."""
        shape = "<rect id=b x=100 y=100 width=10 height=10 />"
        for name, body in (
                ("visible", f"<svg width=10 height=10 overflow=visible>{shape}</svg>"),
                ("inner visible", f"<svg width=700 height=500><svg width=10 height=10 overflow=visible>{shape}</svg></svg>"),
                ("group", f"<svg width=700 height=500><g style='overflow: hidden; display: block'>{shape}</g></svg>"),
                ("inner in a turned page", "<div style='transform: rotate(90deg); transform-origin: 0 0; position: absolute; left: 500px'>"
                                           f"<svg width=700 height=500><svg x=-50 width=200 height=200>{shape}</svg></svg></div>"),
                ("inner turned itself", "<svg width=700 height=500><svg width=200 height=200 style='transform: translate(300px)'>"
                                        f"{shape}</svg></svg>"),
                ("inline", "<span style='overflow: hidden'><i id=b style='position: relative; left: 200px; top: 200px'>words</i></span>"),
                ("absolute", "<svg width=10 height=10 style='overflow: hidden'></svg><div style='overflow: hidden; height: 10px'>"
                             "<i id=b style='position: absolute; top: 200px'>words</i></div>")):
            self.show(body)
            try:
                self.tab.ask("point", "#b", NOW)
            except RuntimeError as error:
                self.fail(f"{name}: {error}")

    BESIDE = "<svg width=400 height=20><rect id=b width=100 height=20 /><rect id=c x=100 width=100 height=20 /></svg>"

    def test_a_point_is_where_chromium_looks_for_it(self):
        self.show(self.BESIDE)
        self.tab.run("globalThis.felt = []; addEventListener('click', (e) => felt.push(e.target.id)); 0")
        self.mouse(self.tab.ask("point", "#b", {**READY, "position": {"x": 99.99999, "y": 5}}))
        self.assertEqual(self.tab.run("felt"), ["b"])

    def test_a_press_is_judged_by_what_it_comes_to(self):
        self.show(self.BESIDE)
        self.tab.run("globalThis.felt = []; addEventListener('pointerdown', (e) => felt.push(e.target.id)); 0")
        point = self.tab.ask("point", "#b", {**READY, "clicks": 1, "position": {"x": 99.5, "y": 5}})
        self.mouse({**point, "x": 100.25})
        self.assertEqual(self.tab.run("felt"), [])
        self.assertRegex(self.tab.run("__belay.pressed()")["wrong"], 'covered by <rect id="c"> once it is hovered')
        # Where a page that hears of the press before us has put something there, that would get the click.
        self.show(self.BESIDE + "<script>addEventListener('pointerdown', () => c.setAttribute('x', 0), true)</script>")
        self.tab.run("globalThis.felt = []; addEventListener('mousedown', (e) => felt.push(e.target.id)); 0")
        self.tab.ask("point", "#b", {**READY, "clicks": 1})
        self.mouse({"x": 50, "y": 10})
        self.assertEqual(self.tab.run("felt"), [])
        self.assertRegex(self.tab.run("__belay.pressed()")["wrong"], 'covered by <rect id="c"> once it is hovered')

    def test_what_an_event_names_by_another_is_pressed(self):
        picture = "data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2260%22 height=%2260%22/>"
        for name, body, selector in (
                ("area", f"<map name=m><area id=b href='#x' coords='0,0,50,50'></map><img usemap='#m' src='{picture}'>", "#b"),
                ("label", "<label for=b>words</label><input id=b type=checkbox style='display: none'>", "#b"),
                ("use", "<svg><defs><rect id=r width=50 height=50 /></defs><use id=b href='#r' /></svg>", "#b"),
                ("open root", "<div id=h></div><script>h.attachShadow({mode: 'open'}).innerHTML = '<b id=b>words</b>'</script>", "#b"),
                ("slot", "<div id=h><b id=b>words</b></div>"
                         "<script>h.attachShadow({mode: 'open'}).innerHTML = '<p><slot></slot></p>'</script>", "#b"),
                ("own root", "<video id=b controls width=200 height=100></video>", "#b"),
                ("list", "<select id=b size=3><option>a<option>b</select>", "#b"),
                ("captured", "<div id=h><b id=b>words</b></div>"
                             "<script>b.onpointerdown = (e) => h.setPointerCapture(e.pointerId)</script>", "#b"),
                ("closed root", "<div id=h></div>", "b")):
            self.show(body)
            if name == "closed root":
                self.tab.run("globalThis.root = h.attachShadow({mode: 'closed'}); root.innerHTML = '<b>words</b>';"
                             "__belay.adoptRoots(root)")
            self.mouse(self.tab.ask("point", selector, {**READY, "clicks": 2}), 2)
            self.assertIsNone(self.tab.run("__belay.pressed()")["wrong"], name)


if __name__ == "__main__":
    main()
