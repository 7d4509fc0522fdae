"""cycles.py N [--kill-server]: N cycles of start, navigate, act, end; in every fifth Chromium is killed at a random
moment. Every request must be answered within its deadline, and at the end the server has the same processes, folders
and descriptors as at the start, and over the last half of the cycles its memory grew by no more than 2 KB a cycle.
With --kill-server the server itself is killed (-9) in every tenth cycle, at a random moment, and nothing of it may be
left 3 s later. BELAY_SEED reproduces the moments."""

import argparse
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import proc  # noqa: E402
from harness.client import Closed  # noqa: E402
from harness.server import Server, action, local  # noqa: E402
from harness.site import Site  # noqa: E402

DEADLINE = 20.0  # seconds; every request here has its own, shorter limit on the server
SLOPE_LIMIT_KB = 2.0
WARM_UP = 10  # cycles before the baseline: first use allocates caches, workers and the reaper


class Failed(Exception):
    pass


def kill_later(server, rng, lost):
    """Kills one browser of the server within the next moments."""
    delay = rng.uniform(0, 0.9)

    def strike():
        time.sleep(delay)
        for pid in server.browsers():
            lost.append(pid)
            proc.kill(pid)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def ask(what, call, allowed):
    answer = call()
    if answer.seconds > DEADLINE:
        raise Failed(f"{what}: answered only after {answer.seconds:.1f} s")
    if answer.status not in allowed:
        raise Failed(f"{what}: {answer}")
    if answer.status == 200 and allowed == (200,) and b'"success":false' in answer.body:
        raise Failed(f"{what}: {answer}")
    return answer


def cycle(server, site, struck):
    """One session from start to end. When a browser may be killed, crashes and their 404s are right answers too."""
    bad = (500, 404) if struck else ()
    start = ask("start", lambda: server.start_answer(local(), timeout=DEADLINE), (200, *bad))
    if start.status != 200:
        return
    session = start.json["data"]["sessionId"]
    ask("navigate", lambda: server.navigate(session, f"{site.url}/", timeout=10000), (200, *bad))
    ask("act", lambda: server.act(session, action("fill", "#name", "a b"), timeout=5000), (200, *bad))
    ask("act", lambda: server.act(session, action("click", "#go"), timeout=5000), (200, *bad))
    ask("end", lambda: server.end(session), (200, *bad))


def settled(server):
    return proc.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), 5)


def slope(samples):
    """Least squares: KB a cycle."""
    n = len(samples)
    mean_x, mean_y = (n - 1) / 2, sum(samples) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in enumerate(samples)) / sum((x - mean_x) ** 2 for x in range(n))


def run_cycles(count, rng, site):
    server = Server()
    memory = []
    try:
        base = None
        for number in range(WARM_UP + count):
            if number == WARM_UP:
                settled(server)
                base = (sorted(server.processes()), server.profiles(), proc.open_files(server.pid))
            struck = number % 5 == 4
            thread = kill_later(server, rng, []) if struck else None
            cycle(server, site, struck)
            if thread:
                thread.join()
                for _ in range(2):  # a session that outlived the strike was ended by its cycle already
                    settled(server)
            if server.process.poll() is not None:
                raise Failed(f"the server ended with {server.process.returncode}: {server.errors[-5:]}")
            if number >= WARM_UP:
                memory.append(proc.memory_kb(server.pid))
        if not settled(server):
            raise Failed(f"left: {[proc.command_line(p) for p in server.processes_of_browsers()]} {server.profiles()}")
        after = lambda: (sorted(server.processes()), server.profiles(), proc.open_files(server.pid))
        if not proc.wait_until(lambda: after() == base, 3):
            raise Failed(f"processes, profiles, descriptors: {base} before, {after()} after")
        if server.metric("belay_sessions") or server.metric("belay_sessions_closing"):
            raise Failed("sessions are left in the index")
        code, _ = server.stop()
        if code != 0 or server.cries():
            raise Failed(f"exit {code}: {server.errors[-20:]}")
    finally:
        server.clean_up()
    half = memory[len(memory) // 2:]
    grown = slope(half)
    print(f"memory: {memory[0]} KB at first, {memory[-1]} KB at last, {grown:+.2f} KB a cycle over the last {len(half)}")
    # A short run cannot tell growth from the allocator's steps; there the whole step is bounded instead.
    if len(half) >= 100 and grown > SLOPE_LIMIT_KB:
        raise Failed(f"memory grows by {grown:.2f} KB a cycle")
    if len(half) < 100 and half[-1] - half[0] > 2048:
        raise Failed(f"memory grew by {half[-1] - half[0]} KB in {len(half)} cycles")


def run_server_kills(count, rng, site):
    killed = 0
    for number in range(0, count, 10):
        server = Server()
        try:
            for _ in range(min(9, count - number - 1)):
                cycle(server, site, struck=False)
            strike = threading.Timer(rng.uniform(0.05, 1.2), server.process.kill)
            strike.start()
            try:
                while True:
                    cycle(server, site, struck=False)
            except (Closed, OSError):
                pass  # the server is gone in the middle of a request, as it was to be
            strike.join()
            server.process.wait()
            killed += 1
            left = lambda: [proc.command_line(p) for p in server.processes()] + server.profiles()
            if not proc.wait_until(lambda: not left(), 3):
                raise Failed(f"3 s after kill -9 of the server: {left()}")
        finally:
            server.clean_up()
    print(f"the server was killed {killed} times")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--kill-server", action="store_true")
    options = parser.parse_args()
    seed = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
    site = Site()
    began = time.monotonic()
    try:
        (run_server_kills if options.kill_server else run_cycles)(options.count, random.Random(seed), site)
    except Failed as failure:
        print(f"FAILED (BELAY_SEED={seed}): {failure}")
        return 1
    finally:
        site.close()
    print(f"{options.count} cycles in {time.monotonic() - began:.0f} s, every request answered, nothing left behind")
    return 0


if __name__ == "__main__":
    sys.exit(main())
