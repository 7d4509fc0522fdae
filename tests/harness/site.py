"""A web site for the browsers under test: pages by path, slow ones, and ones that never answer."""

import http.server
import os
import threading
import time

from .patience import PATIENCE

TYPES = {".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".xhtml": "application/xhtml+xml",
         ".js": "text/javascript", ".css": "text/css", ".png": "image/png", ".gif": "image/gif", ".jpg": "image/jpeg"}
HOME = """<!doctype html><html><head><meta charset="utf-8"><title>Home</title></head><body>
<h1>Home</h1>
<input id="name"><button id="go" onclick="document.title='clicked ' + document.querySelector('#name').value">Go</button>
<button id="never" disabled>Never</button>
<button id="soon" disabled onclick="document.title='soon clicked'">Soon</button>
<a id="next" href="/next">Next</a>
<select id="pick"><option value="a">Apple</option><option value="b">Bear</option></select>
<script>
  if (location.search === '?soon') fetch('/soon').then(() => { document.querySelector('#soon').disabled = false });
</script>
</body></html>"""


class Site:
    """Serves on 127.0.0.1. `pages`: path → str (HTML), or a function(request handler) that answers itself.
    /never accepts and does not answer until the site closes, /slow?ms=N answers late, /halfpage never finishes. The button
    #soon of /?soon stays disabled until `soon` is set."""

    def __init__(self, pages=None):
        self.pages = {"/": HOME, "/next": "<!doctype html><title>Next</title><p>next</p>", **(pages or {})}
        self.hits = []
        self.closing = threading.Event()
        self.soon = threading.Event()
        self.gates = []
        self.waiting = threading.Semaphore(0)  # released whenever a request to /never or /halfpage has arrived
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.answer(self)

            do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a browser that goes away in the middle is what many tests are about

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, request):
        path, _, query = request.path.partition("?")
        self.hits.append(request.path)
        page = self.pages.get(path)
        if callable(page):
            page(request)
        elif page is not None:
            self.send(request, 200, page)
        elif path == "/never":
            self.waiting.release()
            self.closing.wait(120)
        elif path == "/soon":
            self.soon.wait(120)
            self.send(request, 200, "")
        elif path == "/slow":
            time.sleep(int(dict(p.split("=") for p in query.split("&"))["ms"]) / 1000)
            self.send(request, 200, "<!doctype html><title>Slow</title>")
        elif path == "/halfpage":
            request.send_response(200)
            request.send_header("Content-Type", "text/html")
            request.send_header("Content-Length", "100000")
            request.end_headers()
            request.wfile.write(b"<!doctype html><title>Half</title><p>half")
            request.wfile.flush()
            self.waiting.release()
            self.closing.wait(120)
        else:
            self.send(request, 404, "<!doctype html><title>Nothing here</title>")

    @classmethod
    def send(cls, request, status, html, headers=()):
        cls.send_bytes(request, status, html.encode(), "text/html; charset=utf-8", headers)

    @staticmethod
    def send_bytes(request, status, body, kind, headers=()):
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def file(self, path, body):
        """The path gives these bytes, as what its ending says that they are."""
        kind = TYPES.get(os.path.splitext(path)[1], "application/octet-stream")
        self.pages[path] = lambda request: self.send_bytes(request, 200, body, kind)

    def folder(self, root):
        """Serves all files below it; gives their paths."""
        paths = []
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                paths.append("/" + os.path.relpath(os.path.join(folder, name), root))
                with open(os.path.join(folder, name), "rb") as file:
                    self.file(paths[-1], file.read())
        return paths

    def gate(self, path, body="", kind="text/plain"):
        """The path answers once the event that this gives is set."""
        let = threading.Event()
        self.gates.append(let)
        self.pages[path] = lambda request: (let.wait(120), self.send_bytes(request, 200, body.encode(), kind))
        return let

    def wait_for_visitor(self, seconds=PATIENCE):
        """True once somebody is stuck at /never or /halfpage."""
        return self.waiting.acquire(timeout=seconds)

    def close(self):
        for event in (self.closing, self.soon, *self.gates):
            event.set()
        self.server.shutdown()
        self.server.server_close()
