"""A forward proxy on the loopback that answers by itself. With `credentials` ("user:password") it demands Basic
authentication first. Whatever host is asked for, the page is the same and names what was asked."""

import base64
import http.server
import threading


class ForwardProxy:
    def __init__(self, credentials=None):
        self.asked = []  # URLs, as they came with the right credentials
        self.refused = 0
        proxy = self
        right = "Basic " + base64.b64encode((credentials or "").encode()).decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if credentials and self.headers.get("Proxy-Authorization") != right:
                    proxy.refused += 1
                    self.send_response(407)
                    self.send_header("Proxy-Authenticate", 'Basic realm="test"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                proxy.asked.append(self.path)
                body = f"<!doctype html><title>proxied</title><input id=name><p>{self.path}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
