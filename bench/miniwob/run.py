#!/usr/bin/env python3
"""bench/miniwob/run.py [--only NAMES] [--seeds 1,2,3] [--write]: every family with every seed, as a table."""

import argparse
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault("BELAY_BINARY", os.path.join(ROOT, "build", "release", "belay"))
sys.path[:0] = [os.path.join(ROOT, "bench"), os.path.join(ROOT, "tests")]

from miniwob import report, suite  # noqa: E402
from miniwob.families import FAMILIES  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="bench/miniwob/run.py")
    parser.add_argument("--only", default="", metavar="NAMES", help="families, with commas")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--write", action="store_true", help="write bench/results/miniwob.md")
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
            results[name] = []
            for seed in seeds if name in FAMILIES else ():
                solve, mode = FAMILIES[name]
                try:
                    episode = running.run(name, seed, solve, mode)
                except (RuntimeError, OSError) as error:
                    episode = suite.Episode(name, seed, "", 0, False, 0, str(error)[:300], [])
                results[name].append(episode)
            print(report.line(name, results[name]), file=sys.stderr, flush=True)
    finally:
        running.close()
    text = report.text(results, seeds)
    if arguments.write:
        with open(os.path.join(ROOT, "bench", "results", "miniwob.md"), "w", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
