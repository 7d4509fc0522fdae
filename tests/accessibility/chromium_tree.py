"""Chromium's accessibility tree, element by element, in the order in which the probe lists elements."""

import re

# Our role → what Chromium's protocol calls it, where that is another word for the same.
SPELLING = {
    "iframe": "Iframe", "video": "Video", "audio": "Audio", "canvas": "Canvas", "summary": "DisclosureTriangle",
    "date": "Date", "datetime": "DateTime", "time input": "InputTime", "month": "DateTime", "week": "DateTime",
    "color": "ColorWell", "file": "button", "label": "LabelText", "legend": "Legend", "abbr": "Abbr",
    "object": "PluginObject", "embed": "EmbeddedObject", "math": "MathMLMath", "description list": "DescriptionList",
    "figcaption": "Figcaption", "layout table": "LayoutTable", "layout row": "LayoutTableRow",
    "layout cell": "LayoutTableCell", "ruby": "Ruby", "ruby text": "RubyAnnotation", "line break": "LineBreak",
    "svg": "SvgRoot", "section header": "sectionheader", "section footer": "sectionfooter", "log": "log", "marquee": "marquee",
}
STATES = {"checked", "mixed", "selected", "pressed", "expanded", "collapsed", "disabled", "required", "readonly"}
# Chromium's words for an element that only arranges.
SILENT = {"generic", "none", "LayoutTable", "LayoutTableRow", "LayoutTableCell"}
# What a reader must be able to act on.
CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "slider",
            "spinbutton", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem", "Date", "DateTime",
            "InputTime", "ColorWell", "DisclosureTriangle"}


def is_control(node):
    # A summary that opens nothing cannot have the focus.
    return node["role"] in CONTROLS and (node["role"] != "DisclosureTriangle" or node["focusable"])


# The protocol tells these states of some roles only; of others it is silent, whatever they are.
TOLD_OF = {"readonly": {"textbox", "gridcell", "cell", "columnheader", "rowheader", "grid", "treegrid"},
           "required": {"textbox", "combobox", "listbox", "spinbutton", "radiogroup", "gridcell", "cell", "columnheader",
                         "rowheader", "tree", "treegrid"}}
ICONS = re.compile("[\ue000-\uf8ff\u200b\u2060]")


def elements_of(document):
    """Backend ids of the elements, open shadow roots before children."""
    out = []

    def take(node):
        for root in node.get("shadowRoots", ()):
            if root["shadowRootType"] == "open":
                take_children(root)
        take_children(node)

    def take_children(node):
        for child in node.get("children", ()):
            if child["nodeType"] == 1 and not child.get("pseudoType"):
                out.append(child["backendNodeId"])
                take(child)

    take_children(document)
    return out


def value_of(node, name):
    for prop in node.get("properties", ()):
        if prop["name"] == name:
            return prop["value"].get("value")
    return None


def states_of(node):
    """In the words of our flags."""
    out = set()
    for name in ("checked", "pressed"):
        value = value_of(node, name)
        if value == "true":
            out.add(name)
        if value == "mixed":
            out.add("mixed" if name == "checked" else "pressed")
    for name in ("selected", "disabled", "required", "readonly"):
        if value_of(node, name) is True:
            out.add(name)
    expanded = value_of(node, "expanded")
    if expanded is not None:
        out.add("expanded" if expanded else "collapsed")
    return out


def tree_of(tab):
    """One entry for each element: None where the browser leaves it out, else role, name and states."""
    document = tab.call("DOM.getDocument", depth=-1, pierce=True)["root"]
    nodes = {}
    for node in tab.call("Accessibility.getFullAXTree")["nodes"]:
        if "backendDOMNodeId" in node:
            nodes.setdefault(node["backendDOMNodeId"], node)
    out = []
    for backend in elements_of(document):
        node = nodes.get(backend)
        if node is None or node.get("ignored"):
            out.append(None)
            continue
        out.append({"role": node["role"]["value"], "name": " ".join(node.get("name", {}).get("value", "").split()),
                    "description": node.get("description", {}).get("value", ""), "states": states_of(node),
                    "level": str(value_of(node, "level") or ""),
                    "popup": value_of(node, "hasPopup") or "", "focusable": bool(value_of(node, "focusable"))})
    return out


def both_silent(ours, theirs, silent):
    """Whether neither has anything to say about the element: it is left out, or only arranges."""
    return (ours is None or ours["role"] in silent) and (theirs is None or theirs["role"] in SILENT)


def same_role(ours, theirs):
    if ours["role"] == "math part":
        return theirs.startswith("MathML")
    if ours["role"] == "svg":
        return theirs in ("SvgRoot", "image")  # by whether there is something in it
    if ours["role"] == "iframe":
        return theirs in ("Iframe", "IframePresentational")
    if ours["role"] == "math" and ours["tag"] != "math":
        return theirs == "math"
    return SPELLING.get(ours["role"], ours["role"]) == theirs


def without_icons(name):
    return " ".join(ICONS.sub("", name).split())


def compare(ours, theirs):
    if theirs is None:
        return [f"role {ours['role']}, not ignored"]
    if ours is None:
        return [f"hidden, not {theirs['role']} {theirs['name']!r}"]
    found = []
    states, popup = theirs["states"], theirs["popup"]
    if ours["tag"] == "select":  # it always can be opened, and by the same menu: not said
        states = states - {"collapsed"}
        popup = "" if popup == "menu" else popup
    if ours["role"] == "combobox" and popup == "listbox" and not ours["popup"]:
        popup = ""  # the role says it
    if not same_role(ours, theirs["role"]):
        found.append(f"role {ours['role']}, not {theirs['role']}")
    name = without_icons(theirs["name"]) or (without_icons(theirs["description"]) if theirs["name"] else "")
    if ours["name"] != name and ours["role"] != "math part":
        found.append(f"name {ours['name']!r}, not {name!r}")
    told = {state for state in STATES if ours["role"] in TOLD_OF.get(state, {ours["role"]})}
    if ours["tag"] == "select" and ours["role"] == "combobox":
        told.discard("required")
    said = told.intersection(ours["flags"])
    if said != states:
        found.append(f"states {sorted(said - states)} too many, {sorted(states - said)} missing")
    if ours["role"] == "heading" and ours["level"] != theirs["level"]:
        found.append(f"level {ours['level']}, not {theirs['level']}")
    if ours["popup"] != popup:
        found.append(f"popup {ours['popup']!r}, not {popup!r}")
    return found
