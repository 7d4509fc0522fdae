#include "aio/go.h"

#include "base/check.h"

namespace aio {

void go(const Executor& executor, Task<void> work) {
  asio::co_spawn(executor, std::move(work), [](std::exception_ptr error) {
    CHECK(!error || is_canceled(error), "a task without an owner ended with an exception");
  });
}

}  // namespace aio
