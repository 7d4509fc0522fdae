"""Belay through a LiteLLM proxy, which stands before the fakes of several providers: what Belay sends in one form, LiteLLM takes apart
and sends on in another. Its packages have 750 MB, so only the long form asks for them."""

import json
import os
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import environment
from asking import BODIES, PAGE
from cases import CHAT, DOM, HYBRID, RESPONSES, Case
from fake_providers import FakeProviders
from harness import proc
from harness.pages import PageCase

STARTING = 120  # seconds
KEY = "sk-of-the-test"
# Behind the proxy: the model as LiteLLM names it, how its provider answers, and what its URL ends with.
BEHIND = {"claude": ("anthropic/claude-sonnet-4-5", "anthropic", ""), "gemini": ("gemini/gemini-2.5-flash", "gemini", ""),
          "mistral": ("mistral/mistral-large-latest", "mistral", "/v1"), "gpt": ("openai/gpt-4.1-mini", "chat", "/v1"),
          "llama": ("groq/llama-3.3-70b-versatile", "groq", "/v1")}
# Before it: the model as Belay is told it, and in which form Belay asks.
BEFORE = [("openai/claude", CHAT), ("openai/gemini", CHAT), ("openai/mistral", CHAT), ("openai/gpt", CHAT), ("openai/llama", CHAT),
          ("anthropic/claude", {}), ("openai/gpt", RESPONSES)]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class ThroughLiteLlm(PageCase):
    @classmethod
    def setUpClass(cls):
        if not os.environ.get("BELAY_TEST_ALL_DIALECTS"):
            raise unittest.SkipTest("LiteLLM is for the long form: BELAY_TEST_ALL_DIALECTS")
        python = environment.python("litellm", "litellm_requirements.txt")
        cls.cases = {name: Case(name, model, dialect) for name, (model, dialect, _) in BEHIND.items()}
        cls.cases["gpt-responses"] = Case("gpt-responses", "openai/gpt-4.1-mini", "responses")
        cls.fake = FakeProviders(cls.cases.values())
        cls.addClassCleanup(cls.fake.close)
        cls.begin(python)
        super().setUpClass()

    @classmethod
    def begin(cls, python):
        folder = tempfile.TemporaryDirectory(prefix="belay-litellm-")
        cls.addClassCleanup(folder.cleanup)
        models = [{"model_name": name, "litellm_params": {"model": model, "api_key": "key", "num_retries": 0,
                                                         "api_base": f"{cls.fake.url}/{name}{end}"}}
                  for name, (model, _, end) in BEHIND.items()]
        models.append({"model_name": "gpt-responses", "litellm_params": {
            "model": "openai/gpt-4.1-mini", "api_key": "key", "api_base": f"{cls.fake.url}/gpt-responses"}})
        config = os.path.join(folder.name, "config.yaml")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"model_list": models, "general_settings": {"master_key": KEY}}, file)  # JSON is YAML
        cls.port = free_port()
        log = open(os.path.join(folder.name, "log"), "w", encoding="utf-8")
        cls.addClassCleanup(log.close)
        proxy = subprocess.Popen(
            [os.path.join(os.path.dirname(python), "litellm"), "--config", config, "--host", "127.0.0.1", "--port", str(cls.port)],
            stdout=log, stderr=log, cwd=folder.name, env={
                "PATH": os.environ["PATH"], "HOME": folder.name, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False",
                "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"})
        cls.addClassCleanup(proxy.wait)
        cls.addClassCleanup(proxy.terminate)
        if not proc.wait_until(lambda: proxy.poll() is not None or cls.alive(), STARTING) or proxy.poll() is not None:
            with open(log.name, encoding="utf-8") as told:
                raise AssertionError(f"LiteLLM did not start: {told.read()[-3000:]}")

    @classmethod
    def alive(cls):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{cls.port}/health/liveliness", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def test_all_verbs_come_through(self):
        self.site.pages["/shop"] = PAGE
        for model, options in BEFORE:
            name = model.split("/")[1] + ("-responses" if options == RESPONSES else "")
            for verb in ("act", "extract", "dom", "hybrid"):
                with self.subTest(model=model, verb=verb, **options):
                    self.server.navigate(self.session, self.site.url + "/shop")
                    self.fake.begin(self.cases[name], verb, {"dom": DOM, "hybrid": HYBRID}.get(verb, []))
                    before = len(self.fake.captures)
                    path, body = BODIES[verb]({"modelName": model.split("/")[0] + "/" + name, "apiKey": KEY,
                                               "baseURL": f"http://127.0.0.1:{self.port}/v1", **options})
                    answer = self.server.operation(self.session, path, body)
                    self.assertEqual(answer.status, 200, answer)
                    result = answer.json["data"]["result"]
                    self.assertTrue(result.get("success", True), result.get("message"))
                    self.assertGreater(len(self.fake.captures), before)
