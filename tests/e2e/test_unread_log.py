"""A stdout that nobody reads: it holds up no request and no exit."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import setup_path  # noqa: F401
from harness import proc
from harness.client import Connection
from harness.case import main
from harness.patience import PATIENCE, PROMPT
from harness.server import BINARY, FOLDERS


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    try:
        with Connection(port) as connection:
            return connection.ask("GET", "/healthz").status == 200
    except OSError:
        return False


class UnreadLog(unittest.TestCase):
    def test_requests_are_answered_and_sigterm_is_obeyed(self):
        folder = tempfile.mkdtemp(prefix="belay-test-", dir=FOLDERS)
        self.addCleanup(shutil.rmtree, folder, True)
        port = free_port()
        unread, stdout = os.pipe()
        self.addCleanup(os.close, unread)
        server = subprocess.Popen([BINARY, "--port", str(port)], stdout=stdout, stderr=subprocess.DEVNULL, cwd=folder,
                                  env={**os.environ, "TMPDIR": folder, "HOME": folder, "HOST": "127.0.0.1"})
        os.close(stdout)
        self.addCleanup(server.kill)
        self.assertTrue(proc.wait_until(lambda: answers(port), PATIENCE))
        with Connection(port) as connection:
            for _ in range(3000):  # about 500 KB of log: eight pipes full
                self.assertEqual(connection.ask("GET", "/nowhere").status, 404)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(PROMPT), 0)


if __name__ == "__main__":
    main()
