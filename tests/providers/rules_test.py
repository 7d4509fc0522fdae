"""Each rule on a request that breaks it, and on one that does not. Runs in the environment with the providers' packages; providers_test.py
starts it."""

import unittest

import rules
import signing
import strict_schemas
from judge import form

USER = {"role": "user", "content": "go"}
CALL = {"id": "abcdefgh1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CHAT_CALL = [USER, {"role": "assistant", "content": None, "tool_calls": [CALL]}]
RESULT = {"role": "tool", "tool_call_id": "abcdefgh1", "content": "seen"}


def case(provider, model, dialect):
    return {"name": "one", "provider": provider, "model": f"{provider}/{model}", "dialect": dialect, "own_url": False}


def broken(provider, model, dialect, body, *earlier):
    return [rule.split(" (")[0] for rule in rules.broken(case(provider, model, dialect), {"headers": {}}, body, list(earlier))]


class Chat(unittest.TestCase):
    def test_results_stand_behind_their_calls(self):
        right = {"model": "m", "messages": [*CHAT_CALL, RESULT]}
        self.assertEqual(broken("groq", "m", "groq", right), [])
        self.assertIn("a call without its one result behind it", broken("groq", "m", "groq", {"messages": [*CHAT_CALL, USER]}))

    def test_mistral_takes_no_user_behind_a_tool(self):
        self.assertIn("a user's message behind a tool's",
                      broken("mistral", "m", "mistral", {"messages": [*CHAT_CALL, RESULT, USER]}))
        long = [USER, {"role": "assistant", "tool_calls": [{**CALL, "id": "call_1"}]}, {**RESULT, "tool_call_id": "call_1"}]
        self.assertIn("an id that is not 9 letters and digits", broken("mistral", "m", "mistral", {"messages": long}))

    def test_deepseek_wants_its_thoughts_and_no_pictures(self):
        self.assertIn("reasoning_content is not echoed", broken("deepseek", "m", "deepseek", {"messages": [*CHAT_CALL, RESULT]}))
        picture = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}
        self.assertIn("a picture for a model that reads text only", broken("deepseek", "m", "deepseek", {"messages": [picture]}))

    def test_openai_by_models(self):
        body = {"messages": [{"role": "system", "content": "s"}, USER], "max_tokens": 1, "tools": [
            {"type": "function", "function": {"name": "a", "parameters": {}}}]}
        self.assertEqual(broken("openai", "gpt-5.6-sol", "chat", body), [
            "a system message for a model that reasons", "max_tokens for a model that reasons",
            "function tools and no reasoning_effort none"])
        self.assertEqual(broken("openai", "gpt-4.1", "chat", body), [])


class Responses(unittest.TestCase):
    THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"}
    SAID = {"type": "message", "role": "assistant", "phase": "commentary", "content": [{"type": "output_text", "text": "so"}]}
    CALLED = {"type": "function_call", "call_id": "c", "name": "a", "arguments": "{}"}
    GIVEN = {"type": "function_call_output", "call_id": "c", "output": "x"}

    def test_what_is_echoed(self):
        earlier = ({}, {"output": [self.THOUGHT, self.SAID, self.CALLED]})
        right = {"store": False, "include": ["reasoning.encrypted_content"],
                 "input": [self.THOUGHT, self.SAID, self.CALLED, self.GIVEN]}
        self.assertEqual(broken("openai", "gpt-5.5", "responses", right, earlier), [])
        for change, rule in [
                ({"include": []}, "reasoning is echoed and its encrypted content not asked for"),
                ({"input": [self.SAID, self.CALLED, self.GIVEN]}, "reasoning is not echoed"),
                ({"input": [self.THOUGHT, {**self.SAID, "phase": None}, self.CALLED, self.GIVEN]},
                 "the phase of what was said is lost"),
                ({"input": [self.THOUGHT, self.SAID, self.CALLED]}, "a call without its one result behind it"),
                ({"input": [*right["input"], {**self.GIVEN, "call_id": "d"}]}, "a result without its call before it"),
                ({"store": True}, "what pages show is stored"),
                ({"tools": [{"type": "computer_use_preview"}]}, "the older screen tool"),
                ({"temperature": 1}, "temperature for a model that reasons")]:
            self.assertIn(rule, broken("openai", "gpt-5.5", "responses", {**right, **change}, earlier))

    def test_perplexity_knows_models_by_their_makers(self):
        rule = "a model without its maker"
        self.assertIn(rule, broken("perplexity", "sonar", "perplexity", {"model": "sonar", "input": []}))
        self.assertEqual(broken("perplexity", "sonar", "perplexity", {"preset": "sonar", "input": []}), [])

    def test_strict_schemas(self):
        right = {"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "required": ["a"], "additionalProperties": False}
        self.assertEqual(list(strict_schemas.faults(right)), [])
        for change in ({"nullable": True}, {"required": []}, {"additionalProperties": True}, {"properties": {"a": {"const": 1}}},
                       {"properties": {"a": {"type": "string", "pattern": "(?=x)"}}}, {"type": "array"},
                       {"properties": {"a": {"type": "string", "format": "uri"}}}, {"properties": {"a": {"type": "array"}}}):
            self.assertTrue(list(strict_schemas.faults({**right, **change})), change)


class Others(unittest.TestCase):
    def test_anthropic(self):
        asks = {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"},
                                                 {"type": "tool_use", "id": "u", "name": "a", "input": {}}]}
        given = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "u", "content": []}]}
        right = {"max_tokens": 100, "messages": [USER, asks, given]}
        earlier = ({}, {"content": asks["content"]})
        self.assertEqual(broken("anthropic", "claude-opus-5-5", "anthropic", right, earlier), [])
        for change, rule in [
                ({"max_tokens": 64000}, "max_tokens that have to be streamed"),
                ({"tool_choice": {"type": "tool", "name": "a"}}, "a forced tool for a model that refuses it"),
                ({"tools": [{"type": "computer_20250124", "name": "computer"}]}, "the older screen tool"),
                ({"tools": [{"name": "a", "input_schema": {"type": "object", "properties": {"ö": {}}}}]},
                 "a property's name in a tool"),
                ({"messages": [USER, {**asks, "content": asks["content"][1:]}, given]}, "thinking is not echoed"),
                ({"messages": [USER, asks, USER]}, "a call without its one result behind it"),
                ({"messages": [USER, USER]}, "roles that do not take turns")]:
            self.assertIn(rule, broken("anthropic", "claude-opus-5-5", "anthropic", {**right, **change}, earlier))
        self.assertNotIn("max_tokens that have to be streamed",
                         broken("anthropic", "m", "anthropic", {**right, "max_tokens": 64000, "stream": True}))

    def test_gemini(self):
        call = {"functionCall": {"name": "a", "args": {}, "id": "i"}, "thoughtSignature": "sign"}
        given = {"role": "user", "parts": [{"functionResponse": {"name": "a", "id": "i", "response": {}}}]}
        right = {"contents": [{"role": "user", "parts": [{"text": "x"}]}, {"role": "model", "parts": [call]}, given]}
        earlier = ({}, {"candidates": [{"content": {"parts": [call]}}]})
        self.assertEqual(broken("google", "g", "gemini", right, earlier), [])
        unsigned = {"functionCall": call["functionCall"]}
        schema = lambda **inner: {"tools": [{"functionDeclarations": [{"name": "a", "parameters": {"type": "object", **inner}}]}]}
        for change, rule in [
                (schema(properties={}), "parameters without properties"),
                (schema(properties={"a": {"type": "array"}}), "a list without items in a schema"),
                (schema(properties={"a": {}}), "a schema without a type"),
                (schema(properties={"a": {"type": "string"}}, required=["b"]), "unknown names in required"),
                ({"contents": right["contents"][:2]}, "calls and results that do not match"),
                ({"contents": [right["contents"][0], {"role": "model", "parts": [unsigned]}, given]}, "a signature is not echoed")]:
            self.assertIn(rule, broken("google", "g", "gemini", {**right, **change}, earlier))

    def test_bedrock(self):
        asks = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "u", "name": "a", "input": {}}}]}
        given = {"role": "user", "content": [{"toolResult": {"toolUseId": "u", "content": [{"text": "x"}]}}]}
        first = {"role": "user", "content": [{"text": "x"}]}
        right = {"messages": [first, asks, given], "toolConfig": {"tools": [
            {"toolSpec": {"name": "a", "description": "d", "inputSchema": {"json": {"type": "object"}}}}]}}
        self.assertEqual(broken("bedrock", "b", "bedrock", right), [])
        self.assertEqual(signing.converse_misfits(right), [])
        self.assertIn("calls in the conversation and no tools", broken("bedrock", "b", "bedrock", {"messages": right["messages"]}))
        self.assertTrue(signing.converse_misfits({**right, "toolChoice": {}}))
        self.assertTrue(signing.converse_misfits({**right, "messages": [{"role": "robot", "content": []}]}))

    def test_types_forbid_what_they_do_not_name(self):
        for provider, model, dialect, body in [
                ("openai", "gpt-5.5", "responses", {"model": "m", "input": [{"role": "user", "content": "x"}]}),
                ("openai", "gpt-5.5", "chat", {"model": "m", "messages": [USER]}),
                ("mistral", "m", "mistral", {"model": "m", "messages": [USER]}), ("groq", "m", "groq", {"model": "m", "messages": [USER]}),
                ("anthropic", "m", "anthropic", {"model": "m", "max_tokens": 1, "messages": [USER]}),
                ("perplexity", "m", "perplexity", {"model": "m", "input": [{"type": "message", "role": "user", "content": "x"}]}),
                ("google", "g", "gemini", {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}),
                ("ollama", "m", "ollama", {"model": "m", "messages": [USER], "stream": False})]:
            one, capture = case(provider, model, dialect), {"headers": {}}
            self.assertEqual(list(form(one, capture, body)), [], provider)
            self.assertEqual(list(form(one, capture, {**body, "unheard_of": 1})), ["types: unheard_of no such member"], provider)


if __name__ == "__main__":
    unittest.main()
