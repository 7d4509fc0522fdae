"""Acts in frames on real Chromium: of the page's own process, of processes of their own, and frames within frames. What
arrives inside is told to the top document by postMessage, which crosses processes."""

import os

import setup_path  # noqa: F401
from harness.case import main
from harness.devtools import Devtools
from harness.pages import PageCase
from harness.server import action
from harness.tap import Chromium

LOADS = int(os.environ.get("BELAY_TEST_FRAME_LOADS", "5"))  # of a process in a process
NAVIGATIONS = max(10, LOADS // 2)

# In every document: tells the top one what it sees, as [name of the document, type, id, isTrusted, value].
TELL = """<script>
  for (const type of ['click', 'dblclick', 'mouseover', 'input', 'change', 'drop', 'dragend', 'mouseup', 'mousedown',
                      'scroll', 'wheel', 'touchend', 'keydown'])
    addEventListener(type, (e) => {
      const at = e.composedPath()[0];
      top.postMessage([document.title, type, at.id ?? '', e.isTrusted, at.files?.length ?? at.value ?? ''], '*');
    }, true);
</script>"""
HEAR = """<script>
  const got = [];
  addEventListener('message', (e) => got.push(e.data));
  const told = (name, type, id) => got.filter((g) => g[0] === name && g[1] === type && g[2] === id && g[3]).length;
  const value = (name, id) => got.filter((g) => g[0] === name && g[1] === 'input' && g[2] === id).at(-1)?.[4];
</script>"""
FIELDS = """<button id=b style="width: 90px; height: 30px">b</button><input id=i><input id=up type=file>
  <select id=s><option>one<option>two</select><textarea id=t></textarea>"""


def document(title, body):
    return f"<!doctype html><meta charset=utf-8><title>{title}</title>{TELL}<body style='margin: 0'>{body}"


class FrameCase(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        port = cls.site.port
        # Three sites, so three processes: --site-per-process is on.
        cls.own, cls.other, cls.third = (f"http://{h}:{port}" for h in ("127.0.0.1", "localhost", "third.localhost"))

    def setUp(self):
        super().setUp()
        self.site.pages["/leaf"] = document("leaf", FIELDS)

    def top(self, body, **options):
        self.show(f"<title>top</title>{HEAR}{TELL}{body}", **{"waitUntil": "load", **options})

    def frame(self, url, identity="f", style=""):
        return f'<iframe id={identity} src="{url}" style="width: 500px; height: 200px; {style}"></iframe>'

    def clicked(self, selector, name="leaf", identity="b"):
        self.js("got.length = 0")
        self.act("click", selector, timeout=60000)
        self.eventually(f"told('{name}', 'click', '{identity}')", 1)


class OneFrame(FrameCase):
    """The same of a frame of the page's process and of one of its own."""

    def each(self):
        for url in (self.own + "/leaf", self.other + "/leaf"):
            self.top(self.frame(url))
            yield url

    def test_every_way_to_name_an_element_in_a_frame(self):
        for _ in self.each():
            for selector in ("#f >> #b", "iframe >> css=button", "iframe>>//button", "//iframe[@id='f']//button",
                             "xpath=/html[1]/body[1]/iframe[1]/html[1]/body[1]/button[1]", "#f >> text=b",
                             "(//iframe//button)[1]", "#f >> button#b"):
                self.clicked(selector)

    def test_pointing(self):
        for _ in self.each():
            self.act("doubleClick", "#f >> #b")
            self.eventually("told('leaf', 'dblclick', 'b')", 1)
            self.act("hover", "#f >> #t")
            self.eventually("told('leaf', 'mouseover', 't') > 0")
            self.act("tap", "#f >> #b")
            self.eventually("told('leaf', 'touchend', 'b')", 1)
            self.act("mouse.wheel", "#f >> #b", "10")
            self.eventually("told('leaf', 'wheel', 'b') > 0")

    def test_fields(self):
        for _ in self.each():
            self.act("fill", "#f >> #i", "one")
            self.eventually("value('leaf', 'i')", "one")
            self.act("type", "#f >> #i", " two €")
            self.eventually("value('leaf', 'i')", "one two €")
            self.act("fill", "#f >> #i", "")
            self.eventually("value('leaf', 'i')", "")
            self.act("press", "#f >> #t", "x")
            self.eventually("value('leaf', 't')", "x")
            self.act("selectOption", "#f >> #s", "two")
            self.eventually("value('leaf', 's')", "two")
            path = os.path.join(self.server.folder, "file.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("x")
            self.act("setInputFiles", "#f >> #up", path)
            self.eventually("got.some((g) => g[1] === 'change' && g[2] === 'up' && g[4] === 1)")

    def test_scrolling(self):
        self.site.pages["/leaf"] = document("leaf", "<div style='height: 3000px'></div><button id=b>b</button>")
        for _ in self.each():
            self.act("scrollTo", "#f >> html", "50%")
            self.eventually("got.some((g) => g[0] === 'leaf' && g[1] === 'scroll')")
            self.clicked("#f >> #b")

    def test_the_iframe_itself_is_what_a_selector_ends_in(self):
        for _ in self.each():
            self.act("hover", "/html[1]/body[1]/iframe[1]")
            self.expect("f.matches(':hover')")

    def test_a_missing_element_and_what_is_no_frame_are_named(self):
        for _ in self.each():
            self.assertEqual(self.refusal("click", "#f >> #no"),
                             "Could not find an element for the given xPath(s): #f >> #no")
            self.assertEqual(self.refusal("click", "#no >> #b"),
                             "Could not find an element for the given xPath(s): #no")
            self.assertEqual(self.refusal_at_once("click", "body >> #b"),
                             "Unable to obtain a content frame for selector: body")
            self.assertEqual(self.refusal_at_once("click", "#f >> button["), "invalid selector: #f >> button[")
            self.assertEqual(self.refusal_at_once("click", "#f >>"), "invalid selector: #f >>")


class Geometry(FrameCase):
    """Where a point inside lies outside."""

    FAR = "<div style='height: 2500px; width: 1800px'></div>"

    def each(self, wrap):
        for url in (self.own + "/leaf", self.other + "/leaf"):
            self.top(wrap(url))
            yield

    def test_borders_padding_and_transforms(self):
        for style in ("border: 17px solid; padding: 23px 5px 11px 31px", "transform: scale(0.5)",
                      "transform: scale(1.7); transform-origin: 0 0; border: 9px solid; padding: 13px",
                      "transform: rotate(25deg) scale(1.2); margin: 200px; border: 4px solid", "zoom: 1.5",
                      "scale: 0.8; rotate: -10deg; margin: 90px", "transform: skewX(20deg); margin-left: 90px"):
            for _ in self.each(lambda url: f"<div style='padding: 3px'>{self.frame(url, style=style)}</div>"):
                self.clicked("#f >> #b")

    def test_scrolled_out_of_sight_in_every_document(self):
        self.site.pages["/leaf"] = document("leaf", f"{self.FAR}<button id=b>b</button>{self.FAR}")
        pane = "<div style='overflow: auto; height: 300px; width: 600px'>{0}{1}{0}</div>"
        for _ in self.each(lambda url: self.FAR + pane.format(self.FAR, self.frame(url)) + self.FAR):
            self.clicked("#f >> #b")
            self.js("scrollTo(0, 0)")
            self.clicked("#f >> #b")

    def test_a_frame_taller_than_the_window(self):
        self.site.pages["/leaf"] = document("leaf", f"{self.FAR}<button id=b>b</button>{self.FAR}")
        for _ in self.each(lambda url: self.FAR + self.frame(url, style="height: 6000px")):
            self.clicked("#f >> #b")

    def test_a_covered_frame_is_refused_and_the_cover_named(self):
        cover = "<div id=cover style='position: fixed; inset: 0; background: #8888'></div>"
        for _ in self.each(lambda url: self.frame(url) + cover):
            self.assertEqual(self.refusal("click", "#f >> #b"), 'element is covered by <div id="cover">')
            self.js("setTimeout(() => cover.remove(), 300)")
            self.clicked("#f >> #b")

    def test_a_frame_under_a_sticky_bar_is_scrolled_free(self):
        bar = "<div style='position: fixed; top: 0; left: 0; right: 0; height: 150px; background: #ccc'>bar</div>"
        for _ in self.each(lambda url: bar + self.frame(url) + self.FAR):
            self.assertEqual(self.refusal("click", "#f >> #b"), "element is covered by <div>")
        for _ in self.each(lambda url: bar + self.FAR + self.frame(url) + self.FAR):
            self.js("f.scrollIntoView({block: 'start', behavior: 'instant'})")
            self.clicked("#f >> #b")

    def test_an_invisible_frame_is_refused(self):
        for _ in self.each(lambda url: self.frame(url, style="display: none")):
            self.assertEqual(self.refusal("click", "#f >> #b"), "element is not visible (display: none)")
        for _ in self.each(lambda url: self.frame(url, style="pointer-events: none")):
            self.assertEqual(self.refusal("click", "#f >> #b"),
                             "element does not receive events (pointer-events: none)")

    def test_a_frame_that_moves_is_clicked_when_it_stands(self):
        style = "position: absolute; top: 40px; animation: go 500ms linear forwards"
        for _ in self.each(lambda url: "<style>@keyframes go { from { left: 0 } to { left: 400px } }</style>"
                           + self.frame(url, style=style)):
            self.clicked("#f >> #b")


class Nested(FrameCase):
    def nest(self, first, second):
        self.site.pages["/mid"] = document("mid", "<p>mid</p>" + self.frame(f"{second}/leaf", "g")
                                           + self.frame(f"{self.own}/leaf?2", "h"))
        self.top("<p>top</p>" + self.frame(f"{first}/mid", style="height: 600px; border: 5px solid"))

    def test_frames_in_frames(self):
        for first in (self.own, self.other):
            for second in (self.own, self.other, self.third):
                with self.subTest(first=first, second=second):
                    self.nest(first, second)
                    self.clicked("#f >> #g >> #b")
                    self.act("fill", "#f >> #g >> #i", "deep")
                    self.eventually("value('leaf', 'i')", "deep")
                    self.clicked("//iframe//iframe[2]//button")

    def test_a_process_in_a_process_is_there_at_every_load(self):
        for n in range(LOADS):
            with self.subTest(load=n):
                self.nest(self.other, self.third)
                self.clicked("#f >> #g >> #b")

    def test_a_scaled_frame_in_a_turned_one(self):
        for first in (self.own, self.other):
            for second in (self.own, self.third):
                self.site.pages["/mid"] = document("mid", self.frame(
                    f"{second}/leaf", "g", "transform: scale(0.7); border: 8px solid; width: 300px"))
                self.top(self.frame(f"{first}/mid", style="margin: 99px; height: 300px; transform: rotate(15deg)"))
                with self.subTest(first=first, second=second):
                    self.clicked("#f >> #g >> #b")

    def test_a_cover_in_the_middle_is_found(self):
        for first in (self.own, self.other):
            self.site.pages["/mid"] = document("mid", self.frame(f"{self.third}/leaf", "g")
                                               + "<div id=veil style='position: fixed; inset: 0'></div>")
            self.top(self.frame(f"{first}/mid"))
            with self.subTest(first=first):
                self.assertEqual(self.refusal("click", "#f >> #g >> #b"), 'element is covered by <div id="veil">')


class Documents(FrameCase):
    flags = ("--log-level", "debug")

    def frames_known(self):
        """How many frames the server counted when the last action began."""
        return self.server.logged("action begins")[-1]["frames"]

    def test_srcdoc_and_frames_without_a_url(self):
        self.top(f"""<iframe id=f srcdoc="<title>sd</title>{TELL.replace('"', '&quot;')}<button id=b>b</button>"></iframe>
                     <iframe id=e></iframe>""")
        self.clicked("#f >> #b", name="sd")
        self.js("e.contentDocument.body.innerHTML = '<button id=b onclick=\"top.postMessage([1])\">b</button>'")
        self.js("got.length = 0")
        self.act("click", "#e >> #b")
        self.eventually("got.filter((g) => g[0] === 1).length", 1)

    def test_framesets(self):
        self.site.pages["/set"] = f"<!doctype html><frameset cols='50%,50%'><frame name=a src='{self.own}/leaf'>" \
                                  f"<frame name=c src='{self.other}/leaf'></frameset>"
        self.top(self.frame(f"{self.own}/set"))
        self.clicked("#f >> frame[name=a] >> #b")
        self.clicked("#f >> //frame[2]//button")

    def test_a_frame_that_loads_late_is_waited_for(self):
        for host in (self.own, self.other):
            self.site.pages["/late"] = lambda request: (self.site.closing.wait(0.6),
                                                        self.site.send(request, 200, document("leaf", FIELDS)))
            with self.subTest(host=host):
                self.top(self.frame(f"{host}/late"), waitUntil="domcontentloaded")
                self.clicked("#f >> #b")
                self.top(f"<script>setTimeout(() => {{ document.body.innerHTML = `{self.frame(host + '/late')}` }}, 200)"
                         "</script>")
                self.clicked("#f >> #b")

    def test_a_frame_that_is_replaced_while_it_is_waited_for_is_found_anew(self):
        self.site.pages["/empty"] = document("empty", "")
        for host in (self.own, self.other):
            self.top(self.frame(f"{self.own}/empty")
                     + f"<script>setTimeout(() => {{ f.outerHTML = `{self.frame(host + '/leaf')}` }}, 300)</script>")
            with self.subTest(host=host):
                self.clicked("#f >> #b")

    def test_a_frame_that_is_replaced_between_two_looks_at_it_is_found_anew(self):
        # In each task of its own the page puts another one there, until it comes to the one that stays.
        self.top("<iframe id=f></iframe><script>const {port1, port2} = new MessageChannel();"
                 "const end = performance.now() + 500; port1.onmessage = () => { f.replaceWith(f.cloneNode());"
                 f"performance.now() < end ? port2.postMessage(0) : f.src = '{self.own}/leaf' }}; onload = () => port2.postMessage(0)"
                 "</script>")
        self.clicked("#f >> #b")

    def test_a_frame_that_changes_its_process_is_followed(self):
        self.top(self.frame(f"{self.own}/leaf"))
        for host in (self.other, self.third, self.own, self.other, self.own):
            self.js(f"new Promise((done) => {{ f.onload = () => done(1); f.src = '{host}/leaf?{host}' }})")
            self.clicked("#f >> #b")

    def test_frames_of_a_document_from_the_back_forward_cache_work(self):
        self.site.pages["/mid"] = document("mid", self.frame(f"{self.third}/leaf", "g"))
        self.site.pages["/elsewhere"] = document("elsewhere", self.frame(f"{self.other}/leaf"))
        self.top(self.frame(f"{self.other}/mid") + self.frame(f"{self.own}/leaf", "l"))
        self.js("addEventListener('pageshow', (e) => { window.kept = e.persisted })")
        for _ in range(3):
            self.assertEqual(self.server.navigate(self.session, f"{self.own}/elsewhere", waitUntil="load").status, 200)
            self.js("history.back()")
            self.eventually("document.title", "case")
            self.eventually("window.kept")
            self.clicked("#f >> #g >> #b")
            self.clicked("#l >> #b")

    def test_many_navigations_leave_every_frame_where_it_belongs(self):
        self.site.pages["/mid"] = document("mid", self.frame(f"{self.third}/leaf", "g"))
        pages = [document(name, HEAR + self.frame(f"{host}/mid")) for name, host in (("one", self.other),
                                                                                     ("two", self.own))]
        self.site.pages["/one"], self.site.pages["/two"] = pages
        for n in range(NAVIGATIONS):
            name = ("one", "two")[n % 2]
            self.assertEqual(self.server.navigate(self.session, f"{self.own}/{name}", waitUntil="load").status, 200)
            if n % 5 == 4:
                self.js("history.back()")
                self.eventually("document.title", ("two", "one")[n % 2])
            self.clicked("#f >> #g >> #b")
            self.clicked("#f >> #g >> #b")
            self.assertEqual(self.frames_known(), 3)


class Attached(FrameCase):
    def test_frames_that_were_there_before_the_connection(self):
        self.site.pages["/mid"] = document("mid", self.frame(f"{self.third}/leaf", "g")
                                           + self.frame(f"{self.other}/leaf", "h"))
        self.site.pages["/before"] = document("before", HEAR + self.frame(f"{self.other}/mid")
                                              + self.frame(f"{self.own}/leaf", "l"))
        with Chromium() as foreign:
            devtools = Devtools(f"ws://127.0.0.1:{foreign.port}{foreign.path}")
            self.addCleanup(devtools.close)
            tab = next(iter(devtools.pages()))
            devtools.call("Page.navigate", devtools.session_of(tab), url=f"{self.own}/before")
            devtools.evaluate(tab, "new Promise((done) => { if (document.readyState === 'complete') done();"
                                   " onload = done })")
            session = self.server.start({"modelName": "openai/gpt-4o-mini", "browser": {
                "type": "local", "launchOptions": {"cdpUrl": f"ws://127.0.0.1:{foreign.port}{foreign.path}"}}})
            for selector in ("#f >> #g >> #b", "#f >> #h >> #b", "#l >> #b"):
                answer = self.server.act(session, action("click", selector), timeout=60000)
                self.assertTrue(answer.json["data"]["result"]["success"], answer)
            self.assertEqual(devtools.evaluate(tab, "new Promise((done) => setTimeout(() => "
                                                    "done(told('leaf', 'click', 'b')), 100))"), 3)
            self.assertEqual(self.server.end(session).status, 200)


class Drags(FrameCase):
    SOURCE = """<div id=b draggable=true style='width: 60px; height: 40px; background: #8cf'>drag</div>
        <script>b.ondragstart = (e) => e.dataTransfer.setData('text/plain', document.title)</script>"""
    TARGET = """<div id=t style='width: 90px; height: 60px; background: #fc8'>drop</div><script>
        t.ondragover = (e) => e.preventDefault();
        t.ondrop = (e) => { e.preventDefault();
          top.postMessage([document.title, 'carried', e.dataTransfer.getData('text/plain'), e.isTrusted], '*') };
        </script>"""

    def test_native_drags_between_any_two_frames(self):
        self.site.pages["/drag"] = document("drag", self.SOURCE)
        self.site.pages["/drop"] = document("drop", self.TARGET)
        for source in (self.own, self.other):
            for target in (self.own, self.other, self.third):
                with self.subTest(source=source, target=target):
                    self.top(self.frame(f"{source}/drag", "f", "border: 6px solid; height: 90px")
                             + self.frame(f"{target}/drop", "g", "transform: scale(0.8)"))
                    self.act("dragAndDrop", "#f >> #b", "#g >> #t")
                    self.eventually("got.filter((g) => g[1] === 'carried')", [["drop", "carried", "drag", True]])

    def test_native_drags_between_the_page_and_a_frame(self):
        self.site.pages["/drag"] = document("drag", self.SOURCE)
        self.site.pages["/drop"] = document("drop", self.TARGET)
        for host in (self.own, self.other):
            with self.subTest(host=host):
                self.top(self.SOURCE + self.frame(f"{host}/drop"))
                self.act("dragAndDrop", "#b", "#f >> #t")
                self.eventually("got.filter((g) => g[1] === 'carried')", [["drop", "carried", "case", True]])
                self.top(self.TARGET + self.frame(f"{host}/drag"))
                self.act("dragAndDrop", "#f >> #b", "#t")
                self.eventually("got.filter((g) => g[1] === 'carried')", [["case", "carried", "drag", True]])

    def test_a_drag_by_the_mouse_within_a_frame(self):
        self.site.pages["/mouse"] = document("mouse", """<div id=b style='width: 50px; height: 40px'>drag</div>
            <div id=t style='width: 90px; height: 60px; margin: 20px 100px; background: #fc8'>drop</div>""")
        for host in (self.own, self.other):
            with self.subTest(host=host):
                self.top("<p>x</p>" + self.frame(f"{host}/mouse", style="padding: 30px"))
                self.act("dragAndDrop", "#f >> #b", "#f >> #t")
                self.eventually("told('mouse', 'mouseup', 't')", 1)


class ClosedRoots(FrameCase):
    """Inside of a root that no script of the page can reach, events are told by listeners of its own."""

    # A custom element with a closed root; in it another one.
    CUSTOM = """<x-outer id=host></x-outer><script>
        const tell = (e) => top.postMessage([document.title, e.type, e.target.id, e.isTrusted, e.target.value ?? ''], '*');
        customElements.define('x-inner', class extends HTMLElement {
          constructor() {
            super();
            const root = this.attachShadow({mode: 'closed'});
            root.innerHTML = '<button id=deep>deepest of all</button><slot></slot>';
            root.addEventListener('click', tell);
          }
        });
        customElements.define('x-outer', class extends HTMLElement {
          connectedCallback() {
            const root = this.attachShadow({mode: 'closed'});
            root.innerHTML = `<button id=in>closed in</button><input id=field><select id=pick><option>one<option>two
              </select><x-inner></x-inner>`;
            for (const t of ['click', 'input', 'change']) root.addEventListener(t, tell);
          }
        });</script>"""
    DECLARED = """<div id=plain><template shadowrootmode=closed><button id=in onclick="top.postMessage(
        [document.title, 'click', 'in', event.isTrusted, ''], '*')">closed in</button></template></div>"""

    def everywhere(self, body):
        self.site.pages["/closed"] = document("closed", body)
        for prefix, page in (("", HEAR + "<title>closed</title>" + body), ("#f >> ", self.frame(self.own + "/closed")),
                             ("#f >> ", self.frame(self.other + "/closed"))):
            self.top(page)
            self.js("document.querySelector('#f') || (document.title = 'closed')")
            yield prefix

    def test_custom_elements(self):
        for prefix in self.everywhere(self.CUSTOM):
            for selector in ("#in", "text=closed in", "//button[@id='in']"):
                self.clicked(prefix + selector, "closed", "in")
            self.clicked(prefix + "#deep", "closed", "deep")
            self.clicked(prefix + "text=deepest of all", "closed", "deep")
            self.clicked(prefix + "/html[1]/body[1]/x-outer[1]//x-inner[1]//button[1]", "closed", "deep")
            self.act("fill", prefix + "#field", "secret place")
            self.eventually("value('closed', 'field')", "secret place")
            self.act("type", prefix + "#field", "!")
            self.eventually("value('closed', 'field')", "secret place!")
            self.act("selectOption", prefix + "#pick", "two")
            self.eventually("value('closed', 'pick')", "two")

    def test_declared_in_html(self):
        for prefix in self.everywhere(self.DECLARED):
            self.clicked(prefix + "#in", "closed", "in")
            self.clicked(prefix + "/html[1]/body[1]/div[1]//button[1]", "closed", "in")

    def test_a_host_that_shows_none_of_its_children(self):
        for prefix in self.everywhere(self.DECLARED.replace("</template></div>", "</template><p>no place</p></div>")):
            self.clicked(prefix + "#in", "closed", "in")

    def test_a_root_that_comes_late_is_found(self):
        late = self.CUSTOM.replace("connectedCallback() {", "async connectedCallback() {"
                                   "await new Promise((done) => setTimeout(done, 700));")
        for prefix in self.everywhere(late):
            self.clicked(prefix + "#in", "closed", "in")

    def test_a_frame_in_a_closed_root(self):
        for host in (self.own, self.other):
            self.top(f"""<x-holder></x-holder><script>customElements.define('x-holder', class extends HTMLElement {{
                connectedCallback() {{
                  this.attachShadow({{mode: 'closed'}}).innerHTML = `{self.frame(host + "/leaf")}`;
                }} }})</script>""")
            self.clicked("#f >> #b")

    def test_a_cover_in_a_closed_root_is_named(self):
        self.top("""<x-covered></x-covered><script>customElements.define('x-covered', class extends HTMLElement {
            connectedCallback() {
              this.attachShadow({mode: 'closed'}).innerHTML =
                '<button id=in>b</button><div id=lid style="position: fixed; inset: 0"></div>';
            } })</script>""")
        self.assertEqual(self.refusal("click", "#in"), 'element is covered by <div id="lid">')

    def test_the_browsers_own_roots_are_left_alone(self):
        self.top("<input type=date id=d><video controls id=v></video><details><summary>s</summary>x</details>")
        self.assertEqual(self.refusal("click", "slot"), "Could not find an element for the given xPath(s): slot")


if __name__ == "__main__":
    main()
