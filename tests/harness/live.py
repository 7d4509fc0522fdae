"""Live tests: test programs in C++ that are pointed at a Chromium (BELAY_TEST_CDP_URL) and at pages of a site here."""

import os
import subprocess
import unittest

from .server import BINARY


def run(program, tests, chromium, seconds, **variables):
    """What the program said. The tests must be there, run and pass; raises SkipTest where the program is not built."""
    path = os.path.join(os.path.dirname(os.path.abspath(BINARY)), program)
    if not os.access(path, os.X_OK):
        raise unittest.SkipTest(f"{program} is not built")
    done = subprocess.run([path, f"--gtest_filter={tests}"], capture_output=True, text=True, timeout=seconds, check=False,
                          env={**os.environ, "BELAY_TEST_CDP_URL": f"ws://127.0.0.1:{chromium.port}{chromium.path}",
                               **variables})
    if done.returncode != 0 or "[  PASSED  ]" not in done.stdout or "PASSED  ] 0 tests" in done.stdout \
            or "SKIPPED" in done.stdout:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout
