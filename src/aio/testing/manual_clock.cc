#include "aio/testing/manual_clock.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace aio::testing {

using boost::system::error_code;

void ManualClock::complete(Sleeper sleeper, error_code error) {
  const Executor executor = sleeper.executor;
  asio::post(executor, [resume = std::move(sleeper.resume), error]() mutable { resume(error); });
}

Task<void> ManualClock::sleep_until(base::TimePoint t) {
  const Executor executor = co_await asio::this_coro::executor;
  if (t <= now_) co_return;
  auto start = [this, t, executor](auto handler) {
    asio::cancellation_slot slot = asio::get_associated_cancellation_slot(handler);
    const auto place = sleepers_.emplace(t, Sleeper{executor, slot, std::move(handler)});
    if (!slot.is_connected()) return;
    slot.assign([this, place, gone = false](asio::cancellation_type) mutable {
      if (std::exchange(gone, true)) return;
      Sleeper sleeper = std::move(place->second);
      sleepers_.erase(place);
      complete(std::move(sleeper), asio::error::operation_aborted);
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(error_code)>(start, use_task);
}

void ManualClock::advance_to(base::TimePoint t) {
  if (t > now_) now_ = t;
  while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
    auto node = sleepers_.extract(sleepers_.begin());
    Sleeper sleeper = std::move(node.mapped());
    if (sleeper.slot.is_connected()) sleeper.slot.clear();
    complete(std::move(sleeper), {});
  }
}

}  // namespace aio::testing
