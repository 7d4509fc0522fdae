#include "aio/go.h"

#include <string>

#include "aio/incidents.h"
#include "base/check.h"

namespace aio {

void go(const Executor& executor, const char* what, Task<void> work) {
  asio::co_spawn(executor, std::move(work), [what](std::exception_ptr error) {
    if (!error || is_canceled(error)) return;
    CHECK(is_listened_to(), std::string(what) + " ended with an exception: " + text_of(error));
    survived(what, error);
  });
}

}  // namespace aio
