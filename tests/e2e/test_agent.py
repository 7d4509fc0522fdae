"""agentExecute on real Chromium, with a scripted model at its provider's place: what the model is shown, what is done with its
tools, how each run ends, and that a session in use is never taken away. BELAY_TEST_AGENT_SECONDS says how long that is tried."""

import json
import os
import threading
import time

import setup_path  # noqa: F401
from harness import proc
from harness.agent_case import SHOP, AgentCase, done, element, line
from harness.agent_model import AgentModel, images_of, roles, tool_names
from harness.case import Background, ServerCase, main
from harness.model import Model, elements
from harness.patience import PATIENCE, PROMPT
from harness.server import local
from harness.tap import Chromium

SECONDS = float(os.environ.get("BELAY_TEST_AGENT_SECONDS", "4"))  # that a run is held on to while its place is wanted


class Tools(AgentCase):
    def test_the_page_is_given_with_the_goal_and_after_each_step(self):
        self.show(SHOP)
        result = self.result(element("textbox", "Name", "fill", "Ann"), element("button", "Buy", "click"), done("bought"))
        self.assertEqual((result["success"], result["completed"], result["message"]), (True, True, "bought"))
        self.assertEqual(self.title(), "Ann/Small")
        first, second, third = self.model.agent_requests()
        self.assertEqual(roles(first), ["system", "user"])
        self.assertEqual(roles(second), ["system", "user", "call", "result", "user"])
        self.assertEqual(roles(third), ["system", "user"] + ["call", "result", "user"] * 2)
        (goal,) = self.said(0, "user")
        self.assertLess(goal.index("buy it"), goal.index("<page>"))
        self.assertIn("button: Buy", goal[goal.index("<page>"):])
        goal, before, now = self.said(2, "user")
        self.assertIn("buy it", goal)
        self.assertEqual([text.count("<page>\n") for text in (goal, before, now)], [0, 0, 1], "only the newest page is shown")
        self.assertIn("Bought for Ann", now)
        self.assertEqual([text.split()[0] for text in self.said(2, "call")], ["element", "element"])
        self.assertEqual(self.said(2, "result"), ['{"success":true}'] * 2)
        self.assertNotIn("buy it", "".join(self.said(2, "system")), "the caller's words are not ours")
        self.assertEqual(self.said(0, "system"), self.said(2, "system"))

    def test_actions_tell_what_was_done_and_whether_it_worked(self):
        self.show(SHOP)
        result = self.result([("element", {"id": "0-99999", "method": "click"})], element("button", "Buy", "click"), done())
        first, second, last = result["actions"]
        self.assertEqual((first["type"], first["success"], first["taskCompleted"]), ("element", False, False))
        self.assertIn("0-99999", first["error"])
        self.assertTrue(second["success"])
        self.assertEqual(second["playwrightArguments"]["method"], "click")
        self.assertEqual(second["pageUrl"], self.site.url + "/case")
        self.assertIsInstance(second["timestamp"], int)
        self.assertEqual((last["type"], last["taskComplete"]), ("done", True))

    def test_several_tools_of_one_reply_are_used_in_their_order(self):
        self.show(SHOP)
        both = lambda texts: element("textbox", "Name", "fill", "Bob")(texts) + element("combobox", "Size", "select", "Large")(
            texts) + element("button", "Buy", "click")(texts)
        self.result(lambda texts: both(texts) if "combobox: Size" in texts else [
            *element("textbox", "Name", "fill", "Bob")(texts), *element("select", "Size", "select", "Large")(texts),
            *element("button", "Buy", "click")(texts)], done())
        self.assertEqual(self.title(), "Bob/Large")
        self.assertEqual(roles(self.model.agent_requests()[1]), ["system", "user"] + ["call"] * 3 + ["result"] * 3 + ["user"])
        self.assertEqual([json.loads(text.split(" ", 1)[1])["method"] for text in self.said(1, "call")],
                         ["fill", "select", "click"])

    def test_several_entries_of_a_list_are_selected_with_one_call(self):
        self.show("<select id=many multiple aria-label=Many><option>A<option>B<option>C</select>")
        self.result(lambda texts: [("element", {"id": line(texts, "listbox", "Many"), "method": "select", "values": ["A", "C"]})],
                    done())
        self.assertEqual(self.devtools.evaluate(self.tab, "[...document.querySelector('#many').selectedOptions].map((o) => o.text)"),
                         ["A", "C"])

    def test_moving_about(self):
        self.site.pages["/more"] = "<!doctype html><title>More</title><p>more here"
        self.show(SHOP)
        result = self.result([("goto", {"url": self.site.url + "/more"})], [("navback", {"reasoningText": "back"})],
                             [("scroll", {"direction": "down", "percentage": 50})], [("wait", {"timeMs": 5})],
                             [("think", {"reasoning": "hm"})], done())
        self.assertIn("more here", self.shown(1))
        self.assertIn("Buy", self.shown(2))
        self.assertEqual([one["type"] for one in result["actions"]],
                         ["goto", "navback", "scroll", "wait", "think", "done"])
        self.assertTrue(all(one.get("success", True) for one in result["actions"]), result["actions"])

    def test_the_page_is_shown_anew_after_waiting_for_it(self):
        self.show("<p id=out>not yet</p>")
        def wait(_):
            self.devtools.evaluate(self.tab, "out.textContent = 'it came'")
            return [("wait", {"timeMs": 1})]
        self.result(wait, done())
        self.assertIn("not yet", self.shown(0))
        self.assertIn("it came", self.shown(1))

    def test_a_page_that_cannot_be_reached_is_no_success(self):
        self.show(SHOP)
        result = self.result([("goto", {"url": "http://127.0.0.1:1/"})], done("gave up", False))
        self.assertEqual((result["actions"][0]["success"], result["success"]), (False, False))

    def test_an_agent_goes_to_the_web_only(self):
        self.show(SHOP)
        for url in ("chrome://version", "file:///etc/hostname", "javascript:document.title='x'"):
            result = self.result([("goto", {"url": url})], done("gave up", False))
            self.assertFalse(result["actions"][0]["success"], result)
            self.assertIn(f"{url.split(':')[0]}: URLs are not allowed", json.dumps(result["actions"][0]))
            self.expect("location.pathname", "/case")
            result = self.result([("tabs", {"do": "open", "url": url})], done("gave up", False))
            self.assertFalse(result["actions"][0]["success"], result)
            self.assertIn(f"{url.split(':')[0]}: URLs are not allowed", json.dumps(result["actions"][0]))
            self.result([("tabs", {"do": "close", "number": 1})], done())  # what was opened for it

    def test_keys_go_to_what_has_the_focus(self):
        self.show(SHOP + "<script>document.querySelector('#who').focus()</script>")
        self.result([("keys", {"method": "type", "value": "Cid"})], [("keys", {"method": "press", "value": "Backspace"})], done())
        self.assertEqual(self.devtools.evaluate(self.tab, "document.querySelector('#who').value"), "Ci")

    def test_variables_are_put_in_on_the_way_to_the_page_and_come_back_masked(self):
        self.show(SHOP)
        self.result(element("textbox", "Name", "fill", "%who%"), element("button", "Buy", "click"), done(),
                    options={"variables": {"who": {"value": "Zoe Quine", "description": "the buyer"}}})
        self.assertEqual(self.title(), "Zoe Quine/Small")
        self.assertNotIn("Zoe Quine", json.dumps(self.model.agent_requests()))
        self.assertIn("%who%: the buyer", json.dumps(self.model.agent_requests()[0]))

    def test_variables_are_masked_in_addresses_titles_and_dialogs(self):
        self.site.pages["/sent"] = "<!doctype html><title>Thanks, Zoe Quine</title><p>sent"
        self.show("<form action=/sent onsubmit=\"alert('Send for ' + who.value + '?')\"><label>Name <input id=who name=who>"
                  "</label><button>Send</button></form>")
        result = self.result(element("textbox", "Name", "fill", "%who%"), element("button", "Send", "click"),
                             [("tabs", {"do": "list"})], done(), options={"variables": {"who": "Zoe Quine"}})
        self.assertIn("who=Zoe", self.devtools.evaluate(self.tab, "location.href"), "the form was to write it into the address")
        self.assertIn("Send for %who%?", self.shown(2))
        (tab,) = result["actions"][2]["tabs"]
        self.assertEqual(tab["title"], "Thanks, %who%")
        self.assertIn("who=%who%", tab["url"])
        for told in (json.dumps(self.model.agent_requests()), json.dumps(result)):
            for written in ("Zoe Quine", "Zoe+Quine", "Zoe%20Quine"):
                self.assertNotIn(written, told)

    def test_dialogs_are_answered_as_the_model_said_and_told_to_it(self):
        self.show(SHOP)
        self.result([("dialog", {"answer": "accept"})], element("button", "Ask", "click"), element("button", "Ask", "click"), done())
        self.assertIn("confirm dialog accepted: Sure?", self.shown(2))
        self.assertIn("true", self.shown(2))
        self.assertIn("confirm dialog dismissed", self.shown(3))

    def test_tabs_are_listed_switched_and_closed(self):
        self.site.pages["/tabbed"] = "<!doctype html><title>Second</title><p>in the new tab"
        self.show(SHOP)
        result = self.result(element("link", "New tab", "click"), [("tabs", {"do": "list"})], [("tabs", {"do": "switch", "number": 0})],
                             [("tabs", {"do": "close", "number": 1})], done())
        self.assertIn("in the new tab", self.shown(1))
        listed = result["actions"][1]["tabs"]
        self.assertEqual([(one["title"], one["active"]) for one in listed], [("case", False), ("Second", True)])
        self.assertIn("button: Buy", self.shown(3))
        self.assertEqual(len(result["actions"][3]["tabs"]), 1)

    def test_act_and_extract_ask_the_execution_model(self):
        self.show(SHOP)
        def answer(schema, page):
            if "action" in schema["properties"]:
                return {"action": {"elementId": next(one[0] for one in elements(page, "button")), "description": "Buy",
                                   "method": "click", "arguments": []}, "twoStep": False}
            return {"extraction": "the heading is Shop"}
        result = self.result([("act", {"action": "press buy"})], [("extract", {"instruction": "the heading"})], done(), answer=answer)
        act, extract, _ = result["actions"]
        self.assertEqual((act["action"], act["success"], act["playwrightArguments"]["method"]), ("press buy", True, "click"))
        self.assertEqual(extract["result"], {"extraction": "the heading is Shop"})
        self.assertEqual(self.title(), "/Small")
        usage = result["metadata"]["usage"]
        self.assertEqual((usage["agent"]["calls"], usage["tools"]["calls"]), (3, 2))
        self.assertEqual(result["usage"]["input_tokens"], 5 * 101)

    def test_a_key_that_came_with_the_request_goes_to_no_other_provider(self):
        self.show(SHOP)
        for provider, is_told in (("openai", True), ("groq", False)):
            worker = Model()
            self.addCleanup(worker.close)
            self.agent([("extract", {"instruction": "the heading"})], done(),
                       config={"executionModel": {"modelName": f"{provider}/m", "baseURL": worker.url}},
                       headers={"x-model-api-key": "key-of-the-request"})
            told = [headers for _, headers, _ in worker.requests if "key-of-the-request" in json.dumps(headers)]
            self.assertEqual(bool(told), is_told, (provider, worker.requests))

    def test_unknown_tools_and_bad_arguments_are_told_to_the_model(self):
        self.show(SHOP)
        self.result([("fly", {})], [("scroll", {"direction": "sideways"})], done())
        self.assertIn("Model tried to call unavailable tool 'fly'. Available tools: element, act", self.said(1, "result")[-1])
        self.assertIn("Invalid input for tool scroll: direction", self.said(2, "result")[-1])

    def test_a_replay_shows_no_password_that_an_agent_typed(self):
        self.show("<input id=pw type=password autofocus onfocus='document.title = 1'><script>pw.focus()</script>")
        self.result([("keys", {"method": "type", "value": "t0ps3cret"})], done())
        self.assertEqual(self.devtools.evaluate(self.tab, "pw.value"), "t0ps3cret")
        replay = self.server.ask("GET", f"/v1/sessions/{self.session}/replay").body.decode()
        self.assertNotIn("t0ps3cret", replay)
        self.assertIn('"value":"***"', replay)

    def test_hybrid_shows_pictures_and_takes_points(self):
        self.show(SHOP + "<style>#buy { position: fixed; left: 100px; top: 300px; width: 80px; height: 40px }</style>")
        result = self.result([("click", {"describe": "buy", "coordinates": [140, 320]})], done(), config={"mode": "hybrid"})
        self.assertEqual(self.title(), "/Small")
        self.assertEqual(result["actions"][0]["coordinates"], [140, 320])
        self.assertEqual([images_of(body) for body in self.model.agent_requests()], [1, 2])
        self.assertIn("click", tool_names(self.model.agent_requests()[0]))

    def test_the_cursor_is_shown_in_the_window_and_not_in_pictures(self):
        self.show(SHOP)
        tab = self.devtools.session_of(self.tab)
        seen = lambda: self.devtools.call("Page.captureScreenshot", tab, format="png")["data"]
        before, windows = seen(), []
        def look(_):
            windows.append(seen())
            return done()
        for shown in (True, False):
            self.result([("hover", {"describe": "nothing", "coordinates": [600, 600]})], look, config={"mode": "hybrid"},
                        options={"highlightCursor": shown})
            self.assertEqual(seen(), before, "nothing is left of it")
            pictures = [part["image_url"] for body in self.model.agent_requests() for item in body["input"]
                        for part in item.get("content", []) if isinstance(part, dict) and part.get("type") == "input_image"]
            self.assertEqual((len(pictures), len(set(pictures))), (3, 1))
        self.assertEqual([window == before for window in windows], [False, True])

    def test_dom_mode_shows_no_picture_unless_asked(self):
        self.show(SHOP)
        self.result([("screenshot", {})], done())
        self.assertEqual([images_of(body) for body in self.model.agent_requests()], [0, 1])


class Endings(AgentCase):
    def test_words_alone_are_assessed_and_stay_the_message(self):
        self.show(SHOP)
        result = self.result("The shop sells in two sizes.", verdict=("read off the page", True))
        self.assertEqual((result["success"], result["message"]), (True, "The shop sells in two sizes."))
        self.assertEqual(tool_names(self.model.agent_requests()[1]), ["done"])
        self.assertEqual(roles(self.model.agent_requests()[1]), ["system", "user", "assistant", "user"])
        self.assertEqual(self.said(1, "assistant"), ["The shop sells in two sizes."])
        self.assertIn("call done", self.said(1, "user")[-1])

    def test_max_steps(self):
        self.show(SHOP)
        result = self.result([("scroll", {"direction": "down"})], [("scroll", {"direction": "up"})], options={"maxSteps": 2},
                             verdict=("not yet", False))
        self.assertEqual((result["success"], result["completed"], result["message"]), (False, False, "not yet"))
        self.assertEqual(result["metadata"]["stopReason"], "max_steps")

    def test_a_loop_is_noticed(self):
        self.show(SHOP)
        result = self.result(*[[("scroll", {"direction": "down"})] for _ in range(12)], verdict=("stuck", False))
        self.assertEqual(result["metadata"]["stopReason"], "loop_detected")
        self.assertLess(result["metadata"]["steps"], 8)

    def test_a_budget_of_tokens(self):
        self.show(SHOP)
        result = self.result(*[[("think", {"reasoning": str(n)})] for n in range(9)], options={"maxTokens": 300})
        self.assertEqual((result["metadata"]["stopReason"], result["metadata"]["steps"]), ("budget", 3))

    def test_a_budget_of_money_needs_prices(self):
        self.show(SHOP)
        answer = self.agent(options={"maxCost": 1})
        self.assertEqual(answer.status, 400, answer)
        self.assertIn("executeOptions.prices", answer.json["message"])

    def test_the_runs_own_time(self):
        self.show(SHOP)
        result = self.result([("wait", {"timeMs": 30000})], options={"timeout": 700})
        self.assertEqual(result["metadata"]["stopReason"], "timeout")

    def test_a_tool_that_takes_too_long_is_stopped(self):
        self.show(SHOP)
        result = self.result([("wait", {"timeMs": 30000})], done(), options={"toolTimeout": 300})
        self.assertIn("timed out after 300ms", result["actions"][0]["error"])
        self.assertTrue(result["success"])

    def test_a_model_that_fails_is_200_with_what_was_done(self):
        self.show(SHOP)
        def break_it(texts):
            self.model.failures.append((401, {}, {"error": {"message": "stub failure"}}))
            return [("think", {"reasoning": "x"})]
        result = self.result(break_it)
        self.assertEqual((result["success"], result["message"]), (False, "Failed to execute task: stub failure"))
        self.assertEqual(result["metadata"]["stopReason"], "model_error")
        self.assertEqual(result["actions"][0]["type"], "think")
        self.assertEqual(result["usage"]["input_tokens"], 101)

    def test_cancel_tells_what_was_done(self):
        self.show(SHOP)
        began = threading.Event()
        def wait(_):
            began.set()
            return [("wait", {"timeMs": 30000})]
        call = Background(self.result, [("think", {"reasoning": "first"})], wait)
        self.assertTrue(began.wait(PATIENCE))
        self.assertTrue(proc.wait_until(lambda: len(self.model.agent_requests()) == 2, PATIENCE))
        answer = self.server.operation(self.session, "cancel", {})
        self.assertEqual(answer.json, {"success": True, "data": {"cancelled": 1}})
        result = call.result(PATIENCE)
        self.assertEqual((result["success"], result["metadata"]["stopReason"]), (False, "cancelled"))
        self.assertEqual(result["actions"][0]["type"], "think")
        self.assertEqual(self.server.metric("belay_sessions_in_use"), 0)

    def test_streams_tell_the_work_and_end_with_the_conversation(self):
        self.show(SHOP)
        self.model = AgentModel([("think", {"reasoning": "hm"})], done("all well"))
        self.addCleanup(self.model.close)
        stream = self.server.stream(self.session, "agentExecute", {
            "agentConfig": self.model.config(), "executeOptions": {"instruction": "buy it"}})
        frames = [(event.name, json.loads(event.data)["data"]) for event in stream.events()]
        stream.close()
        lines = [data["message"]["message"] for name, data in frames if name == "running"]
        self.assertEqual(lines[:2], ["Creating v3 agent instance", "Agent calling tool: think"])
        last = frames[-1][1]
        self.assertEqual(last["status"], "finished")
        self.assertEqual([one["role"] for one in last["result"]["messages"]], ["user", "assistant", "tool", "assistant"])
        self.assertIn("actionId", last)


class Refusals(AgentCase):
    def test_what_a_run_cannot_begin_with(self):
        self.show(SHOP)
        for config, options, body, status, words in [
                ({}, {}, {"frameId": "NOPE"}, 500, "Page not found"),
                ({}, {"useSearch": True}, {}, 422, "BROWSERBASE_API_KEY is required to use agent search"),
                ({"mode": "cua"}, {}, {}, 422, "please provide a CUA model"),
                ({"model": "nosuch"}, {}, {}, 422, "Unsupported model")]:
            answer = self.agent(config=config, options=options, **body)
            self.assertEqual(answer.status, status, answer)
            self.assertIn(words, answer.json["message"])


class Pinned(ServerCase):
    """A run of some seconds while everything is done to take its session away. Those that crowd in are sessions of one browser
    that is there already, unless there is time to start one for each."""

    @classmethod
    def setUpClass(cls):
        cls.chromium = Chromium()
        cls.addClassCleanup(cls.chromium.__exit__)

    def one_more(self):
        return local() if SECONDS > 30 else local(cdpUrl=f"ws://127.0.0.1:{self.chromium.port}{self.chromium.path}")

    def run_agent(self, server, session, steps):
        self.model = AgentModel(*steps)
        self.addCleanup(self.model.close)
        return self.in_background(server.operation, session, "agentExecute", {
            "agentConfig": self.model.config(), "executeOptions": {"instruction": "wait"}})

    def working(self):
        """Steps that hold the run open until `self.release` is set."""
        self.release = threading.Event()
        def hold(_):
            return done("still here") if self.release.wait(0.2) else [("wait", {"timeMs": 1 + next(self.numbers)})]
        self.numbers = iter(range(10_000))
        return [hold] * 10_000

    def test_it_survives_ten_times_the_capacity_and_the_sweeps_and_its_client_going(self):
        # --max-sessions-hard leaves room for two beside it; a start that finds no place says so, and is tried again.
        server = self.server("--max-sessions", "2", "--max-sessions-hard", "4", "--idle-ttl", "200ms", "--admission-timeout", "30s")
        self.hold_on_to(server, starts=20, workers=2)

    def test_it_survives_a_capacity_of_one(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "3", "--idle-ttl", "200ms", "--admission-timeout", "30s")
        self.hold_on_to(server, starts=10, workers=1)

    def test_it_survives_a_capacity_that_is_lowered_to_one(self):
        server = self.server("--max-sessions", "4", "--max-sessions-hard", "6", "--idle-ttl", "200ms",
                             "--admission-timeout", "30s", "--capacity-route")

        def lower():
            answer = server.ask("PUT", "/v1/capacity", {"maxSessions": 1, "maxSessionsHard": 3})
            self.assertEqual(answer.json["data"]["maxSessions"], 1)
            self.assertGreaterEqual(answer.json["data"]["inUse"], 1)

        self.hold_on_to(server, starts=10, workers=2, meanwhile=lower)

    def hold_on_to(self, server, starts, workers, meanwhile=None):
        """Runs an agent for SECONDS whose client leaves at half of that, while sessions are started one after the other, and
        `meanwhile` is done. What was asked for last gets the result of the same run."""
        self.model = AgentModel(*self.working())
        self.addCleanup(self.model.close)
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        body = {"agentConfig": self.model.config(),
                "executeOptions": {"instruction": "wait", "maxSteps": 9000, "timeout": 600_000}, "streamResponse": True}
        began = time.monotonic()
        first = server.stream(session, "agentExecute", body)
        seen = next(first.events()).json["id"]
        self.wait_until(lambda: len(self.model.requests) > 1, PATIENCE, "the run is under way")
        started, lock = [], threading.Lock()

        def crowd():
            while time.monotonic() - began < SECONDS or len(started) < starts:
                one = server.start(self.one_more())
                with lock:
                    started.append(one)

        crowds = [self.in_background(crowd) for _ in range(workers)]
        self.wait_until(lambda: time.monotonic() - began > SECONDS / 2, SECONDS + PATIENCE, "half of the time")
        if meanwhile:
            meanwhile()
        first.close()
        for one in crowds:
            one.result(SECONDS + 5 * PATIENCE)
        before = len(self.model.requests)
        self.wait_until(lambda: len(self.model.requests) > before + 2, PATIENCE, "it works on")
        # Not by its retry count: that would have to come within a minute.
        retry = self.in_background(server.operation, session, "agentExecute", body, {"Last-Event-ID": seen})
        self.wait_until(lambda: server.metric("belay_retries_joined_total"), PATIENCE, "it joined")
        self.release.set()
        last = json.loads(retry.result(PATIENCE).body.decode().strip().rsplit("data: ", 1)[1])["data"]
        self.assertEqual(last["status"], "finished", last)
        result = last["result"]
        self.assertEqual((result["success"], result["message"]), (True, "still here"))
        self.assertTrue(all(one.get("success", True) for one in result["actions"]), "a step found its session gone")
        self.assertGreaterEqual(len(started), starts)
        print(f"{len(started)} sessions started and {result['metadata']['steps']} steps taken in "
              f"{time.monotonic() - began:.1f} s", flush=True)

    def test_an_end_during_it_answers_both_and_tells_what_was_done(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        call = self.run_agent(server, session, self.working())
        self.wait_until(lambda: len(self.model.requests) > 2, PATIENCE, "the run is under way")
        self.assertEqual(server.end(session).status, 200)
        answer = call.result(PROMPT)
        self.assertEqual((answer.status, answer.json["message"]), (500, "Session was closed: client"))
        result = answer.json["data"]["result"]
        self.assertEqual((result["success"], result["metadata"]["stopReason"]), (False, "session_closed"))
        self.assertTrue(result["actions"])

    def test_a_browser_that_dies_under_it_is_told(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        call = self.run_agent(server, session, self.working())
        self.wait_until(lambda: len(self.model.requests) > 2, PATIENCE, "the run is under way")
        proc.kill(server.browsers()[0])
        answer = call.result(PATIENCE)
        self.assertEqual((answer.status, answer.json["message"]), (500, "The browser crashed"))
        self.assertEqual(answer.json["data"]["result"]["metadata"]["stopReason"], "browser_crashed")

    def test_a_client_that_leaves_stops_nothing_and_a_retry_gets_the_result(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.model = AgentModel(*self.working())
        self.addCleanup(self.model.close)
        body = {"agentConfig": self.model.config(), "executeOptions": {"instruction": "wait", "maxSteps": 9000}}
        left = server.stream(session, "agentExecute", body)
        next(left.events())
        self.wait_until(lambda: len(self.model.requests) > 1, PATIENCE, "the run is under way")
        left.close()
        before = len(self.model.requests)
        self.wait_until(lambda: len(self.model.requests) > before + 2, PATIENCE, "it works on")
        retry = self.in_background(server.operation, session, "agentExecute", {**body, "streamResponse": True},
                                   {"x-stainless-retry-count": "1"})
        self.wait_until(lambda: server.metric("belay_retries_joined_total"), PATIENCE, "it joined")
        self.release.set()
        self.assertIn(b'"still here"', retry.result(PATIENCE).body)


if __name__ == "__main__":
    main()
