"""A provider of language models on the loopback: takes JSON by POST and remembers what it was asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Provider:
    """Subclasses say in respond() what is answered: (status, headers, body), or None to hang up. The bytes that came are in
    `request.raw`."""

    def __init__(self):
        self.requests = []  # [(path, headers, body)]
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                self.raw = self.rfile.read(int(self.headers["content-length"]))
                body = json.loads(self.raw)
                provider.requests.append((self.path, dict(self.headers.items()), body))
                answer = provider.respond(self, body)
                if answer is None:
                    self.close_connection = True
                else:
                    self.send(*answer)

            def send(self, status, headers, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def respond(self, request, body):
        raise NotImplementedError

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Script(Provider):
    """Answers each request with the next body."""

    def __init__(self, *replies):
        self.replies = list(replies)
        super().__init__()

    def respond(self, request, body):
        return 200, {}, self.replies.pop(0)
