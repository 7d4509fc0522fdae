#include "aio/testing/scheduler.h"

#include "base/check.h"

namespace aio::testing {

namespace {

// Of work that needs no time to pass; what has more turns round in a circle.
constexpr std::size_t kMostSteps = 1'000'000;

}  // namespace

std::size_t Scheduler::run() {
  running_ = true;
  std::size_t steps = 0;
  while (!bag_.empty()) {
    std::swap(bag_[random_() % bag_.size()], bag_.back());
    auto next = std::move(bag_.back());
    bag_.pop_back();
    ++steps_;
    next();
    CHECK(++steps < kMostSteps, "work goes on for ever, and no time passes");
  }
  running_ = false;
  return steps;
}

std::size_t Scheduler::run_with(ManualClock& clock, std::size_t max_jumps) {
  std::size_t steps = run();
  for (std::size_t jump = 0; jump < max_jumps && clock.next_wake() != base::kNever; ++jump) {
    clock.advance_to(clock.next_wake());
    steps += run();
  }
  return steps;
}

void start(Scheduler& scheduler, Task<void> root) {
  asio::co_spawn(scheduler.executor(), std::move(root), [](std::exception_ptr error) {
    if (error && !is_canceled(error)) std::rethrow_exception(error);
  });
}

}  // namespace aio::testing
