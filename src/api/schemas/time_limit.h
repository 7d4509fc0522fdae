// Times that callers set, in milliseconds.
#pragma once
#include "base/time.h"

namespace api::schemas {

// Zero and below mean no limit, which is 0 here; a day is as good as none and safe to add to a clock.
inline base::Milliseconds time_limit(double ms) {
  constexpr double kDay = 86'400'000;
  if (ms <= 0) return base::Milliseconds(0);
  return base::Milliseconds(static_cast<std::int64_t>(ms > kDay ? kDay : ms < 1 ? 1 : ms));
}

}  // namespace api::schemas
