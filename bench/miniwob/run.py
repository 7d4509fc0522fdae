#!/usr/bin/env python3
"""bench/miniwob/run.py [--only NAMES] [--seeds 1,2,3] [--write]: every family with every seed, as a table."""

import argparse
import fcntl
import json
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault("BELAY_BINARY", os.path.join(ROOT, "build", "release", "belay"))
RESULTS = os.path.join(ROOT, "bench", "results", "miniwob")
sys.path[:0] = [os.path.join(ROOT, "bench"), os.path.join(ROOT, "tests")]

from miniwob import report, suite  # noqa: E402
from miniwob.families import FAMILIES  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="bench/miniwob/run.py")
    parser.add_argument("--only", default="", metavar="NAMES", help="families, with commas")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--write", action="store_true", help="renew these families in bench/results/miniwob.json and .md")
    arguments = parser.parse_args()
    try:
        root = suite.folder()
    except unittest.SkipTest as skipped:
        print(f"skipped: {skipped}", file=sys.stderr)
        return 0
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    wanted = [name for name in arguments.only.split(",") if name] or suite.families(root)
    running, results = suite.Suite(root), {}
    try:
        for name in wanted:
            episodes = perform(running, name, seeds)
            results[name] = report.kept(name, episodes, seeds)
            print(f"{name}: {results[name]['solved']} of {len(seeds)} {report.told(episodes)}", file=sys.stderr, flush=True)
            if arguments.write:
                write({name: results[name]})
        print(report.text(results))
    finally:
        running.close()
    return 0


def perform(running, name, seeds):
    episodes = []
    for seed in seeds if name in FAMILIES else ():
        solve, mode = FAMILIES[name]
        try:
            episodes.append(running.run(name, seed, solve, mode))
        except (RuntimeError, OSError) as error:
            episodes.append(suite.Episode(name, seed, "", 0, False, 0, str(error)[:300], []))
    return episodes


def write(results):
    """Beside what the file has of other families: a run may be done in parts, also at the same time."""
    with open(RESULTS + ".json", "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        all_results = {**json.loads(file.read() or "{}"), **results}
        file.seek(0)
        file.truncate()
        json.dump(all_results, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.flush()
        with open(RESULTS + ".md", "w", encoding="utf-8") as table:
            table.write(report.text(all_results))


if __name__ == "__main__":
    sys.exit(main())
