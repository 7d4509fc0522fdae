"""Cases by Playwright, on a Chromium of its own (playwright_side.mjs)."""

import json
import os
import queue
import subprocess
import tempfile
import threading

from harness.server import CHROMIUM, FOLDERS, QUIET
from page_cases import Wrong

HERE = os.path.dirname(os.path.abspath(__file__))
VIEW = {"width": 1288, "height": 711}  # as a session of Belay has it
# What it has a call for; scrolling by parts of a page and reading the page's text have none.
METHODS = ("click", "doubleClick", "hover", "fill", "type", "press", "selectOption", "setInputFiles", "scrollIntoView", "dragAndDrop",
           "mouse.wheel")

LONGEST = 300  # seconds for one row, whose steps have limits of their own


def has_words_for(case):
    return all("method" not in step or step["method"] in METHODS for step in case["steps"])


class PlaywrightSide:
    def __init__(self, packages):
        self.folder = tempfile.TemporaryDirectory(prefix="belay-playwright-", dir=FOLDERS)
        env = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "TMPDIR": self.folder.name, "NODE_MODULES": packages.modules,
               "VIEW": json.dumps(VIEW)}
        self.process = subprocess.Popen([packages.node, os.path.join(HERE, "playwright_side.mjs"), CHROMIUM, "--no-sandbox", *QUIET],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self.answers = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.answers.put(json.loads(line))
        self.answers.put(None)

    def run(self, case, site, patience):
        """Raises Wrong, with what was wanted and what came."""
        url = site.add(case)
        named = json.loads(site.named(json.dumps({key: case[key] for key in ("steps", "probe", "expect") if key in case})))
        self.process.stdin.write(json.dumps({**named, "url": url, "patience": 1000 * patience}) + "\n")
        self.process.stdin.flush()
        answer = self.answers.get(timeout=LONGEST)
        if answer is None:
            raise AssertionError("Playwright's process has ended")
        if "wrong" in answer:
            raise Wrong(answer["wrong"])

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.reader.join()
        self.process.stdout.close()
        self.folder.cleanup()
