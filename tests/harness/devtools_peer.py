"""The other end of a DevTools connection that is no browser: it answers every command with {}, has one page, and then does to
its client what `attack(peer)` says, with text frames, frames of its own making, and events."""

import base64
import hashlib
import json
import socket
import struct
import threading


class DevtoolsPeer:
    def __init__(self, attack):
        self.attack = attack
        self.over = threading.Event()  # the client has left
        self.begin = threading.Event()  # set by who wants the attack
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}/devtools/browser/x"
        self.hold = None  # a method that is never answered
        self.asked = threading.Event()  # that method has come
        self.results = {}  # the results of some methods, as JSON
        self.mute = False  # commands are not answered any more: a message is under way
        self.connection = None
        self.lock = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.close()
        if self.connection:
            self.connection.close()

    def event(self, method, params, session=None):
        self.text(json.dumps({"method": method, "params": params, **({"sessionId": session} if session else {})}))

    def attach(self, number):
        self.event("Target.attachedToTarget", {"sessionId": f"S{number}", "waitingForDebugger": False, "targetInfo": {
            "targetId": f"T{number}", "type": "page", "title": "", "url": "about:blank", "attached": True}})

    def raw(self, data):
        with self.lock:
            self.connection.sendall(data)

    def text(self, text):
        self.frame(0x81, text.encode())

    @staticmethod
    def framed(first, data):
        head = struct.pack("!BB", first, len(data)) if len(data) < 126 else \
            struct.pack("!BBH", first, 126, len(data)) if len(data) < 1 << 16 else struct.pack("!BBQ", first, 127, len(data))
        return head + data

    def frame(self, first, data):
        """A frame whose first byte is this: 0x81 text, 0x01 its first fragment, 0x00 another, 0x89 a ping."""
        self.raw(self.framed(first, data))

    def be_mute(self):
        """No command is answered any more: what follows is one message of many frames."""
        with self.lock:
            self.mute = True

    def _serve(self):
        try:
            self.connection, _ = self.listener.accept()
            self.reader = self.connection.makefile("rb")
            key = None
            while (line := self.reader.readline().strip()):
                if line.lower().startswith(b"sec-websocket-key:"):
                    key = line.split(b":", 1)[1].strip()
            accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
            self.connection.sendall(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                     f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode())
            threading.Thread(target=self._attack, daemon=True).start()
            while True:
                self._answer(self._message())
        except (OSError, TypeError, struct.error, ValueError):
            pass
        finally:
            self.over.set()

    def _attack(self):
        self.begin.wait()
        try:
            self.attack(self)
        except OSError:  # the client has had enough
            pass

    def _message(self):
        first, size = self.reader.read(2)
        size &= 0x7F
        if size == 126:
            size, = struct.unpack("!H", self.reader.read(2))
        elif size == 127:
            size, = struct.unpack("!Q", self.reader.read(8))
        mask = self.reader.read(4)
        data = self.reader.read(size)
        return bytes(b ^ mask[i % 4] for i, b in enumerate(data)) if first & 0x0F == 1 else b""

    def _answer(self, data):
        if not data or self.mute:
            return
        command = json.loads(data)
        if command["method"] == self.hold:
            self.asked.set()
            return
        if command["method"] == "Target.setAutoAttach" and "sessionId" not in command:
            self.attach(0)
        result = {"frameTree": {"frame": {"id": "T0", "url": "about:blank"}}} if command["method"] == "Page.getFrameTree" else {}
        head = json.dumps({"id": command["id"], **({"sessionId": command["sessionId"]} if "sessionId" in command else {})})
        answer = f'{head[:-1]}, "result": {self.results.get(command["method"]) or json.dumps(result)}}}'
        with self.lock:
            if not self.mute:
                self.connection.sendall(self.framed(0x81, answer.encode()))
