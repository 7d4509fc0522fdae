#include "aio/turn_meter.h"

#include <algorithm>

namespace aio {

std::optional<Stall> TurnMeter::took(base::Duration wall, const Usage& usage) {
  const base::Duration others = busy_ - wall;
  const base::Duration queued = usage.queued - last_.queued;
  Stall stall;
  stall.cpu = std::clamp(usage.cpu - last_.cpu - others, base::Duration::zero(), wall);
  stall.blocked = std::max(wall - (usage.cpu - last_.cpu) - queued, base::Duration::zero());
  stall.faults = usage.faults - last_.faults;
  last_ = usage;
  busy_ = {};
  if (stall.cpu < kLongestTurn && stall.blocked < kLongestBlock) return std::nullopt;
  return stall;
}

}  // namespace aio
