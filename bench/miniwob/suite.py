"""Runs episodes: serves the pages of PyPI's `miniwob`, begins a task with its seed, lets agentExecute work on it with an
oracle in the model's place, and reads the reward that the page gave."""

import os

from harness import proc, pypi
from harness.devtools import Devtools
from harness.patience import PATIENCE
from harness.server import Server, local
from harness.site import Site

from .provider import Oracle

REQUIREMENT = "miniwob>=1.1,<2"
# No clock decides: an episode may take eleven days, so that a reward that shrinks with time hardly does.
BEGIN = """(() => { Math.seedrandom(%d); core.EPISODE_MAX_TIME = 1e9; core.startEpisodeReal(); return core.getUtterance(); })()"""
REWARD = "[WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL, String(WOB_REWARD_REASON ?? '')]"
SOLVED = 0.95  # some pay by distance: a point that is off by a pixel or two has 0.97


def folder():
    """Where the pages are. Raises unittest.SkipTest with the reason when they cannot be had."""
    return os.path.join(pypi.folder_of("miniwob", REQUIREMENT, "--no-deps"), "html")


def families(root):
    return sorted(name[:-5] for name in os.listdir(os.path.join(root, "miniwob")) if name.endswith(".html")) + [
        f"flight/{name}" for name in sorted(os.listdir(os.path.join(root, "flight")))
        if os.path.exists(os.path.join(root, "flight", name, "wrapper.html"))]


class Episode:
    def __init__(self, family, seed, goal, reward, ended, steps, why, calls):
        self.family, self.seed, self.goal, self.reward, self.ended = family, seed, goal, reward, ended
        self.steps, self.why, self.calls = steps, why, calls
        self.solved = ended and reward >= SOLVED


class Suite:
    def __init__(self, root):
        self.root = root
        self.site = Site()
        self.site.folder(root)
        self.server = Server()
        self.oracle = Oracle()
        started = self.server.start_answer(local(viewport={"width": 800, "height": 600})).json["data"]
        self.session = started["sessionId"]
        self.devtools = Devtools(started["cdpUrl"])
        self.tab = next(iter(self.devtools.pages()))

    def close(self):
        """Says so where the server cries, does not end as it should or leaves something behind."""
        self.devtools.close()
        try:
            code, _ = self.server.stop()
            proc.wait_until(lambda: not self.server.left_behind(), PATIENCE)
            if code != 0 or self.server.cries() or self.server.left_behind():
                raise RuntimeError(f"exit {code}, {self.server.errors[-20:]}, left behind: {self.server.left_behind()}")
        finally:
            self.server.clean_up()
            self.oracle.close()
            self.site.close()

    def js(self, expression):
        return self.devtools.evaluate(self.tab, expression)

    def begin(self, family, seed):
        """Shows the task; returns its text."""
        page = f"/{family}/wrapper.html" if family.startswith("flight/") else f"/miniwob/{family}.html"
        answer = self.server.navigate(self.session, self.site.url + page, waitUntil="load")
        if answer.status != 200:
            raise RuntimeError(f"{family}: {answer}")
        goal = self.js(BEGIN % seed)
        # Those in natural language give what the sentence was made of with it; a model gets the sentence.
        return goal["utterance"] if isinstance(goal, dict) else goal

    def run(self, family, seed, solve, mode="dom", max_steps=60):
        goal = self.begin(family, seed)
        self.oracle.begin(goal, solve)
        answer = self.server.operation(self.session, "agentExecute", {
            "agentConfig": self.oracle.config(mode=mode),
            "executeOptions": {"instruction": goal, "maxSteps": max_steps}}, timeout=300)
        if answer.status != 200:
            return Episode(family, seed, goal, 0, False, 0, f"agentExecute: {answer}", [])
        result = answer.json["data"]["result"]
        ended, reward, reason = self.js(REWARD)
        failures = [f"{one['type']}: {one['error']}" for one in result["actions"] if one.get("error")]
        why = self.oracle.lost or "; ".join(failures[:2]) or (f"the page says: {reason}" if reason else "") or (
            "" if ended else f"the oracle has ended, the task has not ({result['metadata']['stopReason']})")
        return Episode(family, seed, goal, reward, ended, self.oracle.steps_done, why, result["actions"])
