// Scheduler: a seeded executor. Ready work lies in a bag and the seed decides what runs next, so one test tries many
// interleavings and a failing seed is the whole bug report. Work dispatched from inside run() runs inline, as on a real
// io_context; only posted work is shuffled.
#pragma once
#include <cstdint>
#include <exception>
#include <functional>
#include <random>
#include <vector>

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include "aio/task.h"
#include "aio/testing/manual_clock.h"

namespace aio::testing {

class Scheduler final : public asio::execution_context {
 public:
  explicit Scheduler(std::uint32_t seed) : random_(seed) {}
  ~Scheduler() {
    bag_.clear();
    shutdown();
    destroy();
  }

  class ExecutorType {
   public:
    explicit ExecutorType(Scheduler* owner, bool never_blocks = false) : owner_(owner), never_blocks_(never_blocks) {}
    Scheduler& query(asio::execution::context_t) const noexcept { return *owner_; }
    asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept {
      return never_blocks_ ? asio::execution::blocking_t(asio::execution::blocking.never)
                           : asio::execution::blocking_t(asio::execution::blocking.possibly);
    }
    ExecutorType require(asio::execution::blocking_t::never_t) const { return ExecutorType(owner_, true); }
    ExecutorType require(asio::execution::blocking_t::possibly_t) const { return ExecutorType(owner_, false); }
    template <class F>
    void execute(F&& f) const {
      if (!never_blocks_ && owner_->running_) {
        std::decay_t<F> now(std::forward<F>(f));
        now();
      } else {
        owner_->bag_.emplace_back(std::forward<F>(f));
      }
    }
    friend bool operator==(const ExecutorType& a, const ExecutorType& b) noexcept {
      return a.owner_ == b.owner_ && a.never_blocks_ == b.never_blocks_;
    }
    friend bool operator!=(const ExecutorType& a, const ExecutorType& b) noexcept { return !(a == b); }

   private:
    Scheduler* owner_;
    bool never_blocks_;
  };

  using executor_type = ExecutorType;
  ExecutorType get_executor() { return ExecutorType(this); }
  Executor executor() { return Executor(get_executor()); }

  // Runs ready work in the seed's order until there is none. Returns the number of steps.
  std::size_t run();
  // run(), and while tasks sleep on the clock, moves it to the next wake-up and goes on. Gives up after max_jumps
  // jumps (a task that sleeps for ever in a loop); returns the steps.
  std::size_t run_with(ManualClock& clock, std::size_t max_jumps = 100'000);

  std::mt19937& random() { return random_; }
  // How many pieces of work have begun so far: two things with the same count happened without anything between them.
  std::uint64_t steps() const { return steps_; }

 private:
  std::vector<std::move_only_function<void()>> bag_;
  std::mt19937 random_;
  bool running_ = false;
  std::uint64_t steps_ = 0;
};

// Starts a root task on the scheduler; an exception that is not a cancellation is rethrown from run().
void start(Scheduler& scheduler, Task<void> root);

}  // namespace aio::testing
