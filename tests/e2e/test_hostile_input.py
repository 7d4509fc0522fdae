"""Input made to cost more than it is worth: selectors, bodies, schemas, replies, servers of tools and DevTools peers. Each gets
an answer that names the limit, and everybody else is served meanwhile."""

import contextlib
import json
import os
import threading

import setup_path  # noqa: F401
from harness.agent_case import SHOP, AgentCase, done
from harness.case import ServerCase, SharedServerCase, assert_no_stall, main
from harness.devtools_peer import DevtoolsPeer
from harness.model import Model
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import action

FULL = bool(os.environ.get("BELAY_TEST_FULL_SIZES"))  # what is dearest to make and to read as large as it may be
LEAST_GROWTH = 64 << 20  # bytes that a server may keep of requests of 1 MB
MOST_OF_A_MESSAGE = 768 << 20  # bytes that one of 64 MiB may take while it is read


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def peak(pid):
    """The most that it ever held, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


class Meanwhile:
    """Another client, which asks for /healthz again and again while something else goes on."""

    def __init__(self, server):
        self.server = server
        self.over = threading.Event()
        self.answers = []
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.answers or not self.over.wait(0.005):  # it is to be served, not to take the processor itself
            self.answers.append(self.server.ask("GET", "/healthz"))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class Unharmed:
    """Mixed into cases with a server."""

    @contextlib.contextmanager
    def others_are_served(self, server):
        before = len(server.stalls())
        with Meanwhile(server) as other:
            yield
        self.assertTrue(other.answers)
        for answer in other.answers:
            self.assertEqual(answer.status, 200)
            self.assertLess(answer.seconds, PROMPT)
        assert_no_stall(server, before)


class Bodies(SharedServerCase, Unharmed):
    def test_a_body_of_wrong_values_is_refused_with_a_hundred_issues(self):
        server = self.shared
        before = resident(server.pid)
        launch = lambda **options: {"modelName": "m", "browser": {"type": "local", "launchOptions": options}}
        with self.others_are_served(server):
            for body in (launch(args=[1] * 330_000), launch(ignoreDefaultArgs=[1] * 330_000),
                         launch(**{f"key-{i}": 1 for i in range(60_000)})):
                answer = server.start_answer(body)
                self.assertEqual(answer.status, 400)
                self.assertLess(len(answer.body), 200_000)
                self.assertIn(b" more", answer.body)
            for options in ({"args": ["\0"] * 100_000}, {"args": [""] * 250_000},
                            {"args": [""] * 1000, "ignoreDefaultArgs": [""] * 240_000},
                            {"cdpHeaders": {f"h{i}": "" for i in range(70_000)}}):
                answer = server.start_answer(launch(**options))
                self.assertEqual(answer.status, 400)
                self.assertLess(len(answer.body), 200_000)
        self.assertLess(resident(server.pid) - before, LEAST_GROWTH)

    def test_tools_of_wrong_types(self):
        server, session = self.shared, self.session
        before = resident(server.pid)
        with self.others_are_served(server):
            for tools in ([1] * 330_000, [{"name": "a", "headers": {str(i): 1 for i in range(1000)}}] * 80):
                answer = server.operation(session, "agentExecute", {
                    "agentConfig": {"tools": tools}, "executeOptions": {"instruction": "x"}})
                self.assertEqual(answer.status, 400)
                self.assertLess(len(answer.body), 300_000)
        self.assertLess(resident(server.pid) - before, LEAST_GROWTH)


LOREM = b"lorem ipsum dolor "


class Sizes(SharedServerCase, Unharmed):
    """Bodies as large as they may be, of what is dear to parse, and a page of 15 MB: the loop does none of that work itself."""

    def test_bodies_of_a_megabyte(self):
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        bodies = [{"schema": {"type": "object", "x": [[1]] * 200_000}},
                  {"schema": {"type": "object", "properties": {f"k{i}": {"type": "string"} for i in range(30_000)}}}]
        with self.others_are_served(server):
            for body in bodies * (3 if FULL else 1):
                answer = server.operation(session, "extract", body)
                self.assertEqual(answer.status, 200, answer)

    def test_a_page_of_15_megabytes(self):
        # Of paragraphs: to lay out one of all of it takes Chromium half a minute.
        page = b"<!doctype html><body>" + (b"<p>" + LOREM * 8500) * 100
        self.site.pages["/large"] = lambda request: self.site.send_bytes(request, 200, page, "text/html")
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/large", timeout=60_000))
        with self.others_are_served(server):
            for _ in range(3 if FULL else 1):
                answer = server.operation(session, "extract", {})
                self.assertEqual(answer.status, 200)
                self.assertLess(len(answer.body), 300_000)  # folded as for a model


def nested(levels, inner, opening="(", closing=")"):
    return opening * levels + inner + closing * levels


class Pages(SharedServerCase, Unharmed):
    def test_selectors_that_are_nested_or_long_beyond_reason(self):
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        with self.others_are_served(server):
            for selector, words in [
                    ("xpath=" + nested(30_000, "//a"), "it is longer than 16384 bytes"),
                    (nested(200_000, "//a"), "it is longer than 16384 bytes"),
                    ("xpath=" + nested(5_000, "//a"), "its brackets are nested deeper than 64 levels"),
                    ("//iframe >> " + nested(5_000, "//iframe//a", "(", ")[1]"), "it is longer than 16384 bytes"),
                    ("//a" + nested(3_000, "x", "[", "]"), "its brackets are nested deeper than 64 levels"),
                    ("a >> " * 80_000, "it is longer than 16384 bytes"),
                    ("//" + "'\"" * 8_000, "")]:
                answer = server.act(session, action("click", selector), timeout=3000)
                self.assertEqual(answer.status, 200, answer)
                self.assertFalse(answer.json["data"]["result"]["success"])
                self.assertIn(words, answer.json["data"]["result"]["message"])
        self.assert_done(server.act(session, action("click", "xpath=" + nested(40, "//*[@id='go']"))))

    def test_a_page_that_chose_an_address_which_seems_to_hold_one_in_the_other(self):
        page = b'<!doctype html><button id="go">go</button><script>location.hash = "://".repeat(100000)</script>'
        self.site.pages["/nested"] = lambda request: self.site.send_bytes(request, 200, page, "text/html")
        server, session = self.shared, self.session
        with self.others_are_served(server):
            self.assert_done(server.navigate(session, f"{self.site.url}/nested"))
            self.assert_done(server.act(session, action("click", "#go")))

    def test_a_browser_at_such_an_address(self):
        server = self.shared
        with self.others_are_served(server):
            answer = server.start_answer({"modelName": "openai/gpt-4o-mini", "browser": {
                "type": "local", "launchOptions": {"cdpUrl": "ws://127.0.0.1:1/?" + "://" * 100_000}}})
        self.assertEqual(answer.status, 500)
        self.assertIn("ECONNREFUSED", answer.json["message"])

    def test_values_of_variables_that_nearly_stand_everywhere_in_the_text(self):
        server, session = self.shared, self.session
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        variables = {str(n): "a" * 32_000 + "b" for n in range(29)}
        with self.others_are_served(server):
            for instruction in ("a" * 60_000, "a" * 60_000 + "b"):
                answer = server.act(session, instruction, variables=variables)
                self.assertFalse(answer.json["success"], answer)
        shown = server.ask("GET", f"/v1/sessions/{session}/replay").json["data"]["pages"]
        inputs = [one["parameters"].get("input") for page in shown for one in page["actions"]]
        self.assertEqual(inputs[-2:], ["a" * 60_000, "a" * 28_000 + "%0%"])


class Tools(AgentCase, Unharmed):
    """Servers of tools."""

    def serve(self, reply):
        """An MCP server; reply(method, message) gives the result."""
        def answer(request):
            body = request.rfile.read(int(request.headers.get("content-length") or 0))
            message = json.loads(body) if body else {}
            if "id" not in message:
                return self.site.send_bytes(request, 202, b"", "application/json")
            result = reply(message["method"], message)
            data = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
            return self.site.send_bytes(request, 200, data, "application/json")
        self.site.pages["/mcp"] = answer
        return self.site.url + "/mcp"

    def tools_of(self, count, **more):
        return {"tools": [{"name": f"tool{i}", "inputSchema": {"type": "object"}} for i in range(count)], **more}

    def test_lists_of_tools_without_end(self):
        self.show(SHOP)
        pages = iter(range(1_000_000))
        for lists, words in [
                (lambda method, _: self.tools_of(300_000), "the lists of a run have 2097152 bytes at most together"),
                (lambda method, _: self.tools_of(257), "has more than 256 tools"),
                (lambda method, _: {"tools": [{"name": f"t{next(pages)}"}] * 2, "nextCursor": "x"}, "there is a tool named"),
                (lambda method, _: {"tools": [{"name": f"u{next(pages)}"} for _ in range(100)], "nextCursor": "x"},
                 "has more than 256 tools")]:
            url = self.serve(lists)
            with self.others_are_served(self.server):
                answer = self.agent(config={"tools": [{"mcp": url}]})
            self.assertEqual(answer.status, 422, answer)
            self.assertIn(words, answer.json["message"])

    def test_more_callbacks_than_a_model_takes(self):
        self.show(SHOP)
        tools = [{"name": f"t{i}", "url": self.site.url, "parameters": {}} for i in range(10_000)]
        with self.others_are_served(self.server):
            answer = self.agent(config={"tools": tools})
        self.assertEqual(answer.status, 422, answer)
        self.assertIn("there are more than 256 tools", answer.json["message"])

    def test_an_answer_of_many_parts(self):
        parts = [{"type": "text", "text": "a"}] * 100_000
        replies = {"initialize": {}, "tools/list": self.tools_of(1), "tools/call": {"content": parts}}
        url = self.serve(lambda method, _: replies[method])
        self.show(SHOP)
        with self.others_are_served(self.server):
            result = self.result([("tool0", {})], done("it is done"), config={"tools": [{"mcp": url}]})
        self.assertEqual(result["actions"][0]["result"], "a" * 100 + "(99900 more parts are left out)")


class Calls(AgentCase, Unharmed):
    """What models of agents ask for."""

    def errors(self, *steps):
        self.show(SHOP)
        with self.others_are_served(self.server):
            result = self.result(*steps, done())
        return [action.get("error", "") for action in result["actions"]]

    def test_arguments_of_megabytes(self):
        errors = self.errors([("keys", {"method": "type", "value": "x" * 3_000_000, "repeat": 50})],
                             [("element", {"id": "0-" + "1" * 3_000_000, "method": "click"})],
                             [("think", {"reasoning": [[]] * 150_000})])
        for error in errors[:3]:
            self.assertIn("its arguments have more than 262144 bytes, which is the limit for one call", error)
        self.assertLess(len(json.dumps(self.model.agent_requests()[-1])), 100_000)  # and they do not go back to the model

    def test_arguments_that_are_much_within_the_limit(self):
        errors = self.errors([("keys", {"method": "type", "value": "x" * 200_000, "repeat": 50})],
                             [("element", {"id": "0-" + "1" * 200_000, "method": "click"})],
                             [("element", {"id": "0-1", "method": "fill", "value": "%" * 200_000})],
                             [("think", {"reasoning": [[]] * 60_000})])
        self.assertIn("50 times this value are 10000000 bytes, more than the 262144 of one call", errors[0])
        self.assertIn("the page has no line with the id", errors[1])


class Peers(SharedServerCase, Unharmed):
    """DevTools peers that are no browsers, beside a session of a browser."""

    def died_of(self, attack, growth=None):
        """What the log says of the session whose browser did this."""
        peer = DevtoolsPeer(attack)
        self.addCleanup(peer.close)
        server = self.shared
        session = server.start({"modelName": "openai/gpt-4o-mini", "browser": {
            "type": "local", "launchOptions": {"cdpUrl": peer.url}}})
        before = resident(server.pid)
        with self.others_are_served(server):
            peer.begin.set()
            self.assertTrue(peer.over.wait(PATIENCE), "the session lives on")
        answer = server.navigate(session, f"{self.site.url}/")
        self.assert_gone(answer, "crashed")
        self.assert_done(server.navigate(self.session, f"{self.site.url}/"))
        self.assertLess(resident(server.pid) - before, 3 * LEAST_GROWTH if growth is None else growth)
        return json.dumps([entry for entry in server.logged("browser died") if entry["sessionId"] == session])

    def test_one_frame_of_200_megabytes(self):
        self.assertIn("a message of 209715200 bytes, more than the 67108864 allowed",
                      self.died_of(lambda peer: peer.frame(0x81, b" " * (200 << 20))))

    def test_fragments_without_end(self):
        def attack(peer):
            peer.be_mute()
            peer.frame(0x01, b"{")
            while True:
                peer.frame(0x00, b" " * (1 << 20))
        self.assertIn("a message of more than 1073741824 bytes", self.died_of(attack))

    def test_megabytes_of_values_that_nobody_wants(self):
        # Seen to be dropped: what comes behind them ends the session.
        values = ",".join(["[]"] * (20_000_000 if FULL else 10_000_000))

        def attack(peer):
            peer.text(f'{{"method":"Page.unheard","params":{{"a":[{values}]}},"sessionId":"S0"}}')
            peer.text(f'{{"id":1000000,"result":{{"a":[{values}]}}}}')
            peer.text("no JSON")
        self.assertIn("broke the DevTools protocol", self.died_of(attack))

    def test_megabytes_of_values_that_somebody_wants(self):
        values = lambda count: ",".join(["[]"] * count)
        limit = "the browser sent a message of more than the 8000000 JSON values allowed"
        peer = DevtoolsPeer(lambda peer: None)
        self.addCleanup(peer.close)
        server = self.server()
        session = server.start({"modelName": "openai/gpt-4o-mini", "browser": {
            "type": "local", "launchOptions": {"cdpUrl": peer.url}}})
        before = resident(server.pid)
        with self.others_are_served(server):
            # Within the limit they are read, heard of, and freed; then one is too much.
            for _ in range(3 if FULL else 1):
                peer.text(f'{{"method":"Page.frameNavigated","params":{{"a":[{values(7_000_000)}]}},"sessionId":"S0"}}')
            for count, told in ((7_000_000, None), (20_000_000 if FULL else 8_000_001, limit)):
                peer.results["Page.navigate"] = f'{{"a":[{values(count)}]}}'
                answer = server.navigate(session, f"{self.site.url}/", timeout=1000 * BUDGET)
                if told:
                    self.assertEqual(answer.json["message"], f"The browser's endpoint cannot be used: {told}", answer)
                else:
                    self.assert_done(answer)
        self.assertLess(peak(server.pid) - before, MOST_OF_A_MESSAGE)
        self.assert_gone(server.navigate(session, f"{self.site.url}/"), "crashed")
        self.assertIn(limit, json.dumps(server.logged("browser died")))
        self.assertLess(resident(server.pid) - before, 3 * LEAST_GROWTH)

    def test_targets_without_end(self):
        def attack(peer):
            for number in range(1, 1_000_000):
                peer.attach(number)
        self.assertIn("attached more than 1000 targets", self.died_of(attack))

    def test_frames_pings_and_events_without_end_harm_nobody_else(self):
        def attack(peer):
            for number in range(20_000):
                peer.event("Page.frameAttached", {"frameId": f"F{number}", "parentFrameId": f"F{number - 1}"}, "S0")
                peer.event("Page.frameNavigated", {"frame": {"id": f"G{number}", "parentId": "T0", "url": "u" * 2000}}, "S0")
                peer.frame(0x89, b"x" * 100)
                peer.event("Runtime.executionContextCreated", {"context": {
                    "id": number, "name": "belay", "auxData": {"frameId": f"H{number}"}}}, "S0")
            peer.text("no JSON")
        self.died_of(attack)


class Schemas(SharedServerCase, Unharmed):
    """Schemas of callers, and what models reply under them."""

    def setUp(self):
        super().setUp()
        self.assert_done(self.shared.navigate(self.session, f"{self.site.url}/"))

    def extract(self, schema, reply):
        model = Model(lambda *_: reply)
        self.addCleanup(model.close)
        with self.others_are_served(self.shared):
            return self.shared.operation(self.session, "extract", {
                "instruction": "all of it", "schema": schema, "options": model.options()})

    def too_costly(self, schema, reply):
        answer = self.extract(schema, reply)
        self.assertFalse(answer.json["success"], answer)
        self.assertIn("schema is too costly to check: it takes ", answer.json["message"])

    def test_a_schema_that_leads_to_itself(self):
        answer = self.extract({"type": "object", "allOf": [{"$ref": "#"}, {"$ref": "#"}]}, {"a": 1})
        self.assertFalse(answer.json["success"], answer)
        self.assertIn("is nested or branched beyond what can be checked", answer.json["message"])
        self.too_costly({"type": "object", "anyOf": [{"$ref": "#"}, {"$ref": "#"}]}, {"a": 1})
        self.too_costly({"type": "object", "anyOf": [{"$ref": "#"}, {"$ref": "#"}]}, {"a": None})

    def test_levels_of_two_references_each(self):
        levels = {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(40)}
        levels["d40"] = {"type": "string", "format": "uri"}
        schema = {"type": "object", "properties": {"u": {"$ref": "#/$defs/d0"}}, "$defs": levels}
        self.assertEqual(self.extract(schema, {"u": "0-2"}).status, 200)  # each level is judged once
        self.too_costly(schema, {"u": 1})

    def test_many_forms_and_large_replies(self):
        words = {"enum": list(range(60_000))}
        refs = {"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#/$defs/w"}] * 10_000}}, "$defs": {"w": words}}
        self.too_costly(refs, {"a": "none"})
        forms = {"type": "object", "properties": {"a": {"anyOf": [{"const": f"k{i}"} for i in range(20_000)]}}}
        answer = self.extract(forms, {"a": ["long text"] * 190_000})
        self.assertIn("schema is too costly to check: it takes more than", answer.json["message"])
        answer = self.extract(forms, {"a": ["long text"] * 400_000})
        self.assertIn("The reply has more than 200000 JSON values, which is the limit", answer.json["message"])

    def test_patterns_that_take_for_ever(self):
        schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string", "pattern": "^(a+)+$"}}}}
        self.too_costly(schema, {"a": ["a" * 20_000 + "!"] * 200})

    def test_places_for_addresses_among_many_forms(self):
        schema = {"type": "object", "properties": {
            "u": {"type": "string", "format": "uri"}, "a": {"type": "array", "anyOf": [{}] * 250_000}}}
        self.too_costly(schema, {"u": "0-1", "a": [0] * 190_000})

    def act(self, instruction, **choice):
        """Of a model that makes this choice on a page of 10,000 lines."""
        self.site.pages["/long"] = "<!doctype html>" + "<button>b</button>" * 10_000
        self.assert_done(self.shared.navigate(self.session, f"{self.site.url}/long"))
        model = Model(lambda *_: {"action": {"description": "it", "method": "click", "arguments": [], **choice}, "twoStep": False})
        self.addCleanup(model.close)
        with self.others_are_served(self.shared):
            return json.dumps(self.shared.operation(self.session, "act", {
                "input": instruction, "options": model.options()}).json)

    def test_ids_of_megabytes(self):
        self.assertIn("the elementId has 200002 bytes, more than the 64 allowed", self.act("it", elementId="0-" + "1" * 200_000))
        self.assertIn("false", self.act("it", elementId="0-" + "1" * 15_000_000))

    def test_uploads_of_what_nearly_stands_everywhere_in_the_words(self):
        paths = ["x " * 2000 + "y"] * 64
        self.assertIn("may not be uploaded", self.act("x " * 450_000, elementId="0-3", method="setInputFiles", arguments=paths))
        self.assertIn("more than the 262144 allowed",
                      self.act("x " * 450_000, elementId="0-3", method="setInputFiles", arguments=paths * 4))

    def test_texts_that_seem_to_be_full_of_variables(self):
        variables = {f"v{number}": "value" for number in range(100)}
        with self.others_are_served(self.shared):
            for text in ("%" * 900_000, "%v%" * 300_000, "%v1" * 300_000):
                answer = self.shared.act(self.session, action("fill", "#nowhere", text), variables=variables, timeout=1000)
                self.assertEqual(answer.status, 200, answer)

    def test_observe_with_more_elements_than_a_page_has(self):
        model = Model(lambda *_: {"elements": [
            {"elementId": f"0-{i}", "description": "x", "method": "click", "arguments": []} for i in range(9_000, 40_000)]})
        self.addCleanup(model.close)
        with self.others_are_served(self.shared):
            answer = self.shared.operation(self.session, "observe", {"instruction": "all", "options": model.options()})
        self.assertEqual(answer.json["message"], "the page has no line with the id \"0-9000\", nor any other that you named")


if __name__ == "__main__":
    main()
