#include "agent/watch.h"

#include <algorithm>

#include <fmt/format.h>

namespace agent {
namespace {

using What = Verdict::What;

}  // namespace

Verdict Watch::saw(Trace trace) {
  const std::uint64_t before = seen_.empty() ? 0 : seen_.back().page;
  const bool still = trace.meant_to_change && !seen_.empty() && trace.page == before;
  // Looking around neither helps nor harms.
  if (trace.meant_to_change) still_ = still ? still_ + 1 : 0;
  failures_ = trace.failed ? failures_ + 1 : 0;
  seen_.push_back(std::move(trace));
  if (seen_.size() > rules_.window) seen_.pop_front();
  const Trace& last = seen_.back();
  const auto repeats = static_cast<int>(std::ranges::count_if(
      seen_, [&](const Trace& each) { return each.call == last.call && each.page == last.page; }));

  if (repeats >= rules_.repeats_stop)
    return {What::stop, fmt::format("the same step was taken {} times and the page stayed as it was", repeats)};
  if (failures_ >= rules_.failures_stop) return {What::stop, fmt::format("{} steps in a row failed", failures_)};
  if (still_ >= rules_.still_stop)
    return {What::stop, fmt::format("{} steps in a row changed nothing on the page", still_)};

  if (repeats >= rules_.repeats_nudge)
    return {What::nudge,
            fmt::format("You have done exactly this {} times and the page has not changed. Do something else, or end "
                        "with done and say what is in the way.",
                        repeats)};
  if (failures_ >= rules_.failures_nudge)
    return {What::nudge, fmt::format("{} steps in a row have failed. Try another way, or end with done and say what is "
                                     "in the way.",
                                     failures_)};
  if (still_ >= rules_.still_nudge)
    return {What::nudge, fmt::format("The last {} steps changed nothing on the page. Try another way, or end with done "
                                     "and say what is in the way.",
                                     still_)};
  return {};
}

}  // namespace agent
