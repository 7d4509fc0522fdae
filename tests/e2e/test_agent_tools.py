"""Tools of an agent that lead out of the page, on real Chromium with a scripted model: web search, and tools of the caller's."""

import json

import setup_path  # noqa: F401
from harness.agent_case import SHOP, AgentCase, done
from harness.agent_model import AgentModel, tool_names
from harness.case import ServerCase, main


class Search(ServerCase):
    """The search services are scripted too."""

    def search(self, env, flag, options, results, field):
        asked = []
        def service(request):
            size = int(request.headers.get("content-length") or 0)
            asked.append((request.command, request.path, dict(request.headers.items()), request.rfile.read(size)))
            self.site.send(request, 200, json.dumps(results))
        self.site.pages["/v1/search"] = self.site.pages["/res/v1/web/search"] = service
        server = self.server(flag, self.site.url, env=env)
        session = server.start()
        self.model = AgentModel([("search", {"query": "milk & honey"})], done("found"))
        self.addCleanup(self.model.close)
        answer = server.operation(session, "agentExecute", {
            "agentConfig": self.model.config(), "executeOptions": {"instruction": "find it", **options}})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["data"]["result"]["actions"][0]["results"], field)
        self.assertNotIn("search-key", json.dumps(answer.json) + json.dumps(server.logged()))
        return asked[0]

    def test_browserbase_searches_when_the_caller_wants_it(self):
        method, _, headers, body = self.search(
            {"BROWSERBASE_API_KEY": "search-key"}, "--search-url", {"useSearch": True},
            {"results": [{"title": "Milk", "url": "http://milk.example", "image": "x"}] * 9},
            [{"title": "Milk", "url": "http://milk.example"}] * 5)
        self.assertEqual((method, json.loads(body)), ("POST", {"query": "milk & honey", "numResults": 5}))
        self.assertEqual(headers.get("x-bb-api-key"), "search-key")

    def test_brave_searches_when_the_server_has_its_key(self):
        method, path, headers, _ = self.search(
            {"BRAVE_API_KEY": "search-key"}, "--brave-url", {},
            {"web": {"results": [{"title": "Milk", "url": "http://milk.example", "description": "white, for SEARCH%2dKEY"}]}},
            [{"title": "Milk", "url": "http://milk.example", "description": "white, for ***"}])
        self.assertEqual((method, path), ("GET", "/res/v1/web/search?q=milk%20%26%20honey&count=5"))
        self.assertEqual(headers.get("x-subscription-token"), "search-key")


class OwnTools(AgentCase):
    """Tools of the caller's: callbacks, and a server of tools."""

    def serve(self, path, reply):
        """Answers POSTs there with what reply(headers, body) gives: (status, headers, body)."""
        self.asked = []
        def answer(request):
            body = request.rfile.read(int(request.headers.get("content-length") or 0))
            self.asked.append((request.command, dict(request.headers.items()), json.loads(body) if body else None))
            status, headers, data = reply(self.asked[-1][1], self.asked[-1][2])
            headers = {"content-type": "application/json", **headers}
            self.site.send_bytes(request, status, data.encode(), headers.pop("content-type"), headers.items())
        self.site.pages[path] = answer
        return self.site.url + path

    def test_a_callback(self):
        url = self.serve("/weather", lambda headers, body: (200, {}, json.dumps({"degrees": 21})))
        tool = {"name": "weather", "description": "The weather of a town.", "url": url, "headers": {"x-key": "key-of-the-tool"},
                "parameters": {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}}
        self.show(SHOP)
        result = self.result([("weather", {})], [("weather", {"town": "Ulm"})], done("21 degrees"), config={"tools": [tool]})
        self.assertEqual([one["success"] for one in result["actions"][:2]], [False, True])
        self.assertEqual(result["actions"][1]["result"], {"degrees": 21})
        self.assertEqual([body for _, _, body in self.asked], [{"tool": "weather", "arguments": {"town": "Ulm"}}])
        self.assertEqual(self.asked[0][1]["x-key"], "key-of-the-tool")
        self.assertIn("weather", tool_names(self.model.agent_requests()[0]))
        self.assertNotIn("key-of-the-tool", json.dumps(self.model.agent_requests()) + json.dumps(self.server.logged()))

    def test_a_callback_that_fails_is_told_to_the_model(self):
        url = self.serve("/broken", lambda headers, body: (503, {}, "out of order"))
        self.show(SHOP)
        result = self.result([("broken", {})], done("no", False), config={"tools": [
            {"name": "broken", "url": url, "parameters": {"type": "object"}}]})
        self.assertEqual(result["actions"][0]["error"], "HTTP status 503: out of order")
        self.assertIn("out of order", self.shown(1))

    def test_a_tool_that_repeats_its_headers_tells_them_to_nobody(self):
        def reply(headers, body):
            text = f"I was shown {headers['x-key'].upper()} and {headers['authorization'].replace('-', '%2d')}"
            if body is None or "id" not in body:
                return (202, {}, "") if body and "method" in body else (200, {}, text)
            results = {"initialize": {}, "tools/list": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}}
            return 200, {}, json.dumps({"jsonrpc": "2.0", "id": body["id"], **(
                {"result": results[body["method"]]} if body["method"] in results else {"error": {"code": 1, "message": text}})})
        given = {"headers": {"x-key": "key-of-the-tool", "authorization": "Bearer token-of-the-tool"}}
        tools = [{"name": "callback", "url": self.serve("/echo", reply), "parameters": {"type": "object"}, **given},
                 {"mcp": self.serve("/mcp-echo", reply), **given}]
        self.show(SHOP)
        result = self.result([("callback", {})], [("echo", {})], done("no", False), config={"tools": tools})
        self.assertEqual(result["actions"][0]["result"], "I was shown *** and Bearer ***")
        self.assertIn("refused tools/call: I was shown *** and Bearer ***", result["actions"][1]["error"])
        said = (json.dumps(self.model.agent_requests()) + json.dumps(self.server.logged()) + json.dumps(result)).lower()
        self.assertNotIn("of-the-tool", said)

    def test_a_server_of_tools(self):
        def reply(headers, message):
            if message is None:
                return 200, {}, ""
            if "id" not in message:
                return 202, {}, ""
            results = {
                "initialize": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                               "serverInfo": {"name": "t", "version": "1"}},
                "tools/list": {"tools": [{"name": "add", "description": "Adds.", "inputSchema": {
                    "type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}}]},
                "tools/call": {"content": [{"type": "text", "text": "5"}]}}
            answer = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": results[message["method"]]})
            if message["method"] == "tools/call":  # as a stream, which servers may choose
                return 200, {"content-type": "text/event-stream"}, f"event: message\ndata: {answer}\n\n"
            return 200, {"mcp-session-id": "s-1"}, answer
        url = self.serve("/mcp", reply)
        self.show(SHOP)
        result = self.result([("add", {"a": 2, "b": 3})], done("5"), config={"tools": [{"mcp": url}]})
        self.assertEqual(result["actions"][0]["result"], 5)
        self.assertEqual([(method, (body or {}).get("method")) for method, _, body in self.asked], [
            ("POST", "initialize"), ("POST", "notifications/initialized"), ("POST", "tools/list"), ("POST", "tools/call"),
            ("DELETE", None)])
        sessions = [{k.lower(): v for k, v in headers.items()}.get("mcp-session-id") for _, headers, _ in self.asked]
        self.assertEqual(sessions, [None, "s-1", "s-1", "s-1", "s-1"])

    def test_names_that_are_taken_and_servers_that_are_not_there(self):
        self.show(SHOP)
        for tools, words in [
                ([{"name": "act", "url": self.site.url, "parameters": {"type": "object"}}], "there is a tool named act already"),
                ([{"name": "a b", "url": self.site.url, "parameters": {"type": "object"}}], "is no name of a tool"),
                ([{"mcp": "http://127.0.0.1:1/mcp"}], "agentConfig.tools:")]:
            answer = self.agent(config={"tools": tools})
            self.assertEqual(answer.status, 422, answer)
            self.assertIn(words, answer.json["message"])


class ForbiddenTools(AgentCase):
    flags = ("--tool-hosts", "tools.example.com")

    def test_a_host_that_is_not_allowed_is_told_to_the_model(self):
        self.show(SHOP)
        result = self.result([("weather", {})], done("no", False), config={"tools": [
            {"name": "weather", "url": self.site.url + "/weather", "parameters": {"type": "object"}}]})
        self.assertFalse(result["actions"][0]["success"])
        self.assertNotIn("/weather", self.site.hits)


if __name__ == "__main__":
    main()
