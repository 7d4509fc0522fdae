// aside: a call that may take for ever (a file system that hangs, a name that leads there) on a thread of the Launcher,
// while the loop and everybody else's work go on.
#pragma once
#include <exception>
#include <utility>

#include <boost/asio/prefer.hpp>

#include "base/result.h"
#include "os/handover.h"
#include "os/launcher.h"

namespace os {

// job() returns a base::Result. A cancelled caller leaves at once, and what the job returns then is dropped: a job that
// makes what must be removed belongs in a task that nobody cancels.
template <class F>
aio::Task<std::invoke_result_t<F>> aside(F job) {
  using Outcome = std::invoke_result_t<F>;
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  const auto work = aio::asio::prefer(executor, aio::asio::execution::outstanding_work.tracked);
  struct Wish {
    std::shared_ptr<Handover<Outcome>> handover;
    ~Wish() {
      handover->leave([] {});
    }
  } const wish{std::make_shared<Handover<Outcome>>(executor)};
  auto run = [handover = wish.handover, job = std::move(job)]() mutable {
    const auto outcome = [&job]() -> Outcome {
      try {
        return job();
      } catch (const std::exception& e) {  // no memory; the thread is not to end by it
        return base::fail(base::Kind::internal, e.what());
      }
    };
    Handover<Outcome>::give(handover, outcome());
  };
  if (!Launcher::of_this_process().run(std::move(run)))
    co_return base::fail(base::Kind::internal, "no thread for what may take long");
  co_return co_await wish.handover->take();
}

}  // namespace os
