"""The providers' packages from PyPI, in a virtual environment below build/, made anew when requirements.txt is another."""

import fcntl
import hashlib
import os
import shutil

from harness.pypi import ROOT, run

HERE = os.path.dirname(os.path.abspath(__file__))


def python(name, requirements):
    """The interpreter that has the packages of the file. Raises SkipTest with the reason where they cannot be had."""
    folder = os.path.join(ROOT, "build", name)
    binary = os.path.join(folder, "bin", "python")
    done = os.path.join(folder, "installed")
    path = os.path.join(HERE, requirements)
    with open(path, "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(done):
            with open(done, encoding="ascii") as file:
                if file.read() == wanted:
                    return binary
        shutil.rmtree(folder, ignore_errors=True)
        run("no virtual environment", "/usr/bin/python3", "-m", "venv", folder)
        run("PyPI cannot be reached", binary, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1",
            "-r", path)
        with open(done, "w", encoding="ascii") as file:
            file.write(wanted)
    return binary
