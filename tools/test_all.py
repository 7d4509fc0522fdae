"""What ./test runs, one step after the other; see ./test for the list. Every step counts what passed, failed and was
skipped, and the last line says the sums. A failing step does not stop the others, except a build that fails."""

import argparse
import concurrent.futures
import glob
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = "/usr/bin/python3"
SHORT_SECONDS = 75 * 60  # for all steps without --long; cold, on two slow cores, they take about two thirds of it
GRACE = 30  # seconds; for a step that was told to end
TSAN_LAYERS = ["base", "aio", "metrics"]  # in which threads meet: workers, the log, the registry
RELEASE_TARGETS = ["belay", "bare_server", "browser_test", "schema_verdicts"]  # what all but unit tests go by
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}


TOLD = 40  # lines of a failed test's output that are repeated at the end


class Tally:
    def __init__(self):
        self.passed = 0
        self.skipped = []
        self.failed = []
        self.told = {}  # name of what failed → the end of its output

    def one(self, name, ok):
        if ok:
            self.passed += 1
        else:
            self.failed.append(name)


class Budget:
    """How long all steps together may take: a step that hangs is ended and told, instead of everything by whoever waits."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return max(1, self.end - time.monotonic())


def end(process):
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


BUDGET = Budget(math.inf)
OVER_BUDGET = 124  # as timeout(1) has it


def run(command, env=None, out=None):
    print("+ " + " ".join(command), flush=True)
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=out,
                               stderr=subprocess.STDOUT if out else None, start_new_session=True)
    try:
        code = process.wait(None if BUDGET.end == math.inf else BUDGET.left())
    except subprocess.TimeoutExpired:
        end(process)
        print("ended: it was under way when the time for all steps was over", flush=True)
        code = OVER_BUDGET
    except BaseException:  # as ^C from the terminal, which no longer reaches the step by itself
        end(process)
        raise
    print(f"= {time.monotonic() - began:.0f} s", flush=True)
    return code


def build(tally, preset, targets=()):
    """Configures and builds all, or the targets; a failure counts as one failed step and says so."""
    command = ["cmake", "--build", "--preset", preset] + (["--target", *targets] if targets else [])
    ok = run(["cmake", "--preset", preset]) == 0 and run(command) == 0
    if not ok:
        tally.failed.append(f"build {preset}")
    return ok


def ctest(tally, preset, arguments, env):
    """Runs the tests of one preset and adds up what its JUnit report says."""
    report = os.path.join(ROOT, "build", preset, "ctest.xml")
    if os.path.exists(report):
        os.remove(report)
    code = run(["ctest", "--preset", preset, "--output-junit", report, *arguments], {**SANITIZER_ENV, **env})
    if not os.path.exists(report):
        tally.failed.append(f"ctest {preset}")
        return
    failed = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{preset}: {case.get('name')}"
        if case.get("status") == "run":
            tally.passed += 1
        elif case.get("status") == "fail":
            failed += 1
            tally.failed.append(name)
            tally.told[name] = case.findtext("system-out") or ""
        else:
            skip = case.find("skipped")
            output = case.findtext("system-out") or ""
            reason = re.search(r"^SKIPPED: (.*)$", output, re.MULTILINE)
            told = skip.get("message") if skip is not None else ""
            tally.skipped.append(f"{name}: {reason.group(1) if reason else told}")
    if code != 0 and not failed:
        tally.failed.append(f"ctest {preset} (exit {code})")


def logged(tally, name, command, env):
    """One command as one test: its output goes to a file, is printed, and its end is told again when it fails."""
    log = os.path.join(ROOT, "build", re.sub(r"\W+", "-", name) + ".log")
    with open(log, "w", encoding="utf-8") as out:
        ok = run(command, env, out) == 0
    with open(log, encoding="utf-8", errors="replace") as out:
        output = out.read()
    print(output, flush=True)
    tally.one(name, ok)
    if not ok:
        tally.told[name] = output


def crash(tally, cycles, *options):
    script = os.path.join("tests", "crash", "cycles.py")
    if not os.path.exists(os.path.join(ROOT, script)):
        return
    env = {"BELAY_BINARY": os.path.join(ROOT, "build", "release", "belay")}
    name = " ".join(["crash cycles", str(cycles), *options])
    logged(tally, name, [PYTHON, script, str(cycles), *options], env)


def attack(tally, rounds):
    name = f"attack, {rounds} rounds, judged by ratios"
    logged(tally, name, [PYTHON, os.path.join("tests", "attack", "attack.py"), "--rounds", str(rounds), "--judge"],
           {"BELAY_BINARY": os.path.join(ROOT, "build", "release", "belay")})


def fuzz(tally, seconds):
    """Two targets at a time: each has one thread."""
    targets = sorted(glob.glob(os.path.join(ROOT, "build", "asan", "tests", "fuzz", "fuzz_*")))
    targets = [path for path in targets if os.path.isfile(path) and os.access(path, os.X_OK)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, ok, log in pool.map(lambda target: fuzz_one(target, seconds), targets):
            tally.one(f"fuzz {name}", ok)
            if not ok:
                with open(log, encoding="utf-8", errors="replace") as out:
                    tally.told[f"fuzz {name}"] = out.read()


def fuzz_one(target, seconds):
    name = os.path.basename(target).removeprefix("fuzz_")
    grown = os.path.join(ROOT, "build", "asan", "corpus", name)
    os.makedirs(grown, exist_ok=True)
    kept = os.path.join(ROOT, "tests", "fuzz", "corpus", name)
    corpus = [grown] + ([kept] if os.path.isdir(kept) else [])
    command = [target, f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=10", "-print_final_stats=0",
               f"-artifact_prefix={grown}-", *corpus]
    log = os.path.join(ROOT, "build", "asan", f"fuzz_{name}.log")  # what libFuzzer tells matters only when it finds something
    with open(log, "w", encoding="utf-8") as out:
        return name, run(command, SANITIZER_ENV, out) == 0, log


def local_model(tally):
    """A real model on the loopback; skipped where its parts cannot be had."""
    env = {"BELAY_BINARY": os.path.join(ROOT, "build", "release", "belay")}
    for script in ["set_up.py", "local_model_test.py"]:
        code = run([PYTHON, os.path.join("tests", "llm", script)], env)
        if code != 0:
            break
    if code == 77:
        tally.skipped.append("a model of this machine's own: it cannot be had here")
    else:
        tally.one("a model of this machine's own", code == 0)


def made_by_tests():
    """What servers, browsers and tests may leave where they have their folders; a server's root of sessions stays, empty."""
    out = set()
    for place in {tempfile.gettempdir(), "/dev/shm"}:
        if os.path.isdir(place):
            out |= {os.path.join(place, name) for name in os.listdir(place)
                    if re.match(r"belay-|\.?org\.chromium", name) and not re.fullmatch(r"belay-\d+", name)}
    return out


class Beside:
    """Checks that need nothing but the processor: they run at the lowest priority beside those that watch the clock, into
    a file each that is printed at the end."""

    CHECKS = {"clang-tidy": ["tools/clang_tidy.py", "--all"],
              "mutants": ["tests/mutants/mutants.py"]}

    def __init__(self):
        self.codes = {}
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        for number, (name, command) in enumerate(self.CHECKS.items()):
            with open(self.log(number), "w", encoding="utf-8") as out:
                self.codes[name] = subprocess.run(["nice", "-n", "19", PYTHON, *command], cwd=ROOT, stdout=out,
                                                  stderr=subprocess.STDOUT).returncode

    @staticmethod
    def log(number):
        return os.path.join(ROOT, "build", f"beside-{number}.log")

    def finish(self, tally):
        self.thread.join()
        for number, name in enumerate(self.CHECKS):
            with open(self.log(number), encoding="utf-8") as out:
                print(f"+ {name}\n{out.read()}", flush=True)
            tally.one(name, self.codes.get(name) == 0)


def main():
    parser = argparse.ArgumentParser(prog="./test")
    parser.add_argument("--long", action="store_true", help="TSan, more crash cycles, clang-tidy, mutants, longer fuzzing, 10,000 seeds")
    parser.add_argument("--llm", action="store_true", help="operations with a small language model on this machine")
    parser.add_argument("--only-llm", action="store_true", help="those alone, with the release build that they need")
    options, arguments = parser.parse_known_args()
    began = time.monotonic()
    if not (options.long or options.llm or options.only_llm):
        BUDGET.end = began + SHORT_SECONDS
    tally = Tally()
    before = made_by_tests()
    if options.only_llm:
        if build(tally, "release", ["belay"]):
            local_model(tally)
        return close(tally, began)
    env = {"BELAY_SEEDS": "10000", "BELAY_TEST_FRAME_LOADS": "100", "BELAY_TEST_CANCELS": "200", "BELAY_TEST_SIGTERMS": "500",
           "BELAY_TEST_STARTS": "200", "BELAY_TEST_SESSIONS": "500", "BELAY_TEST_RANDOM_PAGES": "2000",
           "BELAY_TEST_ALL_PAGES": "1", "BELAY_TEST_ALL_CASES": "1", "BELAY_TEST_ALL_DIALECTS": "1", "BELAY_TEST_AGENT_SECONDS": "90", "BELAY_TEST_EACH_FAULT": "1",
           "BELAY_TEST_FULL_SIZES": "1", "BELAY_TEST_MODEL_MUTANTS": "1"} if options.long else {}

    if run([os.path.join(ROOT, "tools", "setup.sh")]) != 0:
        return 1
    beside = None
    # Unit tests are a third of the files and the dearest: the build that looks closest runs them, both with --long.
    if build(tally, "release", [] if options.long else RELEASE_TARGETS):
        if options.long:
            beside = Beside()  # what does not build needs no closer look
        ctest(tally, "release", arguments + ([] if options.long else ["-LE", "unit"]), env)
    if build(tally, "asan"):
        # Many rounds of one thing say no more with a sanitizer, which makes each several times slower; nor do tests that
        # judge the server from outside (tests/e2e/CMakeLists.txt).
        ctest(tally, "asan", arguments + ([] if options.long else ["-LE", "outside"]), {})
    if options.long and build(tally, "tsan", [f"{layer}_test" for layer in TSAN_LAYERS]):
        ctest(tally, "tsan", ["-R", f"^({'|'.join(TSAN_LAYERS)})$"], {})
    if "build release" not in tally.failed:
        if options.long:
            crash(tally, 500)
            crash(tally, 500, "--kill-server")
            attack(tally, 2000)
        else:
            crash(tally, 50)
    if options.llm and "build release" not in tally.failed:
        local_model(tally)
    if "build asan" not in tally.failed:
        fuzz(tally, 60 if options.long else 10)
    if beside:
        beside.finish(tally)
    left = sorted(made_by_tests() - before)
    tally.one("nothing left in the folders for temporary files", not left)
    if left:
        print("left behind: " + " ".join(left), flush=True)
    return close(tally, began)


def close(tally, began):
    """The sums, as the last line, and the exit code."""
    print()
    for name, output in tally.told.items():  # once more, for a log may be cut to its tail
        print(f"--- {name}: the end of its output")
        print("\n".join(output.rstrip().splitlines()[-TOLD:]) + "\n")
    for line in tally.skipped:
        print(f"skipped  {line}")
    for line in tally.failed:
        print(f"FAILED   {line}")
    print(f"took {time.monotonic() - began:.0f} s")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped", flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
