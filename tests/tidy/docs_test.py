"""The documentation says what the code does: flags, routes, headers, metrics, log events, end reasons, paths and links
are read out of the code and compared with the pages, both ways. Needs the built binary (BELAY_BINARY) for --help and
/metrics; skips those two without it."""

import http.client
import json
import os
import re
import signal
import subprocess
import unittest

from tidy_test import GENERATED, ROOT, read_layers, tracked_files, without_comments

BINARY = os.environ.get("BELAY_BINARY", os.path.join(ROOT, "build", "release", "belay"))
LEVELS = "debug|info|warn|error"
# Flags of other programs that the guide may name.
FOREIGN_FLAGS = {"--gtest_filter", "--preset", "--workflow", "--target", "--build", "--supervisor"}
# Headers that are not ours to document: they are part of HTTP, or named only to say that nobody reads them.
UNREAD_HEADERS = {"x-sdk-version", "x-sent-at", "x-bb-project-id"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def source_texts():
    return {name: read(name) for name in tracked_files()
            if name.startswith("src/") and name.endswith((".h", ".cc")) and not name.endswith("_test.cc")
            and "/testing/" not in name}


def table(text, columns):
    """The rows of the markdown tables that have this many columns, without their heads; `code` marks taken off."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == columns and not set(line) <= set("|-: "):
            rows.append([cell.replace("`", "").replace("\\|", "|") for cell in cells])
    return rows[1:]


def balanced(text, start):
    """The text from `start`, which is an opening parenthesis, to the one that closes it."""
    depth = 0
    for index in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return text[start:index + 1]
    return text[start:]


def log_events(sources):
    """{event: (levels, fields)} as the code writes them."""
    found = {}
    call = re.compile(rf"\blog_?(?:->|\.)(log|{LEVELS})(\()")
    for name, text in sources.items():
        if name.startswith("src/base/"):  # the logger itself: it has one event of its own
            for match in re.finditer(r'format_log_line\(Level::(\w+),[^"{]*"([^"]+)", \{\{"(\w+)"', text):
                found[match.group(2)] = ({match.group(1)}, {match.group(3)})
            continue
        text = without_comments(text)
        for match in call.finditer(text):
            arguments = balanced(text, match.start(2))
            event = re.search(r'"([^"]+)"( \+)?', arguments)
            if not event:
                continue  # the text comes from elsewhere: see warnings below
            said = event.group(1) + ("…" if event.group(2) else "")
            fields = set(re.findall(r'\{"(\w+)",', arguments))
            levels, known = found.setdefault(said, (set(), set()))
            levels.add("level" if match.group(1) == "log" else match.group(1))
            known |= fields
        for match in re.finditer(r"format_log_line(\()base::Level::(\w+)", text):  # past the log's own thread
            arguments = balanced(text, match.start(1))
            fields = set(re.findall(r'\{"(\w+)",', arguments))
            found[re.search(r'"([^"]+)"', arguments).group(1)] = ({match.group(2)}, fields)
        for warning in re.findall(r'fmt::format\("([^"]*is ignored)', text):
            found.setdefault(warning.replace("{}", "…"), ({"warn"}, set()))
    return found


def slug(heading):
    """The anchor of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


class Documents(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.sources = source_texts()
        cls.code = "\n".join(without_comments(text) for text in cls.sources.values())
        cls.pages = {name: read(name) for name in tracked_files()
                     if name.endswith(".md") and not name.startswith(GENERATED)}
        cls.wire = "\n".join(text for name, text in cls.pages.items() if name.startswith("docs/wire/"))

    def test_configure_md_holds_what_help_prints(self):
        if not os.access(BINARY, os.X_OK):
            self.skipTest("the binary is not built")
        said = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout
        block = re.search(r"```\n(.*?)```", read("docs", "guide", "configure.md"), re.DOTALL).group(1)
        self.assertEqual(block, said)

    def test_the_unit_gives_sigterm_to_the_server_alone_and_more_time_than_its_drain(self):
        unit = dict(re.findall(r"^(\w+)=(.*)$", read("packaging", "belay.service"), re.MULTILINE))
        self.assertEqual(unit["KillMode"], "mixed")
        drain = int(re.search(r"--drain-timeout (\d+)s\b", unit["ExecStart"]).group(1))
        self.assertGreater(int(unit["TimeoutStopSec"].removesuffix("s")), drain + 0.4)

    def test_every_flag_and_variable_that_a_page_names_exists(self):
        programs = "\n".join(read(name) for name in tracked_files() if name in ("run", "test") or name.endswith(
            (".py", ".sh", ".cmake", "CMakeLists.txt")) and not name.endswith("docs_test.py"))
        known = read("docs", "guide", "configure.md") + programs + "\n".join(self.sources.values())
        seeds = "\n".join(read(name) for name in tracked_files() if name.endswith("_test.cc"))
        for name, text in self.pages.items():
            for flag in re.findall(r"(?<![\w-])--[a-z][a-z_-]*[a-z]", text):
                self.assertTrue(flag in FOREIGN_FLAGS or re.search(rf"{flag}\b", known), f"{name}: {flag}")
            for variable in re.findall(r"\bBELAY_[A-Z_]+\b", text):
                self.assertTrue(re.search(rf"\b{variable}\b", known + seeds), f"{name}: {variable}")

    def test_routes(self):
        kept = set()
        for method, path, inside in re.findall(r'\{"([A-Z]+)", "([^"]*)", (true|false), Operation::',
                                               self.sources["src/api/router.cc"]):
            kept.add(f"{method} /v1/sessions/:id{path}" if inside == "true" else f"{method} {path}")
        self.assertGreater(len(kept), 10)
        told = {row[0] for row in table(read("docs", "wire", "http.md"), 3) if re.match(r"(GET|POST|PUT) /", row[0])}
        self.assertEqual(told, kept)

    def test_headers_that_are_read_or_sent_beside_the_standard_ones(self):
        # What src/llm and the web search send and read is between us and their providers.
        wire = "\n".join(without_comments(t) for n, t in self.sources.items()
                         if not n.startswith(("src/llm/", "src/engine/web_search")))
        kept = {h.lower() for h in re.findall(r'"([xX]-[A-Za-z-]+|Retry-After)"', wire)}
        self.assertIn("x-session-state", kept)
        told = {h.lower() for h in re.findall(r"\b([xX]-[A-Za-z-]*[a-z]|Retry-After)\b", self.wire)}
        self.assertEqual(told - UNREAD_HEADERS, kept)

    def test_log_events(self):
        kept = log_events(self.sources)
        self.assertGreater(len(kept), 15)
        rows = table(read("docs", "guide", "log-events.md"), 3)
        self.assertEqual(sorted(row[0] for row in rows), sorted(kept))
        for event, level, fields in rows:
            levels, known = kept[event]
            self.assertTrue(level.split()[0] in levels or "level" in levels, f"{event}: {level}, not {levels}")
            told = set(re.findall(r"\w+", re.sub(r"\([^)]*\)|:.*", "", fields)))
            self.assertEqual(told, known, event)

    def test_end_reasons(self):
        kept = set(re.findall(r'return "(\w+)";', self.sources["src/session/end_reason.h"]))
        self.assertIn("evicted", kept)
        told = {row[0] for row in table(read("docs", "guide", "errors-and-end-reasons.md"), 3)}
        self.assertLessEqual(kept, told)
        labels = dict((row[0], row[3]) for row in table(read("docs", "guide", "metrics.md"), 4))
        self.assertEqual(set(re.findall(r"\w+", labels["belay_sessions_ended_total"])), kept)

    def test_metric_names(self):
        kept = set(re.findall(r'(?:counter|gauge|histogram)\(\s*"(\w+)"', self.code))
        (prefix,) = set(re.findall(r'add_process_metrics\(\w+, "(\w+)"\)', self.code))
        kept |= {prefix + name for name in re.findall(r'prefix \+ "(\w+)"', self.code)}
        self.assertGreater(len(kept), 10)
        told = {row[0] for row in table(read("docs", "guide", "metrics.md"), 4)}
        self.assertEqual(told, kept)

    def test_metrics_of_a_running_server(self):
        if not os.access(BINARY, os.X_OK):
            self.skipTest("the binary is not built")
        rows = {row[0]: row for row in table(read("docs", "guide", "metrics.md"), 4)}
        printed = metrics_after_traffic()
        self.assertLessEqual({"belay_sessions_started_total", "belay_sessions_ended_total"}, set(printed))
        for name, (kind, labels) in printed.items():
            self.assertIn(name, rows)
            self.assertEqual(rows[name][1], kind, name)
            self.assertEqual(set(re.findall(r"\w+", rows[name][2])), labels, name)

    def test_tools_of_an_agent(self):
        text = without_comments(self.sources["src/agent/page_tools_table.cc"])
        hybrid = "AgentMode::hybrid"
        functions = dict(re.findall(r"^void (add_\w+)\([^)]*\) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL))
        kept = []
        for call, tool, end in re.findall(r'(?:if \(mode == AgentMode::hybrid\) )?(add_\w+)\(out|push_back\(\{"(\w+)"|(done_tool)\(',
                                          text[text.index("page_tools(AgentMode"):]):
            if not call:
                kept.append((tool or "done", "both"))
                continue
            only = f"if (mode == {hybrid}) {call}(" in text
            body, _, otherwise = functions[call].partition("return;\n")
            for part, mode in ((body, "hybrid" if only or otherwise else "both"), (otherwise, "dom")):
                kept += [(name, mode) for name in re.findall(r'push_back\(\s*\{\s*"(\w+)"', part)]
        self.assertGreater(len(kept), 15)
        told = [tuple(row[:2]) for row in table(read("docs", "internals", "agent.md"), 3) if row[1] in ("both", "dom", "hybrid")]
        self.assertEqual(told, kept)

    def test_presets_and_variables_of_tests(self):
        rows = table(read("docs", "internals", "testing.md"), 2)
        presets = {preset["name"] for preset in json.loads(read("CMakePresets.json"))["configurePresets"]
                   if not preset.get("hidden")}
        self.assertEqual({row[0] for row in rows} & presets, presets)
        tests = "\n".join(read(name) for name in tracked_files() if name.endswith("_test.cc")
                          or name.startswith("tests/") and name.endswith((".py", ".cc")))
        kept = set(re.findall(r'(?:environ(?:\.get)?[(\[]|getenv\(|variable\()"(BELAY_[A-Z_]+)"', tests))
        self.assertIn("BELAY_SEED", kept)
        self.assertEqual({name for row in rows for name in re.findall(r"BELAY_[A-Z_]+", row[0])}, kept)

    def test_the_index_leads_to_every_page(self):
        """docs/README.md links each page beneath docs/; the decisions have an index of their own."""
        self.assertIn("](docs/README.md)", self.pages["README.md"])
        pages = {name for name in self.pages if name.startswith("docs/") and not re.match(r"docs/decisions/\d", name)}
        named = {os.path.normpath(os.path.join("docs", link))
                 for link in re.findall(r"\]\(([^)#:]+)", self.pages["docs/README.md"])}
        self.assertGreater(len(pages), 35)
        self.assertEqual(pages - named - {"docs/README.md"}, set(), "orphans")

    def test_relative_links_resolve(self):
        for name, text in self.pages.items():
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
                place = os.path.normpath(os.path.join(os.path.dirname(name), target))
                if "://" not in target:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, place)), f"{name}: {target}")

    def test_links_to_headings_resolve(self):
        headings = {name: {slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
                    for name, text in self.pages.items()}
        for name, text in self.pages.items():
            for target, heading in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
                page = os.path.normpath(os.path.join(os.path.dirname(name), target)) if target else name
                if page in headings:
                    self.assertIn(heading, headings[page], f"{name}: {target}#{heading}")

    def test_every_page_that_is_named_exists(self):
        for name in tracked_files():
            if name.startswith(GENERATED) or os.path.basename(name) == "docs_test.py":
                continue
            with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
                for page in re.findall(r"\bdocs/[a-z][\w./-]*\w", file.read()):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, page)), f"{name}: {page}")

    def test_every_source_file_that_is_named_exists(self):
        """Files are named from src/, from the repository's root, or from the folder of the file that names them."""
        named = re.compile(r"(?<![\w./-])(?!src/x/)((?:[a-z_]+/)+\w+\.(?:h|cc|js|py|sh))\b")
        places = {**self.sources, **self.pages}
        for name, text in places.items():
            comments = text if name.endswith(".md") else "\n".join(re.findall(r"//[^\n]*", text))
            for path in named.findall(comments):
                near = [os.path.join("src", path), path, os.path.join(os.path.dirname(name), path)]
                self.assertTrue(any(os.path.exists(os.path.join(ROOT, p)) for p in near), f"{name}: {path}")

    def test_every_function_that_architecture_names_exists(self):
        named = re.findall(r"`((?:[a-z_]+/)+\w+\.(?:h|cc|js)):(\w+)`", self.pages["ARCHITECTURE.md"])
        self.assertGreater(len(named), 100)
        missing = []
        for path, function in named:
            whole = os.path.join(ROOT, "src", path)
            if not os.path.exists(whole) or not re.search(rf"\b{function}\(", without_comments(read("src", path))):
                missing.append(f"{path}:{function}")
        self.assertEqual(missing, [])

    def test_architecture_names_every_layer(self):
        told = [row[0] for row in table(read("ARCHITECTURE.md"), 2)]
        self.assertEqual(told, list(read_layers()))

    def test_every_decision_is_in_the_index(self):
        index = self.pages["docs/decisions/README.md"]
        for name in self.pages:
            if re.match(r"docs/decisions/\d{4}-", name):
                self.assertIn(f"({os.path.basename(name)})", index)
                for part in ("## Context", "## Decision", "## Consequences"):
                    self.assertIn(part, self.pages[name], name)


def metrics_after_traffic():
    """{name: (kind, labels)} of a server that started, refused and ended a session. No browser is needed: a session
    that attaches to an endpoint contacts it with its first operation."""
    environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": "0",
                   **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
    server = subprocess.Popen([BINARY], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        port = next(int(match.group(1)) for match in (re.search(r"listening at http://[^\"]*:(\d+)", line)
                                                      for line in server.stdout) if match)

        def ask(method, path, body=None):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request(method, path, None if body is None else json.dumps(body),
                                   {} if body is None else {"content-type": "application/json"})
                return connection.getresponse().read().decode()
            finally:
                connection.close()

        started = ask("POST", "/v1/sessions/start", {"modelName": "openai/gpt-4o-mini", "browser": {
            "type": "local", "cdpUrl": "ws://127.0.0.1:1/devtools/browser/x"}})
        ask("POST", f"/v1/sessions/{json.loads(started)['data']['sessionId']}/end")
        ask("POST", "/v1/sessions/none/end")
        text = ask("GET", "/metrics")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    out = {}
    for name, kind in kinds.items():
        labels = set()
        for sample in re.findall(rf"^{name}(?:_bucket|_sum|_count)?\{{([^}}]*)\}}", text, re.MULTILINE):
            labels |= set(re.findall(r'(\w+)="', sample))
        out[name] = (kind, labels - {"le"})
    return out


if __name__ == "__main__":
    unittest.main()
