"""The in-page script without the server: as the build has put it together, run in an isolated world of a tab."""

import json
import os
import re
import unittest

from .devtools import Devtools
from .server import BINARY
from .site import Site
from .tap import Chromium

MADE = os.path.join(os.path.dirname(BINARY), "generated", "page_script.cc")


def page_script(extra=""):
    """`extra` is put before the last part, inside of the closure, so that a test can look at what the script keeps in:
    the functions of its object `testing` can be called like the script's own."""
    with open(MADE, encoding="utf-8") as file:
        parts = re.findall(r'R"BELAYJS\((.*?)\)BELAYJS"', file.read(), re.DOTALL)
    if extra:
        parts.insert(-1, extra)
        parts[-1] = parts[-1].replace("const api = {", "const api = {\n  ...testing,")
    return "(() => {\n'use strict';\nif (globalThis.__belay) return;\n" + "".join(parts) + "})();\n"


class ScriptTab:
    """One tab of a browser, with our script in a world of its own."""

    def __init__(self, browser, extra=""):
        self.devtools = Devtools(f"ws://127.0.0.1:{browser.port}{browser.path}", timeout=60)
        self.target = next(iter(self.devtools.pages()))
        self.session = self.devtools.session_of(self.target)
        self.source = page_script(extra)
        self.context = None
        self.call("Page.enable")
        self.call("DOM.enable")

    def call(self, method, **parameters):
        return self.devtools.call(method, self.session, **parameters)

    def open(self, url):
        self.call("Page.navigate", url=url)
        # The navigation is answered when it has been committed; what is left is waiting for its end.
        self.devtools.evaluate(self.target, "document.readyState === 'complete' || new Promise((d) => onload = () => d(1))")
        frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.context = self.call("Page.createIsolatedWorld", frameId=frame, worldName="belay")["executionContextId"]
        self.run(self.source)

    def run(self, expression):
        reply = self.call("Runtime.evaluate", expression=expression, contextId=self.context, awaitPromise=True,
                          returnByValue=True)
        if "exceptionDetails" in reply:
            raise RuntimeError(f"{expression[:200]}: {reply['exceptionDetails']}")
        return reply["result"].get("value")

    def ask(self, function, *arguments):
        """Calls a function of the script; its {error} is raised. Where it wants to know of closed roots it is told that
        nobody knows of any beyond those that a test has handed in."""
        call = f"__belay.{function}({', '.join(json.dumps(a) for a in arguments)})"
        answer = self.run(call)
        while isinstance(answer, dict) and answer.get("hosts"):
            self.run("__belay.hosts().then(() => 0)")
            answer = self.run(call)
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def close(self):
        self.devtools.close()


class ScriptCase(unittest.TestCase):
    """Tests that share a site and a tab with the script, and with the other classes of their file a Chromium. `extra`: see
    page_script."""

    maxDiff = None
    extra = ""
    chromium = None

    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.addClassCleanup(cls.site.close)
        if not ScriptCase.chromium:
            ScriptCase.chromium = Chromium()
            unittest.addModuleCleanup(ScriptCase.end_chromium)
        cls.tab = ScriptTab(cls.chromium, cls.extra)
        cls.addClassCleanup(cls.tab.close)

    @staticmethod
    def end_chromium():
        chromium, ScriptCase.chromium = ScriptCase.chromium, None
        chromium.__exit__()


class ActsCase(ScriptCase):
    """With a page of a few elements, and a hand."""

    def show(self, body):
        self.site.pages["/case"] = f"<!doctype html><title>case</title><body style='margin: 0'>{body}"
        self.tab.open(self.site.url + "/case")

    def mouse(self, point, clicks=1):
        for number in range(1, clicks + 1):
            for move in ("mousePressed", "mouseReleased"):
                self.tab.call("Input.dispatchMouseEvent", type=move, button="left", clickCount=number, x=point["x"], y=point["y"])

    def touch(self, point):
        self.tab.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": point["x"], "y": point["y"]}])
        self.tab.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def refused(self, why, function, *arguments):
        with self.assertRaisesRegex(RuntimeError, why):
            self.tab.ask(function, *arguments)
