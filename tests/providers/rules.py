"""What providers refuse, or lose, and their types do not say. Each rule gives the name of what is broken, and in parentheses what
it was."""

import json
import re

import strict_schemas

PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
TOOL = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def broken(case, capture, body, earlier):
    dialect = case["dialect"]
    model = case["model"].split("/", 1)[1]
    out = list(names(body))
    if dialect in ("responses", "perplexity"):
        out += responses(model, body, earlier, dialect == "perplexity")
    elif dialect == "anthropic":
        out += anthropic(model, body, earlier)
    elif dialect == "gemini":
        out += gemini(model, body, earlier)
    elif dialect == "bedrock":
        out += bedrock(body, earlier)
    elif dialect in ("chat", "mistral", "deepseek", "xai", "groq"):
        out += chat(case, model, body, earlier)
    return out


def functions(body):
    """[(name, description, schema)] of the functions that are offered, whatever the dialect."""
    for tool in body.get("tools") or body.get("toolConfig", {}).get("tools", []):
        for one in tool.get("functionDeclarations", [tool.get("function") or tool.get("toolSpec") or tool]):
            if one.get("name"):
                schema = one.get("parameters") or one.get("parametersJsonSchema") or one.get("input_schema") \
                    or one.get("inputSchema", {}).get("json") or {}
                yield one["name"], one.get("description"), schema


def names(body):
    seen = [name for name, _, _ in functions(body)]
    for name in seen:
        if not TOOL.fullmatch(name):
            yield f"a tool's name ({name})"
        if seen.count(name) > 1:
            yield f"two tools of one name ({name})"


def subschemas(schema):
    if isinstance(schema, dict):
        yield schema
        for name, inner in schema.items():
            if name in ("properties", "$defs") and isinstance(inner, dict):
                for each in inner.values():
                    yield from subschemas(each)
            elif name in ("items", "additionalProperties"):
                yield from subschemas(inner)
            elif name in ("anyOf", "oneOf", "allOf") and isinstance(inner, list):
                for each in inner:
                    yield from subschemas(each)


def property_names(body):
    for name, _, schema in functions(body):
        for each in subschemas(schema):
            for key in each.get("properties", {}):
                if not PROPERTY.fullmatch(key):
                    yield f"a property's name in a tool ({name}: {key})"


# OpenAI's Responses

def is_reasoning(model):
    """GPT-5 and later, the o series, the screen's preview."""
    generation = re.match(r"gpt-(\d+)", model)
    return bool(generation and int(generation[1]) >= 5) or bool(re.match(r"o\d|computer-use", model))


def pairs(calls, results):
    """Each call has one result behind it, each result its call before it; both are [(id, place)]."""
    for one, place in calls:
        behind = [at for other, at in results if other == one]
        if len(behind) != 1 or behind[0] < place:
            yield f"a call without its one result behind it ({one})"
    for one, place in results:
        if not any(other == one and at < place for other, at in calls):
            yield f"a result without its call before it ({one})"


def responses(model, body, earlier, perplexity):
    items = body["input"]
    calls = [(one.get("call_id"), at) for at, one in enumerate(items) if one.get("type") in ("function_call", "computer_call")]
    results = [(one.get("call_id"), at) for at, one in enumerate(items) if str(one.get("type")).endswith("_call_output")]
    yield from pairs(calls, results)
    written = body.get("text", {}).get("format") or body.get("response_format", {}).get("json_schema") or {}
    if written.get("strict"):
        yield from strict_schemas.faults(written["schema"])
    for tool in body.get("tools", []):
        if tool.get("strict"):
            yield from strict_schemas.faults(tool["parameters"])
    if perplexity:
        if not re.fullmatch(r"[a-z]+/.+", body.get("model", "")) and "preset" not in body:
            yield f"a model without its maker ({body.get('model')})"
        return
    if body.get("store") is not False:
        yield "what pages show is stored"
    if is_reasoning(model):
        if any(one.get("type") == "reasoning" for one in items) and "reasoning.encrypted_content" not in body.get("include", []):
            yield "reasoning is echoed and its encrypted content not asked for"
        if any(one.get("role") == "system" for one in items):
            yield "a system message for a model that reasons"
        for name in ("temperature", "top_p"):
            if name in body:
                yield f"{name} for a model that reasons"
    if re.match(r"gpt-\d", model) and any(one.get("type") == "computer_use_preview" for one in body.get("tools", [])):
        yield "the older screen tool"
    yield from echoed_items(model, items, earlier)


def echoed_items(model, items, earlier):
    for _, reply in earlier if goes_on(items, earlier) else []:
        for item in reply["output"]:
            if item["type"] == "reasoning" and is_reasoning(model) and item not in items and bare(item) not in map(bare, items):
                yield "reasoning is not echoed"
            if item["type"] == "message" and item.get("phase"):
                text = item["content"][0]["text"]
                if said := [one for one in items if one.get("role") == "assistant" and text in json.dumps(one, ensure_ascii=False)]:
                    if said[0].get("phase") != item["phase"]:
                        yield "the phase of what was said is lost"


def bare(item):
    return {name: value for name, value in item.items() if name not in ("status", "id")}


def goes_on(items, earlier):
    """Whether it is the same conversation that the earlier exchanges were: it has what the last one was called for."""
    said = json.dumps(items)
    return any(item.get("call_id", "\0") in said for _, reply in earlier[-1:] for item in reply.get("output", []))


# Chat Completions

def chat(case, model, body, earlier):
    messages = body["messages"]
    for at, message in enumerate(messages):
        if message["role"] == "tool" and messages[at - 1]["role"] not in ("assistant", "tool"):
            yield "a result that does not stand behind its call"
        asked = [call["id"] for call in message.get("tool_calls") or []]
        given = []
        for after in messages[at + 1:]:
            if after["role"] != "tool":
                break
            given.append(after["tool_call_id"])
        if asked and sorted(asked) != sorted(given):
            yield f"a call without its one result behind it ({asked}, {given})"
        if message["role"] in ("system", "developer") and at > 0:
            yield "a system message that is not the first"
        if message["role"] == "assistant" and not message.get("content") and not asked:
            yield "an empty message"
    written = body.get("response_format", {}).get("json_schema", {})
    if written.get("strict"):
        yield from strict_schemas.faults(written["schema"])
    if body.get("response_format", {}).get("type") == "json_object" and "json" not in json.dumps(messages).lower():
        yield "a JSON object is asked for and no message says so"
    yield from of_provider(case["provider"], model, body, messages, earlier)


def of_provider(provider, model, body, messages, earlier):
    if provider in ("openai", "azure") and is_reasoning(model):
        if any(one["role"] == "system" for one in messages):
            yield "a system message for a model that reasons"
        for name in ("max_tokens", "temperature", "top_p"):
            if name in body:
                yield f"{name} for a model that reasons"
    if provider == "openai" and model.startswith("gpt-5.6") and body.get("tools") and body.get("reasoning_effort") != "none":
        yield "function tools and no reasoning_effort none"
    if provider == "mistral":
        for before, after in zip(messages, messages[1:]):
            if before["role"] == "tool" and after["role"] == "user":
                yield "a user's message behind a tool's"
        for message in messages:
            for call in message.get("tool_calls") or []:
                if not re.fullmatch(r"[a-zA-Z0-9]{9}", call["id"]):
                    yield f"an id that is not 9 letters and digits ({call['id']})"
    if provider == "deepseek":
        if "image_url" in json.dumps(messages):
            yield "a picture for a model that reads text only"
        said = json.dumps(messages, ensure_ascii=False)
        for message in messages:
            if message.get("tool_calls") and "reasoning_content" not in message:
                yield "reasoning_content is not echoed"
        for _, reply in earlier:
            answer = reply["choices"][0]["message"]
            ids = [call["id"] for call in answer.get("tool_calls") or []]
            if ids and ids[0] in said and answer.get("reasoning_content", "") not in said:
                yield "reasoning_content is not echoed"


# Anthropic

def refuses_forced_tools(model):
    return bool(re.search(r"(opus|sonnet)-5-5|fable-5", model))


def anthropic(model, body, earlier):
    from anthropic import Anthropic
    choice = body.get("tool_choice", {}).get("type")
    if choice in ("any", "tool") and refuses_forced_tools(model):
        yield f"a forced tool for a model that refuses it ({choice})"
    if choice in ("any", "tool") and body.get("thinking", {}).get("type") in ("enabled", "adaptive"):
        yield "thinking beside a forced tool"
    screens = [tool["type"] for tool in body.get("tools", []) if tool.get("type", "").startswith("computer")]
    if "opus-5-5" in model and any(one != "computer_toolset_20260801" for one in screens):
        yield f"the older screen tool ({screens})"
    try:
        if not body.get("stream"):
            Anthropic(api_key="none")._calculate_nonstreaming_timeout(body["max_tokens"], None)
    except ValueError:
        yield f"max_tokens that have to be streamed ({body['max_tokens']})"
    if json.dumps(body).count('"cache_control"') > 4:
        yield "more than four marks of the cache"
    yield from property_names(body)
    messages = body["messages"]
    if messages[0]["role"] != "user" or any(a["role"] == b["role"] for a, b in zip(messages, messages[1:])):
        yield "roles that do not take turns"
    blocks = [one["content"] if isinstance(one["content"], list) else [{"type": "text", "text": one["content"]}] for one in messages]
    for content, behind in zip(blocks, [*blocks[1:], []]):
        if not content or any(one["type"] == "text" and not one["text"].strip() for one in content):
            yield "an empty block"
        asked = [one["id"] for one in content if one["type"] == "tool_use"]
        given = [one["tool_use_id"] for one in behind if one["type"] == "tool_result"]
        if asked and (sorted(asked) != sorted(given) or [one["type"] for one in behind[:len(given)]] != ["tool_result"] * len(given)):
            yield f"a call without its one result behind it ({asked}, {given})"
        for result in content:
            if result["type"] == "tool_result" and result.get("is_error") and "image" in json.dumps(result["content"])[:200]:
                yield "a picture in a failure"
    yield from thoughts_of_anthropic(messages, earlier)


def thoughts_of_anthropic(messages, earlier):
    for _, reply in earlier:
        ids = [one["id"] for one in reply["content"] if one["type"] == "tool_use"]
        thoughts = [one for one in reply["content"] if one["type"] in ("thinking", "redacted_thinking")]
        for message in messages:
            content = message["content"] if isinstance(message["content"], list) else []
            if ids and any(one.get("id") == ids[0] for one in content) and content[:len(thoughts)] != thoughts:
                yield "thinking is not echoed"


# Gemini

def gemini(model, body, earlier):
    for name, _, schema in functions(body):
        if str(schema.get("type")).lower() == "object" and not schema.get("properties"):
            yield f"parameters without properties ({name})"
    declared = [one.get("parameters") for tool in body.get("tools", []) for one in tool.get("functionDeclarations", [])]
    for schema in [body.get("generationConfig", {}).get("responseSchema"), *declared]:
        if schema:
            yield from openapi_faults(schema)
    contents = body["contents"]
    for before, after in zip(contents, contents[1:] + [{"parts": []}]):
        asked = [one["functionCall"] for one in before["parts"] if "functionCall" in one]
        given = [one["functionResponse"] for one in after["parts"] if "functionResponse" in one]
        if [one["name"] for one in asked] != [one["name"] for one in given] or \
                [one.get("id") for one in asked] != [one.get("id") for one in given]:
            yield f"calls and results that do not match ({[one['name'] for one in asked]}, {[one['name'] for one in given]})"
        if not before["parts"]:
            yield "a turn without parts"
    if contents[0]["role"] != "user":
        yield "the first turn is not the user's"
    sent = json.dumps(contents)
    for _, reply in earlier:
        for part in reply["candidates"][0]["content"]["parts"]:
            call = part.get("functionCall", {})
            if part.get("thoughtSignature") and json.dumps(call.get("id", "\0")) in sent and part["thoughtSignature"] not in sent:
                yield "a signature is not echoed"


def openapi_faults(schema):
    for one in subschemas(schema):
        kind = str(one.get("type", "")).lower()
        if missing := set(one.get("required", [])) - set(one.get("properties", {})):
            yield f"unknown names in required ({missing})"
        if kind == "array" and not one.get("items"):
            yield "a list without items in a schema"
        if one.get("enum") and (kind != "string" or not all(isinstance(each, str) for each in one["enum"])):
            yield f"an enum that is not of strings ({one['enum']})"
        if not kind and not one.get("anyOf") and not one.get("$ref"):
            yield f"a schema without a type ({json.dumps(one)[:60]})"


# Bedrock

def bedrock(body, earlier):
    yield from property_names(body)
    messages = body["messages"]
    if messages[0]["role"] != "user" or any(a["role"] == b["role"] for a, b in zip(messages, messages[1:])):
        yield "roles that do not take turns"
    for before, after in zip(messages, messages[1:] + [{"content": []}]):
        asked = [one["toolUse"]["toolUseId"] for one in before["content"] if "toolUse" in one]
        given = [one["toolResult"]["toolUseId"] for one in after["content"] if "toolResult" in one]
        if sorted(asked) != sorted(given):
            yield f"a call without its one result behind it ({asked}, {given})"
        if any("text" in one and not one["text"].strip() for one in before["content"]) or not before["content"]:
            yield "an empty block"
    if "toolUse" in json.dumps(messages) and "toolConfig" not in body:
        yield "calls in the conversation and no tools"
    for _, reply in earlier:
        content = reply["output"]["message"]["content"]
        ids = [one["toolUse"]["toolUseId"] for one in content if "toolUse" in one]
        thoughts = [one for one in content if "reasoningContent" in one]
        for message in messages:
            if ids and ids[0] in json.dumps(message) and message["role"] == "assistant" and message["content"][:len(thoughts)] != thoughts:
                yield "thinking is not echoed"
