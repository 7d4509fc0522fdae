"""A model of an agent run that is a script: Chat Completions and Responses on the loopback. Each step of the script is a list
of tool calls [(name, arguments), …], a text, or a function of the request's texts that gives one of these. A request that
offers `done` alone (the last word) is answered with `verdict`; one with a schema and no tools (a tool of the agent that asks a
model itself) by `answer`, as tests/harness/model.py does."""

import json

from .model import USAGE, Model, stub


def texts_of(body):
    """All the texts of a request, what tools gave included."""
    out = []

    def walk(value):
        if isinstance(value, dict):
            for key in ("text", "content", "output", "arguments"):
                if isinstance(value.get(key), str):
                    out.append(value[key])
            for inner in value.values():
                if not isinstance(inner, str):
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(body.get("input", body.get("messages", [])))
    return "\n".join(out)


def conversation(body):
    """[(role, text)] of a request in OpenAI's Responses, in its order; the roles of a call and of what it gave are `call` and
    `result`."""
    said = []
    for item in body["input"]:
        if item.get("type") == "function_call":
            said.append(("call", f"{item['name']} {item['arguments']}"))
        elif item.get("type") == "function_call_output":
            output = item["output"]
            said.append(("result", output if isinstance(output, str) else json.dumps(output)))
        else:
            content = item["content"]
            said.append((item["role"], content if isinstance(content, str) else "\n".join(
                part.get("text", f"({part['type']})") for part in content)))
    return said


def roles(body):
    return [role for role, _ in conversation(body)]


def tool_names(body):
    return [tool.get("name") or tool["function"]["name"] for tool in body.get("tools", [])]


def images_of(body):
    """How many pictures a request holds."""
    text = json.dumps(body)
    return text.count("data:image/png;base64,")


class AgentModel(Model):
    def __init__(self, *steps, answer=stub, verdict=("it is done", True)):
        super().__init__(answer)
        self.steps = list(steps)
        self.verdict = verdict
        self.count = 0

    def again(self, *steps, answer=stub, verdict=("it is done", True)):
        """Another script at the same URL, as if nothing had been asked before."""
        self.steps, self.answer, self.verdict, self.count = list(steps), answer, verdict, 0
        self.requests.clear()
        return self

    def agent_requests(self):
        return [body for _, _, body in self.requests if body.get("tools")]

    def config(self, **more):
        return {"model": self.options()["model"], **more}

    def reply(self, path, body):
        names = tool_names(body)
        if not names:
            return super().reply(path, body)
        if names == ["done"]:
            step = [("done", {"reasoning": self.verdict[0], "taskComplete": self.verdict[1]})]
        else:
            step = self.steps.pop(0) if self.steps else [("done", {"reasoning": "the script is at its end",
                                                                   "taskComplete": True})]
        if callable(step):
            step = step(texts_of(body))
        said, calls = (step, []) if isinstance(step, str) else ("", step)
        if calls and isinstance(calls[0], str):
            said, calls = calls[0], calls[1:]
        return self.responses(body, said, calls) if path.endswith("/responses") else self.chat(body, said, calls)

    def responses(self, body, said, calls):
        output = []
        if said:
            output.append({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                           "content": [{"type": "output_text", "text": said, "annotations": []}]})
        for name, arguments in calls:
            self.count += 1
            output.append({"type": "function_call", "id": f"fc_{self.count}", "call_id": f"call_{self.count}", "name": name,
                           "arguments": json.dumps(arguments), "status": "completed"})
        return {"id": "resp_1", "object": "response", "status": "completed", "model": body["model"], "usage": USAGE,
                "output": output}

    def chat(self, body, said, calls):
        message = {"role": "assistant", "content": said or None}
        for name, arguments in calls:
            self.count += 1
            message.setdefault("tool_calls", []).append(
                {"id": f"call_{self.count}", "type": "function",
                 "function": {"name": name, "arguments": json.dumps(arguments)}})
        return {"id": "chat_1", "object": "chat.completion", "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "tool_calls" if calls else "stop", "message": message}],
                "usage": {"prompt_tokens": 101, "completion_tokens": 23, "total_tokens": 124}}
