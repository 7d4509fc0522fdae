"""Families that are seen and not read: in hybrid mode, by the pixels of the picture and clicks and drags at points."""

import re

from .steps import click, drag, family, fill, ordinal, point, press, submit
from .view import Lost

NAMED = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "aqua": (0, 255, 255), "black": (0, 0, 0),
         "magenta": (255, 0, 255), "yellow": (255, 255, 0), "white": (255, 255, 255), "gray": (128, 128, 128),
         "grey": (128, 128, 128), "lime": (0, 255, 0), "maroon": (128, 0, 0), "navy": (0, 0, 128), "olive": (128, 128, 0),
         "purple": (128, 0, 128), "silver": (192, 192, 192), "teal": (0, 128, 128), "pink": (255, 192, 203),
         "gold": (255, 215, 0), "orange": (255, 165, 0), "cyan": (0, 255, 255)}
BUTTON = {(239, 239, 239), (118, 118, 118)}


class Patch:
    """Points that hang together."""

    def __init__(self, points):
        self.points = points
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.left, self.right, self.top, self.bottom = min(xs), max(xs), min(ys), max(ys)
        self.width, self.height = self.right - self.left + 1, self.bottom - self.top + 1
        self.x, self.y = (self.left + self.right) // 2, (self.top + self.bottom) // 2
        self.filled = len(points) / (self.width * self.height)


def patches(points, least=1):
    """The patches that these points form, the largest first."""
    left, out = set(points), []
    while left:
        reached = [left.pop()]
        for x, y in reached:
            for near in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                if near in left:
                    left.discard(near)
                    reached.append(near)
        if len(reached) >= least:
            out.append(Patch(reached))
    return sorted(out, key=lambda patch: -len(patch.points))


def drawn(picture, bottom=180):
    """Everything that is neither the white ground nor a button."""
    return picture.where(lambda *c: min(c) < 250 and c not in BUTTON, bottom=bottom)


def inside(patch):
    """A point of the patch near its middle."""
    return min(patch.points, key=lambda p: (p[0] - patch.x) ** 2 + (p[1] - patch.y) ** 2)


@family("click-color", mode="hybrid")
def click_color(view):
    named = NAMED.get(re.search(r"Click on the (\w*) ?colored box", view.goal)[1])
    if named is None:  # the colour is shown, not named: a small box in the line of the goal
        seen = view.picture.where(lambda *c: c not in ((255, 255, 0), (0, 0, 0)), top=2, bottom=48)
        colours = [view.picture.at(x, y) for x, y in seen]
        named = max(set(colours), key=colours.count)
    box = patches(view.picture.where(lambda *c: c == named), 400)[0 if named != (255, 255, 255) else 1]
    yield [point(*inside(box))]


@family("click-shades", mode="hybrid")
def click_shades(view):
    channel = ["red", "green", "blue"].index(re.search(r"shades of (\w+)", view.goal)[1])
    shades = view.picture.where(lambda *c: max(c) - min(c) > 12 and max(c) == c[channel])
    yield [point(patch.x, patch.y) for patch in patches(shades, 60)] + [submit(view)]


def shape(view):
    found = patches(drawn(view.picture, 168), 20)
    if not found:
        raise Lost("nothing is drawn")
    return found[0]


@family("drag-circle", "drag-single-shape", mode="hybrid")
def drag_one(view):
    patch = shape(view)
    by = {"left": (-20, 0), "right": (20, 0), "up": (0, -20), "down": (0, 20)}[re.search("left|right|up|down", view.goal)[0]]
    start = inside(patch)
    yield [drag(start, (start[0] + by[0], start[1] + by[1])), submit(view)]


@family("circle-center", mode="hybrid")
def circle_center(view):
    patch = patches(drawn(view.picture, 182), 20)[0]
    yield [point(patch.x, patch.y), submit(view)]


@family("find-midpoint", mode="hybrid")
def find_midpoint(view):
    a, b = patches(drawn(view.picture, 180), 9)[:2]
    yield [point((a.x + b.x) // 2, (a.y + b.y) // 2), submit(view)]


@family("draw-line", mode="hybrid")
def draw_line(view):
    dots = [p for p in patches(drawn(view.picture, 160), 9) if p.width < 20 and p.height < 20 and p.filled > 0.5]
    if not dots:
        raise Lost("no dot is seen")
    x, y = dots[0].x, dots[0].y
    far = 25
    ends = ((x - far, y), (x + far, y)) if "horizontal" in view.goal else ((x, y - far), (x, y + far))
    yield [drag(*ends), submit(view)]


@family("grid-coordinate", mode="hybrid")
def grid_coordinate(view):
    x, y = (int(n) for n in re.search(r"\((-?\d+),(-?\d+)\)", view.goal).groups())
    dots = patches(view.picture.where(lambda r, g, b: b > 200 and r < 60 and g < 60, bottom=215), 9)
    columns, rows = sorted({d.x // 8 for d in dots}), sorted({d.y // 8 for d in dots})
    fits = [d for d in dots if d.x // 8 == columns[x + 2] and d.y // 8 == rows[2 - y]]
    yield [point(fits[0].x, fits[0].y)]


@family("use-colorwheel-2", mode="hybrid")
def use_colorwheel_2(view):
    seen = view.picture.where(lambda r, g, b: not (abs(r - g) < 3 and b < 3) and (r, g, b) != (0, 0, 0), top=2, bottom=48)
    colours = [view.picture.at(x, y) for x, y in seen]
    wanted = max(set(colours), key=colours.count)
    view = yield [fill(view.one("textbox"), "%02X%02X%02X" % wanted), *press("Tab")]
    yield [submit(view)]


@family("visual-addition", mode="hybrid")
def visual_addition(view):
    blocks = patches(view.picture.where(lambda *c: c == (127, 176, 255)), 50)
    yield [fill(view.one("textbox"), len(blocks)), submit(view)]


def paragraphs(view):
    """The first and last rows of pixels of each paragraph of the task's area."""
    dark = {y for _, y in view.picture.where(lambda *c: max(c) < 150, left=4, right=150)}
    dark -= {y for _, y in view.picture.where(lambda *c: c in BUTTON)}
    rows = sorted(dark)
    out = []
    for y in rows:
        if out and y - out[-1][1] <= 8:
            out[-1][1] = y
        else:
            out.append([y, y])
    return [block for block in out if block[1] > block[0] + 3]


@family("highlight-text", "highlight-text-2", mode="hybrid")
def highlight(view):
    blocks = paragraphs(view)
    top, _ = blocks[ordinal(view.goal) if "paragraph and" in view.goal and "below" not in view.goal else 0]
    at = next(x for x, y in sorted(view.picture.where(lambda *c: max(c) < 150, top=top, bottom=top + 8, left=4)))
    view = yield [point(at + 4, top + 4, clicks=3)]
    yield [submit(view)]


@family("resize-textarea", mode="hybrid")
def resize_textarea(view):
    frame = next(p for p in patches(view.picture.where(lambda *c: c == (118, 118, 118))) if p.width > 25 and p.height > 20)
    corner = (frame.right - 4, frame.bottom - 4)
    wide, larger = "width" in view.goal, "larger" in view.goal
    by = 20 if larger else -20
    yield [drag(corner, (corner[0] + (by if wide else 0), corner[1] + (0 if wide else by))), submit(view)]


def kind(patch):
    """What a filled patch is, by how much of its box it fills."""
    return "rectangle" if patch.filled > 0.93 else "circle" if patch.filled > 0.7 else "triangle"


@family("identify-shape", mode="hybrid")
def identify_shape(view):
    named = [line.name for line in view.all("clickable") if line.name]
    if named:
        yield [click(view.one("button", "Number" if named[0].isdigit() else "Letter"))]
    yield [click(view.one("button", kind(shape_above_buttons(view)).capitalize()))]


def shape_above_buttons(view):
    top = min(y for _, y in view.picture.where(lambda *c: c == (239, 239, 239)))
    return patches(drawn(view.picture, top - 2), 20)[0]


def figures(view):
    """[(colour, large, kind, patch)] of a picture of coloured figures. Letters and digits are not told from triangles."""
    out = []
    for name in ("red", "green", "blue", "aqua", "black", "magenta", "yellow"):
        for patch in patches(view.picture.where(lambda *c, n=NAMED[name]: max(abs(a - b) for a, b in zip(c, n)) < 30), 12):
            out.append((name, max(patch.width, patch.height), kind(patch), patch))
    return out


@family("drag-shapes", "drag-shapes-2", mode="hybrid")
def drag_shapes(view):
    ground = view.picture
    frames = [p for p in patches(ground.where(lambda *c: max(c) < 60), 60) if p.filled < 0.4 and p.width > 30 and p.height > 20]
    frames.sort(key=lambda p: p.left)
    shapes = [p for p in patches(ground.where(lambda *c: max(c) - min(c) > 40, bottom=180), 40)]
    wanted = re.search(r"Drag all (\w+?)s? (?:shapes )?into", view.goal)[1]
    calls = []
    for number, patch in enumerate(shapes):
        colour = ground.at(*inside(patch))
        first = max(abs(a - b) for a, b in zip(colour, NAMED[wanted])) < 30 if wanted in NAMED else kind(patch) == wanted
        if len(frames) == 1 and not first:
            continue
        frame = frames[0 if first else 1] if len(frames) > 1 else frames[0]
        at = (frame.left + 12 + 8 * (number % 4), frame.y)
        calls.append(drag(inside(patch), at))
    yield calls + [submit(view)]


SIZES = "small|large"


@family("click-shape", mode="hybrid")
def click_shape(view):
    said = re.search(r"Click on an? (.*)", view.goal)[1].split()
    colour = next((word for word in said if word in NAMED), None)
    what = said[-1]
    if what in ("digit", "letter") and not colour and not re.search(SIZES, view.goal):
        fits = [line for line in view.all("clickable") if line.name and line.name.isdigit() == (what == "digit")]
        yield [click(fits[0])]
    raise Lost("size, colour or kind of several figures has to be seen; letters and digits are not read from pixels")


