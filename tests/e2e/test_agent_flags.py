"""The flags of agent runs, each beside what the server does without it: consent to safety checks, the time of a run, how much of
a page is shown, and where the callers' own tools may be."""

import re

import setup_path  # noqa: F401
from harness.agent_case import AgentCase, done
from harness.agent_model import AgentModel
from harness.case import ServerCase, main
from harness.screen_case import PAGE, ScreenCase, computer, openai, openai_done

CHECK = {"id": "sc_1", "code": "malicious_instructions", "message": "Check the page."}
CLICK = {"type": "click", "button": "left", "x": 140, "y": 320}
OBJECT = {"type": "object"}
TOKEN = "a-token-of-the-test-that-is-long"


class Consent(ScreenCase):
    """test_agent_screen.py has what is done without it."""

    flags = ("--agent-safety-checks", "acknowledge")

    def test_checks_are_acknowledged_and_the_log_says_so(self):
        self.show(PAGE)
        result = self.run_with("openai/gpt-5.4", openai(computer(1, CLICK, pending_safety_checks=[CHECK])),
                               openai_done(True, "it is bought"), base="/v1")
        self.assertEqual((result["success"], result["message"]), (True, "it is bought"))
        self.assertEqual(self.title(), "bought by")
        (answer,) = [item for item in self.provider.requests[1][2]["input"] if item.get("type") == "computer_call_output"]
        self.assertEqual([check["id"] for check in answer["acknowledged_safety_checks"]], ["sc_1"])
        self.assertEqual([one["id"] for one in result["actions"][0]["acknowledgedSafetyChecks"]], ["sc_1"])
        said = self.server.logged("safety check acknowledged")
        self.assertEqual([(entry["level"], entry["code"], entry["id"]) for entry in said],
                         [("warn", "malicious_instructions", "sc_1")])


class Timeout(AgentCase):
    flags = ("--agent-timeout", "700ms")

    def test_a_run_without_a_timeout_of_its_own_ends_by_the_servers(self):
        self.show("<p>here")
        result = self.result([("wait", {"timeMs": 30_000})])
        self.assertEqual((result["success"], result["completed"], result["metadata"]["stopReason"]), (False, False, "timeout"))
        self.assertIn("Agent stopped: ", result["message"])

    def test_a_timeout_of_its_own_is_what_counts(self):
        self.show("<p>here")
        result = self.result([("wait", {"timeMs": 1000})], done(), options={"timeout": 60_000})
        self.assertEqual(result["metadata"]["stopReason"], "done")


class PageChars(AgentCase):
    flags = ("--agent-page-chars", "2000")

    def page(self):
        return re.search(r"<page>\n(.*?)\n</page>", self.shown(0), re.DOTALL)[1]

    def test_what_is_beyond_is_folded(self):
        self.show("<h1>All of them</h1><ul>" + "".join(f"<li>item number {n}" for n in range(300)) + "</ul>")
        self.result(done())
        self.assertIn("All of them", self.page())
        self.assertLessEqual(len(self.page()), 2000)
        self.assertGreater(len(self.page()), 1000)
        self.assertNotIn("item number 299", self.page())

    def test_a_page_within_is_whole(self):
        self.show("<ul>" + "".join(f"<li>item number {n}" for n in range(20)) + "</ul>")
        self.result(done())
        self.assertIn("item number 19", self.page())


class ToolHosts(ServerCase):
    """On a server that others can reach."""

    def ask(self, *flags, tool):
        """The answer to a run with this tool, and the model that it had."""
        server = self.server("--host", "0.0.0.0", "--token", TOKEN, *flags)
        mine = {"authorization": f"Bearer {TOKEN}"}
        session = server.start(headers=mine)
        model = AgentModel([("weather", {})], done("no", False))
        self.addCleanup(model.close)
        return model, server.operation(session, "agentExecute", {
            "agentConfig": model.config(tools=[tool]), "executeOptions": {"instruction": "how is the weather"}}, mine)

    def weather(self):
        self.site.pages["/weather"] = lambda request: self.site.send_bytes(request, 200, b'"fine"', "application/json")
        return {"name": "weather", "url": self.site.url + "/weather", "parameters": OBJECT}

    def test_no_host_is_allowed_unless_the_operator_says_so(self):
        for tool in (self.weather(), {"mcp": self.site.url + "/mcp"}):
            model, answer = self.ask(tool=tool)
            self.assertEqual(answer.status, 422, answer)
            self.assertIn("its operator may allow hosts with --tool-hosts", answer.json["message"])
            self.assertEqual(model.requests, [], "the model was not asked")
        self.assertFalse({"/weather", "/mcp"} & set(self.site.hits))

    def test_a_host_that_is_named_is_allowed(self):
        for allowed in ("127.0.0.1", "any"):
            _, answer = self.ask("--tool-hosts", allowed, tool=self.weather())
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.json["data"]["result"]["actions"][0]["result"], "fine")

    def test_a_server_of_tools_on_another_host_is_refused(self):
        model, answer = self.ask("--tool-hosts", "tools.example.com", tool={"mcp": self.site.url + "/mcp"})
        self.assertEqual(answer.status, 422, answer)
        self.assertTrue(answer.json["message"].startswith("agentConfig.tools: "), answer)
        self.assertEqual(model.requests, [])
        self.assertNotIn("/mcp", self.site.hits)


if __name__ == "__main__":
    main()
