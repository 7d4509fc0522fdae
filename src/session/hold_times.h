// HoldTimes: how long pins are held, for an honest Retry-After (docs/session-contract.md, clause 17).
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace session {

class HoldTimes {
 public:
  void taken(base::TimePoint now) {
    ++held_;
    taken_at_ += ms(now);
  }
  void given_back(base::TimePoint since, base::TimePoint now) {
    --held_;
    taken_at_ -= ms(since);
    recent_[count_ % recent_.size()] = now - since;
    ++count_;
  }

  // The mean of the last 64 that were given back, or of those still held where that is more (what has been held for
  // long is not about to be given back); in whole seconds, at least 1. Nothing given back yet counts as 5.
  std::chrono::seconds retry_after(base::TimePoint now) const {
    const auto mean = std::chrono::ceil<std::chrono::seconds>(std::max(mean_given_back(), mean_held(now)));
    return std::max(mean, std::chrono::seconds(1));
  }

 private:
  static std::int64_t ms(base::TimePoint time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }
  base::Duration mean_given_back() const {
    if (count_ == 0) return std::chrono::seconds(5);
    const std::size_t n = std::min(count_, recent_.size());
    base::Duration sum{};
    for (std::size_t i = 0; i < n; ++i) sum += recent_[i];
    return sum / static_cast<long>(n);
  }
  base::Duration mean_held(base::TimePoint now) const {
    if (held_ == 0) return {};
    return std::chrono::milliseconds(ms(now) - taken_at_ / held_);
  }

  std::array<base::Duration, 64> recent_{};
  std::size_t count_ = 0;
  std::int64_t held_ = 0;
  std::int64_t taken_at_ = 0;  // the sum over those held, in milliseconds
};

}  // namespace session
