"""shouldCache on real Chromium: a run is done again without a model at each step, only where the page is still what it was,
and never with an old answer."""

import json

import setup_path  # noqa: F401
from harness.agent_case import SHOP, AgentCase, done, element
from harness.agent_model import AgentModel, tool_names
from harness.case import main
from harness.model import elements
from harness.server import local


class CacheCase(AgentCase):
    models = None

    def scripted(self, *steps, **named):
        """One model for all runs of a test: what was done by the word of another is not done again."""
        self.models = self.models.again(*steps, **named) if self.models else super().scripted(*steps, **named)
        return self.models

    def cached(self, *steps, instruction=None, **named):
        """A run that wishes for the cache: (result, header, cacheEntry)."""
        options = {"instruction": instruction or self.id(), **named.pop("options", {})}
        answer = self.agent(*steps, options=options, shouldCache=True, **named)
        self.assertEqual(answer.status, 200, answer)
        result = answer.json["data"]["result"]
        status = result["metadata"]["cacheStatus"]
        self.assertEqual(answer.header("x-cache-status"), status)
        return result, status, answer.json["data"].get("cacheEntry")

    def calls(self):
        return [tool_names(body) for body in self.model.agent_requests()]

    def buy(self, who="Ann"):
        return element("textbox", "Name", "fill", who), element("button", "Buy", "click"), done("bought")


class Replays(CacheCase):
    def test_the_second_run_asks_the_model_once(self):
        self.show(SHOP)
        first, status, entry = self.cached(*self.buy())
        self.assertEqual((first["success"], status), (True, "MISS"))
        self.assertEqual((first["metadata"]["cacheHit"], first["metadata"]["cacheKept"]), (False, True))
        self.show(SHOP)
        second, status, again = self.cached(verdict=("the page says that it is bought", True))
        self.assertEqual(status, "HIT", second["metadata"])
        self.assertEqual(self.calls(), [["done"]])
        self.assertEqual(self.title(), "Ann/Small")
        self.assertEqual((second["success"], second["message"]), (True, "the page says that it is bought"))
        self.assertTrue(second["metadata"]["cacheHit"])
        self.assertEqual(second["metadata"]["cacheTimestamp"], entry["entry"]["timestamp"])
        self.assertEqual([one.get("replayed", False) for one in second["actions"]], [True, True, False])
        self.assertEqual(again["cacheKey"], entry["cacheKey"])
        self.assertIn("Bought for Ann", self.shown(0), "it judges by the page as it is now")

    def test_without_the_wish_nothing_is_told(self):
        self.show(SHOP)
        answer = self.agent(*self.buy())
        self.assertIsNone(answer.header("x-cache-status"))
        self.assertNotIn("cacheEntry", answer.json["data"])
        self.assertNotIn("cacheStatus", answer.json["data"]["result"]["metadata"])

    def test_an_element_that_has_moved_is_found_by_its_name(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show("<button>First</button><p>new</p><div>" + SHOP + "</div>")
        result, status, _ = self.cached()
        self.assertEqual(status, "HIT", result["metadata"])
        self.assertEqual(self.title(), "Ann/Small")
        self.assertEqual(len(self.calls()), 1)

    def test_a_changed_label_hands_over_to_the_model(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show(SHOP.replace(">Buy<", ">Order now<"))
        result, status, entry = self.cached(element("button", "Order now", "click"), done("ordered"))
        self.assertEqual(status, "PARTIAL", result["metadata"])
        self.assertIn('button "Buy" is not on the page any more', result["metadata"]["cacheReason"])
        self.assertIn("go on from the page as it is now", self.shown(0))
        self.assertEqual((self.title(), result["message"]), ("Ann/Small", "ordered"))
        self.assertEqual(len(entry["entry"]["steps"]), 2)
        self.show(SHOP.replace(">Buy<", ">Order now<"))
        result, status, _ = self.cached()
        self.assertEqual((status, self.title()), ("HIT", "Ann/Small"), "the healed run is what is kept")

    def test_a_first_step_that_does_not_fit_is_an_ordinary_run(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show(SHOP.replace("Name <input", "Who are you <input"))
        result, status, _ = self.cached(element("textbox", "Who are you", "fill", "Bob"), element("button", "Buy", "click"), done())
        self.assertEqual((status, self.title()), ("MISS", "Bob/Small"))
        self.assertIn("the first step", result["metadata"]["cacheReason"])

    def test_a_page_that_goes_elsewhere_does_not_fit(self):
        self.site.pages["/more"] = "<!doctype html><title>More</title><p>more"
        self.site.pages["/login"] = "<!doctype html><title>Login</title><p>who are you"
        self.show(SHOP)
        self.cached(element("link", "More", "click"), done())
        self.show(SHOP.replace('"/more"', '"/login"').replace("href=/more", "href=/login"))
        result, status, _ = self.cached(done("a login is in the way", False))
        self.assertEqual((status, result["success"]), ("PARTIAL", False))
        self.assertIn("/login", result["metadata"]["cacheReason"])

    def test_what_leads_nowhere_is_forgotten(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show(SHOP)
        result, status, _ = self.cached(done("no", False), verdict=("the page says nothing", False))
        self.assertEqual((status, result["success"], result["message"]), ("PARTIAL", False, "no"))
        self.assertIn("You found that the goal is not reached yet: the page says nothing", self.shown(1))
        self.show(SHOP)
        _, status, _ = self.cached(*self.buy())
        self.assertEqual(status, "MISS")

    def test_what_no_model_could_judge_is_kept(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show(SHOP)
        self.models.failures = [(401, {}, {"error": {"message": "the key has run out"}})] * 2
        result, status, _ = self.cached()
        self.assertEqual((status, result["success"]), ("PARTIAL", False))
        self.assertIn("ended before a model had judged it", result["metadata"]["cacheReason"])
        self.show(SHOP)
        _, status, _ = self.cached(verdict=("it is bought", True))
        self.assertEqual(status, "HIT")


class Answers(CacheCase):
    def test_data_is_never_the_old_one(self):
        price = "<p>The price is %s</p><button id=b onclick=\"document.title = 'open'\">Open</button>"
        self.show(price % 10)
        first, _, entry = self.cached(element("button", "Open", "click"), [("ariaTree", {})], done("the price is 10"))
        self.assertEqual(first["message"], "the price is 10")
        self.assertNotIn("The price", json.dumps(entry))
        self.show(price % 99)
        result, status, _ = self.cached(verdict=("the price is 99", True))
        self.assertEqual((status, result["message"]), ("HIT", "the price is 99"))
        self.assertIn("The price is 99", self.shown(0))
        self.assertNotIn("price is 10", json.dumps(self.model.agent_requests()))

    def test_a_replay_stops_where_data_was_read_that_later_steps_may_depend_on(self):
        self.show(SHOP)
        self.cached(element("textbox", "Name", "fill", "Ann"), [("extract", {"instruction": "sizes"})],
                    element("button", "Buy", "click"), done(), answer=lambda schema, page: {"extraction": "x"})
        self.show(SHOP)
        result, status, _ = self.cached(element("button", "Buy", "click"), done())
        self.assertEqual((status, self.title()), ("PARTIAL", "Ann/Small"))
        self.assertIn("read data here (extract)", result["metadata"]["cacheReason"])


class Variables(CacheCase):
    def test_another_value_is_typed_and_no_value_is_kept(self):
        self.show(SHOP)
        named = lambda value: {"options": {"variables": {"who": value}}}
        _, _, entry = self.cached(*self.buy("%who%"), **named("Zoe Quine"))
        self.assertNotIn("Zoe", json.dumps(entry))
        self.show(SHOP)
        result, status, _ = self.cached(**named("Max Moritz"))
        self.assertEqual((status, self.title()), ("HIT", "Max Moritz/Small"))
        self.assertNotIn("Moritz", json.dumps(self.model.agent_requests()))

    def test_a_value_in_the_place_of_its_name_is_not_kept(self):
        self.show(SHOP)
        result, _, entry = self.cached(*self.buy("Zoe Quine"), options={"variables": {"who": "Zoe Quine"}})
        self.assertIsNone(entry)
        self.assertFalse(result["metadata"]["cacheKept"])
        self.assertIn("value of a variable", result["metadata"]["cacheKeptReason"])


class Others(CacheCase):
    def test_keys_need_the_same_focus(self):
        self.show(SHOP)
        steps = element("textbox", "Name", "click"), [("keys", {"method": "type", "value": "Cid"})], done()
        self.cached(*steps)
        self.show(SHOP)
        _, status, _ = self.cached()
        self.assertEqual((status, self.js("who.value")), ("HIT", "Cid"))
        self.show(SHOP + "<script>who.onfocus = () => ask.focus()</script>")
        result, status, _ = self.cached(done("no", False))
        self.assertEqual((status, self.js("who.value")), ("PARTIAL", ""))
        self.assertIn("does not have the focus", result["metadata"]["cacheReason"])

    def test_steps_by_coordinates_are_not_kept(self):
        self.show(SHOP)
        result, status, entry = self.cached([("click", {"describe": "x", "coordinates": [5, 5]})], done(), config={"mode": "hybrid"})
        self.assertEqual((status, entry), ("MISS", None))
        self.assertIn("coordinates", result["metadata"]["cacheKeptReason"])

    def test_another_wish_is_another_run(self):
        self.show(SHOP)
        self.cached(*self.buy())
        self.show(SHOP)
        self.assertEqual(self.cached(*self.buy(), instruction="something else")[1], "MISS")
        self.show(SHOP)
        self.assertEqual(self.cached(*self.buy(), options={"maxSteps": 7})[1], "MISS")
        self.show(SHOP)
        self.assertEqual(self.cached(*self.buy(), config={"systemPrompt": "be quick"})[1], "MISS")

    def test_it_is_counted(self):
        before = self.server.metric('belay_agent_cache_total{result="miss"}') or 0
        self.show(SHOP)
        self.cached(*self.buy())
        self.assertEqual(self.server.metric('belay_agent_cache_total{result="miss"}'), before + 1)


class Callers(CacheCase):
    """What one was led to do may hold what is theirs, and what a hostile model said: nobody else gets it."""

    def wish(self, **named):
        self.show(SHOP)
        return self.cached(*self.buy(), **named)[1]

    def test_another_callers_run_is_not_done_again(self):
        self.assertEqual(self.wish(headers={"x-bb-api-key": "one"}), "MISS")
        self.assertEqual(self.wish(headers={"x-bb-api-key": "two"}), "MISS")
        self.assertEqual(self.wish(headers={}), "MISS")
        self.assertEqual(self.wish(headers={"x-bb-api-key": "one"}), "HIT")

    def test_a_run_by_the_word_of_another_model_is_not_done_again(self):
        self.assertEqual(self.wish(), "MISS")
        settings = self.model.options()["model"]
        self.assertEqual(self.wish(config={"model": {**settings, "apiKey": "another-key-of-the-test"}}), "MISS")
        self.assertEqual(self.wish(config={"model": {**settings, "headers": {"x-tenant": "b"}}}), "MISS")
        elsewhere = AgentModel(*self.buy())
        self.addCleanup(elsewhere.close)
        self.assertEqual(self.wish(config={"model": {**settings, "baseURL": elsewhere.url}}), "MISS")
        self.assertEqual(self.wish(), "HIT")


class Acts(CacheCase):
    def press(self, name="Buy", model=None, headers=None, **options):
        """An act by instruction whose model picks the button of this name: (result, header, calls of the model)."""
        def answer(schema, page):
            found = next(one[0] for one in elements(page, "button") if one[2] == name)
            return {"action": {"elementId": found, "description": "the button", "method": "click", "arguments": []}, "twoStep": False}
        self.model = self.scripted(answer=answer)
        answer = self.server.operation(self.session, "act", {
            "input": self.id(), "options": {"model": {**self.model.options()["model"], **(model or {})}, **options},
            "shouldCache": True}, headers)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]["result"], answer.header("x-cache-status"), len(self.model.requests)

    def test_the_second_act_asks_no_model(self):
        self.show(SHOP)
        first, status, calls = self.press()
        self.assertEqual((first["success"], status, calls), (True, "MISS", 1))
        self.show(SHOP)
        second, status, calls = self.press()
        self.assertEqual((second, status, calls, self.title()), (first, "HIT", 0, "/Small"))

    def test_what_was_done_for_one_caller_is_done_again_for_no_other(self):
        self.show(SHOP)
        self.press(headers={"x-bb-api-key": "one"})
        for other in ({"headers": {"x-bb-api-key": "two"}}, {"headers": {}},
                      {"headers": {"x-bb-api-key": "one"}, "model": {"apiKey": "another-key-of-the-test"}}):
            with self.subTest(other):
                _, status, calls = self.press(**other)
                self.assertEqual((status, calls), ("MISS", 1))
        _, status, calls = self.press(headers={"x-bb-api-key": "one"})
        self.assertEqual((status, calls), ("HIT", 0))

    def test_one_that_has_moved_is_found_and_one_that_is_another_is_asked_for(self):
        self.show(SHOP)
        self.press()
        self.show("<button>Sell</button>" + SHOP)
        _, status, calls = self.press()
        self.assertEqual((status, calls, self.title()), ("HIT", 0, "/Small"))
        self.show(SHOP.replace(">Buy<", ">Order now<"))
        result, status, calls = self.press("Order now")
        self.assertEqual((result["success"], status, calls, self.title()), (True, "MISS", 1, "/Small"))

    def test_one_that_fits_in_part_asks_the_model_only_where_actions_are_healed(self):
        page = ("<button onclick='list.hidden = false'>Open</button>"
                "<p id=list hidden><button onclick='document.title = this.textContent'>Red</button></p>")

        def act(session, *names):
            """Each call of the model picks the next of these buttons."""
            left = list(names)

            def answer(schema, page):
                found = next(one[0] for one in elements(page, "button") if one[2] == left[0])
                left.pop(0)
                return {"action": {"elementId": found, "description": "the button", "method": "click", "arguments": []},
                        "twoStep": bool(left)}
            model = self.scripted(answer=answer)
            answer = self.server.operation(session, "act", {
                "input": self.id(), "options": model.options(), "shouldCache": True})
            self.assertEqual(answer.status, 200, answer)
            return answer.json["data"]["result"], answer.header("x-cache-status"), len(model.requests)

        self.show(page)
        result, status, calls = act(self.session, "Open", "Red")
        self.assertEqual((result["success"], status, calls, self.title()), (True, "MISS", 2, "Red"))
        self.show(page.replace("Red", "Crimson"))
        result, status, calls = act(self.session, "Crimson")
        self.assertEqual((result["success"], status, calls, self.title()), (True, "PARTIAL", 1, "Crimson"))
        careful = self.server.start({**local(), "selfHeal": False})
        self.addCleanup(self.server.end, careful)
        self.show(page)
        self.server.navigate(careful, self.site.url + "/case")
        result, status, calls = act(careful, "Red")
        self.assertEqual((result["success"], status, calls), (False, "PARTIAL", 0))
        self.assertTrue(result["message"].endswith('→ Failed to perform act: button "Crimson" is not on the page any more'), result)
        self.assertEqual(len(result["actions"]), 1)

    def test_the_wish_is_checked(self):
        answer = self.server.operation(self.session, "act", {"input": "x", "shouldCache": "yes"})
        self.assertEqual(answer.status, 400, answer)


class Own(CacheCase):
    def test_a_run_with_tools_of_the_callers_is_never_done_from_memory(self):
        tool = {"name": "weather", "url": self.site.url + "/weather", "parameters": {"type": "object"}}
        for _ in range(2):
            self.show(SHOP)
            result, status, entry = self.cached(*self.buy(), config={"tools": [tool]})
            self.assertEqual((status, entry, result["success"]), ("BYPASS", None, True))
            self.assertIn("tools of the caller's", result["metadata"]["cacheReason"])
            self.assertEqual(len(self.calls()), 3, "the model was asked for each step")


class Off(CacheCase):
    flags = ("--agent-cache", "0")

    def test_a_server_that_keeps_nothing_says_so(self):
        self.show(SHOP)
        for _ in range(2):
            result, status, entry = self.cached(*self.buy())
            self.assertEqual((status, entry, result["success"]), ("BYPASS", None, True))
            self.assertIn("--agent-cache 0", result["metadata"]["cacheReason"])
            self.show(SHOP)


class Few(CacheCase):
    flags = ("--agent-cache", "1")

    def test_the_oldest_goes_first(self):
        for wish, status in (("a", "MISS"), ("b", "MISS"), ("a", "MISS"), ("a", "HIT")):
            self.show(SHOP)
            self.assertEqual(self.cached(*self.buy() if status == "MISS" else (), instruction=wish)[1], status, wish)


if __name__ == "__main__":
    main()
