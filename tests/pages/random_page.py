"""Pages made up by chance, each with one element that is to be acted on. A page is a tree of nodes, so that it can be cut down to
what matters (`smaller`); `render` gives its documents."""

import copy
import html

FIELDS = ("input", "textarea", "select")
TEXT = "Ann"


class Node:
    """An element. `inside`: what its children are in; None: in itself, "open" and "closed": its shadow root, "same", "cross",
    "srcdoc": the document of a frame."""

    def __init__(self, tag, text="", style=None, inside=None, **attributes):
        self.tag = tag
        self.text = text
        self.style = dict(style or {})
        self.attributes = attributes
        self.inside = inside
        self.children = []
        self.id = ""

    def add(self, *children):
        self.children += children
        return self

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


class Page:
    """`body` holds everything; `target` is acted on by `method` with `arguments`."""

    def __init__(self, body, target, method, arguments):
        self.body = body
        self.target = target
        self.method = method
        self.arguments = arguments
        for number, node in enumerate(body.walk()):
            node.id = f"k{number}"

    def nodes(self):
        return {node.id: node for node in self.body.walk()}

    def parents(self):
        return {child.id: node for node in self.body.walk() for child in node.children}

    def way_to(self, node):
        """The node and all that it is in, from the innermost on."""
        parents = self.parents()
        out = [node]
        while out[-1].id in parents:
            out.append(parents[out[-1].id])
        return out

    def selector(self):
        frames = [node for node in self.way_to(self.target)[1:] if node.tag == "iframe"]
        return " >> ".join(f"#{node.id}" for node in [*reversed(frames), self.target])


# What each document does: it notes all events of the user's, at the innermost place at which they are seen, and tells them, with
# the state of its fields and of the documents in it, when it is asked.
SCRIPT = """<script>
const noted = [], known = new WeakMap();
const types = ['mousedown', 'mouseup', 'click', 'dblclick', 'auxclick', 'contextmenu', 'keydown', 'beforeinput', 'input', 'change',
               'submit', 'mousemove', 'dragstart', 'drop'];
const roots = [];
function note(root) {
  roots.push(root);
  root.addEventListener('click', (event) => { if (event.target.closest?.('a, area')) event.preventDefault(); });
  root.addEventListener('submit', (event) => event.preventDefault());  // which stays in its root
  for (const type of types) root.addEventListener(type, (event) => {
    let one = known.get(event);
    if (!one) known.set(event, one = {type, trusted: event.isTrusted}), noted.push(one);
    one.on = event.target.closest?.('[id]')?.id ?? '';
  }, true);
}
function build(root) {
  note(root);
  for (const host of root.querySelectorAll('[data-root]')) {
    const inner = host.attachShadow({mode: host.dataset.root});
    const template = host.querySelector(':scope > template');
    inner.append(template.content);
    build(inner);
  }
}
function fields() {
  const out = {};
  for (const root of roots) for (const one of root.querySelectorAll('input, textarea, select, [contenteditable], details'))
    out[one.id] = one.isContentEditable ? one.innerText : one.type === 'checkbox' || one.type === 'radio' ? one.checked
      : 'open' in one ? one.open : one.value;
  return out;
}
async function collect() {
  const all = {events: noted.splice(0), fields: fields()};
  for (const root of roots) for (const frame of root.querySelectorAll('iframe')) {
    const told = await ask(frame);
    all.events.push(...told.events), Object.assign(all.fields, told.fields);
  }
  return all;
}
let asked = 0;
const waiting = new Map();
function ask(frame) {
  const number = ++asked;
  return new Promise((done) => {
    const again = () => { if (waiting.has(number)) frame.contentWindow?.postMessage({ask: number}, '*'), setTimeout(again, 200); };
    waiting.set(number, done);
    again();
  });
}
const told = new Map();
addEventListener('message', async ({data, source}) => {
  if (data.ask) {
    if (!told.has(data.ask)) told.set(data.ask, collect());
    source.postMessage({answer: data.ask, told: await told.get(data.ask)}, '*');
  } else if (data.answer) {
    waiting.get(data.answer)?.(data.told), waiting.delete(data.answer);
  }
});
build(document);
</script>"""
VOID = ("input", "img", "area", "br")


def attributes_of(node, origin, other, path):
    out = {"id": node.id, **{name: value.id if isinstance(value, Node) else value for name, value in node.attributes.items()}}
    if node.style:
        out["style"] = "; ".join(f"{name}: {value}" for name, value in node.style.items())
    if node.inside in ("open", "closed"):
        out["data-root"] = node.inside
    if node.inside in ("same", "cross"):
        out["src"] = f"{other if node.inside == 'cross' else origin}{path}/{node.id}"
    if node.inside == "srcdoc":
        out["srcdoc"] = document(node.children, origin, other, path)
    return "".join(f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(str(value))}"')
                   for name, value in out.items())


def element(node, origin, other, path):
    start = f"<{node.tag}{attributes_of(node, origin, other, path)}>"
    if node.tag in VOID:
        return start
    inner = "".join(element(child, origin, other, path) for child in node.children)
    if node.inside in ("open", "closed"):
        inner = f"<template>{inner}</template>"
    elif node.inside:
        inner = ""
    return f"{start}{html.escape(node.text)}{inner}</{node.tag}>"


def document(children, origin, other, path):
    body = "".join(element(child, origin, other, path) for child in children)
    return f"<!doctype html><meta charset=utf-8><title>page</title><body>{body}{SCRIPT}"


def render(page, origin, other, path):
    """{path: document}; the page itself is at `path`. `origin` and `other` are two sites that both serve these."""
    out = {path: document(page.body.children, origin, other, path)}
    for node in page.body.walk():
        if node.inside in ("same", "cross"):
            out[f"{path}/{node.id}"] = document(node.children, origin, other, path)
    return out


# Making one up

def field(random):
    return random.choice([
        lambda: Node("input"), lambda: Node("input", value="old"), lambda: Node("textarea"), lambda: Node("input", type="email"),
        lambda: Node("input", type="password"), lambda: Node("input", type="number"), lambda: Node("input", type="search"),
        lambda: Node("div", text="old", contenteditable="true", style={"min-height": "20px", "border": "1px solid"}),
        lambda: Node("input", readonly=True, value="old"), lambda: Node("input", maxlength="2")])()


def control(random):
    """Something to click: an element and what stands around it, [outermost, the element]."""
    def labelled(kind, way):
        box = Node("input", type=kind)
        label = Node("label", text="Agree ")
        if way == "around":
            return label.add(box), box
        label.attributes["for_"] = box
        return Node("div").add(box, label), box
    makers = [
        lambda: alone(Node("button", text="Go")), lambda: alone(Node("a", text="a link", href="#there")),
        lambda: alone(Node("div", text="a row", tabindex="0", role="button")), lambda: alone(Node("input", type="checkbox")),
        lambda: alone(Node("input", type="submit", value="Send")), lambda: alone(Node("span", text="words")),
        lambda: labelled("checkbox", "around"), lambda: labelled("radio", "beside"), in_parent("button"), in_parent("a"),
        in_parent("label"), with_inner("label"), with_inner("div"), hidden_box, area, summary, drawn, option_list, form,
        lambda: alone(Node("a", text="a link that goes over more than one line in a narrow place", href="#there"))]
    return random.choice(makers)()


def alone(node):
    return node, node


def in_parent(tag):
    """A part of what can be clicked."""
    def make():
        part = Node("span", text="part")
        more = {"href": "#there"} if tag == "a" else {}
        parent = Node(tag, text="all of ", **more).add(part)
        if tag == "label":
            parent.add(Node("input", type="checkbox"))
        return parent, part
    return make


def with_inner(tag):
    """What can be clicked, with something in it that does something else."""
    def make():
        whole = Node(tag, text="all ", tabindex="0").add(Node("a", text="but not this wide part of it", href="#inner"))
        if tag == "label":
            whole.add(Node("input", type="checkbox"))
        return whole, whole
    return make


def hidden_box():
    """A box that a page draws itself."""
    box = Node("input", type="checkbox", style={"opacity": "0", "width": "0", "height": "0", "position": "absolute"})
    label = Node("label").add(box, Node("span", text="✓ drawn", style={"padding": "4px"}))
    return label, box


def area():
    one = Node("area", shape="rect", coords="10,10,90,50", href="#there")
    image = Node("img", width="100", height="60", usemap="#map",
                 src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='100' height='60'/>")
    return Node("div").add(image, Node("map", name="map").add(one)), one


def summary():
    one = Node("summary", text="More")
    return Node("details").add(one, Node("p", text="inner")), one


def drawn():
    one = Node("circle", cx="30", cy="30", r="25", fill="none", stroke="red", stroke_width="6", tabindex="0")
    return Node("svg", width="60", height="60").add(one), one


def option_list():
    one = Node("select").add(Node("option", text="Small"), Node("option", text="Large"))
    return one, one


def form():
    one = Node("button", text="Send")
    return Node("form", action="#there").add(Node("input", value="x"), one), one


# What is done to a node on the way to the target, in words of CSS and HTML.
STYLES = [
    {"transform": "rotate(30deg)"}, {"transform": "scale(0.5)"}, {"transform": "scale(2)", "transform-origin": "0 0"},
    {"transform": "skewX(20deg)"}, {"transform": "rotateY(60deg)"}, {"transform": "translateX(200px)"},
    {"transform": "perspective(300px) rotateY(40deg)"}, {"zoom": "1.5"}, {"zoom": "0.4"}, {"opacity": "0"}, {"opacity": "0.5"},
    {"visibility": "hidden"}, {"display": "none"}, {"display": "contents"}, {"pointer-events": "none"},
    {"overflow": "hidden", "height": "10px"}, {"overflow": "hidden", "width": "20px"}, {"overflow": "scroll", "height": "40px"},
    {"overflow": "auto", "height": "60px", "width": "80px"}, {"position": "absolute", "left": "-9999px"},
    {"position": "absolute", "top": "1500px"}, {"position": "fixed", "bottom": "0"}, {"position": "sticky", "top": "0"},
    {"position": "relative", "left": "100px"}, {"margin-top": "1200px"}, {"margin-left": "1500px"}, {"width": "0", "height": "0"},
    {"clip-path": "circle(20%)"}, {"clip-path": "inset(0 0 0 90%)"}, {"float": "right"}, {"display": "inline-block"},
    {"display": "flex", "justify-content": "flex-end"}, {"columns": "3"}, {"writing-mode": "vertical-rl"}, {"direction": "rtl"},
    {"line-height": "0"}, {"position": "relative", "z-index": "-1"}, {"filter": "blur(2px)"}, {"contain": "strict"},
    {"content-visibility": "hidden"}, {"content-visibility": "auto"}, {"will-change": "transform"}, {"width": "60px"},
    {"scroll-behavior": "smooth", "overflow": "auto", "height": "50px"}, {"user-select": "none"}, {"border-radius": "50%"},
]
ATTRIBUTES = [{"inert": True}, {"aria_disabled": "true"}, {"hidden": True}, {"dir": "rtl"}, {"aria_hidden": "true"}]
COVERS = [
    {"position": "fixed", "inset": "0"}, {"position": "absolute", "left": "0", "top": "0", "width": "60px", "height": "60px"},
    {"position": "fixed", "left": "0", "right": "0", "bottom": "0", "height": "80px"}, {"position": "fixed", "inset": "0 0 auto 0",
                                                                                         "height": "50px"},
    {"position": "fixed", "inset": "0", "pointer-events": "none"}, {"position": "relative", "margin-top": "-15px", "height": "15px"},
    {"position": "absolute", "inset": "0", "width": "50%"},
]


def filler(random):
    return random.choice([
        lambda: Node("p", text="some words"), lambda: Node("button", text="Other"), lambda: Node("input", value="other"),
        lambda: Node("div", style={"height": f"{random.choice([30, 300, 1500])}px"}), lambda: Node("label", text="Other ").add(
            Node("input", type="checkbox")), lambda: Node("a", text="other link", href="#other"), lambda: Node("br")])()


def around(random, node):
    """One more thing that the node is in."""
    kind = random.random()
    if kind < 0.45:
        out = Node("div")
    elif kind < 0.55:
        out = Node(random.choice(["fieldset", "section", "li", "table"]))
        if out.tag == "fieldset" and random.random() < 0.3:
            out.attributes["disabled"] = True
        if out.tag == "table":
            out.add(Node("tr").add(Node("td").add(node)))
            return out
    elif kind < 0.72:
        out = Node("div", inside=random.choice(["open", "closed"]))
    elif kind < 0.92:
        out = Node("iframe", inside=random.choice(["same", "cross", "srcdoc"]),
                   width=random.choice(["300", "150", "600"]), height=random.choice(["150", "60", "400"]))
    else:
        out = Node("details", **({"open": True} if random.random() < 0.6 else {}))
        out.add(Node("summary", text="More"))
    beside = [filler(random) for _ in range(random.randint(0, 2))]
    at = random.randint(0, len(beside))
    return out.add(*beside[:at], node, *beside[at:])


def make(random):
    text = random.random() < 0.35
    top, target = alone(field(random)) if text else control(random)
    depth = random.randint(0, 4)
    for _ in range(depth):
        top = around(random, top)
    body = Node("body").add(*[filler(random) for _ in range(random.randint(0, 2))], top,
                            *[filler(random) for _ in range(random.randint(0, 2))])
    page = Page(body, target, "", [])
    way = page.way_to(target)[:-1]
    for _ in range(random.choice([0, 1, 1, 2, 2, 3])):
        node = random.choice(way)
        if random.random() < 0.85:
            node.style.update(random.choice(STYLES))
        else:
            node.attributes.update(random.choice(ATTRIBUTES))
    if random.random() < 0.08 and target.tag in ("input", "button", "select", "textarea"):
        target.attributes["disabled"] = True
    if random.random() < 0.35:
        place = random.choice([node for node in way[1:] if node.tag not in ("table", "tr", "svg", "select", "map")] + [body])
        place.add(Node("div", style={**random.choice(COVERS), "background": "#fee"}, title="cover"))
    if random.random() < 0.2:  # something else has the focus
        body.children.insert(0, Node("input", value="first", autofocus=True))
    page.method, page.arguments = how(random, target, text)
    return Page(body, target, page.method, page.arguments)  # with ids for what came later


def how(random, target, text):
    if text and random.random() < 0.8:
        return random.choice([("fill", [TEXT]), ("fill", [TEXT]), ("type", [TEXT]), ("press", ["a"])])
    if target.tag == "select":
        return "selectOption", ["Large"]
    return random.choice([("click", []), ("click", []), ("click", []), ("doubleClick", []), ("click", ["right"]), ("hover", []),
                          ("press", ["Enter"])])


# Cutting down

def smaller(page):
    """Pages that are like this one with something left out, the largest cuts first."""
    keep = {node.id for node in page.way_to(page.target)}
    for node in list(page.body.walk()):
        for child in node.children:
            if child.id not in keep:
                yield without(page, lambda one, child=child.id: one.id == child)
    for node in page.way_to(page.target)[1:-1]:
        yield unwrapped(page, node.id)
    for node in list(page.body.walk()):
        for name in node.style:
            yield changed(page, node.id, lambda one, name=name: one.style.pop(name))
        for name in node.attributes:
            yield changed(page, node.id, lambda one, name=name: one.attributes.pop(name))
        if node.inside in ("cross", "srcdoc"):
            yield changed(page, node.id, lambda one: setattr(one, "inside", "same"))
        if node.inside == "closed":
            yield changed(page, node.id, lambda one: setattr(one, "inside", "open"))


def without(page, leave_out):
    page = copy.deepcopy(page)
    for node in list(page.body.walk()):
        node.children = [child for child in node.children if not leave_out(child)]
    return page


def unwrapped(page, name):
    page = copy.deepcopy(page)
    for node in list(page.body.walk()):
        node.children = [inner for child in node.children for inner in (child.children if child.id == name else [child])]
    return page


def changed(page, name, change):
    page = copy.deepcopy(page)
    change(page.nodes()[name])
    return page
