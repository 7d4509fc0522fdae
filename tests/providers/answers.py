"""A turn of a model in the form in which each provider answers it, and what each request says, whatever its form.

A turn is {"thinking": str, "text": str, "calls": [(name, arguments)], "screen": [actions]}; each member can be absent.
`write(dialect, turn, number, model)` gives the body of the answer. Counts of tokens differ from answer to answer, so that one
that is told twice or not at all is noticed."""

import base64
import json


def arguments_of(call):
    return json.dumps(call[1])


def counts(number):
    """(read in all, of these from the cache, of these written to the cache, written in all, of these in thought)"""
    return 1000 + number, 300 + number, 100 + number, 50 + 2 * number, 7 + number


def responses(turn, number, model):
    read, cached, stored, written, thought = counts(number)
    output = []
    if turn.get("thinking"):
        output.append({"type": "reasoning", "id": f"rs_{number}", "summary": [{"type": "summary_text", "text": turn["thinking"]}],
                       "encrypted_content": f"gAAAA{number}", "status": "completed"})
    if turn.get("text"):
        output.append({"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed",
                       "phase": "commentary" if turn.get("calls") or turn.get("screen") else "final_answer",
                       "content": [{"type": "output_text", "text": turn["text"], "annotations": [], "logprobs": []}]})
    for at, (name, arguments) in enumerate(turn.get("calls", [])):
        output.append({"type": "function_call", "id": f"fc_{number}_{at}", "call_id": f"call_{number}_{at}", "name": name,
                       "arguments": json.dumps(arguments), "status": "completed"})
    if turn.get("screen"):
        several = not model.startswith("computer-use")
        actions = {"actions": turn["screen"]} if several else {"action": turn["screen"][0]}
        output.append({"type": "computer_call", "id": f"cu_{number}", "call_id": f"call_{number}_s", "status": "completed",
                       "pending_safety_checks": [], **actions})
    return {"id": f"resp_{number}", "object": "response", "created_at": 1, "status": "completed", "model": model, "error": None,
            "incomplete_details": None, "instructions": None, "metadata": {}, "parallel_tool_calls": True, "temperature": 1.0,
            "tool_choice": "auto", "tools": [], "top_p": 1.0, "output": output,
            "usage": {"input_tokens": read, "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
                      "output_tokens": written, "output_tokens_details": {"reasoning_tokens": thought},
                      "total_tokens": read + written}}


def perplexity(turn, number, model):
    body = responses({k: v for k, v in turn.items() if k != "thinking"}, number, model)
    read, cached, stored, written, _ = counts(number)
    for item in body["output"]:
        item.pop("phase", None)
    body["usage"] = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written,
                     "input_tokens_details": {"cache_creation_input_tokens": stored, "cache_read_input_tokens": cached}}
    return body


def chat(turn, number, model, call_id="call_{}_{}", thinking="", usage=None):
    """`thinking`: the member of a message that holds it, for the providers that show it."""
    message = {"role": "assistant", "content": turn.get("text") or None}
    if thinking and turn.get("thinking"):
        message[thinking] = turn["thinking"]
    if turn.get("calls"):
        message["tool_calls"] = [
            {"id": call_id.format(number, at), "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for at, (name, arguments) in enumerate(turn["calls"])]
    read, cached, _, written, thought = counts(number)
    usage = usage or {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
                      "prompt_tokens_details": {"cached_tokens": cached},
                      "completion_tokens_details": {"reasoning_tokens": thought}}
    return {"id": f"chat_{number}", "object": "chat.completion", "created": 1, "model": model, "usage": usage,
            "choices": [{"index": 0, "finish_reason": "tool_calls" if turn.get("calls") else "stop", "message": message,
                         "logprobs": None}]}


def mistral(turn, number, model):
    read, cached, _, written, _ = counts(number)
    body = chat(turn, number, model, call_id="c{:06d}{:02d}",
                usage={"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
                       "num_cached_tokens": cached})
    if turn.get("thinking"):
        message = body["choices"][0]["message"]
        message["content"] = [{"type": "thinking", "thinking": [{"type": "text", "text": turn["thinking"]}]},
                              *([{"type": "text", "text": turn["text"]}] if turn.get("text") else [])]
    return body


def deepseek(turn, number, model):
    read, cached, _, written, thought = counts(number)
    return chat(turn, number, model, call_id="call_{:02d}_{:02d}", thinking="reasoning_content",
                usage={"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
                       "prompt_cache_hit_tokens": cached, "prompt_cache_miss_tokens": read - cached,
                       "completion_tokens_details": {"reasoning_tokens": thought}})


def xai(turn, number, model):
    read, cached, _, written, thought = counts(number)
    return chat(turn, number, model, thinking="reasoning_content",
                usage={"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written + thought,
                       "prompt_tokens_details": {"cached_tokens": cached},
                       "completion_tokens_details": {"reasoning_tokens": thought}})  # beside the completion, not within


def groq(turn, number, model):
    return {**chat(turn, number, model, thinking="reasoning"), "service_tier": "on_demand", "x_groq": {"id": f"req_{number}"}}


def anthropic(turn, number, model):
    content = []
    if turn.get("thinking"):
        content.append({"type": "thinking", "thinking": turn["thinking"], "signature": f"sig_{number}"})
        content.append({"type": "redacted_thinking", "data": f"redacted_{number}"})
    if turn.get("text"):
        content.append({"type": "text", "text": turn["text"]})
    for at, (name, arguments) in enumerate(turn.get("calls", [])):
        content.append({"type": "tool_use", "id": f"toolu_{number}_{at}", "name": name, "input": arguments})
    for at, action in enumerate(turn.get("screen", [])):
        content.append({"type": "tool_use", "id": f"toolu_{number}_s{at}", "name": "computer", "input": action})
    read, cached, stored, written, thought = counts(number)
    return {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": model, "content": content,
            "stop_reason": "tool_use" if turn.get("calls") or turn.get("screen") else "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": read - cached - stored, "cache_read_input_tokens": cached,
                      "cache_creation_input_tokens": stored, "output_tokens": written,
                      "output_tokens_details": {"thinking_tokens": thought}}}


def gemini(turn, number, model):
    parts = []
    newer = not model.startswith("gemini-2")
    if turn.get("thinking"):
        parts.append({"text": turn["thinking"], "thought": True})
    if turn.get("text"):
        parts.append({"text": turn["text"]})
    calls = turn.get("calls", []) + turn.get("screen", [])
    for at, (name, arguments) in enumerate(calls):
        part = {"functionCall": {"name": name, "args": arguments}}
        if newer:
            part["functionCall"]["id"] = f"fn{number}x{at}"
            if at == 0:
                part["thoughtSignature"] = base64.b64encode(f"signed {number}".encode()).decode()
        parts.append(part)
    read, cached, _, written, thought = counts(number)
    return {"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
            "modelVersion": model,
            "usageMetadata": {"promptTokenCount": read, "cachedContentTokenCount": cached,
                              "candidatesTokenCount": written - thought, "thoughtsTokenCount": thought,
                              "totalTokenCount": read + written}}


def bedrock(turn, number, model):
    content = []
    if turn.get("thinking"):
        content.append({"reasoningContent": {"reasoningText": {"text": turn["thinking"], "signature": f"sig_{number}"}}})
    if turn.get("text"):
        content.append({"text": turn["text"]})
    for at, (name, arguments) in enumerate(turn.get("calls", [])):
        content.append({"toolUse": {"toolUseId": f"tooluse_{number}_{at}", "name": name, "input": arguments}})
    read, cached, stored, written, _ = counts(number)
    return {"output": {"message": {"role": "assistant", "content": content}},
            "stopReason": "tool_use" if turn.get("calls") else "end_turn", "metrics": {"latencyMs": 1},
            "usage": {"inputTokens": read - cached - stored, "outputTokens": written, "totalTokens": read + written,
                      "cacheReadInputTokens": cached, "cacheWriteInputTokens": stored}}


def ollama(turn, number, model):
    message = {"role": "assistant", "content": turn.get("text", "")}
    if turn.get("thinking"):
        message["thinking"] = turn["thinking"]
    if turn.get("calls"):
        message["tool_calls"] = [{"function": {"name": name, "arguments": arguments}} for name, arguments in turn["calls"]]
    read, _, _, written, _ = counts(number)
    return {"model": model, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": True, "done_reason": "stop",
            "prompt_eval_count": read, "eval_count": written}


def fara(turn, number, model):
    """What Fara does stands in its text."""
    text = turn.get("thinking", "") + turn.get("text", "")
    for action in turn.get("screen", []):
        text += "\n<tool_call>\n" + json.dumps({"name": "computer_use", "arguments": action}) + "\n</tool_call>"
    read, _, _, written, _ = counts(number)
    return chat({"text": text}, number, model,
                usage={"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written})


WRITERS = {"responses": responses, "perplexity": perplexity, "chat": chat, "mistral": mistral, "deepseek": deepseek, "xai": xai,
           "groq": groq, "anthropic": anthropic, "gemini": gemini, "bedrock": bedrock, "ollama": ollama, "fara": fara}


def write(dialect, turn, number, model):
    return WRITERS[dialect](turn, number, model)


# What a request says, in whatever form

def strings(value):
    """All texts of a request, in their order; pictures are left out."""
    if isinstance(value, str):
        if len(value) < 200_000 and not value.startswith(("data:image", "iVBOR")):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def tool_names(body):
    """The names of the functions that a request offers."""
    names = []
    for tool in body.get("tools") or body.get("toolConfig", {}).get("tools", []):
        several = tool.get("functionDeclarations") or tool.get("function_declarations")  # as LiteLLM has it
        for one in several or [tool.get("function") or tool.get("toolSpec") or tool]:
            if one.get("name"):
                names.append(one["name"])
    return names
