"""attack.py [--rounds N] [--seconds S] [--judge] [--each N] [--only NAME] [--seed TEXT]

Rounds of hostile traffic (attacks.py) against a server on which an ordinary session clicks all the while. The server must
live, answer, serve every click, take no more memory than its limits allow, and give it back: within 50 MB of before.

--judge compares latencies as well, in ratios of this run: /healthz against a bare server on Beast (bare_server.cc) under the
same attack, and the clicks against the same clicks while the attack is aimed at a second server of ours, so that the machine has
as much to do: what is left of the difference is what one process does to its own. --each strikes with one
attack after the other and tells what each of them does. The seed is printed; the same seed strikes the same way."""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from attacks import ATTACKS  # noqa: E402
from harness import proc  # noqa: E402
from harness.client import Closed, Connection  # noqa: E402
from harness.patience import PATIENCE  # noqa: E402
from harness.server import BINARY, Server, action  # noqa: E402
from harness.site import Site  # noqa: E402

RSS_SLACK_KB = 50 * 1024
PEAK_KB = 512 * 1024  # above before, as much as answers may hold; some 70 MiB are seen
HEALTH_RATIO = 3.0
CLICK_RATIO = 2.0
ROUNDS_AT_ONCE = 4  # workers of one strike
BARE = os.environ.get("BELAY_BARE_SERVER") or os.path.join(os.path.dirname(BINARY), "tests", "attack", "bare_server")


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


class Watch:
    """Does one thing over and over in a thread and keeps how long each took, and what went wrong."""

    def __init__(self, once, pause):
        self.took = []
        self.wrong = collections.Counter()
        self.stopping = threading.Event()

        def work():
            while not self.stopping.wait(pause):
                began = time.monotonic()
                try:
                    once()
                except (OSError, Closed, AssertionError) as error:
                    self.wrong[f"{type(error).__name__}: {str(error)[:200]}"] += 1
                self.took.append(time.monotonic() - began)

        self.thread = threading.Thread(target=work)
        self.thread.start()

    def stop(self):
        self.stopping.set()
        self.thread.join()
        return self

    def told(self):
        return (f"{len(self.took)} times, p50 {1000 * percentile(self.took, 0.5):.1f} ms, p99 "
                f"{1000 * percentile(self.took, 0.99):.1f} ms, longest {1000 * max(self.took, default=0):.1f} ms"
                + (f", wrong: {dict(self.wrong)}" if self.wrong else ""))


def healthy(port):
    with Connection(port, timeout=PATIENCE) as connection:
        answer = connection.ask("GET", "/healthz")
    assert answer.status == 200, answer


class Ground:
    """A server with an ordinary session and some that are the attackers'."""

    def __init__(self, seed, options=()):
        self.seed = seed
        self.site = Site()
        self.server = Server("--max-sessions=10", *options)
        self.ordinary = self.server.start()
        self.server.navigate(self.ordinary, self.site.url)
        self.sessions = [self.server.start() for _ in range(2)]
        for session in self.sessions:
            self.server.navigate(session, self.site.url)
        self.round = 0

    def click(self):
        answer = self.server.act(self.ordinary, action("click", "#go"))
        assert answer.status == 200 and answer.json["data"]["result"]["success"], answer

    def rss_kb(self):
        return proc.memory_kb(self.server.pid)

    def strike(self, port, rounds, seconds, only=None, sessions=None):
        """Returns (what the strike told, how the probes went, how the clicks went, the most memory meanwhile)."""
        wish = {"port": port, "sessions": sessions or self.sessions, "seed": self.seed, "first": self.round, "rounds": rounds,
                "seconds": seconds, "only": only, "workers": ROUNDS_AT_ONCE}
        self.round += rounds
        health = Watch(lambda: healthy(port), 0.02)
        clicks = Watch(self.click, 0.05)
        most = 0
        with subprocess.Popen([sys.executable, os.path.join(HERE, "strike.py"), json.dumps(wish)], stdout=subprocess.PIPE,
                              text=True) as striking:
            while striking.poll() is None:
                time.sleep(0.1)
                most = max(most, self.rss_kb() if self.alive() else 0)
                if not self.alive():
                    striking.kill()
            told = striking.stdout.read()
        return json.loads(told or "{}"), health.stop(), clicks.stop(), most

    def alive(self):
        return self.server.process.poll() is None

    def memory_came_back(self, before_kb):
        """Whether it did, soon enough; and what it is then."""
        back = proc.wait_until(lambda: self.rss_kb() <= before_kb + RSS_SLACK_KB, 3 * PATIENCE, every=0.5)
        return back, self.rss_kb()

    def close(self):
        if self.alive():
            self.server.stop()
        self.server.clean_up()
        self.site.close()


def warm_up(ground):
    """What first use allocates is not what an attack leaves: a few rounds of each kind before memory is looked at."""
    for _ in range(20):
        ground.click()
    ground.strike(ground.server.port, 60, 10)
    proc.wait_until(lambda: False, 8, every=1)
    return ground.rss_kb()


def last_words(ground):
    return [line for line in ground.server.errors[-20:]] + ground.server.lines[-3:]


def one_by_one(ground, rounds):
    """What each attack does by itself."""
    before = warm_up(ground)
    bad = 0
    for attack in ATTACKS:
        told, health, clicks, most = ground.strike(ground.server.port, rounds, 60, attack.name)
        alive = ground.alive()
        stalls = len([line for line in ground.server.lines if "loop stalled" in line])
        ground.server.lines.clear()
        back, rss = ground.memory_came_back(before) if alive else (False, 0)
        bounded = is_bounded(before, most)
        ok = alive and back and bounded and not health.wrong and not clicks.wrong
        bad += not ok
        print(f"{'ok ' if ok else 'BAD'} {attack.name} ({attack.fault}), {told.get('rounds', 0)} rounds: "
              f"{'' if alive else 'THE SERVER DIED, '}memory {before // 1024} -> {most // 1024} -> {rss // 1024} MB, "
              f"{stalls} stalls\n    healthz {health.told()}\n    clicks {clicks.told()}", flush=True)
        if not alive:
            print("\n".join(last_words(ground)))
            break
    return bad == 0


def is_bounded(before_kb, most_kb):
    if most_kb <= before_kb + PEAK_KB:
        return True
    print(f"memory had no bound: {most_kb // 1024} MB, more than {PEAK_KB // 1024} above the {before_kb // 1024} before")
    return False


def judged(name, attacked, compared, limit):
    ratio = percentile(attacked.took, 0.99) / max(1e-4, percentile(compared.took, 0.99))
    print(f"{name}: p99 is {ratio:.2f} times the other's, at most {limit}")
    return ratio <= limit


def all_mixed(ground, rounds, seconds, judge, only):
    before = warm_up(ground)
    first = ground.round
    told, health, clicks, most = ground.strike(ground.server.port, rounds, seconds, only)
    print(f"struck: {told}\nhealthz: {health.told()}\nclicks: {clicks.told()}")
    if not ground.alive():
        print("THE SERVER DIED\n" + "\n".join(last_words(ground)))
        return False
    healthy(ground.server.port)
    ground.click()
    back, rss = ground.memory_came_back(before)
    print(f"memory: {before // 1024} MB before, at most {most // 1024}, {rss // 1024} MB after")
    for event in ("internal error", "loop stalled"):
        lines = [json.loads(line) for line in ground.server.lines if f'"msg":"{event}"' in line]
        worst = sorted(lines, key=lambda line: -line.get("cpuMs", 0) - line.get("blockedMs", 0))[:8]
        print(f"logged {event}: {len(lines)}" + "".join(f"\n  {json.dumps(line)[:300]}" for line in worst))
    ok = back and is_bounded(before, most) and not health.wrong and not clicks.wrong and not ground.server.cries()
    if judge:
        with subprocess.Popen([BARE], stdout=subprocess.PIPE, text=True) as bare:
            port = int(bare.stdout.readline())
            ground.round = first
            _, bare_health, _, _ = ground.strike(port, rounds, seconds, only)
            bare.kill()
        print(f"the same at a bare server: healthz {bare_health.told()}")
        other = Ground(ground.seed)
        try:
            warm_up(other)
            ground.round = first
            _, _, other_clicks, _ = ground.strike(other.server.port, rounds, seconds, only, other.sessions)
        finally:
            other.close()
        print(f"the same at another server of ours: clicks beside it {other_clicks.told()}")
        ok = judged("/healthz", health, bare_health, HEALTH_RATIO) and ok
        ok = judged("clicks", clicks, other_clicks, CLICK_RATIO) and ok
    return ok


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--each", type=int, metavar="N")
    parser.add_argument("--only", choices=[attack.name for attack in ATTACKS])
    parser.add_argument("--seed", default=os.environ.get("BELAY_SEED") or f"{random.SystemRandom().getrandbits(32):08x}")
    options = parser.parse_args()
    if options.rounds == 1_000_000 and options.seconds == 1e9:
        options.seconds = 60
    print(f"BELAY_SEED={options.seed}", flush=True)
    ground = Ground(options.seed)
    try:
        if options.each:
            ok = one_by_one(ground, options.each)
        else:
            ok = all_mixed(ground, options.rounds, options.seconds, options.judge, options.only)
    finally:
        ground.close()
    print("passed" if ok else "FAILED")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
