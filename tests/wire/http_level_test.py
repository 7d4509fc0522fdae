"""The edges of HTTP itself: what was sent to provoke each answer of captures/_http_level.txt, and the answers, compared
byte for byte (dates masked), with whether the connection stays open."""

import os
import re
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from capture import FOLDER  # noqa: E402
from compare import masked  # noqa: E402
from harness.case import main  # noqa: E402
from harness.server import Server  # noqa: E402

MIB = 1024 * 1024
START = b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LONG_ID = b"a" * 200


def get(path, more=b"", version=b"1.1"):
    return b"GET " + path + b" HTTP/" + version + b"\r\nHost: localhost\r\n" + more + b"\r\n"


def post(path, body=b"{}"):
    return (b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body)


REQUESTS = {
    "toobig content-length keepalive": START + b"Content-Length: %d\r\n\r\n" % (MIB + 1),
    "chunked too big": START + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % (MIB + 1) + b" " * (MIB + 1) + b"\r\n0\r\n\r\n",
    "bad json keepalive": START + b"Content-Length: 4\r\n\r\n{bad",
    "garbage request": b"GARBAGE\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "http/1.0": get(b"/healthz", version=b"1.0"),
    "big header": get(b"/healthz", b"x-big: " + b"a" * 20_000 + b"\r\n"),
    "pipelined": get(b"/healthz") + get(b"/readyz"),
    "bad url enc": post(b"/v1/sessions/%E0%A4%A/act"),
    "very long id": post(b"/v1/sessions/" + LONG_ID + b"/end"),
    "expect continue": START + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    "HEAD metrics": b"HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HEAD replay": b"HEAD /v1/sessions/x/replay HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "empty id": post(b"/v1/sessions//act", b'{"input":"x"}'),
    "empty id end": post(b"/v1/sessions//end"),
    "query string": get(b"/healthz?a=b"),
    "content-length mismatch w/ GET body": get(b"/v1/sessions/x/replay", b"Content-Type: application/json\r\nContent-Length: 4\r\n") + b"{bad",
}

# Headers that we add (the table `deviations` calls them so); each must be there, once.
ADDED = {"empty id end": "x-session-state: absent\n"}


def captured():
    """{name: transcript}"""
    with open(os.path.join(FOLDER, "_http_level.txt"), encoding="utf-8") as file:
        parts = re.split(r"(?m)^== (.*)\n", file.read())
    return dict(zip(parts[1::2], (text.rstrip("\n") for text in parts[2::2])))


def transcript(port, request, expected):
    """What came back, with plain line ends, and how the connection was left. Reads until as much as expected is there."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(request)
        except ConnectionError:
            pass  # refused before it was all sent
        text, end = b"", None
        wanted = len(expected.rsplit("[[", 1)[0].encode())
        while end is None:
            # Once all that is expected has come, a connection that is to stay open is looked at for a moment.
            complete = len(text.replace(b"\r\n", b"\n")) >= wanted
            connection.settimeout(0.3 if complete and expected.endswith("[[still open]]") else 30)
            try:
                data = connection.recv(65536)
                text += data
                end = end if data else "EOF"
                if b"100 Continue\r\n\r\n" in data:
                    connection.sendall(b"{}")
            except TimeoutError:
                end = "still open"
            except ConnectionError:
                end = "EOF"
    return text.decode().replace("\r\n", "\n").rstrip("\n") + f"[[{end}]]"


class HttpLevel(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.clean_up)
        cls.addClassCleanup(cls.server.stop)

    def test_every_captured_edge_has_its_request(self):
        self.assertEqual(set(captured()), set(REQUESTS))

    def check(self, name):
        expected = captured()[name]
        tidy = lambda text: re.sub(r"\n+\[\[", "[[", masked(text))
        ours = transcript(self.server.port, REQUESTS[name], expected)
        # After each date, but for the one that the parser writes by itself.
        ours, named = re.subn(r"(?m)^(Date: .*\n)Server: belay/\d+\.\d+\.\d+\n", r"\1", ours)
        self.assertEqual(named, 0 if name == "no host" else ours.count("\nDate: "))
        if name in ADDED:
            self.assertEqual(ours.count(ADDED[name]), 1)
            ours = ours.replace(ADDED[name], "")
        self.assertEqual(tidy(ours), tidy(expected))


for _name in REQUESTS:
    setattr(HttpLevel, "test_" + re.sub(r"\W+", "_", _name), lambda self, name=_name: self.check(name))

if __name__ == "__main__":
    main()
