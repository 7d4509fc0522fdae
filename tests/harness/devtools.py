"""A DevTools client of the test's own, to see what a page under test saw. Knows enough WebSocket for a loopback peer."""

import base64
import json
import os
import socket
import struct
import urllib.parse


class Navigated(RuntimeError):
    """The document that was asked has gone before it answered."""


GONE = ("Inspected target navigated or closed", "Execution context was destroyed", "Cannot find default execution context")


class Devtools:
    """Blocking; one command at a time. Events are dropped, so it never stands in the way of the server's own session;
    `on_event` sees those that come while a command is waited for."""

    on_event = None

    def __init__(self, url, timeout=60):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n")
                            .encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        self.last_id = 0
        self.attached = {}

    def close(self):
        self.socket.close()

    def _fill(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the browser closed its end")
        self.buffer += data

    def _take(self, count):
        while len(self.buffer) < count:
            self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def _send(self, text):
        data = text.encode()
        size = struct.pack("!BB", 0x81, 0x80 | len(data)) if len(data) < 126 else \
            struct.pack("!BBH", 0x81, 0x80 | 126, len(data)) if len(data) < 1 << 16 else \
            struct.pack("!BBQ", 0x81, 0x80 | 127, len(data))
        self.socket.sendall(size + b"\0\0\0\0" + data)  # masked, as a client must, with a mask of zeros

    def _receive(self):
        text = b""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack("!H", self._take(2))
            elif size == 127:
                size, = struct.unpack("!Q", self._take(8))
            data = self._take(size)
            if first & 0x0F in (0, 1):
                text += data
                if first & 0x80:
                    return json.loads(text)

    def call(self, method, session=None, **parameters):
        self.last_id += 1
        self._send(json.dumps({"id": self.last_id, "method": method, "params": parameters,
                               **({"sessionId": session} if session else {})}))
        while True:
            message = self._receive()
            if message.get("id") == self.last_id:
                if "error" in message:
                    gone = any(words in message["error"].get("message", "") for words in GONE)
                    raise (Navigated if gone else RuntimeError)(f"{method}: {message['error']}")
                return message["result"]
            if self.on_event and "method" in message:
                self.on_event(message)

    def pages(self):
        """{target id: URL} of the tabs."""
        return {t["targetId"]: t["url"] for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"}

    def session_of(self, target):
        if target not in self.attached:
            self.attached[target] = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return self.attached[target]

    def evaluate(self, target, expression):
        reply = self.call("Runtime.evaluate", self.session_of(target), expression=expression, awaitPromise=True,
                          returnByValue=True)
        if "exceptionDetails" in reply:
            raise RuntimeError(f"{expression}: {reply['exceptionDetails']}")
        return reply["result"].get("value")
