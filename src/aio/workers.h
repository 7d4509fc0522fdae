// Workers: a few threads for work that blocks or computes for long (removing a profile folder, digesting a large tree).
// Jobs take values and return values; they touch no state of the loop.
#pragma once
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "aio/task.h"

namespace aio {

class Workers {
 public:
  explicit Workers(std::size_t threads) : pool_(threads) {}
  ~Workers() { pool_.join(); }

  // Runs job() on a worker and comes back to the caller's loop with its result or exception. A cancelled caller waits
  // for the job all the same: keep jobs short.
  template <class F>
  Task<std::invoke_result_t<F>> run(F job) {
    using R = std::invoke_result_t<F>;
    const Executor home = co_await asio::this_coro::executor;
    auto start = [this, home, job = std::move(job)](auto handler) mutable {
      auto work = asio::prefer(home, asio::execution::outstanding_work.tracked);
      asio::post(pool_, [home, work, job = std::move(job), handler = std::move(handler)]() mutable {
        std::exception_ptr error;
        std::optional<R> result;
        try {
          result.emplace(job());
        } catch (...) {  // carried to the caller, not handled here
          error = std::current_exception();
        }
        asio::post(home, [handler = std::move(handler), error, result = std::move(result)]() mutable {
          std::move(handler)(error, std::move(result));
        });
      });
    };
    auto result = co_await asio::async_initiate<const asio::use_awaitable_t<Executor>,
                                                void(std::exception_ptr, std::optional<R>)>(std::move(start), use_task);
    co_return std::move(*result);
  }

 private:
  asio::thread_pool pool_;
};

}  // namespace aio
