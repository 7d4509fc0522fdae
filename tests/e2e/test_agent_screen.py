"""agentExecute by a screen alone (mode cua) on real Chromium, with each provider's own way of speaking scripted at its HTTP
boundary: the model's calls are done on the page, and what it is answered is a picture and the true address."""

import json

import setup_path  # noqa: F401
from harness.case import main
from harness.screen_case import PAGE, ScreenCase, computer, openai, openai_done, says
from harness.server import Server


def anthropic(*content):
    return {"id": "msg_1", "type": "message", "role": "assistant", "content": list(content),
            "stop_reason": "tool_use" if any(one["type"] == "tool_use" for one in content) else "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 10}}


def tool_use(number, **arguments):
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "computer", "input": arguments}


def gemini(*parts):
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 10}}


def calls(name, **arguments):
    return {"functionCall": {"name": name, "args": arguments}}


def chat(text):
    return {"id": "chat_1", "object": "chat.completion", "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}}


class Screen(ScreenCase):
    def test_openai_in_batches(self):
        self.show(PAGE)
        result = self.run_with(
            "openai/gpt-5.4",
            openai(computer(1, {"type": "click", "button": "left", "x": 150, "y": 215}, {"type": "type", "text": "Ann"},
                            {"type": "click", "button": "left", "x": 140, "y": 320})),
            openai(computer(2, {"type": "click", "button": "left", "x": 140, "y": 420})),
            openai(says("It is bought.")), openai_done(True, "the title says so"), base="/v1")
        self.assertEqual((result["success"], result["message"]), (True, "It is bought."))
        self.assertEqual([one["type"] for one in result["actions"]], ["click", "type", "click", "click", "done"])
        self.assertTrue(all(one.get("success", True) for one in result["actions"]), result["actions"])
        self.assertIn("computer_call_output", self.sent(1))
        self.assertIn("data:image/png;base64,", self.sent(1))
        self.assertTrue(result["actions"][-1]["pageUrl"].endswith("/far"), result["actions"][-1])
        self.assertEqual(result["metadata"]["usage"]["agent"]["calls"], 4)

    def test_openai_asks_for_consent_and_nobody_is_there(self):
        self.show(PAGE)
        result = self.run_with("openai/gpt-5.4", openai(computer(
            1, {"type": "click", "button": "left", "x": 140, "y": 320},
            pending_safety_checks=[{"id": "sc_1", "code": "malicious_instructions", "message": "Check the page."}])), base="/v1")
        self.assertFalse(result["success"])
        self.assertIn("Check the page.", result["message"])
        self.assertEqual(self.title(), "case", "nothing was clicked")

    def test_anthropic(self):
        self.show(PAGE)
        result = self.run_with(
            "anthropic/claude-sonnet-4-6",
            anthropic(tool_use(1, action="left_click", coordinate=[150, 215])), anthropic(tool_use(2, action="type", text="Bob")),
            anthropic(tool_use(3, action="left_click", coordinate=[140, 320]), tool_use(4, action="fly")),
            anthropic({"type": "tool_use", "id": "toolu_9", "name": "done", "input": {"reasoning": "bought", "taskComplete": True}}))
        self.assertEqual(self.title(), "bought by Bob")
        self.assertEqual((result["success"], result["message"]), (True, "bought"))
        self.assertIn("fly", result["actions"][3]["error"])
        self.assertIn("tool_result", self.sent(1))

    def test_anthropic_by_a_set_of_tools_in_a_model_newer_than_any_list(self):
        self.show(PAGE)
        member = lambda number, name, **arguments: {**tool_use(number, **arguments), "name": name, "toolset_name": "computer"}
        result = self.run_with(
            "anthropic/claude-opus-7",
            anthropic(member(1, "left_click", coordinate=[150, 215]), member(2, "type", text="Bob")),
            anthropic(member(3, "left_click", coordinate=[140, 320])),
            anthropic({"type": "tool_use", "id": "toolu_9", "name": "done", "input": {"reasoning": "bought", "taskComplete": True}}))
        self.assertEqual(self.title(), "bought by Bob")
        self.assertEqual((result["success"], result["message"]), (True, "bought"))
        self.assertIn("computer_toolset_20260801", self.sent(0))
        self.assertEqual(self.sent(1).count('"toolset_name": "computer"'), 4, "of two calls and their results")

    def test_google_counts_in_thousandths(self):
        self.show(PAGE)
        size = self.devtools.evaluate(self.tab, "[innerWidth, innerHeight].join()").split(",")
        x, y = round(140 * 1000 / int(size[0])), round(320 * 1000 / int(size[1]))
        result = self.run_with(
            "google/gemini-2.5-computer-use-preview-10-2025", gemini(calls("click_at", x=x, y=y)),
            gemini(calls("done", reasoning="bought", taskComplete=True)))
        self.assertEqual(self.title(), "bought by")
        self.assertTrue(result["success"])
        self.assertIn("functionResponse", self.sent(1))
        self.assertIn(self.site.url + "/case", self.sent(1))

    def test_fara_ends_by_its_own_word(self):
        self.show(PAGE)
        call = lambda **arguments: "I see.<tool_call>\n" + json.dumps({"name": "computer_use", "arguments": arguments}) + "\n</tool_call>"
        result = self.run_with("microsoft/fara-7b", chat(call(action="left_click", coordinate=[140, 315])),
                               chat(call(action="terminate", status="failure")), base="/v1")
        self.assertEqual(self.title(), "bought by")
        self.assertEqual((result["success"], result["completed"]), (False, True))

    def test_what_a_screen_has_no_place_for_is_refused(self):
        server = Server(env={"BROWSERBASE_API_KEY": "bb"})
        self.addCleanup(server.clean_up)
        self.addCleanup(server.stop)
        session = server.start()
        for what, config, options in [
                ("variables", {}, {"variables": {"a": "b"}}),
                ("useSearch", {}, {"useSearch": True}),
                ("tools", {"tools": [{"name": "w", "url": "http://127.0.0.1:1/", "parameters": {"type": "object"}}]}, {})]:
            answer = server.operation(session, "agentExecute", {
                "agentConfig": {"mode": "cua", "model": {"modelName": "openai/gpt-5.4", "apiKey": "k"}, **config},
                "executeOptions": {"instruction": "x", **options}})
            self.assertEqual(answer.status, 422, answer)
            self.assertEqual(answer.json["message"], f"{what} is not supported with CUA mode; use mode dom or hybrid")


if __name__ == "__main__":
    main()
