"""A client of ours: one connection, kept alive."""

import http.client
import json
import os
from urllib.parse import urlsplit


class Client:
    def __init__(self, base):
        self.connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)

    def post(self, path, body):
        """`data` of the answer."""
        self.connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        return json.loads(text).get("data")

    def start(self, chromium):
        """What is told of a new session."""
        options = {"headless": True, "executablePath": chromium, "viewport": {"width": 1280, "height": 720},
                   "args": ["--no-sandbox"] if os.geteuid() == 0 else []}
        return self.post("/v1/sessions/start", {"modelName": "openai/gpt-4o-mini",
                                                "browser": {"type": "local", "launchOptions": options}})

    def end(self, session):
        self.post(f"/v1/sessions/{session}/end", {})
