// What throws ends alone and is told; a turn of the loop that takes too long is told with what it did.
#include "aio/incidents.h"

#include <ctime>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <poll.h>

#include "aio/go.h"
#include "aio/latch.h"
#include "aio/scope.h"
#include "aio/testing/run.h"
#include "aio/turn_meter.h"
#include "base/activity.h"

namespace aio {
namespace {

using namespace std::chrono_literals;

struct Listener final : IncidentListener {
  Listener() { listen_for_incidents(this); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() override { listen_for_incidents(nullptr); }
  void survived(std::string_view where, std::string_view what, std::string_view) override {
    errors.push_back(std::string(where) + ": " + std::string(what));
  }
  void stalled(const Stall& stall) override { stalls.push_back(stall); }
  std::vector<std::string> errors;
  std::vector<Stall> stalls;
};

Task<void> throw_at(Latch& latch) {
  co_await latch.wait();
  throw std::length_error("boom");
}
Task<void> wait_at(Latch& latch) { co_await latch.wait(); }
Task<void> finish(Scope& scope, bool& finished) {
  co_await scope.finish();
  finished = true;
}

TEST(Incidents, AChildThatThrowsEndsAloneAndTheScopeGoesOn) {
  const Listener told;
  testing::Scheduler scheduler(1);
  Latch now, later;
  Scope scope(scheduler.executor(), "a child");
  bool finished = false;
  scope.spawn(throw_at(now));
  scope.spawn(wait_at(later));
  testing::start(scheduler, finish(scope, finished));
  now.set();
  scheduler.run();
  EXPECT_EQ(told.errors, std::vector<std::string>{"a child: boom"});
  EXPECT_EQ(scope.size(), 1U);
  EXPECT_FALSE(finished);
  later.set();
  scheduler.run();
  EXPECT_TRUE(finished);
}

TEST(Incidents, AChildThatTheProcessLivesByEndsIt) {
  EXPECT_DEATH(
      {
        const Listener told;
        testing::Scheduler scheduler(1);
        Latch now;
        Scope scope(scheduler.executor(), "the heart", Scope::OnError::abort);
        scope.spawn(throw_at(now));
        now.set();
        scheduler.run();
      },
      "the heart ended with an exception: boom");
}

TEST(Incidents, ATaskWithoutAnOwnerThatThrowsIsTold) {
  const Listener told;
  testing::Scheduler scheduler(1);
  Latch now;
  go(scheduler.executor(), "a reader", throw_at(now));
  now.set();
  scheduler.run();
  EXPECT_EQ(told.errors, std::vector<std::string>{"a reader: boom"});
}

Task<base::Result<int>> result_or_throw(Latch& latch) {
  co_await latch.wait();
  throw std::length_error("boom");
}
Task<void> contain(Latch& latch, base::Result<int>& out) { out = co_await contained("work", result_or_throw(latch)); }

TEST(Incidents, ContainedWorkThatThrowsIsAnInternalErrorAndItsTextIsForTheLogOnly) {
  const Listener told;
  testing::Scheduler scheduler(1);
  Latch now;
  base::Result<int> out = 1;
  testing::start(scheduler, contain(now, out));
  now.set();
  scheduler.run();
  ASSERT_FALSE(out.has_value());
  EXPECT_EQ(out.error().kind, base::Kind::internal);
  EXPECT_EQ(out.error().message.find("boom"), std::string::npos);
  EXPECT_EQ(out.error().detail, "boom");
}

TEST(Incidents, ContainedWorkThatIsCancelledUnwinds) {
  const Listener told;
  testing::Scheduler scheduler(1);
  Latch never;
  base::Result<int> out = 1;
  Scope scope(scheduler.executor());
  scope.spawn(contain(never, out));
  scheduler.run();
  scope.cancel_all();
  scheduler.run();
  EXPECT_TRUE(scope.empty());
  EXPECT_TRUE(out.has_value());
  EXPECT_TRUE(told.errors.empty());
}

Task<void> fail_times(int& left, Latch& latch) {
  if (--left >= 0) throw std::length_error("boom");
  co_await latch.wait();
}

TEST(Incidents, PersistentWorkIsMadeAnewUntilItIsCancelled) {
  const Listener told;
  testing::Scheduler scheduler(1);
  testing::ManualClock clock;
  Latch never;
  int left = 3;
  Scope scope(scheduler.executor());
  scope.spawn(persistently("accepting", clock, [&] { return fail_times(left, never); }));
  scheduler.run_with(clock);
  EXPECT_EQ(told.errors.size(), 3U);
  EXPECT_EQ(scope.size(), 1U);
  scope.cancel_all();
  scheduler.run();
  EXPECT_TRUE(scope.empty());
}

// The loop itself. What is measured here is the thread's own time, so no other load can make it fail.

void compute_for(std::chrono::milliseconds time) {
  const auto read = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  for (const auto until = read() + time; read() < until;) {
  }
}

TEST(Incidents, AHandlerThatThrowsLeavesTheLoopRunning) {
  const Listener told;
  Loop loop;
  int after = 0;
  asio::post(loop.context(), [] { throw std::bad_alloc(); });
  asio::post(loop.context(), [&] { ++after; });
  loop.run();
  EXPECT_EQ(after, 1);
  EXPECT_EQ(told.errors, std::vector<std::string>{"handler: std::bad_alloc"});
}

TEST(Incidents, ATurnThatComputesForLongIsTold) {
  const Listener told;
  Loop loop;
  asio::post(loop.context(), [] { compute_for(1ms); });
  asio::post(loop.context(), [] {
    const base::Activity activity("counting");
    compute_for(40ms);
  });
  asio::post(loop.context(), [] { compute_for(1ms); });
  loop.run();
  ASSERT_EQ(told.stalls.size(), 1U);
  EXPECT_GE(told.stalls[0].cpu, kLongestTurn);
  EXPECT_TRUE(told.stalls[0].during.starts_with("counting ")) << told.stalls[0].during;
}

TEST(Incidents, ATurnThatSleepsInACallIsTold) {
  const Listener told;
  Loop loop;
  asio::post(loop.context(), [] { poll(nullptr, 0, 300); });
  loop.run();
  ASSERT_EQ(told.stalls.size(), 1U);
  EXPECT_GE(told.stalls[0].blocked, kLongestBlock);
  EXPECT_LT(told.stalls[0].cpu, kLongestTurn);
}

TEST(Incidents, AWaitForEventsIsNoStall) {
  const Listener told;
  Loop loop;
  SteadyClock clock;
  testing::run_real(loop, clock.sleep(300ms));
  EXPECT_TRUE(told.stalls.empty());
}

std::optional<Stall> turn(TurnMeter& meter, base::Duration wall, base::Duration cpu, base::Duration queued) {
  if (!meter.wants_usage(wall)) return std::nullopt;
  return meter.took(wall, {.cpu = cpu, .queued = queued, .faults = 0});
}

TEST(TurnMeter, TimeWithoutAProcessorIsNoStall) {
  TurnMeter meter;
  EXPECT_FALSE(turn(meter, 500ms, 5ms, 490ms));
  EXPECT_FALSE(turn(meter, 500ms, 24ms, 960ms));
  EXPECT_TRUE(turn(meter, 500ms, 44ms, 1430ms));
}

TEST(TurnMeter, ManyShortTurnsAreNoStall) {
  TurnMeter meter;
  for (int n = 1; n < 1000; ++n) EXPECT_FALSE(turn(meter, 1500us, n * 1500us, 0ms));
}

TEST(TurnMeter, TheTimeOfOtherTurnsIsNotCounted) {
  TurnMeter meter;
  EXPECT_FALSE(turn(meter, 1ms, 1ms, 0ms));
  EXPECT_FALSE(turn(meter, 19500us, 20500us, 0ms));
  EXPECT_FALSE(turn(meter, 1ms, 21500us, 0ms));
  const auto stall = turn(meter, 21ms, 42500us, 0ms);
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->cpu, 21ms);
  EXPECT_FALSE(turn(meter, 1900us, 44400us, 0ms));
  EXPECT_FALSE(turn(meter, 60ms, 64us + 63ms, 40ms)) << "of 20.5 ms since the last reading 1.9 were another turn's";
}

TEST(TurnMeter, TellsThePagesThatAStallWasGiven) {
  TurnMeter meter;
  ASSERT_TRUE(meter.wants_usage(5ms));
  EXPECT_FALSE(meter.took(5ms, {.cpu = 5ms, .queued = {}, .faults = 300}));
  ASSERT_TRUE(meter.wants_usage(30ms));
  EXPECT_EQ(meter.took(30ms, {.cpu = 35ms, .queued = {}, .faults = 9300})->faults, 9000U);
}

TEST(TurnMeter, SleepIsCountedApart) {
  TurnMeter meter;
  EXPECT_FALSE(turn(meter, 90ms, 1ms, 0ms));
  const auto stall = turn(meter, 150ms, 3ms, 20ms);
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->cpu, 2ms);
  EXPECT_EQ(stall->blocked, 128ms);
}

}  // namespace
}  // namespace aio
