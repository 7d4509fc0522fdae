#!/usr/bin/env python3
"""All comparisons, one after the other. bench/run builds what they need and calls this."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(ROOT, "bench"), os.path.join(ROOT, "tests")]

from belay_bench import acting, beside, cancelling, driving, launching, looking, machine, report, serving, session, working  # noqa: E402
from belay_bench.peers import Peers  # noqa: E402
from belay_bench.servers import Contestants  # noqa: E402
from belay_bench.stats import Comparison  # noqa: E402
from harness import npm, proc  # noqa: E402

# Rounds of a whole run and of a quick look.
WHOLE = {"rest": 7, "ready": 20, "wrk": 7, "wrk_seconds": 3, "start": 25, "navigate": 100, "click": 200, "look": 10, "agent": 7,
         "cancel": 300, "beside": 500}
QUICK = {"rest": 2, "ready": 5, "wrk": 2, "wrk_seconds": 1, "start": 5, "navigate": 20, "click": 40, "look": 3, "agent": 2,
         "cancel": 30, "beside": 100}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Belay beside its peers.")
    parser.add_argument("--quick", action="store_true", help="few rounds, and results/ stays as it is")
    parser.add_argument("--only", default="", metavar="NAMES", help="of: server, healthz, start, cancel, drive, act, look, agent, beside, session")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build", "release", "belay"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--no-peers", action="store_true", help="install nothing; skip what needs npm")
    return parser.parse_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


class Run:
    def __init__(self, arguments, folder):
        self.rounds = QUICK if arguments.quick else WHOLE
        self.peers = Peers(os.path.join(ROOT, "bench", "peers"))
        self.contestants = Contestants(arguments.binary, arguments.chromium, self.peers, folder)
        self.no_peers = ""
        try:
            if arguments.no_peers:
                raise npm.Missing("--no-peers")
            say("peers: npm install, unless done before")
            npm.install()
        except npm.Missing as missing:
            self.no_peers = f"no peers: {missing}"
            self.contestants.peers = None
            say(self.no_peers)

    def server(self):
        found = serving.start_and_rest(self.contestants, self.rounds["rest"])
        serving.ready_again(self.contestants, found[0], self.rounds["ready"])
        return [*found, serving.size(self.contestants.binary)]

    def healthz(self):
        return serving.throughput(self.contestants, self.rounds["wrk"], self.rounds["wrk_seconds"])

    def start(self):
        return [launching.session_start(self.contestants, self.rounds["start"])]

    def cancel(self):
        return [cancelling.cancel(self.contestants, self.rounds["cancel"])]

    def drive(self):
        return driving.drive(self.contestants, self.rounds["navigate"], self.rounds["click"])

    def act(self):
        return acting.act(self.contestants, self.rounds["click"])

    def look(self):
        return looking.look(self.contestants, self.rounds["look"])

    def agent(self):
        return working.work(self.contestants, self.rounds["agent"])

    def beside(self):
        return beside.beside(self.contestants, self.rounds["beside"])

    def perform(self, name):
        """One part of the run; what fails is told in its row and stops nothing else."""
        if self.no_peers and name not in ("server", "start", "cancel", "beside"):
            return [Comparison(name, name, "", "", skipped=self.no_peers)]
        try:
            return getattr(self, name)()
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            say(f"{name}: {error}")
            return [Comparison(name, name, "", "", skipped=f"failed: {str(error).splitlines()[0][:200]}")]


def main():
    arguments = parse_arguments()
    wanted = [name for name in arguments.only.split(",") if name] or [
        "server", "healthz", "start", "cancel", "drive", "act", "look", "agent", "beside", "session"]
    about = machine.describe(ROOT, arguments.chromium)
    about["load_most"] = about["load_before"]
    began = time.monotonic()
    folder = tempfile.mkdtemp(prefix="belay-bench-")
    comparisons = []
    try:
        run = Run(arguments, folder)
        for name in wanted:
            if name == "session":
                continue
            say(f"{name} …")
            comparisons += run.perform(name)
            about["load_most"] = max(about["load_most"], machine.load())
        programs = session.run(os.path.join(ROOT, "build", "bench"), folder) if "session" in wanted else []
    finally:
        for pid in proc.marked(folder):  # what a failed comparison left behind
            proc.kill(pid)
        shutil.rmtree(folder, ignore_errors=True)
    about["seconds"] = round(time.monotonic() - began)
    if not (arguments.quick or arguments.only or arguments.no_peers):
        report.write(os.path.join(ROOT, "bench", "results"), about, comparisons, programs)
    print(report.table(comparisons))
    for program in programs:
        print(f"\n{program.name}\n{program.text}")
    missed = [f"{c.title}: {limit.text(c.unit)}" for c in comparisons for limit in c.missed()]
    for line in missed:
        say(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
