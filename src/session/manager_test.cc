#include <cstdlib>

#include <gtest/gtest.h>

#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;

TEST(Manager, Case1AStartAtCapacityNeverEvictsASessionInUse) {
  House house;
  house.add("a");
  house.add("b");
  house.factory.next.verb_time = 10s;
  {
    const Leased busy = house.run(house.lease("a"));
    ASSERT_TRUE(house.run(house.start("c")).has_value());
    EXPECT_EQ(house.manager.state_of("b"), "evicted");
    EXPECT_TRUE(house.manager.generation_of("a").has_value());
  }
  house.drain();
  EXPECT_EQ(house.alive(), 0U);
}

TEST(Manager, Case2TheSweepNeverClosesASessionInUse) {
  House house(1, {.max_sessions = 2, .max_sessions_hard = 4, .idle_ttl = 1s});
  house.add("a");
  house.add("b");
  {
    const Leased busy = house.run(house.lease("a"));
    house.clock.advance(5s);
    house.scheduler.run();
    EXPECT_TRUE(house.manager.generation_of("a").has_value());
    EXPECT_EQ(house.manager.state_of("b"), "idle");
  }
  house.drain();
}

TEST(Manager, Case3TwoFirstRequestsShareOneOpening) {
  House house;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string first, second;
  house.begin(use(house, "a", first));
  house.begin(use(house, "a", second));
  house.scheduler.run_with(house.clock);
  EXPECT_EQ(first, "ok");
  EXPECT_EQ(second, "ok");
  EXPECT_EQ(house.factory.opened, 1);
  house.drain();
  EXPECT_EQ(house.alive(), 0U);
}

TEST(Manager, Case4AnEndDuringALazyStartLeavesNoEngine) {
  House house;
  house.factory.next.open_time = 5s;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string first;
  bool ended = false;
  house.begin(use(house, "a", first));
  house.scheduler.run();
  house.begin(end(house, "a", ended));
  house.scheduler.run_with(house.clock);
  EXPECT_EQ(first, "Session was closed: client");
  EXPECT_TRUE(ended);
  EXPECT_EQ(house.alive(), 0U);
  house.drain();
}

TEST(Manager, Case5NoRequestGetsAnEngineThatIsBeingClosed) {
  House house;
  house.factory.next.close_hangs = true;
  house.add("a");
  bool ended = false;
  house.begin(end(house, "a", ended));
  house.scheduler.run();
  std::string late;
  house.begin(use(house, "a", late));
  house.scheduler.run();
  EXPECT_EQ(late, "refused");
  house.drain();
  EXPECT_EQ(house.factory.killed, 1);  // clause 12: a close that hangs is killed
  EXPECT_EQ(house.factory.used_after_end, 0);
}

TEST(Manager, Case9TenInUseAtCapacityTwoLoseNothingAndShrinkAfter) {
  House house(1, {.max_sessions = 2, .max_sessions_hard = 20, .min_idle = 0s});
  {
    std::vector<Leased> busy;
    for (int n = 0; n < 10; ++n) busy.push_back(house.run(house.start("s" + std::to_string(n))));
    EXPECT_EQ(house.manager.sessions(), 10U);
    EXPECT_EQ(house.alive(), 10U);
  }
  house.scheduler.run_with(house.clock, 50);
  EXPECT_EQ(house.manager.sessions(), 2U);
  EXPECT_EQ(house.alive(), 2U);
  house.drain();
}

TEST(Manager, Case10AnIdThatExistsIsRefused) {
  House house;
  house.add("a");
  const Leased again = house.run(house.start("a"));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(std::get<Refused>(again.error()).why, Refused::Why::exists);
  house.drain();
}

TEST(Manager, Clause3AFailedLazyStartLeavesTheSessionAndALaterRequestTriesAgain) {
  House house;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  house.factory.next.open_fails = true;
  std::string out;
  house.begin(use(house, "a", out));
  house.scheduler.run_with(house.clock);
  EXPECT_EQ(out, "connect ECONNREFUSED 127.0.0.1:1");
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.factory.next.open_fails = false;
  house.begin(use(house, "a", out));
  house.scheduler.run_with(house.clock);
  EXPECT_EQ(out, "ok");
  house.drain();
}

TEST(Manager, TellsHowManyOperationsOneMoreWouldWaitFor) {
  House house;
  house.factory.next.verb_time = 10s;
  house.add("a");
  house.add("b");
  {
    const Leased lease = house.run(house.lease("a"));
    std::string out[3];
    for (std::size_t n = 0; n < 3; ++n) {
      EXPECT_EQ(house.manager.ahead(*lease), n);
      house.begin(use(house, "a", out[n]));
    }
    EXPECT_EQ(house.manager.ahead(*house.run(house.lease("b"))), 0U);
    house.pass(10s);
    EXPECT_EQ(out[0], "ok");
    EXPECT_EQ(house.manager.ahead(*lease), 2U);
    house.pass(20s);
    EXPECT_EQ(house.manager.ahead(*lease), 0U);
  }
  house.drain();
}

TEST(Manager, Clause9AnEndAnswersTheWorkInFlightAtOnce) {
  House house;
  house.factory.next.verb_time = 100s;
  house.add("a");
  std::string out;
  bool ended = false;
  house.begin(use(house, "a", out));
  house.scheduler.run();
  house.begin(end(house, "a", ended));
  house.scheduler.run();
  EXPECT_EQ(out, "Session was closed: client");
  house.drain();
  EXPECT_TRUE(ended);
}

TEST(Manager, Clause13ADeadBrowserEndsItsSessionAndAnswersAtOnce) {
  House house;
  house.factory.next.verb_time = 100s;
  house.add("a");
  std::string out;
  house.begin(use(house, "a", out));
  house.scheduler.run();
  (*house.factory.alive.begin())->die("signal 9");
  house.scheduler.run();
  EXPECT_EQ(out, "The browser crashed");
  EXPECT_EQ(house.manager.state_of("a"), "crashed");
  EXPECT_EQ(house.manager.sessions(), 0U);
  house.drain();
}

aio::Task<base::Result<int>> broken() { co_return base::fail(base::Kind::gone, "the connection is closed"); }

// Work that fails at once, as over a connection that broke.
aio::Task<void> use_broken(House& house, std::string& out) {
  const Leased lease = co_await house.lease("a");
  const auto done = co_await house.manager.run(house.ctx, *lease, [] { return broken(); });
  out = done.error().message;
}

TEST(Manager, Clause13WorkWhoseConnectionBrokeIsToldOfTheDeathThatComesSoonAfter) {
  for (const bool dies : {false, true}) {
    House house;
    house.add("a");
    std::string out;
    house.begin(use_broken(house, out));
    house.pass(500ms);
    EXPECT_EQ(out, "");
    if (dies) (*house.factory.alive.begin())->die("signal 9");
    house.pass(500ms);
    EXPECT_EQ(out, dies ? "The browser crashed" : "the connection is closed");
    house.drain();
  }
}

aio::Task<void> use_until(House& house, base::TimePoint deadline, std::string& out) {
  const aio::Context ctx = house.ctx.with_deadline(deadline);
  const Leased lease = co_await house.lease("a");
  const auto done = co_await house.manager.run(
      ctx, *lease, [&] { return lease->engine().act(ctx, engine::ActRequest{}, house.sink); });
  out = done ? "ok" : done.error().message;
}

TEST(Manager, AWaitForATurnEndsAtItsDeadline) {
  House house;
  house.factory.next.verb_time = 100s;
  house.add("a");
  std::string first, second;
  house.begin(use(house, "a", first));
  house.begin(use_until(house, house.clock.now() + 1s, second));
  house.pass(1s);
  EXPECT_EQ(second, "timed out waiting for an earlier operation on this session");
  EXPECT_EQ(first, "");
  house.pass(100s);
  house.drain();
}

// Mutant: every death told as a crash.
TEST(Manager, Clause13TellsWhatABrowserDidThatIsNone) {
  House house;
  house.factory.next.verb_time = 100s;
  house.add("a");
  std::string out;
  house.begin(use(house, "a", out));
  house.scheduler.run();
  (*house.factory.alive.begin())->die({base::Kind::browser, "It broke the protocol", "opcode 3"});
  house.scheduler.run();
  EXPECT_EQ(out, "It broke the protocol");
  EXPECT_EQ(house.manager.unknown("a").state, "crashed");
  EXPECT_EQ(house.manager.unknown("a").detail, "It broke the protocol");
  EXPECT_EQ(house.manager.unknown("b").detail, "");
  house.drain();
}

TEST(Manager, Clause17AtTheHardLimitAStartWaitsAndIsThenRefusedWithRetryAfter) {
  House house(1, {.max_sessions = 1, .max_sessions_hard = 1, .admission_timeout = 5s});
  {
    const Leased busy = house.run(house.start("a"));
    const Leased refused = house.run(house.start("b"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(std::get<Refused>(refused.error()).why, Refused::Why::full);
    EXPECT_GE(std::get<Refused>(refused.error()).retry_after, 1s);
  }
  EXPECT_TRUE(house.run(house.start("c")).has_value());
  EXPECT_EQ(house.manager.state_of("a"), "evicted");
  house.drain();
}

TEST(Manager, Clause19ACapacityOfZeroIsRefused) {
  House house;
  EXPECT_FALSE(house.manager.set_limits({.max_sessions = 0}).has_value());
  house.drain();
}

TEST(Manager, Clause19AHardLimitBelowTheCapacityIsRefusedAndChangesNothing) {
  House house;
  EXPECT_FALSE(house.manager.set_limits({.max_sessions = 3, .max_sessions_hard = 2}).has_value());
  EXPECT_EQ(house.manager.limits().max_sessions, 2U);
  EXPECT_TRUE(house.manager.set_limits({.max_sessions = 3, .max_sessions_hard = 3}).has_value());
  house.drain();
}

TEST(Manager, Clause25WhileDrainingStartsAreRefusedAndWorkGetsItsBudget) {
  House house;
  house.add("a");
  std::string out;
  house.begin(use(house, "a", out));
  house.scheduler.run();
  house.begin(house.manager.drain(house.hurry));
  house.scheduler.run();
  const Leased refused = house.run(house.start("b"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<Refused>(refused.error()).why, Refused::Why::draining);
  house.scheduler.run_with(house.clock);
  EXPECT_EQ(out, "ok");
  EXPECT_EQ(house.alive(), 0U);
}

}  // namespace
}  // namespace session
