#include "aio/wait_list.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "base/check.h"

namespace aio {

using boost::system::error_code;

// By post, never inline: the waker goes on first, so its caller sees no re-entrance.
void WaitList::complete(Waiter waiter, error_code error) {
  const Executor executor = waiter.executor;
  asio::post(executor, [resume = std::move(waiter.resume), error]() mutable { resume(error); });
}

WaitList::~WaitList() { CHECK(waiters_.empty(), "a WaitList died with tasks waiting on it"); }

Task<void> WaitList::wait() {
  const Executor executor = co_await asio::this_coro::executor;
  auto start = [this, executor](auto handler) {
    const asio::cancellation_slot slot = asio::get_associated_cancellation_slot(handler);
    const auto place = waiters_.insert(waiters_.end(), Waiter{executor, slot, std::move(handler)});
    if (!slot.is_connected()) return;
    // Told twice (its scope and its session end in one turn), it goes once: by then `place` is not a place any more.
    asio::cancellation_slot(slot).assign([this, place, gone = false](asio::cancellation_type) mutable {
      if (std::exchange(gone, true)) return;
      Waiter waiter = std::move(*place);
      waiters_.erase(place);
      complete(std::move(waiter), asio::error::operation_aborted);
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(error_code)>(start, use_task);
}

bool WaitList::wake_one() {
  if (waiters_.empty()) return false;
  Waiter waiter = std::move(waiters_.front());
  waiters_.pop_front();
  if (waiter.slot.is_connected()) waiter.slot.clear();
  complete(std::move(waiter), {});
  return true;
}

std::size_t WaitList::wake_all() {
  std::size_t woken = 0;
  for (std::size_t n = waiters_.size(); n > 0 && wake_one(); --n) ++woken;
  return woken;
}

}  // namespace aio
