"""Runs the live test of src/browser/snapshot on pages that the walk and Chromium's own tree must read alike."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import live  # noqa: E402
from harness.case import main  # noqa: E402
from harness.devtools import Devtools  # noqa: E402
from harness.site import Site  # noqa: E402
from harness.tap import Chromium  # noqa: E402


class LiveSnapshot(unittest.TestCase):
    def test_both_sources_give_the_same_lines(self):
        site = Site()
        self.addCleanup(site.close)
        with Chromium() as chromium:
            devtools = Devtools(f"ws://127.0.0.1:{chromium.port}{chromium.path}")
            self.addCleanup(devtools.close)
            tab = next(iter(devtools.pages()))
            with open(os.path.join(HERE, "pages", "small", "form.html"), encoding="utf-8") as file:
                site.pages["/form.html"] = file.read()
            devtools.call("Page.navigate", devtools.session_of(tab), url=site.url + "/form.html")
            devtools.evaluate(tab, "document.readyState === 'complete' || new Promise((d) => onload = () => d(1))")
            live.run("browser_test", "LiveSnapshot.*", chromium, 240)


if __name__ == "__main__":
    main()
