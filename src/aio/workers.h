// Workers: a few threads for work that blocks or computes for long (removing a profile folder, digesting a large tree).
// Jobs take values and return values; they touch no state of the loop. The loops of their callers outlive this: a
// worker may yet be on its way out of a loop that has had its result.
#pragma once
#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "aio/task.h"

namespace aio {

class Workers {
 public:
  // With a thread of its own for long jobs, those hold up only each other; else they go among the rest.
  enum class LongJobs { among_the_rest, apart };
  explicit Workers(std::size_t threads, LongJobs long_jobs = LongJobs::among_the_rest) : pool_(threads) {
    if (long_jobs == LongJobs::apart) long_pool_.emplace(1);
  }
  ~Workers() {
    pool_.join();
    if (long_pool_) long_pool_->join();
  }

  // Runs job() on a worker and comes back to the caller's loop with its result or exception. A caller that is cancelled
  // before the job has begun leaves at once: the job never runs, and what it holds is freed by a worker. One that has
  // begun is waited for: keep jobs short.
  template <class F>
  Task<std::invoke_result_t<F>> run(F job) {
    return run_in(pool_, without_stop(std::move(job)), Unbegun::is_dropped);
  }

  // The same for a job whose work is to be done whatever becomes of its caller, who waits for it even when cancelled:
  // the record of what has happened already.
  template <class F>
  Task<std::invoke_result_t<F>> run_always(F job) {
    return run_in(pool_, without_stop(std::move(job)), Unbegun::is_run);
  }

  // As run, for job(stop), which is told when the caller is cancelled; it ends soon after that.
  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_stoppable(F job) {
    return run_in(pool_, std::move(job), Unbegun::is_dropped);
  }

  // Frees the value on a worker, some time later.
  template <class T>
  void discard(T value) noexcept {
    try {
      asio::post(pool_, [value = std::move(value)] {});
    } catch (...) {  // no memory to ask for it: it has been freed here
    }
  }

  // As run_stoppable, for a job that may take seconds.
  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_long(F job) {
    return run_in(long_pool_ ? *long_pool_ : pool_, std::move(job), Unbegun::is_dropped);
  }

 private:
  enum class Unbegun { is_dropped, is_run };  // of a cancelled caller

  // Who waits for a job. Taken once, by the worker that begins it or by the loop where its caller is cancelled before.
  template <class Handler, class R>
  class Caller {
   public:
    Caller(const Executor& home, Handler handler)
        : waiting_(Waiting{home, asio::prefer(home, asio::execution::outstanding_work.tracked), std::move(handler)}) {}

    struct Waiting {
      Executor home;
      Executor work;  // keeps the loop running
      Handler handler;

      void resume(std::exception_ptr error, std::optional<R> result) && {
        const Executor to = home;
        asio::post(to, [self = std::move(*this), error, result = std::move(result)]() mutable {
          if (auto slot = asio::get_associated_cancellation_slot(self.handler); slot.is_connected()) slot.clear();
          std::move(self.handler)(error, std::move(result));
        });
      }
    };
    std::optional<Waiting> take() {
      if (taken_.exchange(true)) return std::nullopt;
      return std::exchange(waiting_, std::nullopt);
    }

   private:
    std::atomic<bool> taken_ = false;
    std::optional<Waiting> waiting_;
  };

  template <class F>
  static auto without_stop(F job) {
    return [job = std::move(job)](const std::stop_token&) mutable { return job(); };
  }

  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_in(asio::thread_pool& pool, F job, Unbegun unbegun) {
    using R = std::invoke_result_t<F, std::stop_token>;
    const Executor home = co_await asio::this_coro::executor;
    auto start = [&pool, home, unbegun, job = std::move(job)](auto handler) mutable {
      auto slot = asio::get_associated_cancellation_slot(handler);
      const auto caller = std::make_shared<Caller<decltype(handler), R>>(home, std::move(handler));
      std::stop_source source;
      if (slot.is_connected())  // weak: the caller holds the slot
        slot.assign([source, unbegun, weak = std::weak_ptr(caller)](asio::cancellation_type) mutable {
          source.request_stop();
          const auto queued = unbegun == Unbegun::is_dropped ? weak.lock() : nullptr;
          if (auto waiting = queued ? queued->take() : std::nullopt)
            std::move(*waiting).resume(canceled(), std::nullopt);
        });
      asio::post(pool, [caller, stop = source.get_token(), job = std::move(job)]() mutable {
        auto waiting = caller->take();
        if (!waiting) return;
        std::exception_ptr error;
        std::optional<R> result;
        try {
          result.emplace(job(stop));
        } catch (...) {  // carried to the caller, not handled here
          error = std::current_exception();
        }
        std::move(*waiting).resume(error, std::move(result));
      });
    };
    auto result = co_await asio::async_initiate<const asio::use_awaitable_t<Executor>,
                                                void(std::exception_ptr, std::optional<R>)>(std::move(start), use_task);
    co_return std::move(*result);
  }

  asio::thread_pool pool_;
  std::optional<asio::thread_pool> long_pool_;
};

}  // namespace aio
