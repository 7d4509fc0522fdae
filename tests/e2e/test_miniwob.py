"""Ten tasks of MiniWoB++ (PyPI `miniwob`) through agentExecute, with the scripted oracle of bench/miniwob in the model's place:
lists, dates, menus with a delay, mail, a clipboard, drawn icons, points in a picture. Skipped when PyPI cannot be reached and
nothing is installed yet. bench/miniwob/run.py does all of them."""

import os
import sys
import unittest

import setup_path  # noqa: F401
from harness.case import main

ROOT = os.environ.get("BELAY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench"))

from miniwob import suite  # noqa: E402
from miniwob.families import FAMILIES  # noqa: E402

TASKS = ["choose-list", "click-checkboxes-soft", "click-scroll-list", "copy-paste", "choose-date", "email-inbox-forward",
         "login-user", "search-engine", "social-media-all", "use-slider"]


class MiniWob(unittest.TestCase):
    def test_tasks_are_done_through_the_agents_tools(self):
        running = suite.Suite(suite.folder())
        self.addCleanup(running.close)
        for name in TASKS:
            with self.subTest(name):
                episode = running.run(name, 1, *FAMILIES[name])
                self.assertTrue(episode.solved, f"{episode.goal}: reward {episode.reward}, {episode.why}")
        self.assertEqual(running.server.metric("belay_sessions_in_use"), 0)


if __name__ == "__main__":
    main()
