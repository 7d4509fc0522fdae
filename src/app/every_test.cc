// Mutants that these catch: a turn without memory is the last, or ends the process; what is to stop goes on.
#include "app/every.h"

#include <new>
#include <string>

#include <gtest/gtest.h>

#include "aio/incidents.h"
#include "aio/scope.h"
#include "aio/testing/run.h"

namespace app {
namespace {

using namespace std::chrono_literals;

struct Told final : aio::IncidentListener {
  Told() { aio::listen_for_incidents(this); }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;
  ~Told() override { aio::listen_for_incidents(nullptr); }
  void survived(std::string_view where, std::string_view what, std::string_view) override {
    lines += std::string(where) + ": " + std::string(what) + "\n";
  }
  void stalled(const aio::Stall&) override {}
  std::string lines;
};

TEST(Every, GoesOnAfterATurnWithoutMemoryAndStops) {
  Told told;
  aio::testing::Scheduler scheduler(1);
  aio::testing::ManualClock clock;
  aio::Latch stop;
  int turns = 0;
  const auto turn = [&]() -> aio::Task<void> {
    if (++turns == 2) throw std::bad_alloc();
    co_return;
  };
  aio::Scope scope(scheduler.executor(), "work", aio::Scope::OnError::abort);
  scope.spawn(every("giving memory back", 5s, clock, stop, turn));
  const auto pass = [&](base::Duration d) {
    clock.advance(d);
    scheduler.run();
  };
  scheduler.run();
  EXPECT_EQ(turns, 0);
  for (int i = 0; i < 2; ++i) pass(5s);
  EXPECT_EQ(turns, 2);
  EXPECT_EQ(told.lines, "giving memory back: std::bad_alloc\n");
  pass(1s);  // before it is made anew
  pass(5s);
  EXPECT_EQ(turns, 3);
  stop.set();
  scheduler.run();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(turns, 3);
}

}  // namespace
}  // namespace app
