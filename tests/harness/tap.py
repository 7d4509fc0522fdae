"""A Chromium of the test's own, and a tap in front of it that counts connections and can hold them back."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

from . import proc
from .patience import PATIENCE
from .server import CHROMIUM, QUIET


class Chromium:
    """A browser that the server under test did not launch."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="belay-foreign-")
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", *QUIET, "--remote-debugging-port=0",
             f"--user-data-dir={self.folder}/profile", "about:blank"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True, cwd=self.folder,
            env={**os.environ, "TMPDIR": self.folder, "HOME": self.folder})
        for line in self.process.stderr:
            match = re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)(\S+)", line)
            if match:
                self.port, self.path = int(match.group(1)), match.group(2)
                break
        else:
            raise RuntimeError("the foreign browser did not start")
        self.said = []
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True)
        self.reader.start()
        self.killed = False

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.killed = True
        self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Tells of one that ended by itself, for then a test has failed that says only that it is gone."""
        ended = not self.killed and self.process.poll() is not None
        for pid in proc.marked(self.folder):
            proc.kill(pid)
        self.process.wait()
        self.reader.join(PATIENCE)
        if ended:
            print(f"the foreign browser ended by itself ({self.process.returncode}):\n{''.join(self.said)}", file=sys.stderr)
        self.process.stderr.close()
        proc.wait_until(lambda: not proc.marked(self.folder), PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


class Tap:
    """Passes bytes on to 127.0.0.1:`port`, and keeps the first of each visit in `requests`. With `hold`, visitors wait
    until release(); with `tls` (an ssl.SSLContext) it speaks TLS to them."""

    def __init__(self, port, hold=False, tls=None):
        self.tls = tls
        self.requests = []
        self.target = port
        self.opened = 0
        self.open = 0
        self.lock = threading.Lock()
        self.let = threading.Event()
        self.visitors = threading.Semaphore(0)
        if not hold:
            self.let.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path):
        return f"ws://127.0.0.1:{self.port}{path}"

    def _accept(self):
        while True:
            try:
                visitor, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.opened += 1
                self.open += 1
            self.visitors.release()
            threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor):
        try:
            self.let.wait(60)
            if self.tls:
                visitor = self.tls.wrap_socket(visitor, server_side=True)
            with visitor, socket.create_connection(("127.0.0.1", self.target)) as peer:
                first = visitor.recv(65536)
                with self.lock:
                    self.requests.append(first)
                peer.sendall(first)
                back = threading.Thread(target=self._pump, args=(peer, visitor), daemon=True)
                back.start()
                self._pump(visitor, peer)
                back.join()
        except OSError:
            pass
        finally:
            with self.lock:
                self.open -= 1

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def wait_for_visitor(self, seconds=PATIENCE):
        return self.visitors.acquire(timeout=seconds)

    def release(self):
        self.let.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.let.set()
        self.listener.close()
