// Semaphore: at most n holders, first come first served. A unit that is released goes straight to the longest waiter,
// so nobody can overtake.
#pragma once
#include <cstddef>
#include <utility>

#include "aio/wait_list.h"

namespace aio {

class Semaphore {
 public:
  explicit Semaphore(std::size_t units) : free_(units) {}

  // One unit, given back by the destructor. Outlived by its Semaphore.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept {
      if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
      }
      return *this;
    }
    ~Permit() { release(); }
    void release() {
      if (Semaphore* owner = std::exchange(owner_, nullptr)) owner->give_back();
    }
    explicit operator bool() const { return owner_ != nullptr; }

   private:
    friend class Semaphore;
    explicit Permit(Semaphore* owner) : owner_(owner) {}
    Semaphore* owner_ = nullptr;
  };

  Task<Permit> acquire() {
    if (free_ > 0) {
      --free_;
    } else {
      co_await waiters_.wait();  // whoever woke us kept its unit for us
    }
    co_return Permit(this);
  }

  std::size_t waiting() const { return waiters_.size(); }
  std::size_t available() const { return free_; }

 private:
  void give_back() {
    if (!waiters_.wake_one()) ++free_;
  }

  std::size_t free_;
  WaitList waiters_;
};

}  // namespace aio
