"""Actions and navigations that they begin: whatever way an action was asked for, it answers when the page is there that it
leads to, and a page that is kept waiting by a server answers every verb again."""

import setup_path  # noqa: F401
from harness.agent_case import AgentCase, done, element
from harness.case import main
from harness.model import Model, elements
from harness.pages import PageCase
from harness.patience import BUDGET, PATIENCE, PROMPT, growing
from harness.server import action

MINUTE = 1000 * BUDGET


class LeadsElsewhere(PageCase):
    PAGE = """<a href="/there">link</a>
        <form id=get action="/there"><input name=q><button>get</button></form>
        <form id=post action="/there" method=post><input type=hidden name=q value=1><button>post</button></form>
        <form id=own onsubmit="event.preventDefault(); location.href = '/there'"><input name=own><button>own</button></form>
        <button id=later onclick="setTimeout(() => document.querySelector('#get').requestSubmit(), 0)">later</button>
        <select id=jump onchange="this.value && document.querySelector('#get').submit()"><option></option>
          <option value=1>one</option></select>"""

    def setUp(self):
        super().setUp()
        self.sent = 0

        def answer(request):
            """Not before the action would have been answered if nothing had waited for this."""
            request.rfile.read(int(request.headers.get("Content-Length", 0)))
            self.site.closing.wait(0.3)
            self.sent += 1
            self.site.send(request, 200, "<!doctype html><title>There</title><p>there")
        self.site.pages["/there"] = answer

    def test_an_action_answers_when_the_page_is_where_it_led(self):
        for n, (method, selector, *arguments) in enumerate((
                ("click", "a"), ("click", "#get button"), ("click", "#post button"), ("click", "#own button"),
                ("click", "#later"), ("press", "[name=q]", "Enter"), ("press", "[name=own]", "Enter"),
                ("selectOption", "#jump", "one"))):
            self.show(self.PAGE)
            answer = self.act(method, selector, *arguments)
            self.assertEqual(self.sent, n + 1, (method, selector, answer))
            self.assertLess(answer.seconds, PROMPT)
            # As a client of DevTools sees it, to whom it is told a moment after the server.
            self.wait_until(lambda: self.devtools.pages()[self.tab].startswith(f"{self.site.url}/there"), PATIENCE, selector)
            self.eventually("document.title", "There")

    def test_an_action_that_leads_to_no_document_answers_too(self):
        self.site.pages["/204"] = lambda request: self.site.send(request, 204, "")
        for target in ("/204", "mailto:x@y.test", "weird+app:x", "#part", "javascript:void 0"):
            self.show(f"<a href='{target}'>link</a><p>here</p>")
            self.assertLess(self.act("click", "a").seconds, 3)
            self.act("click", "p")


def chooses(role, name, description="it"):
    """A model that clicks the element of this role and name, and finds it when it is to observe."""
    def answer(schema, page):
        (one,) = [each for each in elements(page, role) if each[2] == name]
        choice = {"elementId": one[0], "description": description, "method": "click", "arguments": []}
        properties = schema.get("properties", {})
        if "action" in properties:
            return {"action": choice, "twoStep": False}
        return {"elements": [choice]} if "elements" in properties else {"extraction": name}
    return answer


class EveryWay(AgentCase):
    """An action by a model, by an agent or a second way of one that failed leads there as an Action does."""

    # Longer than what a step has begun is waited for otherwise.
    LATE = 3

    def setUp(self):
        super().setUp()
        self.sent = 0

        def answer(request):
            self.site.closing.wait(self.LATE)
            self.sent += 1
            self.site.send(request, 200, "<!doctype html><title>There</title><button>there</button>")
        self.site.pages["/there"] = answer
        self.show("<a href=/there>Go</a>")

    def model(self, answer):
        model = Model(answer)
        self.addCleanup(model.close)
        return model

    def test_by_instruction(self):
        answer = self.server.act(self.session, "go there", **self.model(chooses("link", "Go")).options())
        self.assertTrue(answer.json["data"]["result"]["success"], answer)
        self.assertEqual(self.sent, 1)

    def test_by_a_second_way(self):
        options = self.model(chooses("link", "Go")).options()
        answer = self.server.act(self.session, action("click", "#gone"), timeout=12_000, **options)
        self.assertTrue(answer.json["data"]["result"]["success"], answer)
        self.assertEqual(self.sent, 1)

    def test_by_an_agents_element(self):
        self.result(element("link", "Go", "click"), done())
        self.assertEqual(self.sent, 1)
        self.assertIn("button: there", "".join(self.shown(1)))


class Stalled(PageCase):
    def test_a_page_that_a_server_keeps_waiting_is_acted_on(self):
        before = self.stall()
        self.assertLess(self.act("click", "#b").seconds, PROMPT)
        self.expect("document.title", "pressed")
        self.assert_given_up(before)
        self.assertGreaterEqual(self.server.logged("navigation given up")[-1]["waitedMs"], 5000)

    def test_a_page_that_comes_late_is_acted_on_when_it_is_there(self):
        answer = self.site.gate("/late", "<!doctype html><button id=b onclick=\"document.title = 'late'\">b</button>",
                                "text/html")
        self.show("<a href=/late>link</a><button id=b onclick=\"document.title = 'early'\">b</button>")
        self.act("click", "a")  # which waits for as long as pages are waited for
        before = len(self.server.logged("navigation given up"))
        answer.set()
        self.act("click", "#b", timeout=MINUTE)
        self.expect("document.title", "late")
        self.assertEqual(len(self.server.logged("navigation given up")), before)

    def test_an_act_that_has_led_away_is_done_when_its_time_is_over(self):
        self.site.pages["/there"] = lambda request: self.site.closing.wait(1)
        for method, selector, *arguments in 4 * (("press", "[name=q]", "Enter"), ("type", "[name=q]", "ab\n"), ("click", "button")):
            self.show("<form action=/there><input name=q><button>b</button></form>")
            self.act(method, selector, *arguments, timeout=700)

    def test_a_form_that_was_sent_is_not_taken_back(self):
        answer = self.site.gate("/buy", "<!doctype html><title>bought</title>", "text/html")
        self.show("<form method=post action=/buy><button id=b>buy</button></form>")
        self.act("click", "#b")
        before = len(self.server.logged("navigation given up"))
        looked = self.server.operation(self.session, "extract", {"options": {"timeout": 7000}})
        self.assertEqual(looked.status, 500, looked)
        self.assertEqual(len(self.server.logged("navigation given up")), before)
        answer.set()
        self.eventually("document.title", "bought")

    def stall(self):
        self.show("<a href=/never>link</a><button id=b onclick=\"document.title = 'pressed'\">b</button>")
        self.act("click", "a")
        self.assertTrue(self.site.wait_for_visitor())
        return len(self.server.logged("navigation given up"))

    def test_an_action_whose_time_is_over_says_that_a_form_is_on_its_way(self):
        self.show("<form method=post action=/never><button id=s>send</button></form><button id=b>b</button>")
        self.act("click", "#s")
        self.assertTrue(self.site.wait_for_visitor())
        answer = self.answer_to("click", "#b", timeout=900)
        self.assertEqual((answer.status, answer.json["message"]), (500, "act() timed out after 900ms: the page is on its "
                         "way to another document and does not answer until it is there"))

    def test_an_action_whose_time_is_over_says_that_it_had_begun(self):
        model = Model(chooses("button", "b"))
        self.addCleanup(model.close)
        for asked in (action("click", "#b"), "press it"):
            for timeout in growing(700):
                self.show("<button id=b onclick=\"const until = Date.now() + 60000; while (Date.now() < until);\">b</button>")
                answer = self.server.operation(self.session, "act", {
                    "input": asked, "options": {**model.options(), "timeout": timeout}})
                if answer.status != 500 or answer.json["message"] != f"act() timed out after {timeout}ms":
                    break
            self.assertEqual((answer.status, answer.json["message"]), (
                500, f"act() timed out after {timeout}ms: input had been sent to the page, and part of it may have taken effect"))
            self.server.navigate(self.session, f"{self.site.url}/", timeout=MINUTE)  # in a new tab

    def assert_given_up(self, before):
        self.assertEqual(len(self.server.logged("navigation given up")), before + 1)

    def test_it_is_read(self):
        before = self.stall()
        answer = self.server.operation(self.session, "extract", {})
        self.assertLess(answer.seconds, PROMPT)
        self.assertIn("button: b", answer.json["data"]["result"]["pageText"])
        self.assert_given_up(before)

    def test_a_model_is_shown_it(self):
        model = Model(chooses("button", "b"))
        self.addCleanup(model.close)
        for verb, body in (("observe", {"instruction": "the button"}), ("extract", {"instruction": "its name"}),
                           ("act", {"input": "press it"})):
            before = self.stall()
            body["options"] = model.options()
            answer = self.server.operation(self.session, verb, body)
            self.assertEqual(answer.status, 200, answer)
            self.assertLess(answer.seconds, PROMPT, verb)
            self.assert_given_up(before)
        self.expect("document.title", "pressed")


class StalledForAgents(AgentCase):
    def test_an_agent_goes_on_with_it(self):
        before = len(self.server.logged("navigation given up"))
        self.show("<a href=/never>Away</a><button onclick=\"document.title = 'pressed'\">b</button>")
        result = self.result(element("link", "Away", "click"), element("button", "b", "click"), done())
        self.assertTrue(all(one.get("success", True) for one in result["actions"]), result["actions"])
        self.assertEqual(self.title(), "pressed")
        self.assertEqual(len(self.server.logged("navigation given up")), before + 1)


if __name__ == "__main__":
    main()
