#include "aio/clock.h"

#include <boost/asio/steady_timer.hpp>

namespace aio {

base::TimePoint SteadyClock::now() const { return std::chrono::steady_clock::now(); }

base::WallTime SteadyClock::wall() const { return std::chrono::system_clock::now(); }

Task<void> SteadyClock::sleep_until(base::TimePoint t) {
  const Executor executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, t);
  co_await timer.async_wait(use_task);
}

}  // namespace aio
