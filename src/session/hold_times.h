// HoldTimes: how long pins have lately been held, for an honest Retry-After (clause 17).
#pragma once
#include <array>
#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace session {

class HoldTimes {
 public:
  void add(base::Duration held) {
    recent_[count_ % recent_.size()] = held;
    ++count_;
  }

  // The mean of the last 64, in whole seconds, at least 1; 5 when there is no history.
  std::chrono::seconds retry_after() const {
    if (count_ == 0) return std::chrono::seconds(5);
    const std::size_t n = count_ < recent_.size() ? count_ : recent_.size();
    base::Duration sum{};
    for (std::size_t i = 0; i < n; ++i) sum += recent_[i];
    const auto mean = std::chrono::ceil<std::chrono::seconds>(sum / static_cast<long>(n));
    return mean < std::chrono::seconds(1) ? std::chrono::seconds(1) : mean;
  }

 private:
  std::array<base::Duration, 64> recent_{};
  std::size_t count_ = 0;
};

}  // namespace session
