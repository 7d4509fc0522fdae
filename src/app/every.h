// every: work that comes again and again beside the server's own, until the server is told to stop.
#pragma once
#include <functional>

#include "aio/clock.h"
#include "aio/latch.h"
#include "aio/task.h"
#include "base/time.h"

namespace app {

// A turn after each pause. One that ends with an exception (no memory) is told as an incident, and the next comes all
// the same: the server lives by none of them. `what` is a literal; clock and stop outlive the work.
aio::Task<void> every(const char* what, base::Duration pause, aio::Clock& clock, aio::Latch& stop,
                      std::function<aio::Task<void>()> turn);

}  // namespace app
