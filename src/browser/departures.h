// Browsers that still have folders where their callers want them. The server waits for these before it leaves: nobody
// removes them after it, as the reaper removes sessions' own folders.
#pragma once
#include <cstddef>
#include <utility>

#include "aio/wait_list.h"

namespace browser {

// On the loop alone.
class Departures {
 public:
  // A browser, from before its folders are made until they have been let go.
  class Guest {
   public:
    Guest() = default;
    explicit Guest(Departures* house) : house_(house) {
      if (house_) ++house_->guests_;
    }
    Guest(Guest&& other) noexcept : house_(std::exchange(other.house_, nullptr)) {}
    Guest& operator=(Guest&& other) noexcept {
      std::swap(house_, other.house_);
      return *this;
    }
    ~Guest() {
      if (house_ && --house_->guests_ == 0) house_->empty_.wake_all();
    }

   private:
    Departures* house_ = nullptr;
  };

  aio::Task<void> all_gone() {
    while (guests_ > 0) co_await empty_.wait();
  }

 private:
  std::size_t guests_ = 0;
  aio::WaitList empty_;
};

}  // namespace browser
