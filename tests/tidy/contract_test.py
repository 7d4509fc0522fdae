"""The session contract (docs/session-contract.md) and its tests name each other: each test that the page names exists, each
test that carries a clause's number stands with that clause, and each clause that source files cite is there."""

import re
import unittest

from docs_test import read
from tidy_test import tracked_files

PAGE = "docs/session-contract.md"
NOT_BUILT = "**Not built**"


def clauses(page):
    """{number: text} of the sections `### 8a. …`, up to the next heading."""
    parts = re.split(r"^##+ (.*)$", page, flags=re.MULTILINE)
    found = {}
    for heading, text in zip(parts[1::2], parts[2::2]):
        number = re.match(r"(\d+[a-z]?)\. ", heading)
        if number:
            found[number.group(1)] = text
    return found


def named_tests(text):
    """The tests that a text names: `Suite.Name`, `Suite.Beginning*`, `test_of_python`."""
    return re.findall(r"`([A-Z]\w+\.[A-Z]\w*\*?|test_\w+)`", text)


def numbers_of(test):
    """The clauses whose numbers a test carries in its name: Clause12AndClause20A…, Clause17And18…, test_clause_24_…."""
    python = re.match(r"test_clause_(\d+)_", test)
    if python:
        return [python.group(1)]
    start = re.search(r"\bClause(\d+)(?:And(?:Clause)?(\d+))?", test)
    return [number for number in start.groups() if number] if start else []


def is_named(test, name):
    """Whether `name` is this test or, with a star, its beginning; `Clause1*` is no beginning of Clause17…."""
    if not name.endswith("*"):
        return test == name
    beginning = name[:-1]
    return re.match(re.escape(beginning) + (r"(?!\d)" if beginning[-1].isdigit() else ""), test) is not None


def missing_complaints(page, tests):
    for name in named_tests(page):
        if not any(is_named(test, name) for test in tests):
            yield f"{PAGE}: there is no test {name}"


def unnamed_complaints(page, tests):
    sections = clauses(page)
    for test in tests:
        for number in numbers_of(test):
            if not any(is_named(test, name) for name in named_tests(sections.get(number, ""))):
                yield f"{PAGE}: clause {number} does not name {test}"


def untested_complaints(page):
    for number, text in clauses(page).items():
        if not named_tests(text) and NOT_BUILT not in text:
            yield f"{PAGE}: clause {number} names no test"


def cited_complaints(path, text, known):
    for cited in re.findall(r"\b[Cc]lauses? (\d+[a-z]?(?:(?:, | and | to )\d+[a-z]?)*)", text):
        for number in re.findall(r"\d+[a-z]?", cited):
            if number not in known:
                yield f"{path}: cites clause {number}, which {PAGE} does not have"


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = read(PAGE)
        cls.texts = {name: read(name) for name in tracked_files()
                     if name.startswith(("src/", "tests/", "docs/")) and name.endswith((".h", ".cc", ".py", ".pml", ".md"))
                     and not name.startswith("tests/tidy/")}
        gtests = {f"{suite}.{name}" for text in cls.texts.values()
                  for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text, re.MULTILINE)}
        python = {name for text in cls.texts.values() for name in re.findall(r"^    def (test_\w+)\(", text, re.MULTILINE)}
        cls.tests = sorted(gtests | python)

    def expect_none(self, complaints):
        complaints = list(complaints)
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_the_page_and_the_tests_were_found(self):
        self.assertGreater(len(clauses(self.page)), 26)
        self.assertGreater(len([test for test in self.tests if numbers_of(test)]), 80)

    def test_each_test_that_the_page_names_exists(self):
        self.expect_none(missing_complaints(self.page, self.tests))

    def test_each_test_that_carries_a_number_stands_with_that_clause(self):
        self.expect_none(unnamed_complaints(self.page, self.tests))

    def test_each_clause_that_is_built_has_a_test(self):
        self.expect_none(untested_complaints(self.page))

    def test_each_clause_that_is_cited_is_there(self):
        known = set(clauses(self.page))
        self.expect_none(c for name, text in self.texts.items() for c in cited_complaints(name, text, known))

    def test_each_promise_to_users_names_a_test(self):
        promises = re.search(r"^## Never and always$(.*?)^## ", self.page, re.MULTILINE | re.DOTALL).group(1)
        rows = [row for row in re.findall(r"^\|(.*)\|$", promises, re.MULTILINE) if "tests" not in row and set(row) - set("|-")]
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertTrue(named_tests(row), row)

    def test_each_rule_complains_about_what_breaks_it(self):
        page = f"### 1. One\n\n`Store.Clause1A*` `test_b`\n\n### 9a. Later\n\n{NOT_BUILT}\n\n### 2. Two\n\nNothing.\n"
        self.assertEqual(list(missing_complaints(page, ["Store.Clause1Ab"])), [f"{PAGE}: there is no test test_b"])
        self.assertEqual(len(list(missing_complaints(page, ["test_b"]))), 1)
        self.assertFalse(is_named("Store.Clause17A", "Store.Clause1*"))
        tests = ["Store.Clause1Ab", "Store.Clause1AndClause2A", "test_clause_3_x", "Store.Clauses1To2A"]
        self.assertEqual([re.findall(r"\d", c)[0] for c in unnamed_complaints(page, tests)], ["2", "3"])
        self.assertEqual(list(untested_complaints(page)), [f"{PAGE}: clause 2 names no test"])
        self.assertEqual(len(list(cited_complaints("x.h", "// (clauses 1, 2 and 9a)", {"1", "2"}))), 1)


if __name__ == "__main__":
    unittest.main()
