// Handover: where the loop, which awaits something, and the thread that makes it meet. Whoever is last destroys it, if
// nobody took it.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include <boost/asio/post.hpp>

#include "aio/latch.h"
#include "os/make_child.h"

namespace os {

template <class T>
class Handover {
 public:
  explicit Handover(aio::Executor home) : home_(std::move(home)) {}

  // On the thread that makes it.
  const Unwanted& unwanted() const { return unwanted_; }
  static void give(const std::shared_ptr<Handover>& self, T made) {
    const std::scoped_lock lock(self->mutex_);
    if (!self->home_) return;
    aio::asio::post(*self->home_, [self, made = std::move(made)]() mutable {
      if (self->unwanted_) return;
      self->outcome_.emplace(std::move(made));
      self->done_.set();
    });
  }

  // On the loop.
  aio::Task<T> take() {
    co_await done_.wait();
    co_return std::move(*outcome_);
  }
  // By whoever waited: from here on it is not wanted, unless it was taken. `stop` is called where it may still be made.
  template <class Stop>
  void leave(Stop stop) {
    if (done_.is_set()) return;
    unwanted_ = true;
    stop();
    const std::scoped_lock lock(mutex_);
    home_.reset();
  }

 private:
  Unwanted unwanted_ = false;
  std::mutex mutex_;
  std::optional<aio::Executor> home_;  // none once nobody waits there
  aio::Latch done_;                    // the loop's, as what follows
  std::optional<T> outcome_;
};

}  // namespace os
