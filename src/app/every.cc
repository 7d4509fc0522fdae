#include "app/every.h"

#include <utility>

#include "aio/incidents.h"
#include "aio/race.h"

namespace app {
namespace {

aio::Task<void> turns(base::Duration pause, aio::Clock& clock, aio::Latch& stop,
                      std::function<aio::Task<void>()> turn) {
  for (;;) {
    const auto first = co_await aio::race(stop.wait(), clock.sleep(pause));
    if (first.index() == 0) co_return;
    co_await turn();
  }
}

}  // namespace

aio::Task<void> every(const char* what, base::Duration pause, aio::Clock& clock, aio::Latch& stop,
                      std::function<aio::Task<void>()> turn) {
  const auto make = [pause, &clock, &stop, turn = std::move(turn)] { return turns(pause, clock, stop, turn); };
  return aio::persistently(what, clock, make);
}

}  // namespace app
