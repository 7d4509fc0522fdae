"""A small HTTP client: whole answers with their headers in order, server-sent events as they come, and bytes as they are."""

import json
import socket
import time


class Answer:
    def __init__(self, status, reason, headers, body, seconds):
        self.status = status
        self.reason = reason
        self.headers = headers  # [(name, value)] in order, as sent
        self.body = body
        self.seconds = seconds

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r} after {self.seconds:.2f} s"


class Closed(Exception):
    """The server closed or reset the connection before a whole answer."""


class Connection:
    """One connection. Not for use by two threads."""

    def __init__(self, port, host="127.0.0.1", timeout=120):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.host = f"{host}:{port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send_raw(self, data):
        self.socket.sendall(data)

    def send(self, method, path, body=None, headers=None):
        """`body`: None for no body, bytes as they are, anything else as JSON."""
        lines = {"Host": self.host}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            lines["Content-Type"] = "application/json"
        if body is not None:
            lines["Content-Length"] = str(len(body))
        lines.update(headers or {})
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        self.socket.sendall(head.encode("latin-1") + (body or b""))

    def _fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError as error:
            raise Closed(str(error)) from error
        if not data:
            raise Closed("end of stream")
        self.buffer += data

    def _until(self, mark):
        while mark not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _exactly(self, count):
        while len(self.buffer) < count:
            self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def read_head(self):
        """(status, reason, headers); interim 1xx answers are skipped."""
        while True:
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            _, status, reason = (lines[0].split(" ", 2) + [""])[:3]
            headers = [tuple(line.split(": ", 1)) if ": " in line else (line.rstrip(":"), "") for line in lines[1:]]
            if not 100 <= int(status) < 200:
                return int(status), reason, headers

    def chunks(self):
        """Each chunk of a chunked body as it arrives, until the last."""
        while True:
            size = int(self._until(b"\r\n").split(b";")[0], 16)
            data = self._exactly(size)
            self._exactly(2)
            if size == 0:
                return
            yield data

    def read(self, method="GET"):
        began = time.monotonic()
        status, reason, headers = self.read_head()
        named = {k.lower(): v for k, v in headers}
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif named.get("transfer-encoding", "").lower() == "chunked":
            body = b"".join(self.chunks())
        elif "content-length" in named:
            body = self._exactly(int(named["content-length"]))
        else:
            body = self.read_rest()
        return Answer(status, reason, headers, body, time.monotonic() - began)

    def read_rest(self):
        """Everything until the server closes."""
        try:
            while True:
                self._fill()
        except Closed:
            pass
        rest, self.buffer = self.buffer, b""
        return rest

    def ask(self, method, path, body=None, headers=None):
        began = time.monotonic()
        self.send(method, path, body, headers)
        answer = self.read(method)
        answer.seconds = time.monotonic() - began
        return answer


class Event:
    def __init__(self, name, data):
        self.name = name
        self.data = data

    @property
    def json(self):
        return json.loads(self.data)

    def __repr__(self):
        return f"{self.name}: {self.data[:300]}"


def parse_event(block):
    name, data = None, []
    for line in block.decode().split("\n"):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data.append(line[6:])
    return Event(name, "\n".join(data))


class Stream:
    """A request whose answer is a stream of server-sent events."""

    def __init__(self, port, path, body, headers=None, timeout=120):
        self.began = time.monotonic()
        self.connection = Connection(port, timeout=timeout)
        self.connection.send("POST", path, body, headers)
        self.status, self.reason, self.headers = self.connection.read_head()
        self.text = b""

    def events(self):
        """Each event as it arrives."""
        for chunk in self.connection.chunks():
            self.text += chunk
            for block in chunk.split(b"\n\n"):
                if block:
                    yield parse_event(block)

    def close(self):
        self.connection.close()
