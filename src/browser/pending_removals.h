// Browsers that still have folders where their callers want them. The server waits for these before it leaves: nobody
// removes them after it, as the reaper removes sessions' own folders.
#pragma once
#include <cstddef>
#include <utility>

#include "aio/wait_list.h"

namespace browser {

// On the loop alone.
class PendingRemovals {
 public:
  // A browser, from before its folders are made until they have been let go.
  class Hold {
   public:
    Hold() = default;
    explicit Hold(PendingRemovals* owner) : owner_(owner) {
      if (owner_) ++owner_->holds_;
    }
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(owner_, other.owner_);
      return *this;
    }
    ~Hold() {
      if (owner_ && --owner_->holds_ == 0) owner_->empty_.wake_all();
    }

   private:
    PendingRemovals* owner_ = nullptr;
  };

  aio::Task<void> all_gone() {
    while (holds_ > 0) co_await empty_.wait();
  }

 private:
  std::size_t holds_ = 0;
  aio::WaitList empty_;
};

}  // namespace browser
