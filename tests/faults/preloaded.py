"""Servers with a library of ours loaded before the system's (LD_PRELOAD), built from a C file beside this one."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness.case import ServerCase  # noqa: E402
from harness.server import BINARY, FOLDERS, sanitized  # noqa: E402
from harness.tap import Chromium  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


class Preloaded(ServerCase):
    SOURCE = None  # "name": name.c

    @classmethod
    def setUpClass(cls):
        if sanitized(BINARY):
            raise unittest.SkipTest("a sanitizer's runtime takes these calls for itself")
        cls.folder = tempfile.mkdtemp(prefix=f"belay-{cls.SOURCE}-", dir=FOLDERS)
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.library = os.path.join(cls.folder, f"{cls.SOURCE}.so")
        subprocess.run(["clang-19", "-O1", "-fPIC", "-shared", "-o", cls.library, os.path.join(HERE, f"{cls.SOURCE}.c")],
                       check=True)
        cls.chromium = Chromium()
        cls.addClassCleanup(cls.chromium.__exit__)
