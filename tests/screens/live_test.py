"""Runs the live test of engine/page_hand.h: gestures on pages that note what reaches them."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import live  # noqa: E402
from harness.case import main  # noqa: E402
from harness.site import Site  # noqa: E402
from harness.tap import Chromium  # noqa: E402


class LiveHand(unittest.TestCase):
    def test_gestures_do_on_real_pages_what_they_say(self):
        site = Site()
        self.addCleanup(site.close)
        for name in os.listdir(os.path.join(HERE, "pages")):
            with open(os.path.join(HERE, "pages", name), encoding="utf-8") as file:
                # Another host is another site, and so another process.
                site.pages["/" + name] = file.read().replace("FOREIGN", f"http://localhost:{site.port}")
        with Chromium() as chromium:
            live.run("engine_test", os.environ.get("BELAY_TEST_FILTER", "LiveHand.*"), chromium, 240, BELAY_TEST_SITE=site.url)


if __name__ == "__main__":
    main()
