"""The other session of beside.py: shows a page of 20,000 elements and observes it without a pause while it is told to, with a
model that answers at once. A process of its own, so that it takes no time from who measures.

Arguments: the server's URL, the Chromium. Prints "ready" and the address of its site. Each line of its input is a word, and is
answered with how many times there have been: "observe", "work" (as much work in the same page, without the server), "rest", "end"."""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.devtools import Devtools

from . import lean

CARD = ('<section class="card"><h3>Product {0}</h3><p>Description of product number {0}, in a sentence or two.</p>'
        '<ul><li>Price <b>{0}.99</b></li><li>In stock</li></ul><a href="/product/{0}">Details of {0}</a>'
        '<button>Add {0} to cart</button><label>Quantity <input name="q{0}" value="1"></label></section>')
PAGE = '<!doctype html><meta charset="utf-8"><title>Cards</title><h1>Catalogue</h1>' + "".join(map(CARD.format, range(1819)))
CLICK = "<!doctype html><title>0</title><button id=b onclick='document.title = +document.title + 1'>Click</button>"
# What a walk does to each element, for 300 ms.
WORK = """(() => {
  let n = 0;
  for (const end = performance.now() + 300; performance.now() < end;)
    for (const e of document.querySelectorAll('.card')) for (const c of e.children)
      n += getComputedStyle(c).display.length + c.getAttributeNames().length + c.textContent.length;
  return n;
})()"""
USAGE = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_tokens_details": {"cached_tokens": 0},
         "output_tokens_details": {"reasoning_tokens": 0}}


def reply(prompt):
    """Finds the first button, without reading all of the prompt."""
    line = re.search(rb"\[(\d+-\d+)\] button", prompt)
    found = {"elements": [{"elementId": line[1].decode(), "description": "it", "method": "click", "arguments": []}]}
    return {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "gpt-4o-mini", "usage": USAGE,
            "output": [{"type": "message", "id": "m", "role": "assistant", "status": "completed",
                        "content": [{"type": "output_text", "text": json.dumps(found), "annotations": []}]}]}


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send("text/html; charset=utf-8", CLICK if self.path == "/click" else PAGE)

    def do_POST(self):
        self.send("application/json", json.dumps(reply(self.rfile.read(int(self.headers["content-length"])))))

    def send(self, kind, text):
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Onlooker:
    def __init__(self, belay, chromium, site):
        self.client = lean.Client(belay)
        started = self.client.start(chromium)
        self.session = started["sessionId"]
        self.devtools = Devtools(started["cdpUrl"])
        self.tab = next(iter(self.devtools.pages()))
        self.model = {"modelName": "openai/gpt-4o-mini", "apiKey": "k", "baseURL": f"{site}/v1"}
        self.count = 0
        self.on = threading.Event()
        self.resting = threading.Event()
        self.resting.set()
        self.once = self.observe
        self.client.post(f"/v1/sessions/{self.session}/navigate", {"url": site, "options": {"waitUntil": "load"}})
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while True:
            if not self.on.is_set():
                self.resting.set()
                self.on.wait()
                self.resting.clear()
            self.once()
            self.count += 1

    def observe(self):
        done = self.client.post(f"/v1/sessions/{self.session}/observe",
                                {"instruction": "everything", "options": {"model": self.model}})
        if len(done["result"]) != 1:
            raise RuntimeError("observe found nothing")

    def work(self):
        self.devtools.evaluate(self.tab, WORK)

    def go(self, once):
        self.once = once
        self.on.set()

    def stop(self):
        self.on.clear()
        self.resting.wait(60)


def main():
    belay, chromium = sys.argv[1:]
    http = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{http.server_port}"
    onlooker = Onlooker(belay, chromium, site)
    print("ready", site, flush=True)
    for line in sys.stdin:
        word = line.strip()
        if word in ("observe", "work"):
            onlooker.go(getattr(onlooker, word))
        else:
            onlooker.stop()
        if word == "end":
            onlooker.client.end(onlooker.session)
        print(onlooker.count, flush=True)
        if word == "end":
            break


if __name__ == "__main__":
    main()
