"""The pages of routes list each field of their bodies with the type and the presence that the server's own schema
(src/api/schemas) asks for, both ways; their examples are JSON, and the requests among them name no other field."""

import json
import re
import unittest

import schemas
from docs_test import read
from tidy_test import tracked_files

HANDLERS = "src/api/handlers/"
# page: (the function that says the shape, the file where it is if not in src/api/schemas)
PAGES = {"start": ("start", ""), "act": ("act", ""), "observe": ("observe", ""), "extract": ("extract", ""),
         "navigate": ("navigate", ""), "agent": ("agent_execute", ""), "model": ("model", ""),
         "capacity": ("shape", HANDLERS + "capacity.cc"), "browserbase-local": ("update", HANDLERS + "browserbase.cc")}
HEAD = re.compile(r"^\| field(?: of `([^`]+)`)? \| type \| default \| effect \|$", re.MULTILINE)


def rows_of(page):
    """(path, type, required) of each field in the page's tables of fields; the type as far as it is written."""
    for head in HEAD.finditer(page):
        base = head.group(1) + "." if head.group(1) else ""
        for line in page[head.end():].lstrip("\n").splitlines()[1:]:
            if not line.startswith("|"):
                break
            names, kind, default = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:4])
            kind = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", kind).replace("`", "")
            for name in re.findall(r"`([^`]+)`", names):
                yield base + name, kind, default == "required"


def fits(told, asked):
    """The page may say more than the schema, after the schema's own words."""
    return told == asked or told.startswith(asked) and told[len(asked)] in ",; "


def field_complaints(page, told, asked):
    for path, kind, required in asked:
        if not any(path == p and required == r and fits(k, kind) for p, k, r in told):
            yield f"{page}: {path} should be told as {kind}{', required' if required else ''}"
    for path, kind, required in told:
        if not any(path == p and required == r and fits(kind, k) for p, k, r in asked):
            yield f"{page}: {path} is told as {kind}{', required' if required else ''}, which the schema does not say"


def paths_in(value, path=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            yield here
            yield from paths_in(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from paths_in(inner, path + "[]")


class Routes(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        names = [name for name in tracked_files() if name.startswith("src/api/schemas/") and name.endswith(".cc")
                 and not name.endswith("_test.cc")]
        common = schemas.Shapes(read(name) for name in names)
        cls.asked, cls.pages = {}, {}
        for page, (function, file) in PAGES.items():
            shapes = schemas.Shapes([read(file)]) if file else common
            cls.asked[page] = list(dict.fromkeys(schemas.fields(shapes.of(function))))
            cls.pages[page] = read("docs", "wire", page + ".md")

    def test_the_shapes_were_read(self):
        self.assertGreater(sum(map(len, self.asked.values())), 190)
        self.assertIn(("input.selector", "string", True), self.asked["act"])
        self.assertIn(("browser.launchOptions.args", "list of strings, at most 1000", False), self.asked["start"])

    def test_each_field_is_told_as_the_schema_has_it(self):
        complaints = [c for page in PAGES for c in field_complaints(page, list(rows_of(self.pages[page])), self.asked[page])]
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_each_route_that_takes_fields_has_an_example(self):
        for page in PAGES:
            if page not in ("model", "browserbase-local"):
                self.assertIn("```http", self.pages[page], page)
                self.assertIn("```json", self.pages[page], page)

    def test_examples_are_json_and_name_fields_of_the_schema(self):
        for page, text in self.pages.items():
            known = {path: kind for path, kind, _ in self.asked[page]}
            for kind, block in re.findall(r"^```(http|json)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
                body = json.loads(block.split("\n\n", 1)[1] if kind == "http" else block)
                if kind == "json" and page != "model":
                    self.assertIs(body["success"], True, page)
                    continue
                for path in paths_in(body):
                    free = any(path.startswith(p + ".") and k.split()[0] in ("JSON", "model", "record") for p, k in known.items())
                    self.assertTrue(path in known or free, f"{page}: {path}")

    def test_the_rule_finds_what_is_told_wrongly(self):
        page = ("| field of `a` | type | default | effect |\n|---|---|---|---|\n| `b`, `c` (ours) | number, whole | required | |\n"
                "| `d` | [model](model.md) | none | |\n\n| field | other |\n|---|---|\n| `x` | |\n")
        told = list(rows_of(page))
        self.assertEqual(told, [("a.b", "number, whole", True), ("a.c", "number, whole", True), ("a.d", "model", False)])
        self.assertEqual(list(field_complaints("p", told, [("a.b", "number", True), ("a.c", "number", True), ("a.d", "model", False)])), [])
        self.assertEqual(len(list(field_complaints("p", told, [("a.b", "string", True), ("a.c", "number", False)]))), 5)
        self.assertRaises(ValueError, schemas.type_of, {"kind": "circle"})


if __name__ == "__main__":
    unittest.main()
