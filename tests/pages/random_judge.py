"""What an act may have done, by what the page saw of it. Everything is asked of the page's own listeners and fields; of Belay only what
it said."""

from random_page import FIELDS

PRESSES = ("mousedown", "mouseup", "click", "dblclick", "auxclick", "contextmenu")
CHANGES = ("keydown", "beforeinput", "input", "change", "submit", "drop")
SVG = ("svg", "circle")  # where `inert` means nothing
WHOLE = ("a", "button", "summary", "label", "option")  # whose parts are clicked for each other
NEEDED = {"click": "click", "doubleClick": "dblclick", "press": "keydown", "hover": "mousemove"}


def is_control(node):
    """Whether a click on it does something of its own."""
    if node.tag in ("a", "area"):
        return "href" in node.attributes
    return node.tag in ("button", "summary", "label", "option", *FIELDS) or "tabindex" in node.attributes \
        or "contenteditable" in node.attributes


def is_bare_label(node):
    """A label of nothing, which is no more than words."""
    return node.tag == "label" and not node.attributes.get("for_") and not any(one.tag in FIELDS for one in node.walk())


def disabled(page):
    """Whether nobody can use the target."""
    way = page.way_to(page.target)
    if "disabled" in page.target.attributes and page.target.tag in ("button", *FIELDS):
        return True
    usable = page.target.tag in ("button", *FIELDS) and any(
        one.tag == "fieldset" and "disabled" in one.attributes for one in way_in_root(way))
    return usable or any("inert" in one.attributes and one.tag not in SVG for one in way)


def way_in_document(way):
    for one in way:
        if one.inside in ("same", "cross", "srcdoc"):
            return
        yield one


def way_in_root(way):
    """As far as a fieldset disables what is in it."""
    for one in way:
        if one.inside:
            return
        yield one


def allowed(page):
    """The elements that may see the events of an act on the target: itself and what is in it up to controls of their own, its label
    with its words, and the control that it is a part of, with the other parts of that."""
    out, target = {page.target.id}, page.target
    add_within(target, out)
    nodes = list(page.body.walk())
    for one in nodes:
        if one.tag == "label" and (one.attributes.get("for_") is target or target in one.walk() and target.tag in FIELDS):
            out.add(one.id)
            add_within(one, out)
    for one in list(way_in_document(page.way_to(target)))[1:]:
        if is_control(one):
            out.add(one.id)
            if one.tag in WHOLE:
                add_within(one, out)
            break
    for label in [one for one in nodes if one.tag == "label" and one.id in out]:
        control = label.attributes.get("for_") or next((one for one in label.walk() if one.tag in FIELDS), None)
        if control:
            out.add(control.id)  # a label's click clicks its control
    if page.method == "press" and not any(is_control(one) and not is_bare_label(one) for one in way_in_document(page.way_to(target))):
        out.add("")  # keys for what takes no focus are the page's, as after a click there, or of the box that they scroll
        out |= {one.id for one in way_in_document(page.way_to(target)) if one.style.get("overflow") in ("auto", "scroll")}
    area = next((one for one in page.way_to(target) if one.tag == "map"), None)
    if target.tag == "area" and area:
        out |= {one.id for one in nodes if one.tag == "img"}
    return out


def add_within(node, out):
    for child in node.children:
        if not is_control(child):
            out.add(child.id)
            add_within(child, out)
        elif child.tag == "option":
            out.add(child.id)


def judge(page, said, before, after):
    """What is wrong, one sentence a fault. `said`: {"success", "message"}; before and after: {"events", "fields"}."""
    events, may = [one for one in after["events"] if one["trusted"]], allowed(page)
    changed = {name for name in after["fields"] if after["fields"][name] != before["fields"].get(name)}
    out = []
    doing = [one for one in events if one["type"] in (*PRESSES, *CHANGES)]
    may |= {one.id for one in page.way_to(page.target) if one.tag == "form"}  # which is submitted
    if page.method == "hover":  # who is over a part is over the whole
        may |= {one.id for one in page.target.walk()}
    elsewhere = [f"{one['type']} on {one['on'] or 'the document'}" for one in doing if one["on"] not in may and not honest(said, one)]
    if elsewhere:
        out.append(f"events elsewhere: {', '.join(sorted(set(elsewhere)))}")
    if spoilt := sorted(name for name in changed if name not in may and not belongs(page, name)):
        out.append(f"other fields changed: {', '.join(spoilt)}")
    if said["success"]:
        out += unseen(page, events, may, after)
        if page.method not in ("hover",) and disabled(page):
            out.append("success on what nobody can use")
    else:
        done = sorted({f"{one['type']} on {one['on']}" for one in doing if one["on"] in may})
        if done and not honest(said, doing[0]):
            out.append(f"failure after all: {', '.join(done)}")
    return out


def honest(said, event):
    """A failure that says itself what has happened: that the press came to something else, that a field made something else of
    what it was given."""
    words = ("the press came to", "the press went into", "the second was kept from") if event["type"] in PRESSES else (
        "after filling, not what was given", "after typing, not what was given")
    return not said["success"] and any(one in said["message"] for one in words)


def belongs(page, name):
    """A change that follows from the act by the page's own rules: a summary opens its details, a radio clears the others."""
    way = page.way_to(page.target)
    node = page.nodes().get(name)
    return node is None or node in way or any(child is page.target for child in node.walk())


def unseen(page, events, may, after):
    """What success promises and did not come."""
    method, target = page.method, page.target
    if method in ("fill", "type"):
        value = str(after["fields"].get(target.id))
        wanted = page.arguments[0]
        if "maxlength" in target.attributes:
            wanted = wanted[:int(target.attributes["maxlength"])]
        if value.strip() != wanted if method == "fill" else wanted not in value:
            return [f"the field holds {value!r} after {method}"]
        return []
    if method == "selectOption":
        return [] if after["fields"].get(target.id) == page.arguments[0] else ["the choice is not made"]
    needed = "contextmenu" if page.arguments == ["right"] else NEEDED[method]
    if not any(one["type"] == needed and one["on"] in may for one in events):
        return [f"success without a {needed}"]
    if method == "click" and target.tag in FIELDS and not page.arguments and not any(
            one["type"] == "click" and one["on"] == target.id for one in events):
        return ["success, and the control was not clicked"]
    return []
