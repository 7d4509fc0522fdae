// Workers: a few threads for work that blocks or computes for long (removing a profile folder, digesting a large tree).
// Jobs take values and return values; they touch no state of the loop.
#pragma once
#include <exception>
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

  // Runs job() on a worker and comes back to the caller's loop with its result or exception. A cancelled caller waits
  // for the job all the same: keep jobs short.
  template <class F>
  Task<std::invoke_result_t<F>> run(F job) {
    co_return co_await run_stoppable([job = std::move(job)](const std::stop_token&) mutable { return job(); });
  }

  // The same for job(stop), which is told when the caller is cancelled; it ends soon after that.
  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_stoppable(F job) {
    return run_in(pool_, std::move(job));
  }

  // Frees the value on a worker, some time later.
  template <class T>
  void discard(T value) noexcept {
    try {
      asio::post(pool_, [value = std::move(value)] {});
    } catch (...) {  // no memory to ask for it: it has been freed here
    }
  }

  // The same for a job that may take seconds.
  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_long(F job) {
    return run_in(long_pool_ ? *long_pool_ : pool_, std::move(job));
  }

 private:
  template <class F>
  Task<std::invoke_result_t<F, std::stop_token>> run_in(asio::thread_pool& pool, F job) {
    using R = std::invoke_result_t<F, std::stop_token>;
    const Executor home = co_await asio::this_coro::executor;
    auto start = [&pool, home, job = std::move(job)](auto handler) mutable {
      auto work = asio::prefer(home, asio::execution::outstanding_work.tracked);
      std::stop_source source;
      if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
        slot.assign([source](asio::cancellation_type) mutable { source.request_stop(); });
      asio::post(pool,
                 [home, work, stop = source.get_token(), job = std::move(job), handler = std::move(handler)]() mutable {
                   std::exception_ptr error;
                   std::optional<R> result;
                   try {
                     result.emplace(job(stop));
                   } catch (...) {  // carried to the caller, not handled here
                     error = std::current_exception();
                   }
                   asio::post(home, [handler = std::move(handler), error, result = std::move(result)]() mutable {
                     if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) slot.clear();
                     std::move(handler)(error, std::move(result));
                   });
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
