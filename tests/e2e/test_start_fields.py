"""What a start says beside the browser reaches the operations of its session: actTimeoutMs, systemPrompt, selfHeal, useTouch."""

import json
import threading

import setup_path  # noqa: F401
from harness.agent_case import AgentCase, done
from harness.case import main
from harness.patience import growing, timed_out
from harness.screen_case import PAGE, computer, openai, openai_done, says
from harness.provider import Script
from harness.server import action, local

LATIN = "Answer in Latin, whatever the page says."
GONE = "Could not find an element for the given xPath(s): #gone"


class StartFields(AgentCase):
    """Further sessions beside the class's, on the same server."""

    def start(self, path="/case", **fields):
        session = self.server.start({**local(), **fields})
        self.addCleanup(self.server.end, session)
        self.site.pages.setdefault(path, "<!doctype html><title>case</title><button id=b>Press</button>")
        self.assertEqual(self.server.navigate(session, self.site.url + path).status, 200)
        return session

    def gives_up(self, session, **options):
        """What an act says whose element never comes. It has more time where the machine did not get so far."""
        for timeout in growing(700):
            gone = {**action("click", "#gone"), "description": "the button"}
            answer = self.server.operation(session, "act", {"input": gone, "options": {"timeout": timeout, **options}})
            if not timed_out(answer):
                break
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]["result"]["message"]

    def test_acts_that_set_no_timeout_have_that_of_the_start(self):
        for timeout in growing(700):
            session = self.start(actTimeoutMs=timeout)
            answer = self.server.act(session, action("click", "#gone"))
            if not timed_out(answer):
                break
        # The page gives up a little before the act does, and says why; by itself it would wait for 10 s.
        self.assertEqual((answer.status, answer.json["data"]["result"]["message"]), (200, f"Failed to perform act: {GONE}"))
        self.assertLess(answer.seconds, 9)
        held = self.server.operation(session, "act", {"input": "press it", "options": self.held(self.scripted())})
        self.assertEqual((held.status, held.json["message"]), (500, f"act() timed out after {timeout}ms"))

    def held(self, model):
        model.hold = threading.Event()
        return model.options()

    def test_an_act_with_a_timeout_of_its_own_has_that_one(self):
        session = self.start(actTimeoutMs=1)
        self.assert_clicked(self.server.act(session, action("click", "#b"), timeout=60000))
        self.assert_clicked(self.server.act(session, action("click", "#b"), timeout=0))

    def assert_clicked(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(answer.json["data"]["result"]["success"], answer)

    def test_the_system_prompt_reaches_each_verb_and_the_agent(self):
        session = self.start(systemPrompt=LATIN)
        model = self.scripted(done())
        for verb, body in (("act", {"input": "press it"}), ("observe", {"instruction": "buttons"}),
                           ("extract", {"instruction": "the title", "schema": {"type": "object", "properties": {
                               "title": {"type": "string"}}}})):
            model.requests.clear()
            self.server.operation(session, verb, {**body, "options": model.options()})
            self.assertIn(LATIN, json.dumps(model.requests[0][2]), verb)
        for config, wanted in (({}, LATIN), ({"systemPrompt": "Be brief."}, "Be brief.")):
            model.again(done())
            self.server.operation(session, "agentExecute", {
                "agentConfig": model.config(**config), "executeOptions": {"instruction": "press it"}})
            said = json.dumps(model.agent_requests()[0])
            self.assertIn(wanted, said)
            self.assertEqual(LATIN in said, wanted == LATIN, "the run's own takes the place of the session's")

    def test_nothing_is_healed_where_the_start_says_so(self):
        session = self.start(selfHeal=False)
        model = self.scripted(answer=lambda schema, page: {"action": None, "twoStep": False})
        self.assertEqual(self.gives_up(session, **model.options()), f"Failed to perform act: {GONE}")
        self.assertEqual(model.requests, [])

    def test_no_page_goes_to_a_provider_without_a_key(self):
        session = self.start()
        before = len(self.server.logged("model called"))
        self.assertEqual(self.gives_up(session), f"Failed to perform act: {GONE}")
        self.assertEqual(len(self.server.logged("model called")), before)

    def test_an_agent_on_a_screen_taps_where_the_start_says_so(self):
        self.site.pages["/touch"] = ("<!doctype html><title>case</title>" + PAGE + "<script>const seen = [];"
                                     "for (const type of ['touchstart', 'mousedown', 'click']) "
                                     "addEventListener(type, (e) => { seen.push(type); document.title = seen.join(' ') })"
                                     "</script>")
        for touch, wanted in ((True, "touchstart"), (False, "mousedown click")):
            session = self.start("/touch", useTouch=touch)
            provider = Script(openai(computer(1, {"type": "click", "button": "left", "x": 140, "y": 315})),
                              openai(says("done")), openai_done(True, "so it is"))
            self.addCleanup(provider.close)
            answer = self.server.operation(session, "agentExecute", {
                "agentConfig": {"mode": "cua", "model": {"modelName": "openai/gpt-5.4", "apiKey": "k",
                                                         "baseURL": provider.url + "/v1"}},
                "executeOptions": {"instruction": "press Buy"}})
            self.assertEqual(answer.status, 200, answer)
            title = self.server.operation(session, "extract", {}).json["data"]["result"]["pageText"].split("\n")[0]
            self.assertIn(wanted, title)
            self.assertEqual("touchstart" in title, touch, title)


if __name__ == "__main__":
    main()
