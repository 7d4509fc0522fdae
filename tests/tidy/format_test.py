"""Every C++ file is as clang-format 19 would write it, by .clang-format."""

import shutil
import subprocess
import sys
import unittest

from tidy_test import ROOT, tracked_files

TOOL = "clang-format-19"


def unformatted(names):
    run = subprocess.run([TOOL, "--dry-run", "--Werror", "--ferror-limit=1", *names], cwd=ROOT, capture_output=True,
                         text=True, check=False)
    return run.stderr if run.returncode != 0 else ""


class Format(unittest.TestCase):
    def test_every_source_file_is_formatted(self):
        names = [name for name in tracked_files()
                 if name.startswith(("src/", "tests/", "bench/")) and name.endswith((".h", ".cc"))]
        self.assertGreater(len(names), 100)
        self.assertEqual(unformatted(names), "", "clang-format-19 -i mends it")

    def test_the_rule_itself_complains_about_what_breaks_it(self):
        run = subprocess.run([TOOL, "--dry-run", "--Werror", "--assume-filename=x.cc"], cwd=ROOT, input="int   x ;\n",
                             capture_output=True, text=True, check=False)
        self.assertNotEqual(run.returncode, 0)


if __name__ == "__main__":
    if not shutil.which(TOOL):
        print(f"SKIPPED: {TOOL} is missing")
        sys.exit(77)
    unittest.main()
