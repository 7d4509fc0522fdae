"""Packages from PyPI that some tests need, in one virtual environment below build/, installed once."""

import os
import subprocess
import unittest

ROOT = os.environ.get("BELAY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, "build", "venv")
FIND = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"


def python_with(module, requirement, *options):
    """The interpreter that has the module; installs it when it is not there yet. Raises SkipTest with the reason."""
    python = os.path.join(VENV, "bin", "python")
    if os.path.exists(python) and subprocess.run([python, "-c", FIND, module], check=False).returncode == 0:
        return python
    made = subprocess.run(["/usr/bin/python3", "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise unittest.SkipTest(f"no virtual environment: {made.stderr.strip()[-200:]}")
    got = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1",
                          *options, requirement], capture_output=True, text=True, timeout=240, check=False)
    if got.returncode != 0:
        raise unittest.SkipTest("PyPI cannot be reached: " + (got.stderr.strip().splitlines() or ["?"])[-1][:200])
    return python


def folder_of(module, requirement, *options):
    """Where the module's files are."""
    python = python_with(module, requirement, *options)
    where = "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]).submodule_search_locations[0])"
    return subprocess.run([python, "-c", where, module], capture_output=True, text=True, check=True).stdout.strip()
