#include "aio/race.h"

#include "aio/incidents.h"

namespace aio::detail {

Task<int> race_void(Task<void> a, Task<void> b) {
  const Executor executor = co_await asio::this_coro::executor;
  auto group = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(a), asio::deferred),
                                                       asio::co_spawn(executor, std::move(b), asio::deferred));
  auto [order, error_a, error_b] = co_await group.async_wait(asio::experimental::wait_for_one(), use_task);
  const int winner = static_cast<int>(order[0]);
  const std::exception_ptr& error = winner == 0 ? error_a : error_b;
  // The loser was cancelled; whatever else it threw is nobody's answer, and is not to be lost.
  const std::exception_ptr& other = winner == 0 ? error_b : error_a;
  if (other && !is_canceled(other)) survived("what lost a race", other);
  if (error) std::rethrow_exception(error);
  co_return winner;
}

}  // namespace aio::detail
