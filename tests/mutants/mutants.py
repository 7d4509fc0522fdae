"""Takes one guard away at a time (of the session layer, of runs, of processes, of the agent, of model calls), in a copy of the tree, and checks that the named test fails.

    python3 tests/mutants/mutants.py [NAME…]     prints a line for each; exit code 1 when one was not noticed

A mutant is one replacement of text that must occur exactly once; a source that has moved on fails loudly here. Its tests
are a filter of the layer's unit tests; of the page's script, a Python file and a case in it, which take the script from the
spoilt tree and need no server: "tests/e2e/x.py Case.test".

One of the session layer must be noticed by the simulation alone as well, whose oracle knows the contract and not the code:
what it misses it does not judge. What no outcome can show stands in session_mutants.UNSEEN, with the reason; there the
simulation must miss it."""

import concurrent.futures
import filecmp
import os
import queue
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import act_mutants  # noqa: E402
import engine_mutants  # noqa: E402
import server_mutants  # noqa: E402
import session_mutants  # noqa: E402
import text_mutants  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 120  # seconds; a mutant may hang
LAYERS = ["session", "api", "aio", "os", "agent", "llm", "base", "net", "metrics", "json", "cdp", "app", "browser", "engine", "engine_api"]

TREES = 2  # at a time: compiling and linking one file, and most tests, take one processor
# What a guard alone has used may be unused without it.
UNUSED = ["unused-function", "unused-parameter", "unused-variable", "unused-const-variable", "unused-private-field",
          "unused-lambda-capture"]
SIMULATION, SEEDS = "ManagerSim*", "4000"  # more than a run of the tests has the time for

MUTANTS = {**act_mutants.MUTANTS, **engine_mutants.MUTANTS, **server_mutants.MUTANTS, **session_mutants.MUTANTS,
           **text_mutants.MUTANTS}


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def layer_of(name):
    return MUTANTS[name][0].split("/")[1]


class Tree:
    """A copy of the tracked files, where a source may be spoilt; its objects come from ccache."""

    def __init__(self, number):
        self.folder = os.path.join(ROOT, "build", f"mutants-{number}")
        self.release = os.path.join(self.folder, "build", "release")
        self.told = ""  # by the tests of a layer that ran last

    def prepare(self, layers):
        names = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True).stdout.splitlines()
        for name in names:
            if not name.startswith(("src/", "cmake/", "CMake", "tests/wire/captures/")):
                continue
            here, there = os.path.join(ROOT, name), os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(there), exist_ok=True)
            # With a time of now, so that ninja sees it; untouched when it is the same.
            if os.path.isfile(here) and not (os.path.exists(there) and filecmp.cmp(here, there, shallow=False)):
                shutil.copyfile(here, there)
        os.makedirs(os.path.join(self.folder, "tests"), exist_ok=True)
        with open(os.path.join(self.folder, "tests", "CMakeLists.txt"), "w", encoding="utf-8"):
            pass
        # Without units of several files: a mutant compiles one.
        flags = " ".join(f"-Wno-error={warning}" for warning in UNUSED)
        run(["cmake", "--preset", "release", "-DCMAKE_UNITY_BUILD=OFF", f"-DCMAKE_CXX_FLAGS={flags}"], cwd=self.folder, check=True)
        return self.build(layers)

    def build(self, layers):
        """The tests of these layers and nothing else."""
        targets = [f"{layer}_test" for layer in layers]
        return run(["cmake", "--build", "--preset", "release", "--target", *targets], cwd=self.folder)

    def noticed(self, layer, tests):
        """How: "by a failure", "by a hang" (which on a slow machine may be none), or ""."""
        try:
            if tests.startswith("tests/"):
                file, case = tests.split()
                spoilt = {**os.environ, "BELAY_BINARY": os.path.join(self.release, "belay")}
                done = run([sys.executable, os.path.join(ROOT, file), case], timeout=LIMIT, env=spoilt)
                return "by a failure" if done.returncode != 0 else ""
            binary = os.path.join(self.release, f"{layer}_test")
            seeds = {**os.environ, "BELAY_SEEDS": SEEDS} if tests == SIMULATION else None
            done = run([binary, f"--gtest_filter={tests}", "--gtest_brief=1"], timeout=LIMIT, env=seeds)
            self.told = done.stdout + done.stderr
            return "by a failure" if done.returncode != 0 else ""
        except subprocess.TimeoutExpired:
            return "by a hang"

    def try_out(self, name):
        path, text, instead, tests = MUTANTS[name]
        layer = layer_of(name)
        file = os.path.join(self.folder, path)
        with open(file, encoding="utf-8") as source:
            good = source.read()
        if good.count(text) != 1:
            return "FAILED: its text does not occur exactly once"
        try:
            with open(file, "w", encoding="utf-8") as source:
                source.write(good.replace(text, instead))
            built = self.build([layer])
            if built.returncode != 0:
                return "FAILED: does not compile\n" + "\n".join(
                    line for line in built.stdout.splitlines() if "error:" in line)
            if not self.noticed(layer, tests):
                return f"FAILED: not noticed by {tests}"
            return self.told_of_simulation(name, tests) if layer == "session" else "noticed by " + tests
        finally:
            with open(file, "w", encoding="utf-8") as source:
                source.write(good)

    def told_of_simulation(self, name, tests):
        seen, unseen = self.noticed("session", SIMULATION), session_mutants.UNSEEN.get(name)
        if seen and unseen:
            return "FAILED: the simulation notices what session_mutants.UNSEEN says that it cannot"
        if not seen and not unseen:
            return f"FAILED: noticed by {tests}, but not by the simulation alone"
        if unseen:
            return f"noticed by {tests}; not by the simulation, for {unseen}"
        return f"noticed by {tests} and by the simulation alone, {seen}"


def main():
    names = sys.argv[1:] or list(MUTANTS)
    layers = [layer for layer in LAYERS if any(layer_of(name) == layer for name in names)]
    trees = [Tree(number) for number in range(TREES)]
    for tree in trees:
        built = tree.prepare(layers)
        if built.returncode != 0:
            sys.exit("the tree does not build as it is:\n" + built.stdout[-2000:])
    for layer in layers:
        if trees[0].noticed(layer, "*-Live*"):  # no mutant is for those with a browser
            sys.exit(f"the tests of {layer} fail without any mutant:\n{trees[0].told[-2000:]}")
    for tests in {MUTANTS[name][3] for name in names}:
        if tests.startswith("tests/") and trees[0].noticed("", tests):
            sys.exit(f"{tests} fails without any mutant")
    free = queue.SimpleQueue()
    for tree in trees:
        free.put(tree)

    def try_out(name):
        tree = free.get()
        try:
            told = tree.try_out(name)
        finally:
            free.put(tree)
        print(f"{name}: {told}", flush=True)
        return told.startswith("FAILED")

    with concurrent.futures.ThreadPoolExecutor(TREES) as pool:
        failed = sum(pool.map(try_out, names))
    print(f"{len(names)} mutants, {failed} not noticed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
