"""A language model's provider that is a script: OpenAI's Responses and Chat Completions on the loopback. Whatever it is asked
it remembers, and it answers with what `answer(schema, page)` gives, `page` being the lines that the request shows."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LINE = re.compile(r"^ *\[(\d+-\d+)\] ([\w ,]+?)(?:: (.*?))?(?: \[[^\[\]]*\])?$")
USAGE = {"input_tokens": 101, "output_tokens": 23, "total_tokens": 124, "input_tokens_details": {"cached_tokens": 7},
         "output_tokens_details": {"reasoning_tokens": 5}}


def elements(page, role=None):
    """[(id, role, name)] of the lines of a page."""
    found = [LINE.match(line) for line in page.split("\n")]
    return [(m[1], m[2], m[3] or "") for m in found if m and role in (None, m[2])]


def first_link(page):
    return next(iter(elements(page, "link") + elements(page, "textbox") + elements(page)))


def schema_path(schema):
    return schema["$ref"].removeprefix("#/").split("/")


def filled(schema, root):
    """Some value of this schema: the first of each choice, one of each list."""
    if "$ref" in schema:
        target = root
        for step in schema_path(schema):
            target = target[step]
        return filled(target, root)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return filled(schema[key][0], root)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return {name: filled(inner, root) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [filled(schema.get("items", {}), root)]
    return {"string": "stub-string", "integer": 1, "number": 1, "boolean": True}.get(kind)


def stub(schema, page):
    """The answers that the captured exchanges had: the first link is clicked, every link is found, data is made up."""
    properties = schema.get("properties", {})
    choice = lambda one, description: {"elementId": one[0], "description": description, "method": "click", "arguments": []}
    if "action" in properties:
        return {"action": choice(first_link(page), "stub act link"), "twoStep": False}
    if "elements" in properties:
        links = elements(page, "link") or elements(page, "textbox")[:1]
        return {"elements": [choice(one, f"stub {one[1]} {one[2]}") for one in links]}
    return filled(schema, schema)


class Model:
    def __init__(self, answer=stub):
        self.answer = answer
        self.requests = []  # [(path, headers, body)]
        self.times = []  # when each of them came (time.monotonic)
        self.failures = []  # [(status, headers, body)] to come before any answer
        self.hold = None  # an Event to wait for before each answer
        self.closing = threading.Event()
        self.hung_up = threading.Event()  # a client went away while it was held
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                model.times.append(time.monotonic())
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.requests.append((self.path, dict(self.headers.items()), body))
                if model.hold is not None:
                    while not model.hold.wait(0.05) and not model.closing.is_set():
                        self.connection.setblocking(False)
                        try:
                            if self.connection.recv(1, 2) == b"":
                                model.hung_up.set()
                                self.close_connection = True
                                return
                        except BlockingIOError:
                            pass
                        finally:
                            self.connection.setblocking(True)
                if model.failures:
                    self.send(*model.failures.pop(0))
                else:
                    self.send(200, {}, model.reply(self.path, body))

            def send(self, status, headers, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()

    def options(self, **more):
        """options of an operation that asks this model."""
        return {"model": {"modelName": "openai/gpt-4o-mini", "apiKey": "key-of-the-test", "baseURL": self.url}, **more}

    @staticmethod
    def asked(body):
        """(schema, page, all the texts) of a request."""
        if "input" in body:
            schema = body["text"]["format"]["schema"]
            parts = [part for item in body["input"] for part in
                     (item["content"] if isinstance(item["content"], list) else [{"text": item["content"]}])]
        else:
            schema = body["response_format"]["json_schema"]["schema"]
            parts = [part for item in body["messages"] for part in
                     (item["content"] if isinstance(item["content"], list) else [{"text": item["content"]}])]
        texts = "\n".join(part.get("text", "") for part in parts)
        page = re.search(r"<page>\n(.*?)\n</page>", texts, re.DOTALL)
        return schema, page[1] if page else "", texts

    def last(self):
        return self.asked(self.requests[-1][2])

    def reply(self, path, body):
        schema, page, _ = self.asked(body)
        text = self.answer(schema, page)
        text = text if isinstance(text, str) else json.dumps(text)
        if path.endswith("/responses"):
            return {"id": "resp_1", "object": "response", "status": "completed", "model": body["model"], "usage": USAGE,
                    "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                                "content": [{"type": "output_text", "text": text, "annotations": []}]}]}
        return {"id": "chat_1", "object": "chat.completion", "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 101, "completion_tokens": 23, "total_tokens": 124}}
