"""The round trips of round_trip_test.py on the pages of MiniWoB++ (PyPI `miniwob`), with the task begun. Skipped
when PyPI cannot be reached and nothing is installed yet."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import pypi  # noqa: E402
from harness.case import main  # noqa: E402
from harness.site import Site  # noqa: E402
from harness.tap import Chromium  # noqa: E402
from round_trip_test import round_trips, some_of  # noqa: E402

MINIWOB = "miniwob>=1.1,<2"
# The cover that waits for a click before it begins a task goes away.
BEGIN = "globalThis.core?.startEpisodeReal?.()"


class MiniWob(unittest.TestCase):
    def test_every_id_of_every_page_leads_back_to_its_node(self):
        # Without what its own Python code needs: only its pages are used.
        root = os.path.join(pypi.folder_of("miniwob", MINIWOB, "--no-deps"), "html")
        site = Site()
        self.addCleanup(site.close)
        pages = [site.url + path for path in site.folder(root) if path.endswith(".html")]
        self.assertGreater(len(pages), 100)
        pages = some_of(pages, 9)
        with Chromium() as chromium:
            ids = round_trips(chromium, pages, BEGIN, seconds=800)
        self.assertEqual(len(ids), len(pages))
        print(f"  {sum(ids.values())} ids on {len(ids)} pages lead back to their nodes")


if __name__ == "__main__":
    main()
