"""A real language model, small and on this machine, behind Chat Completions with grammar-constrained JSON, and our
binary in between: whole operations with nobody's script. A model of this size errs, so what is held here is that every
answer is used or refused in good order; each task's result and how many were right are printed. Needs set_up.py; ends
with 77 without."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import set_up  # noqa: E402
from harness.case import main  # noqa: E402
from harness.pages import PageCase  # noqa: E402

PATIENCE = 580  # seconds for an operation: a busy machine writes a few words a second
HERE = os.path.dirname(os.path.abspath(__file__))
BUTTON = "<title>Shop</title><button onclick=\"document.title = 'pressed'\">Order now</button>"
FORM = "<title>Form</title><label>Mail <input oninput=\"document.title = 'typed'\"></label><button>Send</button>"
PRODUCT = "<title>Tea</title><h1>Green tea</h1><p>Price: 12 euro</p>"
LINKS = "<title>Links</title><a href=/a>About us</a> <a href=/b>Help</a>"


class LocalModel:
    def __init__(self):
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "server.mjs"), set_up.FOLDER, set_up.model().path], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://127.0.0.1:"):
            raise RuntimeError(f"the model does not start: {self.url}")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class LocalModelCase(PageCase):
    flags = ("--model-timeout", f"{PATIENCE}s")
    right = []

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        print(f"the model is {set_up.model().name}", flush=True)
        cls.model = LocalModel()
        cls.addClassCleanup(cls.model.close)
        cls.addClassCleanup(lambda: print(f"the model got right: {sum(cls.right)} of {len(cls.right)}", flush=True))

    def ask(self, verb, page, **body):
        self.show(page)
        model = {"modelName": "openai/local", "baseURL": self.model.url, "openaiEndpointFormat": "chat"}
        answer = self.server.operation(self.session, verb, {**body, "options": {"model": model}}, timeout=PATIENCE + 10)
        print(f"{verb}: {answer.status} {answer.body.decode()[:400]}", flush=True)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]["result"]

    def count(self, task, right):
        print(f"{'right' if right else 'WRONG'}: {task}", flush=True)
        self.right.append(bool(right))

    def test_act_presses_a_button(self):
        result = self.ask("act", BUTTON, input="press the Order now button")
        self.assertEqual(set(result), {"success", "message", "actionDescription", "actions"})
        self.count("press a button", self.js("document.title") == "pressed")

    def test_act_fills_a_field(self):
        result = self.ask("act", FORM, input="fill the Mail field with me@here")
        self.assertEqual(set(result), {"success", "message", "actionDescription", "actions"})
        self.count("fill a field", self.js("document.title") == "typed")

    def test_observe_names_elements_that_are_there(self):
        found = [one["selector"] for one in self.ask("observe", LINKS, instruction="find the Help link")]
        for selector in found:
            self.assertRegex(selector, r"^xpath=/")
        self.count("find a link and nothing else", len(found) == 1 and found[0].endswith("a[2]"))

    def test_extract_gives_data_of_the_schema(self):
        schema = {"type": "object", "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
                  "required": ["name", "price"]}
        result = self.ask("extract", PRODUCT, instruction="the product's name and its price", schema=schema)
        self.assertIsInstance(result["name"], str)
        self.assertIsInstance(result["price"], (int, float))
        self.count("extract a name", result["name"].lower() == "green tea")
        self.count("extract a number", result["price"] == 12)

    def test_zz_every_call_was_counted(self):
        self.assertGreaterEqual(self.server.metric("belay_model_calls_total"), 4)
        self.assertGreater(self.server.metric("belay_model_tokens_total"), 1000)
        called = self.server.logged("model called")
        self.assertEqual({(line["provider"], line["model"], line["statusCode"]) for line in called}, {("openai", "local", 200)})


if __name__ == "__main__":
    if not set_up.model() or not set_up.runtime_path():
        print("SKIPPED: tests/llm/set_up.py has not been run")
        sys.exit(77)
    main()
