"""./run --help and --version: answered at once, without setting up and without building."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import setup_path  # noqa: F401
from harness.case import main
from harness.patience import PATIENCE

ROOT = os.environ.get("BELAY_SOURCE_DIR", os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")))


class RunScript(unittest.TestCase):
    """In a copy of the tree that has no build and whose set-up would fail."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="belay-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(os.path.join(ROOT, "run"), self.folder)
        for name in ("docs/guide", "tools"):
            os.makedirs(os.path.join(self.folder, name))
        shutil.copy(os.path.join(ROOT, "docs", "guide", "configure.md"), os.path.join(self.folder, "docs", "guide"))
        with open(os.path.join(self.folder, "tools", "setup.sh"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho set up >&2\nexit 7\n")
        os.chmod(os.path.join(self.folder, "tools", "setup.sh"), 0o755)

    def run_it(self, *arguments, **environment):
        return subprocess.run([os.path.join(self.folder, "run"), *arguments], capture_output=True, text=True, check=False,
                              timeout=PATIENCE, env={"PATH": os.environ["PATH"], **environment})

    def put_binary(self, script):
        """A stand-in for what a build would have made, and for ninja, which has nothing to do."""
        place = os.path.join(self.folder, "build", "release")
        os.makedirs(place)
        for path, text in ((os.path.join(place, "belay"), script), (os.path.join(self.folder, "ninja"), "exit 0"),
                           (os.path.join(self.folder, "tools", "setup.sh"), "exit 0")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\n{text}\n")
            os.chmod(path, 0o755)

    def test_help_needs_no_build(self):
        for arguments in (("--help",), ("-h",), ("help",), ("--port=0", "--help")):
            result = self.run_it(*arguments)
            self.assertEqual(result.returncode, 0, result)
            self.assertNotIn("set up", result.stderr)
            self.assertIn("./run demo", result.stdout)
            self.assertRegex(result.stdout, r"(?m)^  --max-sessions N ")
            self.assertNotIn("```", result.stdout)

    def test_version_without_a_build_says_that_there_is_none(self):
        result = self.run_it("--version")
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("set up", result.stderr)
        self.assertIn("not built yet", result.stderr)

    def test_other_arguments_set_up_first(self):
        self.assertEqual(self.run_it("--port=0").returncode, 7)

    def test_without_a_display_browsers_are_headless(self):
        self.put_binary('echo "$@"')
        path = f"{self.folder}:{os.environ['PATH']}"
        shown = lambda *arguments, **environment: self.run_it(*arguments, **{"PATH": path, **environment}).stdout
        self.assertIn("--headless=true", shown("--port=0"))
        self.assertNotIn("--headless", shown("--port=0", DISPLAY=":7"))
        self.assertNotIn("--headless", shown("--port=0", WAYLAND_DISPLAY="wayland-0"))
        self.assertNotIn("--headless=true", shown("--headless=false"))
        self.assertNotIn("--headless", shown(HEADLESS="false"))
        self.assertEqual(len(re.findall("--headless", shown("--headless"))), 1)


if __name__ == "__main__":
    main()
