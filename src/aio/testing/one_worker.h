// OneWorker: a real loop with one worker, which is kept busy while a task runs: a test sees what waits for a worker and
// what is done in place.
#pragma once
#include <functional>
#include <latch>
#include <optional>

#include "aio/loop.h"
#include "aio/testing/manual_clock.h"
#include "aio/testing/run.h"
#include "aio/workers.h"

namespace aio::testing {

class OneWorker {
 public:
  Context context() {
    Context out = test_context(clock_);
    out.workers = &workers_;
    return out;
  }

  // What the task comes to. `waited`: it did not end while the worker was busy.
  template <class T>
  struct Seen {
    T result;
    bool waited;
  };
  // The worker is busy from the beginning, or from when the task awaits what is put into `from`.
  template <class T>
  Seen<T> see(Task<T> task, std::function<Task<void>()>* from = nullptr) {
    std::latch free(1);
    std::optional<T> out;
    busy_ = false;
    if (from)
      *from = [&] { return keep_busy(free); };
    else
      begin(wait_on_worker(free));
    begin(keep(std::move(task), out));
    loop_.context().poll();
    const bool waited = !out;
    free.count_down();
    loop_.run();
    if (from) *from = {};
    CHECK(out.has_value(), "the task never ended");
    return {std::move(*out), waited};
  }

 private:
  Task<void> keep_busy(std::latch& free) {
    start(wait_on_worker(free));
    while (!busy_) co_await yield();
  }
  Task<void> wait_on_worker(std::latch& free) {
    busy_ = true;
    co_await workers_.run([&free] {
      free.wait();
      return 0;
    });
  }
  // The worker is busy after this.
  void begin(Task<void> task) {
    start(std::move(task));
    loop_.context().restart();
    while (!busy_ && loop_.context().run_one() > 0) {
    }
  }
  void start(Task<void> task) {
    asio::co_spawn(loop_.executor(), std::move(task), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }

  Loop loop_;
  ManualClock clock_;
  Workers workers_{1};
  bool busy_ = false;
};

}  // namespace aio::testing
