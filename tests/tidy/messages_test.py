"""Each text with which the server answers that something failed is on a page for users: docs/guide/errors-and-end-reasons.md
first of all, or one of the pages of docs/wire and docs/guide. The texts are read out of the calls that make errors; in the
pages `…`, `<n>` and numbers stand for what changes."""

import re
import unittest

from docs_test import balanced, read
from tidy_test import tracked_files, without_comments

LAYERS = ("api", "session", "engine", "browser", "browserbase", "cdp", "llm")
MAKES_AN_ERROR = re.compile(r"\b(?:(?:\w+::)?fail|base::Error|(?:failure|error|message|bare_error|raw_error)_reply|act_failed|"
                            r"unusable|missing|refused)\s*(?=[({])")
# Texts that no client reads as the message of an answer, by why not.
UNSEEN = {
    "told to an agent's model, which may do better": (
        'the page has no line with the id "{}"', "the element to drop on is gone from the page",
        "this run keeps to the tab that its frameId names", "there is no tab {}; there are 0 to {}",
        "the page of this run is closed", "a drag needs two points at least", "{} could not be opened",
        "the search service answered with", "the {} mouse button is", "the browser does not say what its window shows",
        "the window shows nothing", "the browser gave no picture of the page", "there is nothing to go {} to",
        "the page in the history did not come", "there is no page any more where the history goes {}",
        "the browser did not close the page in time"),
    "put in the words of the operation": (
        "timed out waiting for an earlier operation on this session",
        "The model's reply is no JSON", "JSON: an event stream without data"),
    "of the log": ("the server was told to stop", "max_sessions"),
    "a part of a text": ("The reply", "no reason", "the browser gave no reason", "Running as root without --no-sandbox"),
    "for nobody who still waits": ("The start was given up", "the reply to {} was taken already"),
}
UNSEEN_TEXTS = tuple(text for texts in UNSEEN.values() for text in texts)
HOLE = "\0"


def messages(text):
    """The texts of more than a word in calls that make errors; `{}` stands for what changes."""
    text = without_comments(text)
    for call in MAKES_AN_ERROR.finditer(text):
        arguments = re.sub(r'"\s*\n?\s*"', "", balanced_either(text, call.end()))
        for said in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments):
            said = re.sub(r"\s+", " ", said.replace('\\"', '"').replace("\\n", " "))
            said = re.sub(r"(?<!\{)\{[^{}]*\}(?!\})", "{}", said).replace("{{", "{").replace("}}", "}")
            if len(said) > 8 and " " in said.strip():
                yield said


def balanced_either(text, start):
    """As `balanced`, for braces too."""
    if text[start] == "(":
        return balanced(text, start)
    inside = text[start:].translate(str.maketrans("{}", "()"))
    return text[start:start + len(balanced(inside, 0))]


def told_on(pages):
    """What the pages say in code marks, and cells of tables that have none."""
    out = set()
    for page in pages:
        page = re.sub(r"(?<!\|)\n(?!\|)", " ", page).replace("\\|", "|")
        out |= {re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", page)}
        out |= {cell.strip() for line in page.splitlines() if line.startswith("|")
                for cell in line.split("|") if "`" not in cell}
    return {one for one in out if len(re.sub(r"…|<[^>]*>|\W", "", one)) > 7}  # `…` alone would tell everything


def as_pattern(text, hole):
    return ".*".join(re.escape(part) for part in re.split(hole, text))


class Told:
    """Whether a message is told: by a text that is the same but for what changes. One that ends with what changes may be
    told up to that."""

    def __init__(self, texts):
        self.texts = texts
        self.any = re.compile("|".join(as_pattern(text, r"…|<[^>]*>") for text in texts))

    def has(self, message):
        message = message.removeprefix("Failed to perform act: ")
        if not message:
            return True  # what follows is told where it is made
        inside = re.compile(as_pattern(message.rstrip(), re.escape("{}")) + (".*" if message.endswith(" ") else ""))
        return bool(self.any.fullmatch(message.replace("{}", HOLE)) or any(map(inside.fullmatch, self.texts)))


def is_unseen(message):
    return any(message == text or len(text) > 10 and message.startswith(text) for text in UNSEEN_TEXTS)


class Messages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.told = Told(told_on(read(name) for name in tracked_files() if name.startswith(("docs/guide/", "docs/wire/"))
                                and name.endswith(".md")))
        cls.said = {}
        for name in tracked_files():
            if name.startswith(tuple(f"src/{layer}/" for layer in LAYERS)) and name.endswith((".h", ".cc")) \
                    and not name.endswith("_test.cc") and "/testing/" not in name:
                for message in messages(read(name)):
                    cls.said.setdefault(message, name)

    def test_each_message_is_on_a_page(self):
        self.assertGreater(len(self.said), 150)
        untold = [f"{name}: {message}" for message, name in sorted(self.said.items())
                  if not is_unseen(message) and not self.told.has(message)]
        self.assertFalse(untold, "not on a page for users:\n" + "\n".join(untold))

    def test_what_is_unseen_is_there(self):
        for text in UNSEEN_TEXTS:
            self.assertTrue(any(message.startswith(text) for message in self.said), text)

    def test_the_rule_finds_what_is_not_told(self):
        source = 'co_return base::fail(base::Kind::browser, fmt::format("a {:04o} of "\n  "more than {{}} {}", x));'
        self.assertEqual(list(messages(source)), ["a {} of more than {} {}"])
        self.assertEqual(list(messages('return {base::Error{kind, "two words"}};')), ["two words"])
        self.assertTrue(Told({"… is a file of 30 bytes"}).has("{} is a file of {} bytes"))
        self.assertTrue(Told({"the tree: …"}).has("the tree: {}"))
        self.assertTrue(Told({"the long …"}).has("the long story of {}"))
        self.assertFalse(Told({"… is a folder"}).has("{} is a file"))


if __name__ == "__main__":
    unittest.main()
