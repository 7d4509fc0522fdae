"""The small site that the captures navigate to, header by header: HTTP/1.0, a fixed Server, X-Test, a cookie."""

import sys
import os

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness.site import Site  # noqa: E402

HOME = """<!doctype html><html><head><title>Home</title></head><body><div><h1>Home</h1><p>One.</p>
<p><a href="/next">Learn more</a></p></div><form><input id="email" name="email"></form></body></html>"""
NEXT = '<!doctype html><html><head><title>Next</title></head><body><a href="/">Back</a></body></html>'


def reply(request, status, body, typed=True):
    request.protocol_version = "HTTP/1.0"
    request.server_version, request.sys_version = "BaseHTTP/0.6", "Python/3.11.7"
    request.send_response(status)
    if typed:
        request.send_header("Content-Type", "text/html")
        request.send_header("X-Test", "a")
        request.send_header("Set-Cookie", "a=b")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body.encode())
    request.close_connection = True


def redirect(request):
    request.protocol_version = "HTTP/1.0"
    request.send_response(302)
    request.send_header("Location", "/next")
    request.end_headers()
    request.close_connection = True


def wire_site():
    site = Site()
    slow = lambda request: site.closing.wait(20)
    site.pages.update({
        "/": lambda request: reply(request, 200, HOME.ljust(353)),
        "/next": lambda request: reply(request, 200, NEXT.ljust(96)[:96]),
        "/nope": lambda request: reply(request, 404, "no"),
        "/500": lambda request: reply(request, 500, "err", typed=False),
        "/redir": redirect,
        "/slow": slow})
    return site
