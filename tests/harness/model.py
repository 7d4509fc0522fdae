"""A language model's provider that is a script: OpenAI's Responses and Chat Completions on the loopback. Whatever it is asked
it remembers, and it answers with what `answer(schema, page)` gives, `page` being the lines that the request shows."""

import json
import re
import threading
import time

from .provider import Provider

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


class Model(Provider):
    def __init__(self, answer=stub):
        self.answer = answer
        self.times = []  # when each request came (time.monotonic)
        self.failures = []  # [(status, headers, body)] to come before any answer
        self.hold = None  # an Event to wait for before each answer
        self.closing = threading.Event()
        self.hung_up = threading.Event()  # a client went away while it was held
        super().__init__()
        self.url += "/v1"

    def respond(self, request, body):
        self.times.append(time.monotonic())
        if self.hold is not None and not self.held(request.connection):
            return None
        return self.failures.pop(0) if self.failures else (200, {}, self.reply(request.path, body))

    def held(self, connection):
        """Waits until it is let go; false when the client has gone before."""
        while not self.hold.wait(0.05) and not self.closing.is_set():
            connection.setblocking(False)
            try:
                if connection.recv(1, 2) == b"":  # MSG_PEEK
                    self.hung_up.set()
                    return False
            except BlockingIOError:
                pass
            finally:
                connection.setblocking(True)
        return True

    def close(self):
        self.closing.set()
        super().close()

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
