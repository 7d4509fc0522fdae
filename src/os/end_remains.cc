#include "os/end_remains.h"

#include <utility>

#include "os/aside.h"

namespace os {

aio::Task<void> end_remains(std::uint64_t launch, aio::Clock& clock, std::function<bool(std::uint64_t)> kill) {
  constexpr int kTries = 400;
  constexpr auto kPause = std::chrono::milliseconds(5);
  for (int tries = 0; tries < kTries; ++tries) {
    auto job = [launch, kill]() -> base::Result<bool> { return kill(launch); };
    const auto none_lives = co_await aside(std::move(job));
    if (none_lives && *none_lives) co_return;  // without a thread there may be one in a moment
    co_await clock.sleep(kPause);
  }
}

}  // namespace os
