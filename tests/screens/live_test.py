"""Runs the live test of engine/page_hand.h: gestures on pages that note what reaches them."""

import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness.case import main  # noqa: E402
from harness.server import BINARY  # noqa: E402
from harness.site import Site  # noqa: E402
from harness.tap import Chromium  # noqa: E402

TESTS = os.path.join(os.path.dirname(os.path.abspath(BINARY)), "engine_test")


class LiveHand(unittest.TestCase):
    def test_gestures_do_on_real_pages_what_they_say(self):
        if not os.access(TESTS, os.X_OK):
            self.skipTest("engine_test is not built")
        site = Site()
        self.addCleanup(site.close)
        for name in os.listdir(os.path.join(HERE, "pages")):
            with open(os.path.join(HERE, "pages", name), encoding="utf-8") as file:
                # Another host is another site, and so another process.
                site.pages["/" + name] = file.read().replace("FOREIGN", f"http://localhost:{site.port}")
        with Chromium() as chromium:
            done = subprocess.run([TESTS, "--gtest_filter=" + os.environ.get("BELAY_TEST_FILTER", "LiveHand.*")],
                                  capture_output=True, text=True, timeout=90,
                                  env={**os.environ, "BELAY_TEST_SITE": site.url,
                                       "BELAY_TEST_CDP_URL": f"ws://127.0.0.1:{chromium.port}{chromium.path}"})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertNotIn("SKIPPED", done.stdout)


if __name__ == "__main__":
    main()
