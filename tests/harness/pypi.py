"""Packages from PyPI that some tests need, in one virtual environment below build/, installed once."""

import fcntl
import os
import subprocess
import unittest

ROOT = os.environ.get("BELAY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, "build", "venv")
PYTHON = os.path.join(VENV, "bin", "python")
INSTALLING = 240  # seconds
FIND = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"


def has(module):
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", FIND, module], check=False).returncode == 0


def run(what, *command):
    """Raises SkipTest where the command fails, or where nothing comes of it."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALLING, check=False)
    except subprocess.TimeoutExpired as expired:
        raise unittest.SkipTest(f"{what}: not within {INSTALLING} s") from expired
    if done.returncode != 0:
        raise unittest.SkipTest(f"{what}: " + (done.stderr.strip().splitlines() or ["?"])[-1][-200:])


def python_with(module, requirement, *options):
    """The interpreter that has the module; installs it when it is not there yet. Raises SkipTest with the reason."""
    os.makedirs(os.path.dirname(VENV), exist_ok=True)
    with open(VENV + ".lock", "w", encoding="ascii") as lock:  # tests that run at once share the environment
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not has(module):
            run("no virtual environment", "/usr/bin/python3", "-m", "venv", VENV)
            run("PyPI cannot be reached", PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries",
                "1", *options, requirement)
    return PYTHON


def folder_of(module, requirement, *options):
    """Where the module's files are."""
    python = python_with(module, requirement, *options)
    where = "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]).submodule_search_locations[0])"
    return subprocess.run([python, "-c", where, module], capture_output=True, text=True, check=True).stdout.strip()
