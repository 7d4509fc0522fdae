"""click-*, focus-*, and what else is done by clicking on lines of the outline."""

import re

from .steps import click, element, family, fill, integer_after, ordinal, pause, press, quoted, submit
from .view import Lost

SYNONYMS = [line.split() for line in """big large huge enormous gigantic
small tiny little mini petite
red scarlet crimson vermillion
happy cheerful joyful gleeful delighted
sad unhappy sorrowful miserable tragic
angry mad furious irritated
evil wicked immoral sinful corrupt depraved
wrong incorrect mistaken erroneous
real genuine actual
strange odd peculiar unusual weird
stop cease halt end finish
scared terrified panicked fearful frightened afraid
quiet calm peaceful serene mild
old aged archaic
love like adore favor
kill murder assassinate
keep retain preserve sustain maintain
hide conceal camouflage
hate despise loathe detest dislike
funny humorous amusing comical laughable
fat fleshy plump chubby
stupid dumb dull unwise
delicious savory delectable appetizing
cut slice carve chop
brave courageous fearless
begin start initiate launch
answer reply response
television televisions TV TVs
house home houses homes
fire flame fires flames
pig pork swine
rabbit rabbits bunny bunnies
car cars automobile automobiles vehicle vehicles""".split("\n")]
DIGITS = ["0110100110011001100110010110", "0010011000100010001000100010", "0110100110010010010010001111",
          "0110100100010110000110010110", "1000101010101111001000100010", "1111100010001110000110010110",
          "0110100110001110100110010110", "1111100100010010001001000100", "0110100110010110100110010110",
          "0110100110010111000110010110"]


@family("click-test")
def click_test(view):
    yield [click(view.one("button", "Click Me!"))]


@family("click-test-2", "click-test-transfer")
def click_named(view):
    yield [click(view.one("button", re.search(r"button (\w+)", view.goal)[1]))]


@family("click-button", "unicode-test")
def click_button(view):
    yield [click(view.one("button", quoted(view)[0]))]


@family("click-button-sequence")
def click_sequence(view):
    yield [click(view.one("button", "ONE")), click(view.one("button", "TWO"))]


@family("button-delay")
def button_delay(view):
    seconds = int(re.search(r"wait (\d+) second", view.goal)[1])
    yield [click(view.one("button", "ONE")), pause(1000 * seconds - 400), click(view.one("button", "TWO"))]


@family("click-link")
def click_link(view):
    yield [click(view.one("clickable|link", quoted(view)[0]))]


@family("click-dialog", "click-dialog-2")
def click_dialog(view):
    wanted = quoted(view)[0]
    yield [click(view.one("button", "Close" if wanted == "x" else wanted))]


@family("click-checkboxes", "click-checkboxes-large", "click-checkboxes-transfer")
def click_checkboxes(view):
    names = re.match(r"Select (.*) and click Submit", view.goal)[1]
    yield [click(view.one("checkbox", name)) for name in names.split(", ") if name != "nothing"] + [submit(view)]


@family("click-checkboxes-soft")
def click_soft(view):
    words = re.match(r"Select words similar to (.*) and click Submit", view.goal)[1].split(", ")
    alike = {other for word in words for group in [*SYNONYMS, [word]] if word in group for other in group}
    yield [click(line) for line in view.all("checkbox") if line.name in alike] + [submit(view)]


@family("number-checkboxes")
def number_checkboxes(view):
    pattern = DIGITS[int(quoted(view)[0])]
    boxes = [line for line in view.all("checkbox") if not line.flags.get("disabled")]
    if len(boxes) < 28:
        raise Lost(f"{len(boxes)} checkboxes")
    yield [click(box) for box, wanted in zip(boxes, pattern) if wanted == "1"] + [submit(view)]


@family("click-option")
def click_option(view):
    yield [click(view.one("radio", re.match(r"Select (.*) and click Submit", view.goal)[1])), submit(view)]


@family("click-scroll-list")
def click_scroll_list(view):
    names = re.match(r"Select (.*) from the scroll list", view.goal)[1].split(", ")
    yield [("element", {"id": view.one("listbox").id, "method": "select", "values": names}), submit(view)]


@family("choose-list")
def choose_list(view):
    name = re.match(r"Select (.*) from the list", view.goal)[1]
    yield [element(view.one("combobox"), "select", name), submit(view)]


@family("click-collapsible", "click-collapsible-nodelay")
def click_collapsible(view):
    view = yield [click(view.one("tab", re.compile("^Section"))), pause(1000)]
    yield [submit(view)]


@family("click-collapsible-2", "click-collapsible-2-nodelay")
def click_collapsible_2(view):
    wanted = quoted(view)[0]
    for number in range(len(view.all("tab"))):
        found = view.all("clickable|link", wanted)
        if found:
            break
        view = yield [click(view.all("tab")[number]), pause(800)]
    yield [click(view.one("clickable|link", wanted))]


@family("click-tab")
def click_tab(view):
    yield [click(view.one("tab", re.search(r"Tab #\d+", view.goal)[0]))]


@family("click-tab-2", "click-tab-2-easy", "click-tab-2-medium", "click-tab-2-hard")
def click_tab_2(view):
    wanted = quoted(view)[0]
    for number in range(len(view.all("tab"))):
        if view.all("clickable|link", wanted):
            break
        view = yield [click(view.all("tab")[number])]
    yield [click(view.one("clickable|link", wanted))]


@family("click-menu")
def click_menu(view):
    path = view.goal.removeprefix("Select ").split(">")
    for name in path[:-1]:
        view = yield [element(view.one("menuitem", name), "hover"), pause(700)]
    yield [click(view.one("menuitem", path[-1]))]


@family("click-menu-2")
def click_menu_2(view):
    view = yield [click(view.one("button", "Menu")), pause(500)]
    wanted = quoted(view)[1:]
    if not wanted:
        raise Lost("the goal names an icon, which is drawn and has no text")
    under = {"Prev": "Playback", "Stop": "Playback", "Play": "Playback", "Next": "Playback"}
    if not view.all("menuitem", wanted[0]) and wanted[0] in under:
        view = yield [element(view.one("menuitem", under[wanted[0]]), "hover"), pause(700)]
    yield [click(view.one("menuitem", wanted[0]))]


@family("click-pie", "click-pie-nodelay")
def click_pie(view):
    wanted = quoted(view)[0]
    view = yield [click(view.one("clickable", "+")), pause(1500)]
    yield [click(view.one(None, wanted))]


@family("click-widget")
def click_widget(view):
    wanted = quoted(view)[0]
    if wanted in ("text", "textarea"):
        fields = [line for line in view.all("textbox") if bool(line.flags.get("multiline")) == (wanted == "textarea")]
        yield [click(fields[0])]
    yield [click(view.one(wanted))]


@family("focus-text")
def focus_text(view):
    yield [click(view.one("textbox"))]


@family("focus-text-2")
def focus_text_2(view):
    yield [click(view.all("textbox")[ordinal(view.goal)])]


@family("ascending-numbers")
def ascending(view):
    lines = [line for line in view.lines if line.id and re.fullmatch(r"\d+", line.name)]
    yield [click(line) for line in sorted(lines, key=lambda line: int(line.name))]


@family("buy-ticket")
def buy_ticket(view):
    buttons = view.all("button", re.compile(r"Book for \$"))
    minutes = [int(h) * 60 + int(m) for h, m in re.findall(r"(\d+)h (\d+)m", "\n".join(view.texts()))]
    prices = [int(line.name.split("$")[1]) for line in buttons]
    measure, best = (minutes if "duration" in view.goal or "hours" in view.goal else prices), min
    if re.search("longest|most|expensive", view.goal):
        best = max
    yield [click(buttons[measure.index(best(measure))])]


@family("find-greatest")
def find_greatest(view):
    cards = [line for line in view.all("clickable") if re.fullmatch(r"\d+", line.name)]
    yield [click(max(cards, key=lambda line: int(line.name))), submit(view)]


@family("odd-or-even")
def odd_or_even(view):
    calls = []
    for line in view.lines:
        if re.fullmatch(r"-?\d+", line.name):
            at = view.lines.index(line)
            calls.append(click(view.lines[at + 1 if int(line.name) % 2 == 0 else at - 1]))
    yield calls + [submit(view)]


@family("generate-number")
def generate_number(view):
    tests = {"less than": lambda n, m: n < m, "greater than": lambda n, m: n > m, "even": lambda n, _: n % 2 == 0,
             "odd": lambda n, _: n % 2 == 1}
    test = next(test for words, test in tests.items() if words in view.goal)
    limit = int((re.findall(r"\d+", view.goal) or [0])[0])
    while True:
        view = yield [click(view.one("button", "Generate"))]
        number = [int(name) for name in view.texts() if re.fullmatch(r"\d+", name)]
        if number and test(number[0], limit):
            break
    yield [submit(view)]


@family("guess-number")
def guess_number(view):
    low, high = 0, 9
    while True:
        guess = (low + high) // 2
        view = yield [fill(view.one("spinbutton"), guess), submit(view)]
        told = " ".join(view.texts()[:6])
        if "lower" in told:
            high = guess - 1
        elif "higher" in told:
            low = guess + 1
        else:
            raise Lost(f"no feedback: {told}")


def slide(view, handle, wanted):
    """Moves the handle of a slider to the number with arrow keys."""
    by = wanted - integer_after(view, handle)
    return [click(handle)] + (press("ArrowRight" if by > 0 else "ArrowLeft", abs(by)) if by else [])


def handles(view):
    return [line for line in view.all("clickable|slider") if "slider" in str(line.flags.get("hint", "")) or line.role == "slider"]


@family("use-slider")
def use_slider(view):
    wanted = int(re.search(r"Select (-?\d+)", view.goal)[1])
    view = yield slide(view, handles(view)[0], wanted)
    yield [submit(view)]


@family("use-slider-2")
def use_slider_2(view):
    wanted = [int(n) for n in re.search(r"\[(.*)\]", view.goal)[1].split(",")]
    for number, value in enumerate(wanted):
        view = yield slide(view, handles(view)[number], value)
    yield [submit(view)]


@family("use-spinner")
def use_spinner(view):
    wanted = int(re.search(r"Select (-?\d+)", view.goal)[1])
    view = yield [fill(view.one("spinbutton"), wanted)]
    yield [submit(view)]


@family("form-sequence")
def form_sequence(view):
    wanted = int(re.search(r"Select (-?\d+)", view.goal)[1])
    view = yield slide(view, handles(view)[0], wanted)
    view = yield [click(view.all("checkbox")[ordinal(view.goal)])]
    yield [submit(view)]


@family("form-sequence-2")
def form_sequence_2(view):
    radio, field = (int(n) - 1 for n, _ in re.findall(r"(\d+)(st|nd|rd|th)", view.goal))
    if view.goal.index("textbox") < view.goal.index("radio"):
        radio, field = field, radio
    yield [click(view.all("radio")[radio]), fill(view.all("textbox")[field], quoted(view)[0]), submit(view)]


@family("form-sequence-3")
def form_sequence_3(view):
    wanted = re.match(r"Choose (.*) from the dropdown", view.goal)[1]
    view = yield [element(view.one("combobox"), "select", wanted)]
    yield [click(view.one("button", quoted(view)[0]))]
