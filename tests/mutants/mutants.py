"""Takes one guard away at a time (of the session layer, of runs, of processes, of the agent, of model calls), in a copy of the tree, and checks that the named test fails.

    python3 tests/mutants/mutants.py [NAME…]     prints a line for each; exit code 1 when one was not noticed

A mutant is one replacement of text that must occur exactly once; a source that has moved on fails loudly here."""

import filecmp
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREE = os.path.join(ROOT, "build", "mutants")
LIMIT = 120  # seconds; a mutant may hang
LAYERS = ["session", "api", "os", "agent", "llm"]

STORE, OPENING, ENDING, MANAGER, ADMISSION = (f"src/session/{name}" for name in (
    "store.cc", "manager_opening.cc", "manager_ending.cc", "manager.cc", "admission.h"))
VIEW, RUN, RUNS, OPERATIONS = "src/api/view.cc", "src/api/run.cc", "src/api/runs.cc", "src/api/handlers/operations.cc"
PROCESS, PROFILE, REAPER = "src/os/process.cc", "src/os/profile_dir.cc", "src/os/reaper.cc"
LOOP, WATCH, ENDING_OF_RUNS, HISTORY, REPLAY, FIND_AGAIN, CACHE = (f"src/agent/{name}.cc" for name in (
    "loop", "watch", "ending", "history", "replay", "find_again", "cache"))
RETRY, HTTP_LLM = "src/llm/retry.cc", "src/llm/http_llm.cc"

# name: (file, text, what stands there instead, the tests of the file's layer of which one must fail)
MUTANTS = {
    "pins are a flag": (STORE, "if (--entry->pins > 0) return;", "entry->pins = 0;", "*Clause1*"),
    "a pinned session stays on the idle list": (
        STORE, "if (it->pins++ == 0) idle_.erase(idle_.iterator_to(*it));", "it->pins++;", "*Clause2*"),
    "a release does not refresh": (STORE, "entry->last_used = now;", "static_cast<void>(now);", "*Clause7*"),
    "a release goes to the front of the order": (
        STORE, "idle_.push_back(*entry);", "idle_.push_front(*entry);", "*Clause7*:StoreExplore*"),
    "a release does not trim": (STORE, "idle_.push_back(*entry);\n  trim(victims);",
                                "idle_.push_back(*entry);\n  static_cast<void>(victims);",
                                "*Clause18*:*Case9*"),
    "a lower capacity ends nobody": (STORE, "max_sessions_ = max_sessions;\n  std::vector<Victim> out;\n  trim(out);",
                                     "max_sessions_ = max_sessions;\n  std::vector<Victim> out;", "*Clause19*:*Clause2L*"),
    "an id that exists is taken twice": (STORE, "if (find(id) != nullptr) return std::nullopt;", "", "*Clause23*:*Case10*"),
    "an end acts on the id, not the generation": (
        STORE, "it == index_.end() || it->ref.generation != ref.generation", "it == index_.end()",
        "*EndsByGeneration*"),
    "the TTL is forgotten": (STORE, "idle_ttl_ == base::Duration{} || idle_.empty()", "true", "*Clause21*"),
    "an end does not cancel the opening": (
        ENDING, "if (live->opening) scope_.cancel_child(live->opening->task);", "", "*Clause11*"),
    "a close does not wait for the opening": (ENDING, "    co_await opening->done.wait();\n  }\n", "  }\n", "*Clause11*"),
    "a close has no deadline": (ENDING, ".within(limits_.close_timeout);\n  auto closed", ";\n  auto closed",
                                "Manager.*Clause12*:*Case5*"),
    "a rented browser is not given back": (
        ENDING, "if (live->config.rental) co_await give_back(*live->config.rental, live->ref);", "", "*Rental*"),
    "its owner has no deadline": (ENDING, ".within(limits_.close_timeout);\n  base::Result<void> given",
                                  ";\n  base::Result<void> given", "*Rental*Clause12*"),
    "a drain waits for the owners of rented browsers": (ENDING, "farewell_.set();", "", "*Rental*Clause25*"),
    "work is not told of the end": (ENDING, "live->ended.set();", "", "*Clause9*"),
    "each request opens its own engine": (OPENING, "if (live->engine) co_return std::nullopt;", "", "Manager*"),
    "the last to leave leaves the opening behind": (OPENING, "scope.cancel_child(opening.task);", "", "*Clause22*"),
    "a session that is given up opens a second browser": (
        OPENING, "const bool first = !live->opening;",
        "const bool first = !live->opening || live->opening->given_up;", "*Clause22*:*Clause11*:ManagerSim*"),
    "a promised place still counts as free": (
        MANAGER, "engines() + admission_.promised() <", "engines() <", "*Clause17*:ManagerSim*"),
    "a promise that is not used is lost": (MANAGER, "if (!taken) manager.serve_queue();", "", "*Clause17*"),
    "the queue has no end": (MANAGER, "admission_.waiting() >= limits_.admission_waiters", "false", "*Clause17*"),
    "the last come is served first": (ADMISSION, "waiting_.front();\n    waiting_.pop_front();",
                                      "waiting_.back();\n    waiting_.pop_back();", "*Clause17*"),
    "a drain lets starts in": (MANAGER, "if (draining_) co_return Refused{Refused::Why::draining, \"\", 1s};\n  if (has",
                               "if (has", "*Clause25*"),
    "a client that leaves ends its run": (VIEW, "on_leave_ == OnLeave::cancel && ", "(on_leave_ == OnLeave::cancel || true) && ",
                                          "*LeavesStopsNothing*"),
    "a wish to cancel is not heard": (VIEW, "run_->cancel();", "static_cast<void>(on_leave_);", "*CancelsByLeaving*"),
    "a leaving client cancels what a retry waits for": (VIEW, " && run_->viewers.empty()) run_", ") run_",
                                                        "*DoesNotCancelWhatARetry*"),
    "an answer counts by what the write says": (VIEW, "co_await exchange.send(std::move(reply)) && there)",
                                                "static_cast<void>(there), co_await exchange.send(std::move(reply)))",
                                                "View*"),
    "a retry joins any body": (RUNS, "entry.key != key ||", "entry.key.operation != key.operation ||", "Runs*"),
    "a retry joins a refused run": (RUNS, " || entry.run->refused()", "", "Runs*"),
    "a retry joins a cancelled run": (RUNS, "entry.run->cancelled() || entry.run->watched()", "entry.run->watched()", "Runs*"),
    "a stream goes on with the frame that was seen": (RUN, "(it - frames_.begin()) + 1;", "(it - frames_.begin());", "View*"),
    "a stream goes on with any run": (RUNS, "if (entry.run->after(last_event_id)) return entry.run;",
                                      "static_cast<void>(last_event_id);", "Runs*"),
    "a cancel waits for nobody": (RUNS, "    co_await run->finished();\n", "", "Runs*:Service*"),
    "a cancel reaches other sessions": (RUNS, "entry.key.generation == generation && !entry", "!entry", "Runs*"),
    "a cancelled run that was done is told as cancelled": (RUNS, "if (outcome)\n", "if (outcome && !run->cancelled())\n",
                                                           "Runs*"),
    "an operation begins after it was cancelled": (
        OPERATIONS, "if (run.cancelled()) co_await clock_.sleep_until(base::kNever);", "", "Service*"),
    "finished runs are kept without bound": (RUNS, "finished > limits_.finished || bytes > limits_.finished_bytes",
                                             "finished > limits_.finished || (bytes > limits_.finished_bytes && false)",
                                             "Runs*"),
    "a child has no group": (PROCESS, "  setpgid(0, 0);\n", "", "Children*"),
    "a group outlives its leader": (PROCESS, "  ::kill(-pid_, SIGKILL);  // while", "  // while", "Children*"),
    "a child outlives the server": (PROCESS, "  prctl(PR_SET_PDEATHSIG, SIGKILL);\n", "", "Children*"),
    "a child inherits descriptors": (PROCESS, "  syscall(SYS_close_range, 4U, ~0U, 0U);\n", "", "Children*"),
    "the reaper stays in the session": (REAPER, "    setsid();  //", "    //", "Reaping*"),
    "a group whose number came back is killed": (REAPER, "now == 0 || now == started", "now == 0 || now != 1",
                                                 "Reaping*"),
    "a killed reaper is not replaced": (REAPER, "if (!write_line(line)) replace();",
                                        "if (lifeline_ < 0) replace(); else static_cast<void>(write_line(line));",
                                        "Reaping*"),
    "an owner counts by its pid alone": (PROFILE, "started != 0 && start_time(pid) == started",
                                         "started != 0 && start_time(pid) != 0",
                                         "Profiles*"),
    "a kept profile is swept": (PROFILE, "if (mark >> kept && kept == kKept) return true;", "", "Profiles*"),
    "a run is a success that nobody assessed": (
        ENDING_OF_RUNS, "return {.success = complete,\n          .completed = true,",
        "return {.success = complete || true,\n          .completed = true,", "*"),
    "a run that was stopped counts as completed": (
        ENDING_OF_RUNS, "return {.success = complete,\n          .completed = false,",
        "return {.success = complete,\n          .completed = true,", "*"),
    "tokens from a provider's cache cost like fresh ones": (
        ENDING_OF_RUNS, "bill.input_tokens - bill.cached_input_tokens", "bill.input_tokens", "Ending*"),
    "a done after a failure is believed": (LOOP, 'doubted_ ? "" : doubt(done.finished, last_failure_);',
                                           'doubted_ ? "" : std::string();', "Loop*"),
    "a done is doubted again and again": (LOOP, "    doubted_ = true;\n", "", "Loop*"),
    "a call that cannot be read is made": (LOOP, "  if (!call.unreadable.empty()) {", "  if (call.unreadable.size() > 99999) {",
                                           "Loop*:*Spoke*"),
    "a tool that is late ends the run": (
        LOOP, "const bool late = done.error().kind == base::Kind::timeout && ctx.now() < ctx.deadline;",
        "const bool late = false;", "Loop*"),
    "a run has no time of its own": (LOOP, "limit ? whole.within(*limit) : whole;", "whole;", "Loop*:*Spoke*"),
    "a conversation that is too long ends the run": (LOOP, "shrinks < kMostShrinks &&", "shrinks < kMostShrinks - 4 &&",
                                                     "Loop*:*Spoke*"),
    "a silent model is asked for ever": (LOOP, "++silent_ >= kMostSilent", "++silent_ >= 100 * kMostSilent",
                                         "Loop*:*Spoke*"),
    "a captcha is told as a circle": (LOOP, "captcha_ ? StopReason::captcha : StopReason::loop_detected",
                                      "StopReason::loop_detected", "Loop*"),
    "the budget of tokens is not looked at": (LOOP, "tokens >= *limits.tokens", "tokens >= 1000 * *limits.tokens", "Loop*"),
    "the budget of money is not looked at": (LOOP, "cost >= *limits.cost", "cost >= 1000 * *limits.cost", "Loop*"),
    "a call that failed is not billed": (LOOP, "    bill(ctx, {}, began);\n", "", "Loop*"),
    "a circle is nudged and never stopped": (WATCH, "repeats >= rules_.repeats_stop", "repeats >= 1000", "Watch*:Loop*"),
    "failures in a row are not counted": (WATCH, "trace.failed ? failures_ + 1 : 0;", "0;", "Watch*"),
    "a page that stays as it is is not noticed": (WATCH, "still ? still_ + 1 : 0;", "still ? 0 : 0;", "Watch*"),
    "old page texts are sent again": (HISTORY, "views++ >= rules_.views", "views++ >= 1000", "History*"),
    "old pictures are held": (HISTORY, "if (pictures >= rules_.pictures) view.pictures_gone",
                              "if (pictures >= 1000) view.pictures_gone", "History*"),
    "one old step is folded at a time": (HISTORY, "chars(out) > rules_.max_chars / 2)", "chars(out) > rules_.max_chars)",
                                         "History*"),
    "a replay takes another element for its own": (
        FIND_AGAIN, "(*there)->identity == identity) co_return there;", "true) co_return there;", "Replay*"),
    "a replay types into whatever has the focus": (REPLAY, "if (now && *now == it.focus) break;", "if (now) break;",
                                                   "Replay*"),
    "a replay does not look where it came to": (REPLAY, "if (!kept.place_after) co_return std::string();",
                                                "if (!kept.place_after || ctx.deadline > base::TimePoint()) co_return std::string();", "Replay*"),
    "a replay tells what was read once": (
        REPLAY, 'co_return Came{.why = fmt::format("the earlier run read data here ({}), which would be old", it.tool)};',
        "static_cast<void>(it);\n  co_return Came{.done = true};", "Recording*"),
    "a replay hides a step that may have happened": (
        REPLAY, "    if (!came->done && came->tried) out.unsure = in_words(one);\n", "", "Replay*"),
    "callers share what they cached": (CACHE, "subject.owner,", '"",', "Cache*"),
    "another model's run is replayed": (CACHE, "subject.model,\n", '"",\n', "Cache*"),
    "the cache has no limit of bytes": (CACHE, "limits_.entries || bytes_ > limits_.bytes)", "limits_.entries)", "Cache*"),
    "the cache forgets what is used": (CACHE, "  entries_.splice(entries_.begin(), entries_, found->second);\n", "",
                                       "Cache*"),
    "a wait that the deadline cannot hold is begun": (RETRY, "  if (wait >= remaining) return {};\n",
                                                      "  static_cast<void>(remaining);\n", "Retry*"),
    "a patient call hammers": (RETRY, "  if (attempt >= rules.attempts) wait = std::max(wait, own);\n", "", "Retry*"),
    "a patient call asks for ever without being told to": (RETRY, "patient && asked ? rules", "patient ? rules", "Retry*"),
    "an account without money is asked again": (RETRY, "  if (outcome.hopeless) return false;\n", "", "Retry*"),
    "a provider's words reach the client with the key": (HTTP_LLM, "redact(*told, endpoint)", "*told", "HttpLlm*"),
    "a key has any number of calls": (HTTP_LLM, "std::make_shared<aio::Semaphore>(limits_.calls_per_key)",
                                      "std::make_shared<aio::Semaphore>(1000)", "HttpLlm*"),
}


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def prepare():
    """A copy of the tracked files, where a source may be spoilt; its objects come from ccache."""
    names = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True).stdout.splitlines()
    for name in names:
        if not name.startswith(("src/", "cmake/", "CMake", "tests/wire/captures/")):
            continue
        here, there = os.path.join(ROOT, name), os.path.join(TREE, name)
        os.makedirs(os.path.dirname(there), exist_ok=True)
        # With a time of now, so that ninja sees it; untouched when it is the same.
        if os.path.isfile(here) and not (os.path.exists(there) and filecmp.cmp(here, there, shallow=False)):
            shutil.copyfile(here, there)
    os.makedirs(os.path.join(TREE, "tests"), exist_ok=True)
    with open(os.path.join(TREE, "tests", "CMakeLists.txt"), "w", encoding="utf-8"):
        pass
    run(["cmake", "--preset", "release"], cwd=TREE, check=True)
    return build(LAYERS)


def build(layers):
    """The tests of these layers and nothing else."""
    targets = [f"{layer}_test" for layer in layers]
    return run(["cmake", "--build", "--preset", "release", "--target", *targets], cwd=TREE)


def noticed(layer, tests):
    try:
        binary = os.path.join(TREE, "build", "release", f"{layer}_test")
        return run([binary, f"--gtest_filter={tests}", "--gtest_brief=1"], timeout=LIMIT).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def try_out(name):
    path, text, instead, tests = MUTANTS[name]
    layer = path.split("/")[1]
    file = os.path.join(TREE, path)
    with open(file, encoding="utf-8") as source:
        good = source.read()
    if good.count(text) != 1:
        return "FAILED: its text does not occur exactly once"
    try:
        with open(file, "w", encoding="utf-8") as source:
            source.write(good.replace(text, instead))
        built = build([layer])
        if built.returncode != 0:
            return "FAILED: does not compile\n" + "\n".join(
                line for line in built.stdout.splitlines() if "error:" in line)
        return "noticed by " + tests if noticed(layer, tests) else f"FAILED: not noticed by {tests}"
    finally:
        with open(file, "w", encoding="utf-8") as source:
            source.write(good)


def main():
    built = prepare()
    if built.returncode != 0:
        sys.exit("the tree does not build as it is:\n" + built.stdout[-2000:])
    for layer in LAYERS:
        if noticed(layer, "*"):
            sys.exit(f"the tests of {layer} fail without any mutant")
    failed = 0
    for name in sys.argv[1:] or MUTANTS:
        told = try_out(name)
        failed += told.startswith("FAILED")
        print(f"{name}: {told}", flush=True)
    print(f"{len(sys.argv[1:] or MUTANTS)} mutants, {failed} not noticed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
