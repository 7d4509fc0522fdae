"""Our server as a child process with a folder of its own, and the calls of its API."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from . import proc
from .client import Connection, Stream
from .patience import PATIENCE

BINARY = os.path.abspath(os.environ.get("BELAY_BINARY", "build/release/belay"))  # servers run in folders of their own
CHROMIUM = os.environ.get("BELAY_TEST_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-quic", "--no-first-run"]
# In memory where there is such a place: the limits are about the server, not about a disk that is catching up.
FOLDERS = os.environ.get("BELAY_TEST_FOLDERS") or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
SANITIZED = re.compile(rb"__[at]san_init")
SANITIZER_CRY = re.compile(r"ERROR: (Address|Leak|Thread)Sanitizer|runtime error:|WARNING: ThreadSanitizer")


def local(**launch):
    """A start body for a browser of the server's own."""
    return {"modelName": "openai/gpt-4o-mini",
            "browser": {"type": "local", "launchOptions": {"headless": True, "executablePath": CHROMIUM, "args": QUIET,
                                                           **launch}}}


def action(method, selector, *arguments):
    return {"selector": selector, "description": f"{method} {selector}", "method": method, "arguments": list(arguments)}


@functools.cache
def sanitized(binary):
    with open(binary, "rb") as file:
        return SANITIZED.search(file.read()) is not None


class Server:
    """Starts at once and waits until it listens. `arguments`: further flags; `env`: further environment."""

    def __init__(self, *arguments, env=None, sandbox_off=True, folder=None, binary=None, cwd=None):
        self.folder = folder or tempfile.mkdtemp(prefix="belay-test-", dir=FOLDERS)
        self.lines = []
        self.errors = []
        self.binary = binary or BINARY
        command = [self.binary, *(["--chromium-sandbox=off"] if sandbox_off else []), *arguments]
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "TMPDIR": self.folder, "HOST": "127.0.0.1",
                    "PORT": "0", "LANG": "C.UTF-8",
                    **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "ASAN_SYMBOLIZER_PATH"},
                    **(env or {})}
        self.spawned = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        text=True, cwd=cwd or self.folder, env=self.env, start_new_session=True)
        self.pid = self.process.pid
        self.listening = threading.Event()
        self.port = 0
        self._readers = [threading.Thread(target=self._read_log, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self._readers:
            reader.start()
        if not self.listening.wait(PATIENCE) or not self.port:
            self.clean_up()
            raise RuntimeError(f"no listening line: {self.lines} {self.errors}")
        self.ready_after = time.monotonic() - self.spawned
        self.url = f"http://127.0.0.1:{self.port}"

    def _read_log(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            match = re.search(r"Server listening at http://[^\"]*:(\d+)", line)
            if match and not self.port:
                self.port = int(match.group(1))
                self.listening.set()
        self.listening.set()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))

    # The API

    def ask(self, method, path, body=None, headers=None, timeout=120):
        with Connection(self.port, timeout=timeout) as connection:
            return connection.ask(method, path, body, headers)

    def start_answer(self, body=None, headers=None, timeout=120):
        return self.ask("POST", "/v1/sessions/start", body or local(), headers, timeout)

    def start(self, body=None, headers=None):
        answer = self.start_answer(body, headers)
        if answer.status != 200:
            raise AssertionError(f"start: {answer}")
        return answer.json["data"]["sessionId"]

    def operation(self, session, verb, body, headers=None, timeout=120):
        return self.ask("POST", f"/v1/sessions/{session}/{verb}", body, headers, timeout)

    def navigate(self, session, url, headers=None, **options):
        return self.operation(session, "navigate", {"url": url, "options": options}, headers)

    def act(self, session, act, headers=None, **options):
        return self.operation(session, "act", {"input": act, "options": options}, headers)

    def end(self, session):
        return self.ask("POST", f"/v1/sessions/{session}/end")

    def stream(self, session, verb, body, headers=None):
        return Stream(self.port, f"/v1/sessions/{session}/{verb}", {**body, "streamResponse": True}, headers)

    def metric(self, name):
        """The sum of a metric's samples, or None when it has none."""
        total = None
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            match = re.match(rf"{re.escape(name)}(?:{{[^}}]*}})? ([-+0-9.eE]+)$", line)
            if match:
                total = (total or 0) + float(match.group(1))
        return total

    # What it has logged

    def logged(self, message=None):
        """The log's entries so far, or those of one message. A line is written a moment after what it tells, the answer to
        a request included: this asks for something and waits until the log has come to it. Needs info among the levels."""
        asked = '"method":"REPORT"'
        marks = lambda: sum(asked in line for line in self.lines)
        before = marks()
        self.ask("REPORT", "/log")
        if not proc.wait_until(lambda: marks() > before, PATIENCE):
            raise AssertionError(f"the log stands still: {self.lines[-3:]}")
        entries = [json.loads(line) for line in self.lines if asked not in line]
        return [entry for entry in entries if message is None or entry["msg"] == message]

    # What is left of it

    def browsers(self):
        return proc.browsers(self.folder)

    def processes(self):
        """Everything it started that lives, itself not counted."""
        return [pid for pid in proc.marked(self.folder) if pid != self.pid]

    def processes_of_browsers(self):
        """The same without the reaper, which lives as long as the server."""
        return [pid for pid in self.processes() if "--belay-reaper" not in proc.command_line(pid)]

    @property
    def root(self):
        """Where its sessions have their folders, and profiles are that callers keep."""
        return os.path.join(self.env["TMPDIR"], f"belay-{os.geteuid()}")

    def profiles(self):
        return sorted(os.listdir(self.root)) if os.path.isdir(self.root) else []

    def left_behind(self):
        """What is to be gone a moment after the server: Chromium's crash handler, for one, goes by itself."""
        return [proc.command_line(pid) for pid in self.processes()] + self.profiles()

    def stop(self, number=signal.SIGTERM, seconds=90):
        """Returns (exit code, how long it took)."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(seconds)
        took = time.monotonic() - began
        for reader in self._readers:
            reader.join(PATIENCE)
        return code, took

    def clean_up(self):
        """Kills what is left and removes the folder."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in proc.marked(self.folder):
            proc.kill(pid)
        proc.wait_until(lambda: not proc.marked(self.folder), PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stalls(self):
        """Turns of the loop that kept everybody waiting by work, as its log tells them; a sanitizer makes everything slow.
        Sleep is looked at where a test makes a call sleep (tests/faults): a machine that takes memory back lets any turn wait
        for its pages."""
        if sanitized(self.binary):
            return []
        return [line for line in self.lines if '"msg":"loop stalled"' in line and '"kind":"busy"' in line]

    def cries(self):
        return [line for line in self.errors if SANITIZER_CRY.search(line)]
