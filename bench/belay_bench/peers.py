"""The peers: scripts of bench/peers, run by a Node from npm with what they need of its packages."""

import os

from harness import npm


class Peers:
    node = npm.NODE
    modules = npm.MODULES

    def __init__(self, source):
        self.source = source  # bench/peers

    def script(self, name):
        return os.path.join(self.source, name)

    @staticmethod
    def version(name):
        return npm.version(name)
