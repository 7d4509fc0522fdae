// WaitList: tasks that wait for somebody to wake them, first come first served. The primitive under Latch, Semaphore,
// SharedTask and the test clock. Lives on one loop; not thread-safe.
#pragma once
#include <cstddef>
#include <functional>
#include <list>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>

#include "aio/task.h"

namespace aio {

class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList();  // REQUIRES: nobody waits

  // Waits until woken. Cancellation takes the waiter out of the list and unwinds; a waiter that was woken first keeps
  // what it was woken for (the wake-up is not lost).
  Task<void> wait();

  bool wake_one();         // the longest waiting; false when there was none
  std::size_t wake_all();  // how many
  bool empty() const { return waiters_.empty(); }
  std::size_t size() const { return waiters_.size(); }

 private:
  struct Waiter {
    Executor executor;
    asio::cancellation_slot slot;
    std::move_only_function<void(boost::system::error_code)> resume;
  };
  static void complete(Waiter waiter, boost::system::error_code error);

  std::list<Waiter> waiters_;
};

}  // namespace aio
