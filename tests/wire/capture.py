"""Reads a capture: one file is one exchange, the request and the answer as they were on the wire (with plain line ends,
and very long parts left out)."""

import os
import re

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "captures")
OMITTED = re.compile(rb"\n?\.\.\.\[\d+ bytes of request omitted\]\.\.\.\n?")


class Message:
    def __init__(self, head, body):
        lines = head.decode("utf-8").split("\n")
        self.first = lines[0]
        self.headers = [tuple(line.split(": ", 1)) if ": " in line else (line.rstrip(":").rstrip(), "")
                        for line in lines[1:] if line]
        self.body = body

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None


class Capture:
    def __init__(self, name):
        self.name = name
        with open(os.path.join(FOLDER, name + ".txt"), "rb") as file:
            text = file.read()
        asked, answered = re.split(rb"\n### RESPONSE[^\n]*\n", text, maxsplit=1)
        self.request = self._request(asked.removeprefix(b"### REQUEST\n"))
        head, _, body = answered.partition(b"\n\n")
        self.response = Message(head, body)
        if self.response.header("transfer-encoding") == "chunked":
            self.response.body = self._frames(body)
        else:
            self.response.body = body.removesuffix(b"\n")

    @staticmethod
    def _request(text):
        head, _, body = text.partition(b"\n\n")
        message = Message(head, b"")
        length = int(message.header("content-length") or 0)
        cut = OMITTED.search(body)
        if cut:  # one long string: what was left out is more of its last letter
            start = body[:cut.start()]
            end = b'"}' if length == 1024 * 1024 else b""
            body = start + start[-1:] * (length - len(start) - len(end)) + end
        message.body = body[:length]
        return message

    @staticmethod
    def _frames(body):
        """The event stream without its chunk sizes."""
        return b"".join(part + b"\n\n" for part in re.findall(rb"event: .*?\ndata: [^\n]*(?=\n\n|\Z)", body, re.DOTALL))

    @property
    def method(self):
        return self.request.first.split(" ")[0]

    @property
    def path(self):
        return self.request.first.split(" ")[1]


def names():
    return sorted(name[:-4] for name in os.listdir(FOLDER) if name.endswith(".txt") and not name.startswith("_"))
