// Staggered: the first of several attempts that comes out, of which the next begins before the one before it has failed
// (RFC 8305 §5): one that leads nowhere takes its own time, and not that of all others.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <variant>

#include "aio/clock.h"
#include "aio/latch.h"
#include "aio/race.h"
#include "base/result.h"

namespace net {

template <class T>
class Staggered {
 public:
  using Attempt = std::function<aio::Task<base::Result<T>>(std::size_t index)>;
  // After which the next begins; at once where the one before has failed.
  static constexpr base::Duration kDelay = std::chrono::milliseconds(250);

  // The clock outlives it.
  Staggered(std::size_t count, aio::Clock& clock, Attempt attempt)
      : count_(count), clock_(clock), attempt_(std::move(attempt)) {}

  // What came out first; the others are cancelled and have stopped by then. The error is of the one that failed last.
  aio::Task<base::Result<T>> run() {
    if (count_ == 0) co_return std::unexpected(std::move(last_));
    auto first = co_await aio::race(from(0), all_failed_.wait());
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    co_return std::unexpected(std::move(last_));
  }

 private:
  // The attempt at `index` and those after it.
  aio::Task<T> from(std::size_t index) {
    aio::Latch failed;
    if (index + 1 == count_) co_return co_await try_one(index, failed);
    auto first = co_await aio::race(try_one(index, failed), next(index + 1, failed));
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    co_return std::get<1>(std::move(first));
  }

  aio::Task<T> next(std::size_t index, aio::Latch& before_failed) {
    const auto first = co_await aio::race(before_failed.wait(), clock_.sleep(kDelay));
    static_cast<void>(first);
    co_return co_await from(index);
  }

  // Returns only with what was wanted.
  aio::Task<T> try_one(std::size_t index, aio::Latch& failed) {
    auto made = co_await attempt_(index);
    if (made) co_return std::move(*made);
    last_ = std::move(made).error();
    if (++failures_ == count_) all_failed_.set();
    failed.set();
    for (;;) co_await never_.wait();
  }

  std::size_t count_;
  aio::Clock& clock_;
  Attempt attempt_;
  std::size_t failures_ = 0;
  base::Error last_;
  aio::Latch all_failed_;
  aio::Latch never_;
};

}  // namespace net
