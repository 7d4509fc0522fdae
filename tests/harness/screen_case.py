"""The base of tests about agent runs by a screen alone: a page whose buttons have their places, and a provider that answers by a
script; what OpenAI's computer tool answers."""

import json

from .pages import PageCase
from .provider import Script

PAGE = """<style>button { position: fixed; left: 100px; width: 80px; height: 40px } #buy { top: 300px } #go { top: 400px }
input { position: fixed; left: 100px; top: 200px; width: 200px; height: 30px }</style>
<input id=who><button id=buy onclick="document.title = 'bought by ' + who.value">Buy</button>
<button id=go onclick="location.href = '/far'">Go</button>"""


def openai(*items):
    return {"id": "resp_1", "object": "response", "status": "completed", "output": list(items),
            "usage": {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}}


def computer(number, *actions, **more):
    return {"type": "computer_call", "id": f"cu_{number}", "call_id": f"call_{number}", "status": "completed",
            "actions": list(actions), "pending_safety_checks": [], **more}


def says(text):
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


def openai_done(complete, why):
    return openai({"type": "function_call", "id": "fc_1", "call_id": "call_9", "name": "done",
                   "arguments": json.dumps({"reasoning": why, "taskComplete": complete})})


class ScreenCase(PageCase):
    def run_with(self, model, *replies, base="", **options):
        self.provider = Script(*replies)
        self.addCleanup(self.provider.close)
        answer = self.server.operation(self.session, "agentExecute", {
            "agentConfig": {"mode": "cua", "model": {"modelName": model, "apiKey": "k-of-the-test",
                                                     "baseURL": self.provider.url + base}},
            "executeOptions": {"instruction": "buy it", **options}})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]["result"]

    def title(self):
        return self.devtools.evaluate(self.tab, "document.title")

    def sent(self, number):
        return json.dumps(self.provider.requests[number][2])
