"""All providers at once on the loopback: the first step of a URL's path says which case asks. It answers by the case's turns,
in its dialect, and keeps every exchange."""

import json
import re
import threading

from harness.provider import Provider

from answers import strings, tool_names, write
from cases import ENDS, ORDER, PARTS, SCREEN

LINE = re.compile(r"\[(\d+-\d+)\] (\w+)(?:: (.*?))?(?: \[[^\[\]]*\])?$", re.MULTILINE)
OWN_WAYS = ("respond", "json_tool_call")  # the tool by which some are made to answer in JSON, by Belay and by LiteLLM


class FakeProviders(Provider):
    def __init__(self, cases):
        self.cases = {case.name: case for case in cases}
        self.scripts = {}  # case → [verb, turns that are left]
        self.captures = []
        self.lock = threading.Lock()
        super().__init__()

    def begin(self, case, verb, turns):
        self.scripts[case.name] = [verb, list(turns)]

    def respond(self, request, body):
        name = request.path.split("/")[1]
        case = self.cases[name]
        verb, turns = self.scripts[name]
        with self.lock:
            number = len(self.captures) + 1
            turn = self.turn(body, verb, turns)
            reply = write(case.dialect, turn, number, case.model.split("/", 1)[1])
            self.captures.append({"case": name, "verb": verb, "path": request.path, "headers": dict(request.headers.items()),
                                  "raw": request.raw.decode(), "reply": reply})
        return 200, {}, reply

    def turn(self, body, verb, turns):
        names = tool_names(body)
        loop = [one for one in names if one not in (*OWN_WAYS, "done", "goto", "go_back")]
        if verb == "cua":
            return turns.pop(0) if turns else ENDS
        if loop:  # the agent's own question
            turn = dict(turns.pop(0)) if turns else dict(ENDS)
            turn["calls"] = [call if isinstance(call, tuple) else call(lambda role, label: self.find(body, role, label))
                             for call in turn.get("calls", [])]
            return turn
        if names == ["done"]:
            return {"calls": [("done", {"reasoning": "it is done", "taskComplete": True})]}
        value = self.value(body, verb)
        way = [one for one in names if one in OWN_WAYS]
        return {"calls": [(way[0], value)]} if way else {"text": json.dumps(value)}

    def value(self, body, verb):
        """An answer that fits what is asked for: which question it is, its own words tell."""
        said = json.dumps(body)
        if "twoStep" in said:
            return {"action": {"elementId": self.find(body, "button", "Buy"), "description": "Buy", "method": "click",
                               "arguments": []}, "twoStep": False}
        if "elementId" in said:
            return {"elements": [{"elementId": self.find(body, "button", "Buy"), "description": "Buy", "method": "click",
                                  "arguments": []}]}
        if verb == "loose":
            return PARTS
        return ORDER if verb == "extract" else {"title": "Shop"}

    @staticmethod
    def find(body, role, label):
        lines = [match for text in strings(body) for match in LINE.finditer(text)]
        found = [match[1] for match in lines if match[2] == role and (match[3] or "").startswith(label)]
        return found[-1] if found else "0-1"


def turns_of(case, verb, dom, hybrid):
    if verb == "cua":
        return SCREEN[case.dialect]
    return {"dom": dom, "hybrid": hybrid}.get(verb, [])
