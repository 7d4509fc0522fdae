"""Guards of sessions that a reader of the code would doubt, and what the simulation cannot see. See mutants.py."""

from files import ADMISSION, CHORES, HOLD_TIMES, MANAGER, OPENING, TOMBSTONES, TOMBSTONES_H

# name: (file, text, what stands there instead, the tests of the file's layer of which one must fail)
MUTANTS = {
    "an id that ended again goes with its first grave": (
        TOMBSTONES, " && it->second.since == order_.front().since", "", "Tombstones*"),
    "the first end under an id stays": (TOMBSTONES, "reasons_.insert_or_assign(id,", "reasons_.emplace(id,", "Tombstones*"),
    "a reason is told until the next end": (
        TOMBSTONES, "TimePoint now) {\n  prune(now);\n", "TimePoint now) {\n  static_cast<void>(now);\n", "Tombstones*"),
    "the hour ends a moment late": (TOMBSTONES, "front().since >= limits_.kept", "front().since > limits_.kept", "Tombstones*"),
    "the yard is small": (TOMBSTONES_H, "count = 10'000", "count = 1'000", "ManagerSim*"),
    "the cause of a crash is not kept": (TOMBSTONES, "{reason, now, std::move(detail)}", "{reason, now, detail.substr(0, 0)}", "*Clause13*"),
    "a hold that is given back is held for ever": (HOLD_TIMES, "    taken_at_ -= ms(since);\n", "", "HoldTimes*"),
    "holds that never were count as short": (
        HOLD_TIMES, "std::min(count_, recent_.size());\n", "recent_.size();\n", "HoldTimes*"),
    "only the latest hold counts": (HOLD_TIMES, "recent_[count_ % recent_.size()] =", "recent_[0] =", "HoldTimes*"),
    "nothing known is a short wait": (HOLD_TIMES, "return std::chrono::seconds(5);", "return {};", "HoldTimes*"),
    "a caller with one more gives up its place": (
        ADMISSION, "longest->tickets.size() < mine + 2", "longest->tickets.size() < mine + 1", "Admission*"),
    "the oldest gives up its place": (ADMISSION, "longest->tickets.back();", "longest->tickets.front();", "Admission*"),
    "who gave up its place is not told": (ADMISSION, "displaced);\n  newest->called_.set();\n", "displaced);\n", "*Clause17*"),
    "a promise that was kept stays promised": (
        ADMISSION, "if (state_ == State::promised) --owner_.promised_;", "", "*Clause17*"),
    "a new caller is served first": (
        ADMISSION, "owner.queues_.insert(owner.queues_.end(),", "owner.queues_.insert(owner.queues_.begin(),", "Admission*"),
    "a chore that comes sooner waits for the later one": (
        CHORES, "if (next >= next_look_) return;", "if (next_look_ != base::kNever) return;", "Manager*"),
    "nobody looks for long pins": (
        CHORES, "  if (!held_.empty()) next = std::min(next,", "  if (false) next = std::min(next,", "*Clause5*"),
    "a closing browser makes no place": (
        MANAGER, "const std::size_t taken = store_.size() +", "const std::size_t taken = engines() +", "*Clause18*"),
    "a start has all the time to open": (
        OPENING, "  if (ctx.deadline == base::kNever) {", "  if (true || ctx.deadline == base::kNever) {", "Manager*"),
    "a changed min_idle holds for the next only": (
        "src/session/manager_ending.cc", "  store_.set_min_idle(limits.bounded_min_idle());\n", "", "*Clause18*"),
}

# name: why no outcome that a caller can see differs, so that the simulation alone does not notice it.
UNSEEN = {
    "a release does not trim": "the Manager trims after each release as well, in the same breath",
    "a drain looks at every session": "how many sessions it looks at is its cost, which StoreCost counts",
}
