"""Session start against Chromium's own launch: the same executable and flags from a bare launcher, until the browser
answers its first DevTools command."""

import base64
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

from harness.client import Connection

from .stats import Comparison, Limit

LISTENING = b"DevTools listening on "
LAUNCH = {"headless": True}


def start_body(**launch):
    return {"modelName": "openai/gpt-4o-mini", "browser": {"type": "local", "launchOptions": {**LAUNCH, **launch}}}


class Recorder:
    """An executable that notes the flags it is given and becomes Chromium."""

    def __init__(self, chromium, folder):
        self.path = os.path.join(folder, "recording-chromium")
        self.noted = os.path.join(folder, "flags")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nprintf '%s\\0' \"$@\" > '{self.noted}'\nexec '{chromium}' \"$@\"\n")
        os.chmod(self.path, 0o755)

    def flags(self):
        with open(self.noted, "rb") as file:
            return file.read().decode().split("\0")[:-1]


def _first_answer(url):
    """Opens the WebSocket, asks Browser.getVersion and reads until the reply."""
    address, path = url.removeprefix("ws://").split("/", 1)
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(4096)
        text = b'{"id":1,"method":"Browser.getVersion"}'
        mask = b"\0\0\0\0"  # a mask of zeros leaves the text as it is
        connection.sendall(struct.pack("!BB", 0x81, 0x80 | len(text)) + mask + text)
        while b'"id":1' not in received:
            received += connection.recv(4096)


def _bare_launch(chromium, flags, env, folder):
    """Milliseconds from before the profile is made until the first answer."""
    began = time.perf_counter()
    profile = tempfile.mkdtemp(prefix="bare-", dir=folder)
    flags = [f"--user-data-dir={profile}" if flag.startswith("--user-data-dir=") else flag for flag in flags]
    process = subprocess.Popen([chromium, *flags], env=env, cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    said = b""
    while LISTENING not in said or b"\n" not in said.split(LISTENING, 1)[1]:
        more = os.read(process.stderr.fileno(), 4096)
        if not more:
            raise RuntimeError(f"Chromium ended: {said[-300:]!r}")
        said += more
    _first_answer(said.split(LISTENING, 1)[1].split(b"\n", 1)[0].decode())
    took = (time.perf_counter() - began) * 1000
    os.killpg(process.pid, signal.SIGKILL)
    process.stderr.close()
    process.wait()
    _remove(profile)
    return took


def _remove(profile):
    for _ in range(100):  # children of the browser write for a moment after its end
        shutil.rmtree(profile, ignore_errors=True)
        if not os.path.exists(profile):
            return
        time.sleep(0.02)


def _our_start(connection, body):
    answer = connection.ask("POST", "/v1/sessions/start", body)
    if answer.status != 200:
        raise RuntimeError(f"start: {answer}")
    ended = connection.ask("POST", f"/v1/sessions/{answer.json['data']['sessionId']}/end")
    if ended.status != 200:
        raise RuntimeError(f"end: {ended}")
    return answer.seconds * 1000


def session_start(contestants, rounds):
    out = Comparison("start", "Session start (POST /v1/sessions/start, headless)", "ms",
                     "bare launch to the first CDP answer", limits=[Limit("ratio", most=1.1)])
    recorder = Recorder(contestants.chromium, contestants.folder)
    with contestants.ours() as server, Connection(server.port) as connection:
        _our_start(connection, start_body(executablePath=recorder.path))  # warms the disk up, too
        env = {"PATH": os.environ["PATH"], "HOME": contestants.folder, "TMPDIR": contestants.folder, "LANG": "C.UTF-8"}
        bare = lambda: _bare_launch(contestants.chromium, recorder.flags(), env, contestants.folder)
        bare()
        for round_number in range(rounds):
            contest = [(lambda: _our_start(connection, start_body()), out.ours), (bare, out.theirs)]
            for run, times in contest if round_number % 2 else reversed(contest):
                times.append(run())
    return out
