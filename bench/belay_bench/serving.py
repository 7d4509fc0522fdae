"""The server without browsers: ready after start, memory at rest, /healthz per second, size on disk."""

import os
import re
import shutil
import subprocess
import time

from .stats import Comparison, Limit

AT_REST_AFTER = 1.0  # seconds between the first answer and the look at the memory


def start_and_rest(contestants, rounds):
    """One pass gives both: each round starts ours and the peer's, alone, and lets it rest a second."""
    peer = contestants.fastify_name()
    ready = Comparison("ready", "Ready after process start", "ms", peer, limits=[Limit("ours", most=30), Limit("ratio", most=0.2)])
    memory = Comparison("memory", "Memory at rest (VmRSS 1 s after ready)", "MB", peer,
                        limits=[Limit("ours", most=20), Limit("ratio", most=0.33)])
    for round_number in range(rounds):
        for start, (times, sizes) in contestants.turns(round_number, (ready.ours, memory.ours),
                                                       (ready.theirs, memory.theirs)):
            with start() as server:
                times.append(server.ready_ms)
                time.sleep(AT_REST_AFTER)
                sizes.append(server.resident_mb())
    return [ready, memory]


def ready_again(contestants, ready, rounds):
    """More starts, which need no rest."""
    for round_number in range(rounds):
        for start, times in contestants.turns(round_number, ready.ours, ready.theirs):
            with start() as server:
                times.append(server.ready_ms)


def _wrk(url, seconds, connections, core):
    pin = ["taskset", "-c", str(core)] if core is not None else []
    out = subprocess.run([*pin, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", f"{url}/healthz"],
                         capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(f"wrk met errors:\n{out}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), p99


def throughput(contestants, rounds, seconds, connections=16):
    """Rates, and the 99th percentile of the latency that wrk reports of each round."""
    cores = sorted(os.sched_getaffinity(0))
    name, title = "healthz", "GET /healthz per second"
    if not shutil.which("wrk"):
        return [Comparison(name, title, "/s", "", skipped="wrk is not installed")]
    if len(cores) < 2:
        return [Comparison(name, title, "/s", "", skipped="server and wrk need a core each")]
    peer = contestants.fastify_name()
    rate = Comparison(name, title, "/s", peer, limits=[Limit("ratio", least=1.2), Limit("ratio", least=1.5, goal=True)])
    slow = Comparison("healthz_latency", f"99th percentile of its latency ({connections} connections)", "ms", peer)
    with contestants.ours(cores[0]) as ours, contestants.fastify(cores[0]) as theirs:
        for server in (ours, theirs):  # the peer's code is compiled while it runs
            _wrk(server.url, seconds, connections, cores[1])
        for round_number in range(rounds):
            contest = [(ours, rate.ours, slow.ours), (theirs, rate.theirs, slow.theirs)]
            for server, rates, latencies in contest if round_number % 2 else reversed(contest):
                per_second, p99 = _wrk(server.url, seconds, connections, cores[1])
                rates.append(per_second)
                latencies.append(p99)
    return [rate, slow]


def size(binary):
    megabytes = os.path.getsize(binary) / 1024 / 1024
    sections = subprocess.run(["readelf", "-SW", binary], capture_output=True, text=True).stdout
    return Comparison("size", "Size of the binary, " + ("not stripped" if ".symtab" in sections else "stripped"), "MB", "",
                      ours=[megabytes], limits=[Limit("ours", most=20)])
