"""A stand-in for Browserbase: its REST API on loopback, whose sessions all lead to one DevTools endpoint."""

import http.server
import json
import threading


class Browserbase:
    """`connect_url` is what each session's connectUrl is. New sessions are called as `names` says, then bb-1, bb-2, …
    GET knows every id but "missing"; the session "nourl" has no connectUrl. `hold` keeps creations waiting until
    let(), `hold_releases` releases; `refusal` is (status, body) for everything."""

    def __init__(self, connect_url, names=(), hold=False, hold_releases=False):
        self.connect_url = connect_url
        self.names = list(names)
        self.requests = []  # (method, path, headers in lower case, body as JSON or None), in the order of arrival
        self.refusal = None
        self.hold_releases = hold_releases
        self.created = []
        self.lock = threading.Lock()
        self.arrived = threading.Semaphore(0)  # released with each creation
        self.gate = threading.Event()
        if not hold:
            self.gate.set()
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                stub.take(self)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that goes away while it is held back

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def released(self):
        """The ids of the releases, in order."""
        return [path.rsplit("/", 1)[1] for method, path, _, body in list(self.requests)
                if method == "POST" and body and body.get("status") == "REQUEST_RELEASE"]

    def bodies(self, method, path):
        return [r[3] for r in list(self.requests) if r[:2] == (method, path)]

    def let(self):
        self.gate.set()

    def take(self, request):
        length = int(request.headers.get("content-length") or 0)
        text = request.rfile.read(length)
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self.lock:
            self.requests.append((request.command, request.path, headers, json.loads(text) if text else None))
        if self.refusal:
            self.answer(request, *self.refusal)
        elif request.command == "POST" and request.path == "/v1/sessions":
            self.arrived.release()
            self.gate.wait(60)
            with self.lock:
                name = self.names.pop(0) if self.names else f"bb-{len(self.created) + 1}"
                self.created.append(name)
            self.answer(request, 201, self.session(name))
        elif request.command == "POST":
            if self.hold_releases:
                self.gate.wait(60)
            self.answer(request, 200, self.session(request.path.rsplit("/", 1)[1]))
        elif request.path.endswith("/missing"):
            self.answer(request, 404, {"message": "no such"})
        else:
            self.answer(request, 200, self.session(request.path.rsplit("/", 1)[1]))

    def session(self, name):
        url = {} if name == "nourl" else {"connectUrl": self.connect_url}
        return {"id": name, "projectId": "proj-1", "status": "RUNNING", **url}

    @staticmethod
    def answer(request, status, body):
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    def close(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
