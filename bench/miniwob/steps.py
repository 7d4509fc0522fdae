"""What the oracles are written with: the registry of the families and short names for tool calls."""

import re

from .view import Lost

FAMILIES = {}  # name -> (solve, mode)


def family(*names, mode="dom"):
    """Registers the generator function below it as the oracle of these families."""
    def register(solve):
        for name in names:
            FAMILIES[name] = (solve, mode)
        return solve
    return register


def element(line, method, value=None):
    arguments = {"id": line.id, "method": method}
    return ("element", arguments if value is None else {**arguments, "value": str(value)})


def click(line):
    return element(line, "click")


def fill(line, text):
    return element(line, "fill", text)


def press(key, repeat=1):
    """Keys to what has the focus; 50 times at most with one call."""
    return [("keys", {"method": "press", "value": key, "repeat": min(50, repeat - at)}) for at in range(0, repeat, 50)]


def type_text(text):
    return ("keys", {"method": "type", "value": text})


def pause(milliseconds):
    return ("wait", {"timeMs": milliseconds})


def point(x, y, clicks=1):
    return ("click", {"describe": "a point", "coordinates": [x, y], "clicks": clicks})


def drag(start, end):
    return ("dragAndDrop", {"describe": "a drag", "startCoordinates": list(start), "endCoordinates": list(end)})


def quoted(view):
    return re.findall(r'"([^"]*)"', view.goal)


def ordinal(text):
    """The 0 of "1st"."""
    match = re.search(r"(\d+)(st|nd|rd|th)\b", text)
    if not match:
        raise Lost(f"no ordinal in {text!r}")
    return int(match[1]) - 1


def submit(view):
    return click(view.one("button", re.compile(r"^(Submit|Login|OK|Go!|Order!)$", re.I)))


def integer_after(view, line):
    """The number that a text right after this line says."""
    for other in view.lines[view.lines.index(line) + 1:]:
        if re.fullmatch(r"-?\d+", other.name):
            return int(other.name)
    raise Lost("no number after the line")
