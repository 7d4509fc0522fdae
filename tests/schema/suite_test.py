"""The required part of the public JSON-Schema-Test-Suite, drafts 7 and 2020-12, against our checker. The suite is in
the sources of PyPI's `jsonschema`, the metaschemas in a package that it needs. Skipped when PyPI cannot be reached and
nothing is there yet."""

import glob
import json
import os
import subprocess
import sys
import tarfile
import unittest
from urllib.parse import urljoin, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import pypi  # noqa: E402
from harness.case import main  # noqa: E402

VERDICTS = sys.argv.pop(1) if len(sys.argv) > 1 and os.sep in sys.argv[1] else ""
VERSION = "4.26.0"
REQUIREMENT = f"jsonschema=={VERSION}"
REMOTES = "http://localhost:1234/"
DRAFT = {"draft7": "http://json-schema.org/draft-07/schema#",
         "draft2020-12": "https://json-schema.org/draft/2020-12/schema"}
METASCHEMAS = {"draft7": "draft7", "draft2020-12": "draft202012"}
DEFINITIONS = {"draft7": "definitions", "draft2020-12": "$defs"}


def suite_folder():
    """tests/ and remotes/ of the suite; fetched once."""
    at = os.path.join(pypi.ROOT, "build", "json-schema-suite")
    folder = os.path.join(at, f"jsonschema-{VERSION}", "json")
    if not os.path.isdir(folder):
        python = pypi.python_with("jsonschema", REQUIREMENT)
        pypi.run("PyPI cannot be reached", python, "-m", "pip", "download", "-q", "--disable-pip-version-check",
                 "--no-deps", "--no-binary", "jsonschema", "-d", at, REQUIREMENT)
        with tarfile.open(os.path.join(at, f"jsonschema-{VERSION}.tar.gz")) as archive:
            inside = [each for each in archive.getmembers() if each.name.startswith(f"jsonschema-{VERSION}/json/")
                      and (each.isfile() or each.isdir()) and ".." not in each.name.split("/")]
            archive.extractall(at, members=inside)
    return folder


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Draft:
    """The tests of a draft, and the documents that they refer to, which are put into each schema: the checker fetches
    nothing."""

    def __init__(self, name, folder):
        self.name = name
        self.documents = {}
        root = os.path.join(folder, "remotes")
        for path in glob.glob(os.path.join(root, "**", "*.json"), recursive=True):
            where = os.path.relpath(path, root)
            if not where.startswith("draft") or where.startswith(name + os.sep):
                self.add(REMOTES + where, load(path))
        known = os.path.join(pypi.folder_of("jsonschema_specifications", REQUIREMENT), "schemas", METASCHEMAS[name])
        for path in [os.path.join(known, "metaschema.json"), *glob.glob(os.path.join(known, "vocabularies", "*"))]:
            document = load(path)
            self.add(document["$id"], document)
        self.files = {os.path.basename(path): load(path)
                      for path in sorted(glob.glob(os.path.join(folder, "tests", name, "*.json")))}

    def add(self, uri, document):
        named = urljoin(uri, document.get("$id", ""))
        self.documents[named] = {**document, "$id": named}
        if named.rstrip("#") != uri.rstrip("#"):
            self.documents[uri] = {"$id": uri, "allOf": [{"$ref": named}]}

    def whole(self, schema):
        if not isinstance(schema, dict):
            return schema
        out = {"$schema": DRAFT[self.name], **schema}
        text = json.dumps(schema)
        if any(urlsplit(uri).path.rsplit("/", 1)[-1] in text for uri in self.documents):
            definitions = out.get(DEFINITIONS[self.name], {})
            bundled = {uri: document for uri, document in self.documents.items() if uri != schema.get("$id")}
            out[DEFINITIONS[self.name]] = {**definitions, **bundled}
        return out

    def cases(self):
        for file, groups in self.files.items():
            for group in groups:
                whole = self.whole(group["schema"])
                for case in group["tests"]:
                    yield f'{file}: {group["description"]}: {case["description"]}', whole, case


class JsonSchemaSuite(unittest.TestCase):
    def judge(self, name, least):
        folder = suite_folder()
        cases = list(Draft(name, folder).cases())
        self.assertGreaterEqual(len(cases), least)
        lines = "".join(json.dumps({"schema": schema, "data": case["data"]}) + "\n" for _, schema, case in cases)
        verdicts = self.verdicts(lines)
        self.assertEqual(len(verdicts), len(cases))
        wrong = [f"{title}: {'fits' if case['valid'] else 'does not fit'}, but the checker says: {verdict}"
                 for (title, _, case), verdict in zip(cases, verdicts) if case["valid"] != (verdict == "fits")]
        self.assertEqual(wrong, [], "\n".join(wrong))
        print(f"  {len(cases)} tests of {name}")

    def verdicts(self, lines):
        done = subprocess.run([VERDICTS], input=lines, capture_output=True, text=True, timeout=300, check=True)
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def test_draft_7(self):
        self.judge("draft7", 900)

    def test_draft_2020_12(self):
        self.judge("draft2020-12", 1200)


if __name__ == "__main__":
    main()
