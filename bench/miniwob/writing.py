"""Families whose point is text: enter-*, find-word, copy-paste, read-table, login-user, dates, times, sums."""

import re

from .steps import click, element, family, fill, ordinal, pause, press, quoted, submit, type_text
from .view import Lost


@family("enter-text", "enter-text-dynamic")
def enter_text(view):
    yield [fill(view.one("textbox"), quoted(view)[0]), submit(view)]


@family("enter-text-2")
def enter_text_2(view):
    text = quoted(view)[0]
    yield [fill(view.one("textbox"), text.lower() if "lower" in view.goal else text.upper()), submit(view)]


@family("text-transform")
def text_transform(view):
    at = view.lines.index(view.one("textbox"))
    yield [fill(view.one("textbox"), view.lines[at - 1].name.replace(" ", "")), submit(view)]


@family("enter-password")
def enter_password(view):
    yield [fill(line, quoted(view)[0]) for line in view.all("textbox")] + [submit(view)]


@family("login-user")
def login_user(view):
    name, password = quoted(view)
    yield [fill(view.all("textbox")[0], name), fill(view.all("textbox")[1], password), submit(view)]


@family("login-user-popup")
def login_user_popup(view):
    name, password = quoted(view)
    for number, text in enumerate((name, password)):
        view = yield [fill(view.all("textbox")[number], text)]
        while view.all("button", re.compile("^Cancel$")) or len(view.all("textbox")) < 2:
            view = yield [click(view.one("button", "Cancel"))]
    # The notice empties nothing, but a field that it came over may be empty still.
    missing = [fill(line, text) for line, text in zip(view.all("textbox"), (name, password)) if not line.value]
    if missing:
        view = yield missing
    if view.all("button", "Cancel"):
        view = yield [click(view.one("button", "Cancel"))]
    view = yield [submit(view)]
    for _ in range(3):
        if view.over():
            return
        view = yield [click(view.one("button", "Cancel")) if view.all("button", "Cancel") else submit(view)]


@family("enter-date")
def enter_date(view):
    month, day, year = re.search(r"(\d+)/(\d+)/(\d+)", view.goal).groups()
    yield [fill(view.one("date"), f"{year}-{int(month):02}-{int(day):02}"), submit(view)]


@family("enter-time")
def enter_time(view):
    hour, minute, half = re.search(r"(\d+):(\d+) (AM|PM)", view.goal).groups()
    yield [fill(view.one("time input"), f"{int(hour) % 12 + (12 if half == 'PM' else 0):02}:{minute}"), submit(view)]


@family("find-word")
def find_word(view):
    at = view.lines.index(view.one("textbox"))
    word = view.lines[at - 1].name.split()[ordinal(view.goal)]
    yield [fill(view.one("textbox"), word.strip(".,?!")), submit(view)]


@family("simple-arithmetic")
def simple_arithmetic(view):
    a, op, b = re.search(r"(-?\d+) ([-+x*]) (-?\d+) =", "\n".join(view.texts()[2:])).groups()
    a, b = int(a), int(b)
    yield [fill(view.one("textbox"), a + b if op == "+" else a - b if op == "-" else a * b), submit(view)]


@family("simple-algebra")
def simple_algebra(view):
    left, op, right, total = re.search(r"(x|-?\d+) ([-+]) (x|-?\d+) = (-?\d+)", "\n".join(view.texts())).groups()
    total, sign = int(total), 1 if op == "+" else -1
    x = total - sign * int(right) if left == "x" else sign * (total - int(left))
    yield [fill(view.one("textbox"), x), submit(view)]


def rows(view):
    return {line.under[0].name: line.under[1].name for line in view.all("row") if len(line.under) > 1}


@family("read-table")
def read_table(view):
    label = re.search(r"value of (.*) into", view.goal)[1]
    yield [fill(view.one("textbox"), rows(view)[label]), submit(view)]


@family("read-table-2")
def read_table_2(view):
    values, calls = rows(view), []
    for line in view.all("textbox"):
        label = line.name or view.lines[view.lines.index(line) - 1].name
        calls.append(fill(line, values[label.rstrip(": ")]))
    yield calls + [submit(view)]


@family("copy-paste", "copy-paste-2")
def copy_paste(view):
    fields = view.all("textbox")
    filled = [line for line in fields if line.value]
    source = filled[ordinal(view.goal)] if len(fields) > 2 else filled[0]
    answer = next(line for line in fields if not line.value)
    # By the clipboard: what an outline shows of a long value is cut.
    yield [click(source), *press("Control+A"), *press("Control+C"), click(answer), *press("Control+V"), submit(view)]


@family("scroll-text")
def scroll_text(view):
    area, answer = view.all("textbox")[:2]
    # The last word is beyond what an outline shows of a value: it is taken along by the keyboard.
    view = yield [click(area), *press("Control+End"), *press("Control+Shift+ArrowLeft", 2), *press("Control+C"), click(answer),
                  *press("Control+V")]
    words = re.findall(r"\w+", view.all("textbox")[1].value)
    yield [fill(view.all("textbox")[1], words[-1]), submit(view)]


@family("scroll-text-2")
def scroll_text_2(view):
    yield [element(view.one("textbox"), "scroll", "0%" if "top" in view.goal else "100%"), submit(view)]


@family("sign-agreement")
def sign_agreement(view):
    name = re.search(r'name "?(\w+)"?', view.goal)
    if "croll" not in view.goal and not name:
        yield [click(view.one("button", "Cancel" if "cancel" in view.goal.lower() else "Agree"))]
    view = yield [element(view.all("textbox")[0], "scroll", "100%")]
    if name:
        view = yield [fill(view.one("textbox", "Name"), name[1])]
    yield [click(view.one("button", "Cancel" if "cancel" in view.goal.lower() else "Agree"))]


@family("multi-layouts", "multi-orderings")
def multi(view):
    genre, director, year = re.search(r"for (.*) movies directed by (.*) from year (\d+)", view.goal).groups()
    calls = []
    fields = view.all("textbox")
    # Labels stand before their fields, or all of them behind.
    behind = not fields[0].name and not re.search("Genre|Director|Year|Date", view.lines[view.lines.index(fields[0]) - 1].name)
    for line in fields:
        label = line.name or view.lines[view.lines.index(line) + (1 if behind else -1)].name
        value = genre if "Genre" in label else director if "Director" in label else year
        calls.append(fill(line, value))
    go = [line for line in view.all("button|clickable|link") if re.search("Submit|Search|Go", line.name)]
    yield calls + [click(go[0])]


@family("use-autocomplete", "use-autocomplete-nodelay")
def use_autocomplete(view):
    starts, *ends = quoted(view)
    view = yield [click(view.one("textbox")), type_text(starts), pause(1200)]
    wanted = re.compile(re.escape(starts) + ".*" + re.escape(ends[0] if ends else "") + "$", re.I)
    found = [line for line in view.lines if line.id and line.role not in ("textbox", "button") and wanted.match(line.name)]
    if not found:
        raise Lost("no suggestion fits")
    view = yield [click(found[0])]
    yield [submit(view)]


COLOURS = {"blue": "0000FF", "red": "FF0000", "green": "008000", "yellow": "FFFF00", "black": "000000", "white": "FFFFFF",
           "orange": "FFA500", "purple": "800080", "pink": "FFC0CB", "gray": "808080", "grey": "808080", "cyan": "00FFFF",
           "magenta": "FF00FF", "lime": "00FF00", "maroon": "800000", "olive": "808000", "brown": "A52A2A", "violet": "EE82EE",
           "indigo": "4B0082", "tan": "D2B48C", "aqua": "00FFFF", "salmon": "FA8072"}


@family("use-colorwheel")
def use_colorwheel(view):
    name = re.search(r"Select (\w+) with", view.goal)[1]
    view = yield [fill(view.one("textbox"), COLOURS[name]), *press("Tab")]
    yield [submit(view)]


@family("terminal")
def terminal(view):
    view = yield [element(view.one("textbox"), "type", "ls"), *press("Enter")]
    shown = view.texts()
    listed = [name for name in shown[shown.index("user$ ls") + 1].split()] if "user$ ls" in shown else []
    ending = re.search(r"extension (\.[\w.]+)$", view.goal)
    fits = [name for name in listed if (name.endswith(ending[1]) if ending else "." not in name)]
    if not fits:
        raise Lost(f"no file fits: {shown}")
    yield [element(view.one("textbox"), "type", f"rm {fits[0]}"), *press("Enter")]


@family("text-editor")
def text_editor(view):
    editor = next(line for line in view.all() if line.flags.get("editable") and line.flags.get("hint") != "ql-clipboard")
    part = re.search(r"give the text (.*?) the (?:style|color)|make the text (.*?) the color", view.goal)
    calls = [click(editor)]
    if part:
        word = part[1] or part[2]
        text = " ".join(editor.texts())
        at = text.index(word)
        calls += press("Control+Home") + (press("ArrowRight", at) if at else []) + press("Shift+ArrowRight", len(word))
    else:
        calls += press("Control+A")
    style = re.search(r"style (\w+)|color (\w+)", view.goal)
    if style[1]:
        names = {"bold": "ql-bold", "italic": "ql-italic", "italics": "ql-italic", "underline": "ql-underline",
                 "underlined": "ql-underline"}
        view = yield calls + [click(next(line for line in view.all("button") if line.flags.get("hint") == names[style[1]]))]
        yield [submit(view)]
    view = yield calls + [click(next(line for line in view.all() if line.flags.get("hint") == "ql-picker-label"))]
    raise Lost("the colours of the editor's list are swatches without text or name")


@family("book-flight", "book-flight-nodelay")
def book_flight(view):
    action, start, end, month, day, year = re.search(
        r"Book the (\w+) .*from: (.*) to: (.*) on (\d+)/(\d+)/(\d+)", view.goal).groups()
    for label, place in (("From:", start), ("To:", end)):
        view = yield [click(view.one("textbox", label)), type_text(place), pause(1200)]
        wanted = f"({place})" if re.fullmatch("[A-Z]{3}", place) else place
        for _ in range(3):  # a first click may only mark the entry
            fits = [line for line in view.all("listitem|option|menuitem|clickable") if wanted in line.name]
            if fits:
                view = yield [element(fits[0], "hover"), pause(100), click(fits[0])]
    view = yield from pick_date(view, int(month), int(day), int(year))
    view = yield [click(view.one("button", "Search"))]
    buttons = view.all("button", re.compile(r"Book flight for"))
    minutes = [int(h) * 60 + int(m) for h, m in re.findall(r"(\d+)h (\d+)m", "\n".join(view.texts()))]
    prices = [int(line.name.split("$")[1]) for line in buttons]
    measure = minutes if action == "shortest" else prices
    yield [click(buttons[measure.index(min(measure))])]


MONTHS = "January February March April May June July August September October November December".split()


def pick_date(view, month, day, year):
    """Opens the date picker, leafs to the month and clicks on the day."""
    field = [line for line in view.all("textbox") if line.flags.get("readonly")][0]
    view = yield [click(field), pause(600)]
    for _ in range(24):
        head = re.search(r"(%s) (\d{4})" % "|".join(MONTHS), "\n".join(view.texts()[2:]).replace("\n", " "))
        shown = int(head[2]) * 12 + MONTHS.index(head[1]) + 1
        wanted = year * 12 + month
        if shown == wanted:
            break
        view = yield [click(view.one(None, "Prev" if shown > wanted else "Next"))]
    return (yield [click(next(line for line in view.all("link|cell|gridcell|clickable") if line.name == str(day)))])


@family("choose-date", "choose-date-easy", "choose-date-medium", "choose-date-nodelay")
def choose_date(view):
    month, day, year = (int(n) for n in re.search(r"(\d+)/(\d+)/(\d+)", view.goal).groups())
    view = yield from pick_date(view, month, day, year)
    yield [submit(view)]
