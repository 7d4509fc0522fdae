"""Names that nobody answers for: they hold up nobody else, and no exit. The name server is a socket that takes every question."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
import unittest

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.lateness import Lateness
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import BINARY, FOLDERS
from harness.tap import Chromium


def attach(url):
    return {"modelName": "openai/gpt-4o-mini",
            "browser": {"type": "local", "launchOptions": {"cdpUrl": url, "connectTimeoutMs": 1000 * BUDGET}}}


class Names(ServerCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("a name server of its own needs a mount of its own, so root")
        cls.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        cls.addClassCleanup(cls.silent.close)
        try:
            cls.silent.bind(("127.0.0.53", 53))
        except OSError as error:
            raise unittest.SkipTest(f"port 53 cannot be had: {error}")
        cls.silent.settimeout(PATIENCE)

    def binary_with_a_silent_name_server(self):
        """In a mount namespace where /etc/resolv.conf names that socket."""
        folder = tempfile.mkdtemp(prefix="belay-names-", dir=FOLDERS)
        self.addCleanup(shutil.rmtree, folder)
        config, wrapper = os.path.join(folder, "resolv.conf"), os.path.join(folder, "belay")
        with open(config, "w") as file:
            file.write("nameserver 127.0.0.53\noptions timeout:60\n")
        with open(wrapper, "w") as file:
            file.write(f"#!/bin/sh\nexec unshare -m sh -c 'mount --bind {config} /etc/resolv.conf && exec {BINARY} \"$@\"' sh \"$@\"\n")
        os.chmod(wrapper, stat.S_IRWXU)
        return wrapper

    def server_with_a_silent_name_server(self):
        return self.server(binary=self.binary_with_a_silent_name_server())

    def forget_questions(self):
        self.silent.settimeout(0)
        try:
            while True:
                self.silent.recv(4096)
        except BlockingIOError:
            self.silent.settimeout(PATIENCE)

    def wait_for_a_question(self):
        self.silent.recv(4096)

    def test_an_attach_to_localhost_does_not_wait_behind_a_dead_name(self):
        server = self.server_with_a_silent_name_server()
        dead = self.in_background(server.start_answer, attach("ws://dead.example:9/"))
        self.wait_for_a_question()
        with Chromium() as chromium:
            session = server.start(attach(f"http://localhost:{chromium.port}"))
            self.assert_done(server.navigate(session, f"{self.site.url}/"))
            self.assertFalse(dead.done())
            server.end(session)

    def test_a_dead_name_does_not_hold_up_the_exit(self):
        server = self.server_with_a_silent_name_server()
        for url in ("ws://dead.example:9/", "http://dead.example:9"):
            self.in_background(server.start_answer, attach(url))
            self.wait_for_a_question()
        code, took = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)

    def test_a_host_that_is_a_dead_name_does_not_hold_up_the_exit(self):
        wrapper = self.binary_with_a_silent_name_server()
        self.forget_questions()
        with subprocess.Popen([wrapper, "--host", "dead.example", "--port", "0"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as server:
            self.addCleanup(server.kill)
            self.wait_for_a_question()
            with Lateness() as lateness:
                began = time.monotonic()
                server.terminate()
                code = server.wait(PATIENCE)
                took = time.monotonic() - began
            self.assertEqual((code, server.stdout.read(), server.stderr.read()), (0, "", ""))
            self.assertLess(took, lateness.allowed(2.5))


if __name__ == "__main__":
    main()
