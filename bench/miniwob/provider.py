"""The model's provider that an oracle speaks through: it turns a request of the agent into a View, and what the oracle
wants into tool calls. An oracle is a generator: it yields a list of calls [(tool, arguments), …] and is sent the next view."""

import re

from harness.agent_model import AgentModel, texts_of, tool_names

from .view import Lost, View

PICTURE = re.compile(r"^data:image/png;base64,")


def pictures_of(value):
    if isinstance(value, str):
        return [PICTURE.sub("", value)] if value.startswith("data:image/png;base64,") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [picture for one in inner for picture in pictures_of(one)]


def view_of(goal, body):
    texts = texts_of(body)
    page = texts[texts.rindex("<page>\n") + 7:]
    return View(goal, page[:page.index("\n</page>")], pictures_of(body))


class Oracle(AgentModel):
    """One provider for all episodes; `begin` says which oracle answers next."""

    def __init__(self):
        super().__init__()
        self.begin("", None)

    def begin(self, goal, solve):
        self.goal, self.solve, self.running = goal, solve, None
        self.steps_done, self.lost, self.views = 0, "", []
        self.requests.clear()

    def reply(self, path, body):
        if tool_names(body) != ["done"]:
            self.steps = [self.next_step(body)]
        return super().reply(path, body)

    def next_step(self, body):
        done = [("done", {"reasoning": self.lost or "it is done", "taskComplete": not self.lost})]
        view = view_of(self.goal, body)
        self.views.append(view)
        if self.steps_done and view.over():
            return done
        try:
            if self.running is None:
                self.running = self.solve(view)
                calls = next(self.running)
            else:
                calls = self.running.send(view)
            self.steps_done += 1
            return calls
        except StopIteration:
            return done
        except (Lost, LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            self.lost = f"{type(error).__name__}: {error}" if not isinstance(error, Lost) else str(error)
            done[0][1].update(reasoning=self.lost, taskComplete=False)
            return done
