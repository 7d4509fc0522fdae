// Clock: the only way to the time. Passed, never global, so that a test can be the one who says what time it is
// (aio/testing/manual_clock.h).
#pragma once
#include "aio/task.h"
#include "base/time.h"

namespace aio {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::TimePoint now() const = 0;
  virtual base::WallTime wall() const = 0;
  // Returns when now() >= t; kNever waits until cancelled.
  virtual Task<void> sleep_until(base::TimePoint t) = 0;

  Task<void> sleep(base::Duration d) { return sleep_until(base::after(now(), d)); }
};

class SteadyClock final : public Clock {
 public:
  base::TimePoint now() const override;
  base::WallTime wall() const override;
  Task<void> sleep_until(base::TimePoint t) override;
};

}  // namespace aio
