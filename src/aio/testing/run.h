// run(task): runs one task to its end on a fresh scheduler and manual clock; run_real(task): on a real loop with the
// real clock, for tests that talk to sockets or processes.
#pragma once
#include <optional>

#include "aio/context.h"
#include "aio/loop.h"
#include "aio/testing/scheduler.h"
#include "base/check.h"

namespace aio::testing {

template <class T>
Task<void> keep(Task<T> work, std::optional<detail::Stored<T>>& out) {
  return detail::store<T>(std::move(work), out);
}

template <class T>
T run_real(Loop& loop, Task<T> work) {
  std::optional<detail::Stored<T>> out;
  asio::co_spawn(loop.executor(), keep<T>(std::move(work), out), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  loop.context().restart();
  loop.run();
  CHECK(out.has_value(), "the loop ran dry before the task ended");
  if constexpr (!std::is_void_v<T>) return std::move(*out);
}

template <class T>
T run_on(Scheduler& scheduler, ManualClock& clock, Task<T> work) {
  std::optional<detail::Stored<T>> out;
  start(scheduler, keep<T>(std::move(work), out));
  scheduler.run_with(clock);
  CHECK(out.has_value(), "the task never ended");
  if constexpr (!std::is_void_v<T>) return std::move(*out);
}

// A context for tests: the given clock, no log, no deadline.
inline Context test_context(Clock& clock) {
  static const base::NullLogger silent;
  return Context{&clock, &silent};
}

}  // namespace aio::testing
