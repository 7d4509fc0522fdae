"""The model in session.pml, searched by spin: as it is no run breaks an assertion; with one guard taken away, one does."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "session.pml")
COMPILER = "clang-19"
ALL_MUTANTS = bool(os.environ.get("BELAY_TEST_MODEL_MUTANTS"))  # not one of each cast alone

# The casts of the model. A guard is missed by the cast that is named with it.
LIFE, QUEUE, WORK, DOWN = CASTS = (), ("QUEUE",), ("WORK",), ("DOWN",)
MUTANTS = {
    "PIN_AFTER_WAIT": LIFE,
    "VISIBLE_CLOSING": LIFE,
    "RELEASE_BY_ID": LIFE,
    "FORGET_OPENING": LIFE,
    "OPEN_TWICE": LIFE,
    "SWEEP_BY_ID": LIFE,
    "IGNORE_PINS": LIFE,
    "NO_TRIM": QUEUE,
    "PROMISE_TWICE": QUEUE,
    "KEEP_PROMISE": QUEUE,
    "CLOSING_IS_FREE": QUEUE,
    "FREE_NOT_TOLD": QUEUE,
    "ANY_FIRST": QUEUE,
    "YOUNG_TOO": WORK,
    "YOUNG_FOR_START": WORK,
    "ANY_AGE": WORK,
    "AGE_NOT_TOLD": WORK,
    "RELEASE_NOT_TOLD": WORK,
    "LIMITS_NOT_TOLD": WORK,
    "LOWER_ASKS_AGE": WORK,
    "DRAIN_LETS_IN": DOWN,
    "DRAIN_KEEPS_QUEUE": DOWN,
    "DEAD_ANSWER": DOWN,
}


class Search:
    def __init__(self, *macros):
        with tempfile.TemporaryDirectory(prefix="belay-model-") as folder:
            run = lambda *command: subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
            run("spin", f"-P{COMPILER} -E -x c", *(f"-D{macro}" for macro in macros), "-a", MODEL)
            # To optimise takes longer than it saves; so does to collapse states, which fit into half a gigabyte as they are.
            run(COMPILER, "-O0", "-w", "-DSAFETY", "-o", "pan", "pan.c")
            out = run("./pan", "-m100000", "-w22", "-n")
        self.errors = int(re.search(r"errors: (\d+)", out).group(1))
        self.states = int(float(re.search(r"(\S+) states, stored", out).group(1)))
        # A search that ran out of depth or memory has proved nothing.
        self.complete = "Search not completed" not in out and "max search depth too small" not in out
        violated = re.search(r"assertion violated (.*?) \(at depth|invalid end state \(at", out)
        self.what = violated.group(0) if violated else ""


class Model(unittest.TestCase):
    def test_no_run_of_the_model_breaks_an_assertion(self):
        for macros in CASTS:
            search = Search(*macros)
            print(f"{' '.join(macros) or 'LIFE'}: {search.states} states, errors: {search.errors} {search.what}")
            self.assertEqual(search.errors, 0, search.what)
            self.assertTrue(search.complete)
            self.assertGreater(search.states, 10_000)

    def test_each_guard_that_is_taken_away_is_missed(self):
        tried = MUTANTS if ALL_MUTANTS else {mutant: cast for cast, mutant in {c: m for m, c in MUTANTS.items()}.items()}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            searches = {mutant: pool.submit(Search, mutant, *cast) for mutant, cast in tried.items()}
        for mutant, searched in searches.items():
            with self.subTest(mutant):
                search = searched.result()
                print(f"{mutant}: errors: {search.errors} {search.what}")
                self.assertGreater(search.errors, 0, f"nothing noticed that {mutant} is gone")

    def test_every_mutant_of_the_model_is_tried(self):
        with open(MODEL, encoding="utf-8") as file:
            macros = set(re.findall(r"#ifn?def (\w+)", file.read()))
        self.assertEqual(macros - {cast[0] for cast in CASTS if cast} - {"LAZY", "PATIENT"}, set(MUTANTS))


if __name__ == "__main__":
    if not shutil.which("spin"):
        print("SKIPPED: spin is not installed")
        raise SystemExit(77)
    unittest.main()
