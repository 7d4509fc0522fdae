// Latch: an event that happens once and stays happened.
#pragma once
#include "aio/wait_list.h"

namespace aio {

class Latch {
 public:
  bool is_set() const { return set_; }

  void set() {
    set_ = true;
    waiters_.wake_all();
  }

  // Returns at once when set already.
  Task<void> wait() {
    if (!set_) co_await waiters_.wait();
  }

 private:
  bool set_ = false;
  WaitList waiters_;
};

}  // namespace aio
