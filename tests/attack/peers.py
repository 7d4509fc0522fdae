"""The other ends that an attacker brings along: a model that answers what it likes, a server of tools that lists too many,
a DevTools endpoint that floods, a page that is too large. One HTTP server on the loopback, a thread for each connection."""

import base64
import hashlib
import http.server
import json
import struct
import threading

MIB = 1 << 20
TOOLS = 300_000
PAGE_TEXT = 12 * MIB


def tools():
    return {"tools": [{"name": f"t{i}", "description": "d", "inputSchema": {"type": "object"}} for i in range(TOOLS)]}


class Peers:
    """`url` of it; below: /v1/* a model, /mcp, /cdp/frame, /cdp/fragments, /cdp/targets, /large."""

    def __init__(self):
        self.reply = {}  # what the model says next, by the model's name
        peers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                if self.headers.get("Upgrade", "").lower() == "websocket":
                    return peers.devtools(self)
                if self.path == "/large":
                    line = "<p>" + "word " * 2000 + "</p>\n"
                    return self.answer("<!doctype html><title>large</title>" + line * (PAGE_TEXT // len(line)), "text/html")
                return self.answer("<!doctype html><title>x</title>", "text/html")

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = json.loads(body or b"{}")
                if self.path == "/mcp":
                    result = {"initialize": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                                             "serverInfo": {"name": "x", "version": "1"}}, "tools/list": tools()}
                    if "id" not in asked:
                        return self.answer("", status=202)
                    return self.answer(json.dumps({"jsonrpc": "2.0", "id": asked["id"],
                                                   "result": result.get(asked["method"], {})}))
                text = peers.reply.get(asked.get("model"), "{}")
                usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
                if self.path.endswith("/responses"):
                    return self.answer(json.dumps({"id": "r", "object": "response", "status": "completed", "usage": usage, "output": [
                        {"type": "message", "role": "assistant", "status": "completed",
                         "content": [{"type": "output_text", "text": text, "annotations": []}]}]}))
                return self.answer(json.dumps({"id": "c", "object": "chat.completion", "choices": [
                    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}))

            def answer(self, text, kind="application/json", status=200):
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def devtools(self, request):
        """Takes the upgrade and then sends what no browser sends, until the other end has had enough."""
        key = request.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        request.connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                   b"Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(key.encode()).digest()) + b"\r\n\r\n")
        request.connection.settimeout(20)
        request.close_connection = True
        try:
            if request.path == "/cdp/frame":
                request.connection.sendall(b"\x81\x7f" + struct.pack(">Q", 200 * MIB))
                for _ in range(200):
                    request.connection.sendall(b" " * MIB)
            elif request.path == "/cdp/fragments":
                request.connection.sendall(b"\x01\x7f" + struct.pack(">Q", MIB) + b" " * MIB)
                for _ in range(400):
                    request.connection.sendall(b"\x00\x7f" + struct.pack(">Q", MIB) + b" " * MIB)
            else:
                for number in range(100_000):
                    event = json.dumps({"method": "Target.attachedToTarget", "params": {
                        "sessionId": f"s{number}", "waitingForDebugger": False, "targetInfo": {
                            "targetId": f"t{number}", "type": "page", "title": "x" * 500, "url": "about:blank", "attached": True,
                            "canAccessOpener": False}}}).encode()
                    request.connection.sendall(b"\x81\x7e" + struct.pack(">H", len(event)) + event)
            request.connection.recv(1)
        except OSError:
            pass

    def close(self):
        self.server.shutdown()
        self.server.server_close()
