"""cycles.py N [--kill-server]: N cycles of start, navigate, act, act, end; in every fifth something is killed (-9).

Without --kill-server it is Chromium, at a random moment of a random call. Every request must be answered within its
deadline, those that the kill meets at once and by name; at the end the server has the same processes, profiles and
descriptors as after the warm-up, and over the last half of the cycles its memory grew by at most 2 KB a cycle.

With --kill-server it is the server itself. Soon no process and no profile of it may be left; the next server runs
in the same folders. In every third such cycle the reaper is killed with it: then only the processes must be gone, and
the next server sweeps the profiles. Each server has the same processes and descriptors before its first launch.

BELAY_SEED reproduces the moments (not the machine's scheduling)."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import proc  # noqa: E402
from harness.client import Closed  # noqa: E402
from harness.patience import PATIENCE  # noqa: E402
from harness.server import FOLDERS, Server, action, local  # noqa: E402
from harness.site import Site  # noqa: E402

DEADLINE = 90.0  # seconds; every request here has its own, shorter limit on the server
AT_ONCE = 20.0  # from the kill to the answer of the request that it met, which would have had a minute
SLOPE_LIMIT_KB = 2.0
WARM_UP = 10  # cycles before the baseline: first use allocates caches, workers and the reaper
EVERY = 5
CALLS = ("start", "navigate", "fill", "click", "end")
DEATHS = ("The browser crashed", "The browser ended before it was ready", "Session not found",
          "Session was closed: crashed")


class Failed(Exception):
    pass


class ServerGone(Exception):
    pass


class Blow:
    """Strikes once, at a random moment of a call that the seed chooses. `usual` tells how long that call takes."""

    def __init__(self, rng, strike):
        self.call = rng.choice(CALLS)
        self.share = rng.random()
        self.strike = strike
        self.struck_at = None
        self.thread = None

    def call_begins(self, call, usual):
        if call == self.call:
            self.thread = threading.Timer(self.share * usual, self.run)
            self.thread.start()

    def run(self):
        self.strike()
        self.struck_at = time.monotonic()

    def wait(self):
        if self.thread:
            self.thread.join()


class Cycles:
    def __init__(self, site):
        self.site = site
        self.usual = dict.fromkeys(CALLS, 0.3)  # seconds, a running mean of the calls that nothing met
        self.outcomes = {}  # what the struck cycles were told

    def ask(self, call, blow, send, right):
        if blow:
            blow.call_begins(call, self.usual[call])
        try:
            answer = send()
        except TimeoutError as error:
            raise Failed(f"{call}: no answer within {DEADLINE} s") from error
        except (Closed, OSError) as error:
            raise ServerGone from error
        done = time.monotonic()
        if blow is None:
            self.usual[call] += (answer.seconds - self.usual[call]) / 8
        elif blow.struck_at and done - max(blow.struck_at, done - answer.seconds) > AT_ONCE:
            raise Failed(f"{call}: answered only {done - blow.struck_at:.1f} s after the kill: {answer}")
        if answer.status == 200:
            if b'"success":false' in answer.body and not blow:
                raise Failed(f"{call}: {answer}")
            return answer
        message = answer.json.get("message", "")
        if answer.status not in right or not blow or not message.startswith(DEATHS):
            raise Failed(f"{call}: {answer}")
        self.outcomes[f"{call} {answer.status}"] = self.outcomes.get(f"{call} {answer.status}", 0) + 1
        return answer

    def one(self, server, blow=None):
        """One session from start to end. One that meets a kill may be told so, and is then unknown."""
        start = self.ask("start", blow, lambda: server.start_answer(local(connectTimeoutMs=60000), timeout=DEADLINE), (500,))
        if start.status != 200:
            return
        path = f"/v1/sessions/{start.json['data']['sessionId']}"
        post = lambda verb, body: server.ask("POST", f"{path}/{verb}", body, timeout=DEADLINE)
        act = lambda what: {"input": what, "options": {"timeout": 60000}}
        self.ask("navigate", blow, lambda: post("navigate", {"url": f"{self.site.url}/", "options": {"timeout": 60000}}),
                 (500, 404))
        self.ask("fill", blow, lambda: post("act", act(action("fill", "#name", "a b"))), (500, 404))
        self.ask("click", blow, lambda: post("act", act(action("click", "#go"))), (500, 404))
        self.ask("end", blow, lambda: post("end", None), (404,))


def kill_browsers(server):
    for pid in proc.children(server.pid):
        if "--belay-reaper" not in proc.command_line(pid):
            proc.kill(pid)


def names(pids):
    return [f"{pid} {proc.command_line(pid)[:120]}" for pid in pids]


def slope(samples):
    """Least squares: KB a cycle."""
    n = len(samples)
    mean_x, mean_y = (n - 1) / 2, sum(samples) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in enumerate(samples)) / sum((x - mean_x) ** 2 for x in range(n))


def check_memory(memory):
    half = memory[len(memory) // 2:]
    grown = slope(half)
    print(f"memory: {memory[0]} KB at first, {memory[-1]} KB at last, {grown:+.2f} KB a cycle over the last {len(half)}")
    # A short run cannot tell growth from the allocator's steps (under pressure the system takes pages back, and they are
    # wanted again); there the end is held against the most that the first half ever had.
    if len(half) >= 100 and grown > SLOPE_LIMIT_KB:
        raise Failed(f"memory grows by {grown:.2f} KB a cycle")
    grown = half[-1] - max(memory[:len(memory) // 2])
    if len(half) < 100 and grown > 2048:
        raise Failed(f"memory grew by {grown} KB in {len(half)} cycles")


def run_cycles(count, rng, cycles):
    server = Server()
    holds = lambda: (sorted(proc.descendants(server.pid)), server.profiles(), proc.open_files(server.pid))
    # Fewer descriptors is no loss: what the warm-up ended may have been about to be closed.
    as_before = lambda: holds()[:2] == base[:2] and holds()[2] <= base[2]
    memory, base = [], None
    try:
        for number in range(WARM_UP + count):
            if number == WARM_UP:
                proc.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), PATIENCE)
                base = holds()
            blow = Blow(rng, lambda: kill_browsers(server)) if number % EVERY == EVERY - 1 else None
            try:
                cycles.one(server, blow)
            except ServerGone as error:
                raise Failed(f"the server left: {server.process.poll()} {server.errors[-5:]}") from error
            if blow:
                blow.wait()
            if number >= WARM_UP:
                memory.append(proc.memory_kb(server.pid))
        if not proc.wait_until(lambda: as_before() and not server.processes_of_browsers(), PATIENCE):
            raise Failed(f"processes, profiles, descriptors: {base} before, {holds()} after; "
                         f"left {names(server.processes_of_browsers())} {list(os.walk(server.root))[:20]}; "
                         f"{[line for line in server.lines if 'not removed' in line]}")
        # What has ended is buried aside, a moment after it.
        if not proc.wait_until(lambda: not proc.zombies_of(server.pid), PATIENCE):
            raise Failed(f"zombies: {proc.zombies_of(server.pid)}")
        if server.metric("belay_sessions") or server.metric("belay_sessions_closing"):
            raise Failed("sessions are left in the index")
        code, _ = server.stop()
        if code != 0 or server.cries():
            raise Failed(f"exit {code}: {server.errors[-20:]}")
    finally:
        server.clean_up()
    check_memory(memory)


def state_of(server):
    return len(server.processes()), proc.open_files(server.pid)


def is_within(state, base):
    return all(now <= before for now, before in zip(state, base))


def run_server_kills(count, rng, cycles):
    folder = tempfile.mkdtemp(prefix="belay-test-", dir=FOLDERS)
    base, server, kills = None, None, 0
    try:
        for number in range(count):
            if server is None:
                server = Server(folder=folder)
                if not proc.wait_until(lambda: not server.profiles(), PATIENCE):
                    raise Failed(f"not swept by the next server: {server.profiles()}")
                # The reaper comes with the first launch; the pool of workers has run the sweep by now.
                # A connection of this test, or a folder that is looked at, may be closed a moment later.
                base = base or state_of(server)
                if not proc.wait_until(lambda: is_within(state_of(server), base), PATIENCE):
                    raise Failed(f"processes and descriptors of a fresh server: {base} at first, {state_of(server)} now")
            if number % EVERY != EVERY - 1:
                cycles.one(server)
                continue
            with_reaper = kills % 3 == 2
            blow = Blow(rng, lambda: strike_server(server, with_reaper))
            try:
                cycles.one(server, blow)
            except ServerGone:
                pass
            blow.wait()
            if not blow.struck_at:
                raise Failed("the cycle ended before the kill")
            server.stop()
            kills += 1
            left = lambda: names(server.processes()) + ([] if with_reaper else server.profiles())
            if not proc.wait_until(lambda: not left(), PATIENCE):
                raise Failed(f"after kill -9 of the server{' and its reaper' if with_reaper else ''}: {left()}")
            if cries := server.cries():
                raise Failed(f"{cries}")
            server = None
        if server:
            server.stop()
    finally:
        if server:
            server.clean_up()
        for pid in proc.marked(folder):
            proc.kill(pid)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"the server was killed {kills} times")


def strike_server(server, with_reaper):
    if with_reaper:
        proc.stop(server.pid)  # so that it makes no other reaper
        for pid in proc.children(server.pid):
            if "--belay-reaper" in proc.command_line(pid):
                proc.kill(pid)
    server.process.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--kill-server", action="store_true")
    options = parser.parse_args()
    seed = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
    print(f"BELAY_SEED={seed}", flush=True)
    site = Site()
    cycles = Cycles(site)
    began = time.monotonic()
    try:
        (run_server_kills if options.kill_server else run_cycles)(options.count, random.Random(seed), cycles)
    except Failed as failure:
        print(f"FAILED (BELAY_SEED={seed}): {failure}")
        return 1
    finally:
        site.close()
    took = time.monotonic() - began
    print(f"killed: {dict(sorted(cycles.outcomes.items()))}")
    print(f"{options.count} cycles in {took:.0f} s ({took / options.count:.2f} s each), every request answered, "
          "nothing left behind")
    return 0


if __name__ == "__main__":
    sys.exit(main())
