"""The base of tests about agent runs: a page to buy on, steps that a scripted model takes, and a session to run them in."""

from .agent_model import AgentModel, conversation, texts_of
from .model import elements
from .pages import PageCase

SHOP = """<h1>Shop</h1><label>Name <input id=who></label>
<label>Size <select id=size><option>Small<option>Large</select></label>
<button id=buy onclick="document.title = who.value + '/' + size.value; out.textContent = 'Bought for ' + who.value">Buy</button>
<p id=out></p><a id=more href="/more">More</a><button id=ask onclick="out.textContent = confirm('Sure?')">Ask</button>
<a id=tab href="/tabbed" target=_blank>New tab</a>"""


def line(texts, role, name):
    """The id of the newest line of this role and name."""
    page = texts[texts.rindex("<page>") :]
    return [one[0] for one in elements(page, role) if one[2] == name][-1]


def element(role, name, method, value=None):
    """A step of one call on an element of the page as it was shown last."""
    def step(texts):
        arguments = {"id": line(texts, role, name), "method": method}
        return [("element", arguments if value is None else {**arguments, "value": value})]
    return step


def done(reasoning="it is done", complete=True):
    return [("done", {"reasoning": reasoning, "taskComplete": complete})]


class AgentCase(PageCase):
    def agent(self, *steps, config=None, options=None, headers=None, verdict=("it is done", True), answer=None, **body):
        """Runs the script; returns the answer."""
        self.model = self.scripted(*steps, verdict=verdict, **({"answer": answer} if answer else {}))
        return self.server.operation(self.session, "agentExecute", {
            "agentConfig": self.model.config(**(config or {})),
            "executeOptions": {"instruction": "buy it", **(options or {})}, **body}, headers)

    def scripted(self, *steps, **named):
        model = AgentModel(*steps, **named)
        self.addCleanup(model.close)
        return model

    def result(self, *steps, **named):
        answer = self.agent(*steps, **named)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(set(answer.json["data"]), {"result"})
        return answer.json["data"]["result"]

    def title(self):
        return self.devtools.evaluate(self.tab, "document.title")

    def shown(self, number):
        return texts_of(self.model.agent_requests()[number])

    def said(self, number, role):
        """What a request says in this role, in its order."""
        return [text for one, text in conversation(self.model.agent_requests()[number]) if one == role]
