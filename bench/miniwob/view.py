"""What one request of the agent shows a model: the lines of the outline, and the picture of hybrid mode. An oracle sees this
and the goal, and nothing else of the page."""

import base64
import functools
import re
import struct
import zlib

LINE = re.compile(r"^( *)\[(\d+-\d+)\] ([a-z][\w ,]*?)(?:: (.*?))??((?: \[[^\[\]]*\])?)$")
TEXT = re.compile(r"^( *)(?:text: )?(.*)$")
FLAG = re.compile(r'([\w-]+)(?:=("(?:[^"\\]|\\.)*"|[^\s,\]]+))?')


class Line:
    """One line: `id` ('' for mere text), `role`, `name`, `flags` {name: value or True}, `depth`, and `under`, the lines inside."""

    def __init__(self, ident, role, name, flags, depth):
        self.id, self.role, self.name, self.flags, self.depth = ident, role, name, flags, depth
        self.under, self.above = [], None

    @property
    def value(self):
        return self.flags.get("value", "")

    def walk(self):
        for line in self.under:
            yield line
            yield from line.walk()

    def texts(self):
        return [text for text in [self.name, *(line.name for line in self.walk())] if text]

    def __repr__(self):
        return f"<{self.id} {self.role}: {self.name} {self.flags}>"


def flags_of(text):
    out = {}
    for name, value in FLAG.findall(text.strip()[1:-1]):
        out[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value or True
    return out


def parse(text):
    """The lines of an outline, in their order."""
    lines, stack = [], []
    for raw in text.split("\n"):
        match = LINE.match(raw)
        if match:
            line = Line(match[2], match[3], match[4] or "", flags_of(match[5]) if match[5] else {}, len(match[1]))
        else:
            match = TEXT.match(raw)
            line = Line("", "text", match[2], {}, len(match[1]))
        while stack and stack[-1].depth >= line.depth:
            stack.pop()
        if stack:
            line.above = stack[-1]
            stack[-1].under.append(line)
        stack.append(line)
        lines.append(line)
    return lines


class Picture:
    """The upper left corner of a PNG, decoded as far down as a task can reach."""

    def __init__(self, data, rows=220):
        at, packed = 8, b""
        while at < len(data):
            size, kind = struct.unpack("!I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            if kind == b"IHDR":
                self.width, self.height, _, colour = struct.unpack("!IIBB", body[:10])
                self.bytes = {2: 3, 6: 4}[colour]
            elif kind == b"IDAT":
                packed += body
            at += 12 + size
        stride = self.width * self.bytes
        rows = min(rows, self.height)
        raw = zlib.decompressobj().decompress(packed, rows * (stride + 1))
        self.rows, last = [], bytearray(stride)
        for y in range(rows):
            last = self.unfiltered(raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)]), last)
            self.rows.append(last)

    def unfiltered(self, kind, row, last):
        step = self.bytes
        for i in range(len(row) if kind else 0):
            left = row[i - step] if i >= step else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = last[i]
            elif kind == 3:
                guess = (left + last[i]) // 2
            else:
                corner = last[i - step] if i >= step else 0
                pa, pb, pc = abs(last[i] - corner), abs(left - corner), abs(left + last[i] - 2 * corner)
                guess = left if pa <= pb and pa <= pc else last[i] if pb <= pc else corner
            row[i] = (row[i] + guess) & 255
        return row

    def at(self, x, y):
        return tuple(self.rows[y][x * self.bytes:x * self.bytes + 3])

    def where(self, wanted, top=50, bottom=210, left=0, right=160):
        """The points whose colour `wanted(r, g, b)` takes."""
        return [(x, y) for y in range(top, min(bottom, len(self.rows))) for x in range(left, right) if wanted(*self.at(x, y))]


class View:
    """What a step of an oracle decides by."""

    def __init__(self, goal, page, pictures=()):
        self.goal, self.page, self.pictures = goal, page, pictures
        self.lines = parse(page)

    def over(self):
        """Whether the episode has ended: its cover lies over the page again."""
        return any(line.name == "START" for line in self.lines)

    def all(self, role=None, name=None, **flags):
        """The lines of this role (one or several in a string) and name (a string, or a pattern)."""
        fits = name.search if isinstance(name, re.Pattern) else (lambda n: n == name)
        return [line for line in self.lines if line.id and (role is None or line.role in role.split("|"))
                and (name is None or fits(line.name))
                and all(line.flags.get(k, False) == v for k, v in flags.items())]

    def one(self, role=None, name=None, **flags):
        found = self.all(role, name, **flags)
        if not found:
            raise Lost(f"no {role or 'line'} {name!r} in the outline")
        return found[0]

    def texts(self):
        return [line.name for line in self.lines]

    @functools.cached_property
    def picture(self):
        if not self.pictures:
            raise Lost("no picture")
        return Picture(base64.b64decode(self.pictures[-1]))


class Lost(Exception):
    """An oracle does not find in its view what it needs."""
