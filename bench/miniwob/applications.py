"""Small applications: mail, social media, search engine, phone book, file tree, sorting by drag."""

import re

from .steps import click, element, family, fill, ordinal, pause, quoted, submit
from .view import Lost

COMMON = "(The|Find|Forward|Foward|Reply|Give|Send|Delete|Please|I|Mark|Star|Go|Locate|Search|Open|Can|Could|Primary|Email)$"
NAME = re.compile(r"\b[A-Z][a-z]+\b")


def hinted(view, hint):
    found = [line for line in view.all() if hint in str(line.flags.get("hint", ""))]
    if not found:
        raise Lost(f"nothing with the hint {hint!r}")
    return found


def mail_order(view):
    """(what to do, whose mail, to whom, message) of a sentence: senders are those whom the inbox shows."""
    said = quoted(view)
    words = re.sub(r'"[^"]*"', "", view.goal)
    senders = {line.under[0].name: line for line in view.all("clickable") if len(line.under) >= 2}
    names = [name for name in NAME.findall(words) if name in senders or not re.match(COMMON, name)]
    known = [name for name in names if name in senders]
    if not known:
        raise Lost(f"no sender of the inbox in {view.goal!r}")
    if said:
        return "reply", known[0], "", said[0]
    if re.search(r"forward|send|give|pass", words, re.I) or len(set(names)) > 1:
        # "to X" names who gets it; "from X", "by X", "X's" who wrote it.
        wrote = re.search(r"(?:from|by|of) ([A-Z][a-z]+)|([A-Z][a-z]+)(?:'s| sent| wrote| has sent)", words)
        by = next((name for name in (wrote.groups() if wrote else ()) if name in senders), known[0])
        to = re.search(r"to ([A-Z][a-z]+)", words)
        others = [name for name in NAME.findall(words) if name != by and not re.match(COMMON, name)]
        return "forward", by, to[1] if to and to[1] != by else others[-1], ""
    return ("delete" if re.search(r"delete|trash|remove|rid|erase", words, re.I) else "star"), known[0], "", ""


@family("email-inbox", "email-inbox-delete", "email-inbox-important", "email-inbox-reply", "email-inbox-forward",
        "email-inbox-noscroll", "email-inbox-star-reply", "email-inbox-forward-nl", "email-inbox-forward-nl-turk",
        "email-inbox-nl-turk")
def email(view):
    what, by, to, message = mail_order(view)
    view = yield [click(next(line for line in view.all("clickable") if line.under and line.under[0].name == by))]
    if what in ("delete", "star"):
        yield [click(hinted(view, "trash" if what == "delete" else "star")[0])]
    view = yield [click(view.one(None, re.compile("^Reply$" if what == "reply" else "^Forward$")))]
    fields = view.all("textbox")
    view = yield [fill(fields[-1], message) if what == "reply" else fill(fields[0], to)]
    yield [click(hinted(view, "send-")[0])]


ICONS = {"Reply": "reply", "Retweet": "retweet", "Like": "like", "Share": "share"}


def posts(view):
    """[(user, lines of the post)] of a list of posts: each begins with a line of name, @user and time."""
    out = []
    for line in view.lines:
        user = re.match(r"\S+ (@[\w.]+)(?: ·|$)", line.name) if line.role == "text" else None
        if user:
            out.append((user[1].rstrip("."), []))
        if out:
            out[-1][1].append(line)
    return out


def icon(lines, hint):
    found = [line for line in lines if line.id and str(line.flags.get("hint", "")).split(" ")[0] == hint]
    if not found:
        raise Lost(f"the post has no {hint!r} in the outline")
    return found[0]


def press_icon(line):
    """The icons are other pictures under the pointer, which have no size until they are loaded: the pointer comes first."""
    return [element(line, "hover"), pause(200), click(line)]


@family("social-media")
def social_media(view):
    user, button = re.search(r'user (@[\w.]+), click on the "(.*)" button', view.goal).groups()
    number, lines = next((i, lines) for i, (who, lines) in enumerate(posts(view)) if who == user.rstrip("."))
    if button in ICONS:
        yield press_icon(icon(lines, ICONS[button]))
        return
    view = yield press_icon(icon(lines, "more"))
    yield [click(next(line for line in posts(view)[number][1] if line.id and line.name.startswith(button)))]


@family("social-media-all", "social-media-some")
def social_media_all(view):
    button = quoted(view)[0]
    user = re.search(r"by (@[\w.]+)", view.goal)[1].rstrip(".")
    most = re.search(r"on (\d+) post", view.goal)
    mine = [lines for who, lines in posts(view) if who == user][:int(most[1]) if most else None]
    if button in ICONS:
        view = yield [call for lines in mine for call in press_icon(icon(lines, ICONS[button]))]
    else:
        for at in [number for number, (who, _) in enumerate(posts(view)) if who == user][:len(mine)]:
            view = yield press_icon(icon(posts(view)[at][1], "more"))
            view = yield [click(next(line for line in posts(view)[at][1] if line.id and line.name.startswith(button)))]
    yield [submit(view)]


@family("search-engine")
def search_engine(view):
    at = ordinal(view.goal)
    view = yield [fill(view.one("textbox"), quoted(view)[0]), click(view.one("button", "Search"))]
    for _ in range(at // 3):
        view = yield [click(view.one(None, ">"))]
    titles = [line for line in view.all("link|clickable") if not re.fullmatch(r"[<>]|\d+", line.name) and line.name]
    yield [click(titles[at % 3])]


@family("phone-book")
def phone_book(view):
    who = re.search(r"Find (\w+) in", view.goal)[1]
    what = {"phone": "Phone:", "email": "Email:", "address": "Address:"}
    label = next(label for word, label in what.items() if word in view.goal.split("click")[1])
    for _ in range(20):
        if view.all("heading", who):
            break
        view = yield [click(view.one("link", ">"))]
    at = next(i for i, line in enumerate(view.lines) if line.name == label)
    yield [click(view.lines[at + 1])]


@family("navigate-tree")
def navigate_tree(view):
    wanted, opened = quoted(view)[0], set()
    while not view.all(None, wanted):
        closed = [line for line in view.all("listitem|clickable|treeitem") if line.name and line.name not in opened]
        opened.add(closed[0].name)
        view = yield [click(closed[0]), pause(300)]
    yield [click(view.one(None, wanted))]


def positions(view):
    return view.all("listitem")


@family("drag-items")
def drag_items(view):
    items = positions(view)
    at, to = target(view, items, len(items))
    # A neighbour makes room once it is covered by more than half: the drop is on the one beyond.
    beyond = to + (1 if to > at else -1)
    if 0 <= beyond < len(items):
        drop = items[beyond]
    else:
        drop = view.one("text", re.compile("^Last reward")) if beyond > 0 else view.lines[1]
    yield [element(items[at], "drag", drop.id)]


def target(view, items, last):
    name = re.match(r"Drag (\S+) ", view.goal)[1]
    at = next(i for i, line in enumerate(items) if name in line.texts())
    if "position." in view.goal and "by one" in view.goal:
        return at, at + (1 if "down" in view.goal else -1)
    if "top" in view.goal:
        return at, 0
    return at, last - 1 if "bottom" in view.goal else ordinal(view.goal)


@family("drag-items-grid")
def drag_items_grid(view):
    items = positions(view)
    name, where = re.match(r"Drag (\S+) (.*)\.", view.goal).groups()
    at = next(i for i, line in enumerate(items) if name in line.texts())
    by = re.search(r"by one|(left|right|up|down)$", where) and re.search(r"left|right|up|down", where)
    row, column = at // 3, at % 3
    if by and not re.search("top|bottom|center|middle", where):
        row += {"up": -1, "down": 1}.get(by[0], 0)
        column += {"left": -1, "right": 1}.get(by[0], 0)
    else:
        row = 0 if "top" in where else 2 if "bottom" in where else 1
        column = 0 if "left" in where else 2 if "right" in where else 1
    yield [element(items[at], "drag", items[row * 3 + column].id)]


@family("drag-sort-numbers")
def drag_sort_numbers(view):
    up = "increasing" in view.goal
    for place in range(12):
        items = positions(view)
        numbers = [int(line.texts()[0]) for line in items]
        wanted = sorted(numbers, reverse=not up)
        wrong = [i for i in range(len(items)) if numbers[i] != wanted[i]]
        if not wrong:
            break
        view = yield [element(items[numbers.index(wanted[wrong[0]])], "drag", items[wrong[0]].id)]
    yield [submit(view)]


@family("drag-box")
def drag_box(view):
    yield [element(view.one("text", "s"), "drag", view.one("text", "L").id), submit(view)]


@family("stock-market")
def stock_market(view):
    limit = float(re.search(r"less than \$([\d.]+\d)", view.goal)[1])
    for _ in range(200):
        price = float(re.search(r"Stock price: \$([\d.]+)", "\n".join(view.texts()))[1])
        if price < limit:
            break
        view = yield [pause(20)]
    yield [click(view.one("button", "Buy"))]
