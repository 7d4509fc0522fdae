"""The code keeps its own law: layers, sizes, banned calls and headers, no leftovers. Each rule is a function from
(path, text) to complaints, and is itself tested on a line that breaks it."""

import importlib.util
import os
import re
import subprocess
import unittest

ROOT = os.environ.get("BELAY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAX_LINES = 500
GENERATED = ("tests/wire/captures/",)

# Thread and lock primitives stay where threads are allowed to meet; everything else lives on the one loop.
THREADS_ALLOWED = ("src/aio/workers", "src/base/log", "src/base/flag", "src/base/memory_budget", "src/metrics/", "src/net/http_client", "src/net/tls", "src/os/watchdog",
                   "src/os/launches", "src/os/launcher", "src/os/make_child", "src/os/handover", "src/os/aside_limit",
                   "src/browser/folder_uses")
BANNED_CALLS = {
    r"\basio::detached\b": ("src/aio/",),
    r"std::(recursive_|shared_|timed_)?mutex\b": THREADS_ALLOWED,
    r"std::j?thread\b(?!::id)": THREADS_ALLOWED,
    r"std::atomic\w*\b": THREADS_ALLOWED,
    r"std::condition_variable\w*\b": THREADS_ALLOWED,
}
# A header that includes one of these makes every reader of the header pay for it.
BANNED_IN_HEADERS = re.compile(
    r'#include\s*[<"](boost/beast|boost/asio/ssl|openssl/|spdlog/|CLI/|curl/|simdjson|prometheus/|sqlite3|hiredis)')
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|home|root|Users)/\w")
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
SOURCE = (".h", ".cc")


def tracked_files():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if out.returncode == 0:
        names = out.stdout.splitlines()
    else:
        names = [os.path.relpath(os.path.join(d, f), ROOT) for d, _, fs in os.walk(ROOT) for f in fs
                 if "/build/" not in d + "/" and "/.git" not in d]
    return sorted(name for name in names if os.path.isfile(os.path.join(ROOT, name)))


def read_layers():
    layers = {}
    with open(os.path.join(ROOT, "src", "LAYERS"), encoding="utf-8") as file:
        for line in file:
            match = re.match(r"^([a-z_]+):(.*)$", line)
            if match:
                layers[match.group(1)] = set(match.group(2).split())
    return layers


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)


def layer_complaints(path, text, layers):
    layer = path.split("/")[1]
    allowed = layers.get(layer, set()) | {layer}
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#include\s+"([a-z_0-9]+)/', line)
        if match and match.group(1) in layers and match.group(1) not in allowed:
            yield f"{path}:{number}: {layer} may not include {match.group(1)} (src/LAYERS)"


def size_complaints(path, text):
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{path}: {lines} lines, more than {MAX_LINES}"


def call_complaints(path, text):
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        for pattern, allowed in BANNED_CALLS.items():
            if re.search(pattern, line) and not path.startswith(allowed):
                yield f"{path}:{number}: {re.search(pattern, line).group()} is allowed only in {', '.join(allowed)}"


def header_complaints(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if BANNED_IN_HEADERS.search(line):
            yield f"{path}:{number}: a header may not include {line.split()[1]}"
    if "#pragma once" not in text:
        yield f"{path}: no #pragma once"


def leftover_complaints(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for rule, what in ((LEFTOVER, "a note to oneself"), (MACHINE_PATH, "a path of one machine")):
            if rule.search(line):
                yield f"{path}:{number}: {what}: {rule.search(line).group()}"


def closure_complaints(texts):
    """The files of the page's script are one closure: of two functions with one name the later takes the place of both."""
    owners = {}
    for path, text in texts.items():
        for name in re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE):
            if name in owners:
                yield f"{path}: {name} is defined in {owners[name]} already"
            owners[name] = path


def is_test_code(path):
    return path.endswith("_test.cc") or "/testing/" in path


class Tidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {}
        for name in tracked_files():
            with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
                cls.texts[name] = file.read()
        cls.sources = {n: t for n, t in cls.texts.items() if n.startswith("src/") and n.endswith(SOURCE)}
        cls.layers = read_layers()

    def expect_none(self, complaints):
        complaints = list(complaints)
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_the_tree_was_found(self):
        self.assertGreater(len(self.sources), 20)
        self.assertIn("base", self.layers)

    def test_layers_include_only_what_the_list_allows(self):
        self.expect_none(c for n, t in self.sources.items() if n.count("/") > 1 and not is_test_code(n)
                         for c in layer_complaints(n, t, self.layers))

    def test_layers_only_point_downwards(self):
        order = list(self.layers)
        self.expect_none(f"src/LAYERS: {layer} reaches up to {dep}" for layer, deps in self.layers.items()
                         for dep in deps if dep not in order or order.index(dep) >= order.index(layer))

    def test_every_source_folder_is_a_layer(self):
        folders = {n.split("/")[1] for n in self.sources if n.count("/") > 1}
        self.assertEqual(folders - set(self.layers), set())

    def test_no_file_is_longer_than_the_limit(self):
        self.expect_none(c for n, t in self.texts.items()
                         if n.endswith((".h", ".cc", ".js", ".py", ".sh", ".cmake")) and not n.startswith(GENERATED)
                         for c in size_complaints(n, t))

    def test_banned_calls_stay_where_they_are_allowed(self):
        self.expect_none(c for n, t in self.sources.items() if not is_test_code(n) for c in call_complaints(n, t))

    def test_mutants_name_what_is_there_once(self):
        path = os.path.join(ROOT, "tests", "mutants", "mutants.py")
        mutants = importlib.util.module_from_spec(spec := importlib.util.spec_from_file_location("mutants", path))
        spec.loader.exec_module(mutants)
        self.expect_none(f"tests/mutants: {name}: its text is not there exactly once" for name, (file, text, _, _) in
                         mutants.MUTANTS.items() if self.texts.get(file, "").count(text) != 1)

    def test_headers_do_not_drag_in_heavy_libraries(self):
        self.expect_none(c for n, t in self.sources.items() if n.endswith(".h") for c in header_complaints(n, t))

    def test_the_script_of_a_page_names_each_thing_once(self):
        scripts = {n: t for n, t in self.texts.items() if n.startswith("src/browser/script/")}
        self.assertGreater(len(scripts), 20)
        self.expect_none(closure_complaints(scripts))

    def test_nothing_is_left_over(self):
        self.expect_none(c for n, t in self.texts.items() if not n.startswith(GENERATED)
                         for c in leftover_complaints(n, t))


class TheRulesThemselves(unittest.TestCase):
    def test_each_rule_complains_about_what_breaks_it(self):
        layers = {"base": set(), "net": {"base"}, "session": {"base"}}
        self.assertTrue(list(layer_complaints("src/session/x.cc", '#include "net/http.h"\n', layers)))
        self.assertFalse(list(layer_complaints("src/net/x.cc", '#include "base/result.h"\n', layers)))
        self.assertTrue(list(size_complaints("src/a.cc", "\n" * (MAX_LINES + 1))))
        self.assertTrue(list(call_complaints("src/session/x.cc", "asio::co_spawn(e, f(), asio::detached);\n")))
        self.assertTrue(list(call_complaints("src/session/x.cc", "std::mutex m;\n")))
        self.assertTrue(list(call_complaints("src/session/x.cc", "std::atomic<int> n;\n")))
        self.assertFalse(list(call_complaints("src/session/x.cc", "// never std::mutex here\n")))
        self.assertFalse(list(call_complaints("src/session/x.cc", "std::thread::id owner_;\n")))
        self.assertTrue(list(header_complaints("src/net/x.h", "#pragma once\n#include <boost/beast/http.hpp>\n")))
        self.assertTrue(list(header_complaints("src/net/x.h", "int x;\n")))
        self.assertTrue(list(closure_complaints({"a.js": "const x = 1;\n", "b.js": "async function x() {}\n"})))
        self.assertTrue(list(leftover_complaints("src/a.cc", "// TO" "DO later\n")))
        self.assertTrue(list(leftover_complaints("src/a.cc", 'open("/ho' 'me/me/x")\n')))


if __name__ == "__main__":
    unittest.main()
