"""Small pages, what is done to them and what must come of it, as data (cases.json, more.json, beside/), and what runs one of them.

A case: `html` (the head below goes before it) or `page` (as it is); `files`: further paths below the page's, each a text (as
html) or {body, headers, status, delay}; `headers`, `status`, `delay` (ms) of the page; `url` in place of the page's own;
`launch`: options of a session of its own; `navTimeout`, `wait`: options of navigate, `navWant`: what it must answer; `settle`:
ms of the page's own time before the first step. A step is {sleep: ms of the page's time}, {eval, want, page: part of a URL},
{method, selector, arguments, timeout, fail: what a refusal must say, max: ms}, or of the method "text": extract without
arguments, whose text must have `has` and not `not`, and whose group in `ref` becomes the selector "REF" of later steps. At the
end `probe` (null: nothing is asked) must give `expect` in the page, or in the one whose URL has `probeIn`. A wanted text may
be {regex, flags}. %ORIGIN% and %OTHER% are two sites, %FILES% is a folder to upload from."""

import json
import os
import re
import threading

from harness import proc
from harness.devtools import Devtools, Navigated
from harness.patience import PATIENCE, growing, timed_out
from harness.server import action, local
from harness.site import Site

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "<!doctype html><meta charset=utf-8><script>window.R=[];window.L=x=>R.push(x)</script>"
UPLOADS = {"a.txt": "abc", "ü b.txt": "ab", "dir/x.txt": "x"}
EMPTY_FOLDER = "empty"
PROBE = "window.R.join()"


def read_cases(*names):
    cases = []
    for name in names:
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            cases += json.load(file)
    return cases


class Wrong(Exception):
    """Not what the case wants."""


class Lost(Wrong):
    """The session or its page has gone."""


def fits(wanted, value):
    if isinstance(wanted, dict):
        flags = re.IGNORECASE if "i" in wanted["flags"] else 0
        return re.search(wanted["regex"], value if isinstance(value, str) else json.dumps(value), flags) is not None
    return value == wanted


def text_has(wanted, text):
    return fits(wanted, text) if isinstance(wanted, dict) else wanted in text


class CaseSite(Site):
    """Serves the pages of a case below /c/ID/."""

    def __init__(self, uploads):
        super().__init__()
        self.names = {"%ORIGIN%": self.url, "%OTHER%": f"http://localhost:{self.port}", "%FILES%": uploads}
        self.stop_waiting = threading.Event()

    def named(self, text):
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text

    def add(self, case):
        """Gives the URL of the case's page."""
        root = f"/c/{case['id']}/"
        page = {k: case[k] for k in ("headers", "status", "delay") if k in case}
        page["body"] = case["page"] if "page" in case else HEAD + case.get("html", "")
        for path, file in {"": page, **case.get("files", {})}.items():
            self._serve(root + path, {"body": HEAD + file} if isinstance(file, str) else file)
        return self.named(case.get("url", self.url + root))

    def _serve(self, path, file):
        body = self.named(file.get("body") or "").encode()
        headers = dict(file.get("headers") or {})
        kind = headers.pop("content-type", "text/html; charset=utf-8")

        def answer(request):
            if file.get("delay"):
                self.stop_waiting.wait(file["delay"] / 1000)
            request.send_response(file.get("status", 200))
            for name, value in {**headers, "content-type": kind, "content-length": str(len(body))}.items():
                request.send_header(name, value)
            request.end_headers()
            if file.get("status") != 204:
                request.wfile.write(body)

        self.pages[path] = answer

    def close(self):
        self.stop_waiting.set()
        super().close()


def make_uploads(folder):
    os.mkdir(os.path.join(folder, EMPTY_FOLDER))
    for name, text in UPLOADS.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


class CaseRunner:
    """Runs cases one after the other, in one session as long as that lives and the case asks for none of its own."""

    def __init__(self, server, site):
        self.server = server
        self.site = site
        self.session = None
        self.launch = {}
        self.devtools = None

    def close(self):
        if self.devtools:
            self.devtools.close()
        self.devtools = None
        if self.session:
            self.server.end(self.session)
        self.session = None

    def _begin(self, launch):
        self.close()
        started = self.server.start_answer({**local(**launch), "selfHeal": False})
        if started.status != 200:
            raise AssertionError(f"start: {started}")
        self.session = started.json["data"]["sessionId"]
        self.launch = launch
        self.devtools = Devtools(started.json["data"]["cdpUrl"])
        self.tab = next(iter(self.devtools.pages()))

    def _ready(self, launch):
        """A session with one tab."""
        if self.session and self.launch == launch:
            try:
                pages = self.devtools.pages()
                if self.tab in pages:
                    for target in pages:
                        if target != self.tab:
                            self.devtools.call("Target.closeTarget", targetId=target)
                    return
            except (OSError, RuntimeError):
                pass
        self._begin(launch)

    def run(self, case, patience=PATIENCE):
        """Raises Wrong, with what was wanted and what came. `patience`: seconds for what must happen."""
        self._ready(case.get("launch", {}))
        self.patience = patience
        self.ref = None
        url = self.site.add(case)
        try:
            self._navigate(url, case)
        except Lost:  # the case before may have closed its page a moment late
            self._begin(case.get("launch", {}))
            self._navigate(url, case)
        self._sleep(case.get("settle", 0))
        for step in case["steps"]:
            self._step(step)
        if case.get("probe", PROBE) is not None and "expect" in case:
            self._see(case.get("probe", PROBE), case["expect"], case.get("probeIn"))

    def _navigate(self, url, case=None):
        case = case or {}
        options = {"timeout": case.get("navTimeout", 1000 * PATIENCE), **({"waitUntil": case["wait"]} if "wait" in case else {})}
        answer = self.server.navigate(self.session, url, **options)
        told = f"{answer.status} {answer.body.decode()}"
        if answer.status == 404 or "The page was closed" in told:
            raise Lost(told)
        if not fits(case.get("navWant", {"regex": "^200 ", "flags": ""}), told):
            raise Wrong(f"navigate: {told[:400]}")

    def _page(self, part):
        """The tab to ask; None while there is no such."""
        pages = self.devtools.pages()
        if not part:
            return self.tab
        found = [target for target, url in pages.items() if url.endswith(part)]
        return (found or [target for target, url in pages.items() if part in url] or [None])[0]

    def _evaluate(self, expression, part=None):
        """Also once a document has gone under the question."""
        while True:
            tab = self._page(part)
            if tab is None:
                return f"no page whose URL has {part}: {self.devtools.pages()}"
            try:
                return self.devtools.evaluate(tab, expression)
            except Navigated:
                pass
            except RuntimeError as error:
                return str(error)[:300]

    def _sleep(self, ms):
        if ms:
            self._evaluate(f"new Promise((done) => setTimeout(done, {ms}))")

    def _see(self, expression, wanted, part=None):
        last = None

        def seen():
            nonlocal last
            last = self._evaluate(f"({expression})", part)
            return fits(wanted, last)

        if not proc.wait_until(seen, self.patience):
            raise Wrong(f"{expression}: wanted {json.dumps(wanted, ensure_ascii=False)}, got {json.dumps(last, ensure_ascii=False)}")

    def _step(self, step):
        if "sleep" in step:
            self._sleep(step["sleep"])
        elif "eval" in step:
            self._see(step["eval"], step["want"], step.get("page"))
        elif step["method"] == "text":
            self._text(step)
        elif step["method"] == "navigate":
            self._navigate(self.site.named(step["selector"]))
        else:
            self._act(step)

    def _act(self, step):
        selector = self.ref if step["selector"] == "REF" else self.site.named(step["selector"])
        arguments = [self.site.named(a) if isinstance(a, str) else a for a in step.get("arguments", [])]
        # A refusal says why only after the act has come to look, which a slow machine may not manage in a short time.
        timeout = step.get("timeout", 1000 * self.patience)
        for timeout in growing(timeout) if "fail" in step else [timeout]:
            answer = self.server.act(self.session, action(step["method"], selector, *arguments), timeout=timeout)
            if not timed_out(answer):
                break
        told = f"{step['method']} {selector}: {answer.status} {answer.body.decode()[:400]}"
        result = answer.json["data"]["result"] if answer.status == 200 else {"success": False, **answer.json}
        done = result["success"]
        if "fail" not in step:
            if not done:
                raise Wrong(told)
        elif done or not text_has(step["fail"], result["message"]):
            raise Wrong(f"wanted a refusal with {step['fail']}; {told}")
        if "max" in step and answer.seconds > max(PATIENCE, step["max"] / 1000):
            raise Wrong(f"took {answer.seconds:.1f} s; {told}")

    def _text(self, step):
        answer = self.server.operation(self.session, "extract", {})
        if answer.status != 200:
            raise Wrong(f"extract: {answer}")
        text = json.dumps(answer.json["data"]["result"], ensure_ascii=False).replace('\\"', '"').replace("\\n", "\n")
        for wanted in step.get("has", []):
            if not text_has(wanted, text):
                raise Wrong(f"the page's text has no {wanted}: {text[:1000]}")
        for unwanted in step.get("not", []):
            if text_has(unwanted, text):
                raise Wrong(f"the page's text has {unwanted}: {text[:1000]}")
        if "ref" in step:
            found = re.search(step["ref"]["regex"], text)
            if not found:
                raise Wrong(f"the page's text has no {step['ref']['regex']}: {text[:1000]}")
            self.ref = f"@ref:{found.group(1)}"
