// Context: what every waiting call needs to know about the call tree it is part of. Passed first, by const&; a child
// with less time is made by with_deadline. Cancellation is not in here: that is the coroutine's own.
#pragma once
#include <string>
#include <string_view>

#include "aio/clock.h"
#include "aio/race.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"

namespace aio {

class Workers;

struct Context {
  Clock* clock;                             // outlives the call tree
  const base::Logger* log;                  // outlives the call tree
  base::TimePoint deadline = base::kNever;  // of the whole tree; every wait ends by it
  std::string request_id = {};              // in each log line; "" outside requests
  Workers* workers = nullptr;               // for compute (aio/compute.h); outlives the call tree

  base::TimePoint now() const { return clock->now(); }
  base::Duration remaining() const {
    return deadline == base::kNever ? base::Duration::max() : deadline - clock->now();
  }
  Context with_deadline(base::TimePoint d) const {
    Context child = *this;
    if (d < child.deadline) child.deadline = d;
    return child;
  }
  Context within(base::Duration d) const { return with_deadline(base::after(now(), d)); }
};

// The result of work, or Kind::timeout with `message` when ctx.deadline comes first; the work is then cancelled and
// has stopped when this returns.
template <class T>
Task<base::Result<T>> by_deadline(const Context& ctx, Task<base::Result<T>> work, std::string message) {
  if (ctx.deadline == base::kNever) co_return co_await std::move(work);
  auto outcome = co_await race(std::move(work), ctx.clock->sleep_until(ctx.deadline));
  if (outcome.index() == 0) co_return std::get<0>(std::move(outcome));
  co_return base::fail(base::Kind::timeout, std::move(message));
}

}  // namespace aio
