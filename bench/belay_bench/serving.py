"""The server without browsers: ready after start, memory at rest, /healthz per second, size on disk."""

import os
import re
import shutil
import subprocess
import time

from .stats import Comparison, Limit, percentile

AT_REST_AFTER = 1.0  # seconds between the first answer and the look at the memory


def start_and_rest(contestants, rounds):
    """One pass gives both: each round starts ours and the peer's, alone, and lets it rest a second."""
    peer = contestants.fastify_name()
    ready = Comparison("ready", "Ready after process start", "ms", peer, limits=[Limit("ours", most=30), Limit("ratio", most=0.2)])
    memory = Comparison("memory", "Memory at rest (VmRSS 1 s after ready)", "MB", peer,
                        limits=[Limit("ours", most=20), Limit("ratio", most=0.33)])
    for round_number in range(rounds):
        contest = [(contestants.ours, ready.ours, memory.ours), (contestants.fastify, ready.theirs, memory.theirs)]
        for start, times, sizes in contest if round_number % 2 else reversed(contest):
            with start() as server:
                times.append(server.ready_ms)
                time.sleep(AT_REST_AFTER)
                sizes.append(server.resident_mb())
    return [ready, memory]


def ready_again(contestants, ready, rounds):
    """More starts, which need no rest."""
    for _ in range(rounds):
        for start, times in ((contestants.ours, ready.ours), (contestants.fastify, ready.theirs)):
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
    cores = sorted(os.sched_getaffinity(0))
    name, title = "healthz", "GET /healthz per second"
    if not shutil.which("wrk"):
        return Comparison(name, title, "/s", "", skipped="wrk is not installed")
    if len(cores) < 2:
        return Comparison(name, title, "/s", "", skipped="server and wrk need a core each")
    out = Comparison(name, title, "/s", contestants.fastify_name(),
                     limits=[Limit("ratio", least=1.2), Limit("ratio", least=1.5, goal=True)])
    latency = {"ours": [], "theirs": []}
    with contestants.ours(cores[0]) as ours, contestants.fastify(cores[0]) as theirs:
        for server in (ours, theirs):  # the peer's code is compiled while it runs
            _wrk(server.url, seconds, connections, cores[1])
        for round_number in range(rounds):
            contest = [(ours, out.ours, latency["ours"]), (theirs, out.theirs, latency["theirs"])]
            for server, rates, slowest in contest if round_number % 2 else reversed(contest):
                rate, p99 = _wrk(server.url, seconds, connections, cores[1])
                rates.append(rate)
                slowest.append(p99)
    out.notes = {f"p99_ms_{who}": round(percentile(values, 0.5), 3) for who, values in latency.items()}
    return out


def size(binary):
    megabytes = os.path.getsize(binary) / 1024 / 1024
    sections = subprocess.run(["readelf", "-SW", binary], capture_output=True, text=True).stdout
    return Comparison("size", "Size of the binary" + ("" if ".symtab" in sections else ", stripped"), "MB", "",
                      ours=[megabytes], limits=[Limit("ours", most=20)],
                      notes={"stripped": ".symtab" not in sections})
