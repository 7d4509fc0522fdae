// Exposition: the registry's text for who asks for it. It costs a millisecond, so it is not made anew for each of a
// flood of requests: kAtOnce times in a row, then once in kEvery; in between the latest is given out again.
#pragma once
#include <string>

#include "base/time.h"
#include "metrics/registry.h"

namespace metrics {

class Exposition {
 public:
  static constexpr int kAtOnce = 100;
  static constexpr base::Duration kEvery = std::chrono::milliseconds(50);

  // The registry outlives this.
  explicit Exposition(Registry& registry) : registry_(registry) {}

  // Valid until the next call.
  const std::string& text(base::TimePoint now) {
    spent_ = std::max(spent_, now - kAtOnce * kEvery);
    if (spent_ + kEvery > now) return text_;
    spent_ += kEvery;
    text_ = registry_.text();
    return text_;
  }

 private:
  Registry& registry_;
  base::TimePoint spent_ = base::TimePoint::min() + kAtOnce * kEvery;  // each text takes kEvery, counted from here
  std::string text_;
};

}  // namespace metrics
