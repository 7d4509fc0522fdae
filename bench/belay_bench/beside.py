"""A click of one session while another one observes a large page without a pause, beside the same click while it rests, and while
its Chromium has as much work without the server. All in one run, in turns; what is compared is the slowest in a hundred."""

import contextlib
import os
import subprocess
import sys
import time

from . import lean
from .stats import Comparison, Limit

TURN = 25  # clicks until the other session is let go, or stopped


@contextlib.contextmanager
def _onlooker(contestants, belay):
    bench = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    process = subprocess.Popen([sys.executable, "-m", "belay_bench.onlooker", belay, contestants.chromium], cwd=bench,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                               env={**os.environ, "TMPDIR": contestants.folder,
                                    "PYTHONPATH": os.path.join(os.path.dirname(bench), "tests")})

    def tell(word):
        process.stdin.write(f"{word}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        ready, _, site = process.stdout.readline().strip().partition(" ")
        if ready != "ready":
            raise RuntimeError("the observing session did not come up")
        yield site, tell
        tell("end")
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _clicks(client, path, into):
    click = {"input": {"selector": "#b", "description": "click", "method": "click", "arguments": []}, "options": {}}
    for number in range(-3, TURN):  # the first ones of a turn see what the change itself costs
        began = time.perf_counter()
        if not client.post(f"{path}/act", click)["result"]["success"]:
            raise RuntimeError("a click failed")
        if number >= 0:
            into.append((time.perf_counter() - began) * 1000)


def beside(contestants, clicks):
    """`clicks`: of each kind."""
    times = {"rest": [], "observe": [], "work": []}
    with contestants.ours() as server, _onlooker(contestants, server.url) as (site, tell):
        client = lean.Client(server.url)
        session = client.start(contestants.chromium)["sessionId"]
        path = f"/v1/sessions/{session}"
        client.post(f"{path}/navigate", {"url": f"{site}/click", "options": {"waitUntil": "load"}})
        _clicks(client, path, [])
        observes = 0
        while len(times["rest"]) < clicks:
            for word, into in times.items():
                before = tell(word)
                _clicks(client, path, into)
                after = tell("rest")
                observes += after - before if word == "observe" else 0
        client.end(session)
    if observes < clicks // TURN:
        raise RuntimeError(f"only {observes} observes in all turns: the load was none")
    title = "Click while another session observes 20,000 elements (99th percentiles)"
    return [Comparison("click_beside_observe", title, "ms", "the same click while that session rests", times["observe"],
                       times["rest"], [Limit("ratio", most=2.0)], share=0.99),
            Comparison("click_beside_work", "The same", "ms", "the same click while that Chromium works without the server",
                       times["observe"], times["work"], share=0.99)]
