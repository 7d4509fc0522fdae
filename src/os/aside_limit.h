// AsideLimit: how many calls of one kind may be aside at once. One that hangs keeps its place, and its thread, until it
// comes back, however long ago its caller has left: without a limit whoever makes calls hang uses up all threads.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "os/aside.h"

namespace os {

class AsideLimit {
 public:
  // `what` there are at most so many of, for the error: "checks of …".
  AsideLimit(std::size_t most, std::string what) : most_(most), what_(std::move(what)) {}

  // Given back with its last copy, on any thread; null when all are taken.
  std::shared_ptr<void> take() {
    if (taken_->fetch_add(1) < most_) return {taken_.get(), [taken = taken_](void*) { taken->fetch_sub(1); }};
    taken_->fetch_sub(1);
    return nullptr;
  }
  base::Error full() const {
    return {base::Kind::unavailable,
            std::to_string(most_) + " " + what_ +
                " are under way already, which is the limit; if this lasts, a file system of the "
                "server does not answer"};
  }

 private:
  std::size_t most_;
  std::string what_;
  std::shared_ptr<std::atomic<std::size_t>> taken_ = std::make_shared<std::atomic<std::size_t>>(0);  // outlives this
};

// As aside(job), within the limit: Kind::unavailable beyond it.
template <class F>
aio::Task<std::invoke_result_t<F>> aside(AsideLimit& limit, F job) {
  std::shared_ptr<void> place = limit.take();
  if (!place) co_return std::unexpected(limit.full());
  auto placed = [place = std::move(place), job = std::move(job)]() mutable { return job(); };
  co_return co_await aside(std::move(placed));
}

}  // namespace os
