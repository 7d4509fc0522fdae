// end_remains: what is left of a launch whose leader has ended is killed, and waited for.
#pragma once
#include <cstdint>
#include <functional>

#include "aio/clock.h"
#include "aio/task.h"
#include "os/orphans.h"

namespace os {

// Returns once nothing lives, after some seconds in any case. Aside, since the words of a process are in its own
// memory: one that keeps them from being read holds up nobody else's end.
aio::Task<void> end_remains(std::uint64_t launch, aio::Clock& clock,
                            std::function<bool(std::uint64_t)> kill = kill_remains);

}  // namespace os
