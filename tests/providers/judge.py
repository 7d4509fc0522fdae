"""Runs in the environment that has the providers' packages: reads what was sent and answered (a file of JSON), prints the
violations: [{"case", "rule", "detail", "verbs"}]. Each is told once a case, with all the verbs in which it occurs."""

import json
import sys
import urllib.parse

import rules
import signing
import usage
from typed import misfits


def types_of(case, capture):
    """The request type of the provider's own package; for those that offer what OpenAI offers, and have no package of types
    for it, OpenAI's."""
    provider, dialect = case["provider"], case["dialect"]
    if dialect == "responses":
        from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming as params
    elif dialect == "perplexity":
        from perplexity.types.response_create_params import ResponseCreateParamsNonStreaming as params
    elif dialect == "anthropic" and "anthropic-beta" in capture["headers"]:
        from anthropic.types.beta.message_create_params import MessageCreateParamsNonStreaming as params
    elif dialect == "anthropic":
        from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as params
    elif dialect == "ollama":
        from ollama._types import ChatRequest as params
    elif provider == "mistral":
        from mistralai.client.models.chatcompletionrequest import ChatCompletionRequest as params
    elif provider == "groq":
        from groq.types.chat.completion_create_params import CompletionCreateParams as params
    elif provider == "cerebras":
        from cerebras.cloud.sdk.types.chat.completion_create_params import CompletionCreateParams as params
    elif provider == "togetherai":
        from together.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as params
    else:
        from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as params
    return params


def gemini_misfits(body):
    from typing import List

    from google.genai import types
    known = {"contents": List[types.Content], "systemInstruction": types.Content, "tools": List[types.Tool],
             "toolConfig": types.ToolConfig, "generationConfig": types.GenerationConfig}
    out = [(name, "no such member") for name in body if name not in known]
    for name, hint in known.items():
        if name in body:
            out += misfits(body[name], hint, name)
    return out


def beyond_types(case, where, what):
    """What a provider takes though its types do not say so: DeepSeek and xAI their own member beside OpenAI's; Gemini a word in
    the place of a signature, which its documentation names; Together calls as OpenAI has them, though its package has one type
    for a call that is sent and one that comes in pieces."""
    return (case["provider"] in ("deepseek", "xai") and where == "messages[].reasoning_content"
            or "'skip_thought_signature_validator'" in what
            or case["provider"] == "togetherai" and what == "missing" and where.startswith(("messages[].tool_calls[]", "tool_choice.")))


def form(case, capture, body):
    if case["dialect"] == "gemini":
        wrong = gemini_misfits(body)
    elif case["dialect"] == "bedrock":
        wrong = signing.converse_misfits(body)
    else:
        wrong = misfits(body, types_of(case, capture))
    for where, what in wrong:
        if not beyond_types(case, where, what):
            yield f"types: {where} {what}"


def path_and_credentials(case, capture):
    """Where a request goes, and by whom it says that it is sent."""
    model = case["model"].split("/", 1)[1]
    path = urllib.parse.unquote(capture["path"]).removeprefix(f"/{case['name']}")
    dialect = case["dialect"]
    wanted = {"responses": "/responses", "anthropic": "/messages", "perplexity": "/v1/agent", "ollama": "/chat",
              "gemini": f"/models/{model}:generateContent", "bedrock": f"/model/{model}/converse"}
    if path.split("?")[0] != wanted.get(dialect, "/chat/completions"):
        yield f"path: {path}"
    headers = {name.lower(): value for name, value in capture["headers"].items()}
    if case["own_url"]:
        return
    key = {"anthropic": ("x-api-key", "key-of-the-test"), "gemini": ("x-goog-api-key", "key-of-the-test")}.get(
        dialect, ("authorization", "Bearer key-of-the-test"))
    if case["provider"] == "azure":
        key = ("api-key", "key-of-the-test")
    if dialect != "ollama" and headers.get(key[0]) != key[1]:
        yield f"credentials: {key[0]} is {headers.get(key[0])}"


def judge(case, runs):
    """`runs`: [{"verb", "captures", "told"}] of one case."""
    out = {}
    for run in runs:
        verb, earlier = run["verb"], []
        for number, capture in enumerate(run["captures"]):
            body = json.loads(capture["raw"])
            found = [*form(case, capture, body), *path_and_credentials(case, capture)]
            if case["dialect"] == "bedrock" and case["own_url"]:
                found += signing.signature_misfits(capture)
            found += rules.broken(case, capture, body, earlier)
            found += usage.unreadable(case, capture["reply"])
            for rule in found:
                add(out, verb, rule, f"request {number + 1}")
            earlier.append((body, capture["reply"]))
        for rule in usage.differences(case, run):
            add(out, verb, rule, "in all")
    return [{"case": case["name"], "rule": rule, **more} for rule, more in out.items()]


def add(out, verb, rule, where):
    one = out.setdefault(rule.split(" (", 1)[0], {"detail": f"{verb}, {where}: {rule}", "verbs": []})
    if verb not in one["verbs"]:
        one["verbs"].append(verb)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        told = json.load(file)
    print(json.dumps([one for case in told for one in judge(case["case"], case["runs"])]))


if __name__ == "__main__":
    main()
