// Clauses 17, 18 and 25 of docs/session-contract.md where starts, work and time meet at the limits.
#include <deque>

#include <gtest/gtest.h>

#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;

aio::Task<void> begin_start_by(House& house, std::string id, std::string caller, std::optional<Leased>& out,
                               bool eager = true) {
  out.emplace(co_await house.manager.start(house.ctx, House::config(eager), std::move(id), house.sink, "start",
                                           std::move(caller)));
}

Refused refusal(const Leased& leased) { return std::get<Refused>(leased.error()); }

// `count` sessions that are held by something other than their starts.
std::deque<Leased> in_work(House& house, int count) {
  std::deque<Leased> out;
  for (int n = 0; n < count; ++n) {
    const std::string id = "work " + std::to_string(n);
    const Leased started = house.run(house.start(id));
    out.push_back(house.run(house.lease(id)));
  }
  return out;
}

TEST(ManagerCapacity, Clause18AStartBesideMaxSessionsInWorkIsThereForItsFirstOperationAndBetweenTwo) {
  House house({.max_sessions = 2, .max_sessions_hard = 10});
  auto busy = in_work(house, 2);
  for (const char* id : {"a", "b", "c"}) house.add(id);
  for (int round = 0; round < 3; ++round) {
    house.pass(1s);
    for (const char* id : {"a", "b", "c"}) {
      std::string out;
      house.begin(use(house, id, out));
      house.pass(100ms);
      EXPECT_EQ(out, "ok") << id;
    }
  }
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause18TheSizeShrinksWithinMinIdleByTheClockAlone) {
  House house({.max_sessions = 2, .max_sessions_hard = 20, .min_idle = 5s});
  {
    std::deque<Leased> busy;
    for (int n = 0; n < 10; ++n) busy.push_back(house.run(house.start("s" + std::to_string(n))));
    while (!busy.empty()) busy.pop_front();
  }
  house.pass(4900ms);
  EXPECT_EQ(house.manager.sessions(), 10U);
  house.pass(100ms);
  EXPECT_EQ(house.manager.sessions(), 2U);
  EXPECT_TRUE(house.manager.generation_of("s9").has_value());
  house.pass(1h);
  EXPECT_EQ(house.manager.sessions(), 2U);
  house.drain();
}

TEST(ManagerCapacity, Clause18AStartAtTheHardLimitWaitsForTheOldestToReachMinIdle) {
  House house({.max_sessions = 2, .max_sessions_hard = 3, .min_idle = 3s});
  house.factory.next.close_time = 0s;
  auto busy = in_work(house, 2);
  house.add("idle");
  const auto since = house.clock.now();
  house.pass(1s);
  const Leased started = house.run(house.start("new"));
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(house.manager.state_of("idle"), "evicted");
  EXPECT_GE(house.clock.now() - since, 3s);
  EXPECT_LT(house.clock.now() - since, 4s);
  busy.clear();
  const_cast<Leased&>(started) = std::unexpected(Refused{Refused::Why::full});
  house.drain();
}

TEST(ManagerCapacity, Clause18MinIdleIsAtMostTheAdmissionTimeout) {
  House house({.max_sessions = 1, .max_sessions_hard = 2, .min_idle = 1h, .admission_timeout = 2s});
  house.factory.next.close_time = 0s;
  auto busy = in_work(house, 1);
  house.add("idle");
  house.pass(1ms);
  EXPECT_TRUE(house.run(house.start("new")).has_value());
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause18StartsAloneNeverFillTheServer) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .min_idle = 5s});
  house.factory.next = {.open_time = 0s, .close_time = 10ms};
  auto busy = in_work(house, 1);
  const auto began = house.clock.now();
  for (int n = 0; n < 100; ++n) house.add("unused " + std::to_string(n));
  EXPECT_LT(house.clock.now() - began, 2s);  // ten milliseconds each, and never min_idle
  EXPECT_LE(house.manager.engines(), 4U);
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause18AReleaseThatLeavesFewInWorkServesTheQueueAtOnce) {
  House house({.max_sessions = 1, .max_sessions_hard = 2, .min_idle = 5s});
  house.factory.next.close_time = 0s;
  auto busy = in_work(house, 1);
  house.add("idle");
  std::optional<Leased> waiting;
  house.begin(begin_start_by(house, "new", "", waiting));
  house.pass(1s);
  ASSERT_FALSE(waiting);
  busy.clear();
  house.pass(100ms);
  ASSERT_TRUE(waiting && *waiting);
  EXPECT_EQ(house.manager.state_of("idle"), "evicted");
  waiting.reset();
  house.drain();
}

TEST(ManagerCapacity, Clause18AnEndOfASessionInWorkServesTheQueueAtOnce) {
  for (const bool crashes : {false, true}) {
    House house({.max_sessions = 2, .max_sessions_hard = 3, .min_idle = 5s});
    house.factory.next.close_time = 3s;  // so that the ended one's own place comes later
    auto busy = in_work(house, 2);
    engine::testing::FakeEngine* one = *house.factory.alive.begin();
    house.factory.next.close_time = 0s;
    house.add("idle");
    std::optional<Leased> first, second;
    house.begin(begin_start_by(house, "first", "", first));
    house.begin(begin_start_by(house, "second", "", second));
    bool ended = false;
    if (crashes)
      one->die("signal 9");
    else
      house.begin(end(house, "work 0", ended));
    house.pass(100ms);
    ASSERT_TRUE(first && *first);  // in the place of the idle one, which went although it is young
    EXPECT_EQ(house.manager.state_of("idle"), "evicted");
    EXPECT_FALSE(second);
    house.pass(3s);
    ASSERT_TRUE(second && *second);
    first.reset();
    second.reset();
    busy.clear();
    house.drain();
  }
}

TEST(ManagerCapacity, Clause18ABrowserThatClosesMakesThePlaceForTheStartThatWaits) {
  House house({.max_sessions = 2, .max_sessions_hard = 2, .min_idle = 0s});
  for (const char* id : {"a", "b", "c"}) house.add(id);  // the last waits until a's browser is closed
  EXPECT_FALSE(house.manager.generation_of("a").has_value());
  EXPECT_TRUE(house.manager.generation_of("b").has_value());
  house.drain();
}

TEST(ManagerCapacity, Clause19OnlyLoweringTheCapacityIgnoresMinIdle) {
  House house({.max_sessions = 2, .max_sessions_hard = 8, .min_idle = 5s});
  for (const char* id : {"a", "b", "c", "d"}) house.add(id);
  Limits limits = house.manager.limits();
  limits.idle_ttl = 1h;
  ASSERT_TRUE(house.manager.set_limits(limits).has_value());
  EXPECT_EQ(house.manager.sessions(), 4U);
  limits.max_sessions = 1;
  ASSERT_TRUE(house.manager.set_limits(limits).has_value());
  EXPECT_EQ(house.manager.sessions(), 1U);
  house.drain();
}

TEST(ManagerCapacity, Clause18AChangedMinIdleHoldsForSessionsThatExist) {
  House house({.max_sessions = 1, .max_sessions_hard = 8, .min_idle = 5s});
  for (const char* id : {"a", "b"}) house.add(id);
  Limits limits = house.manager.limits();
  limits.min_idle = 0s;
  ASSERT_TRUE(house.manager.set_limits(limits).has_value());
  EXPECT_EQ(house.manager.state_of("a"), "evicted");
  house.drain();
}

TEST(ManagerCapacity, Clause17AHigherHardLimitServesTheQueueAtOnce) {
  House house({.max_sessions = 1, .max_sessions_hard = 1});
  auto busy = in_work(house, 1);
  std::optional<Leased> waiting;
  house.begin(begin_start_by(house, "new", "", waiting));
  EXPECT_EQ(house.manager.queued(), 1U);
  Limits limits = house.manager.limits();
  limits.max_sessions_hard = 2;
  ASSERT_TRUE(house.manager.set_limits(limits).has_value());
  house.pass(100ms);
  ASSERT_TRUE(waiting && *waiting);
  waiting.reset();
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause17APlaceWhoseIdWasTakenMeanwhileGoesToTheNext) {
  House house({.max_sessions = 1, .max_sessions_hard = 2});
  house.factory.next.close_time = 0s;
  auto busy = in_work(house, 2);
  std::optional<Leased> first, second, third;
  house.begin(begin_start_by(house, "same", "", first));
  house.begin(begin_start_by(house, "same", "", second));
  house.begin(begin_start_by(house, "other", "", third));
  bool ended = false;
  house.begin(end(house, "work 0", ended));
  house.pass(100ms);
  ASSERT_TRUE(first && *first);
  house.begin(end(house, "work 1", ended));
  house.pass(100ms);
  ASSERT_TRUE(second && !*second);
  EXPECT_EQ(refusal(*second).why, Refused::Why::exists);
  ASSERT_TRUE(third && *third);
  first.reset();
  third.reset();
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause17ManyStartsOfOneCallerDoNotHoldUpAnother) {
  House house({.max_sessions = 1, .max_sessions_hard = 1, .admission_waiters = 10});
  house.factory.next = {.open_time = 0s, .close_time = 0s};
  auto busy = in_work(house, 1);
  std::deque<std::optional<Leased>> many(20);
  for (std::size_t n = 0; n < many.size(); ++n) house.begin(begin_start_by(house, std::to_string(n), "one", many[n]));
  EXPECT_EQ(house.manager.queued(), 10U);
  std::optional<Leased> other;
  house.begin(begin_start_by(house, "other", "two", other));
  EXPECT_EQ(house.manager.queued(), 10U);  // the newest of the many is refused for it
  ASSERT_TRUE(many[9] && !*many[9]);
  EXPECT_EQ(refusal(*many[9]).why, Refused::Why::full);
  EXPECT_FALSE(other);
  busy.clear();
  house.pass(10ms);
  ASSERT_TRUE(many[0] && *many[0]);
  many[0].reset();
  house.pass(10ms);
  ASSERT_TRUE(other && *other);
  other.reset();
  for (auto& one : many) {
    house.pass(10ms);
    one.reset();
  }
  house.drain();
}

TEST(ManagerCapacity, Clause17AQueuedStartWaitsNoLongerThanItsDeadline) {
  House house({.max_sessions = 1, .max_sessions_hard = 1, .admission_timeout = 1h});
  auto busy = in_work(house, 1);
  std::optional<Leased> waiting;
  house.ctx.deadline = house.clock.now() + 1s;
  house.begin(begin_start_by(house, "new", "", waiting));
  house.pass(900ms);
  EXPECT_FALSE(waiting);
  house.pass(100ms);
  ASSERT_TRUE(waiting && !*waiting);
  EXPECT_EQ(refusal(*waiting).why, Refused::Why::full);
  EXPECT_EQ(house.manager.queued(), 0U);
  busy.clear();
  house.drain();
}

struct Refusals final : Observer {
  void refused(Refused::Why why) override { told.push_back(why); }
  std::vector<Refused::Why> told;
};

TEST(ManagerCapacity, EveryStartThatIsRefusedIsTold) {
  Refusals refusals;
  House house({.max_sessions = 1, .max_sessions_hard = 2, .admission_timeout = 1s, .drain_timeout = 60s}, &refusals);
  auto busy = in_work(house, 1);
  house.factory.next.open_time = 30s;
  std::optional<Leased> overtaken;
  house.begin(begin_start_by(house, "opening", "", overtaken));
  EXPECT_FALSE(house.run(house.start("beyond")).has_value());
  using enum Refused::Why;
  EXPECT_EQ(refusals.told, std::vector{full});
  house.begin(house.manager.drain(house.hurry));
  EXPECT_EQ(refusals.told, (std::vector{full, draining}));  // the one that was opening
  EXPECT_FALSE(house.run(house.start("late")).has_value());
  EXPECT_EQ(refusals.told, (std::vector{full, draining, draining}));
  busy.clear();
  house.pass(60s);
}

TEST(ManagerCapacity, Clause17RetryAfterCountsPinsThatAreStillHeld) {
  House house({.max_sessions = 1, .max_sessions_hard = 1, .admission_timeout = 1s, .admission_waiters = 1});
  for (int n = 0; n < 100; ++n) {
    std::string out;
    house.add("short " + std::to_string(n));
  }
  auto busy = in_work(house, 1);
  house.pass(29s);
  const Leased refused = house.run(house.start("late"));
  EXPECT_EQ(refusal(refused).why, Refused::Why::full);
  EXPECT_GE(refusal(refused).retry_after, 30s);
  busy.clear();
  house.drain();
}

TEST(ManagerCapacity, Clause25AStartThatIsOpeningWhenTheDrainBeginsIsRefusedAtOnce) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    House house(seed, {.max_sessions = 2, .max_sessions_hard = 4, .drain_timeout = 60s});
    house.factory.next.open_time = 1s;
    std::optional<Leased> eager;
    house.begin(begin_start_by(house, "a", "", eager));
    house.pass(seed % 2 == 0 ? 500ms : 999ms);
    const auto began = house.clock.now();
    aio::testing::start(house.scheduler, house.manager.drain(house.hurry));
    house.pass(100ms);
    ASSERT_TRUE(eager && !*eager) << "seed " << seed;
    EXPECT_EQ(refusal(*eager).why, Refused::Why::draining);
    EXPECT_EQ(refusal(*eager).retry_after, 1s);
    EXPECT_EQ(house.manager.state_of("a"), "drained");
    house.pass(2s);
    EXPECT_EQ(house.alive(), 0U);
    EXPECT_EQ(house.manager.engines(), 0U);
    EXPECT_LT(house.clock.now() - began, 60s);
  }
}

TEST(ManagerCapacity, Clause25AStartThatOthersWaitForIsRefusedWhenTheLastOfThemLeaves) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .drain_timeout = 60s});
  house.factory.next.open_time = 30s;
  std::optional<Leased> eager;
  std::string other;
  house.begin(begin_start_by(house, "a", "", eager));
  house.begin(lease_until(house, "a", house.clock.now() + 2s, other));
  house.begin(house.manager.drain(house.hurry));
  house.pass(1s);
  EXPECT_FALSE(eager);
  house.pass(1s);
  EXPECT_EQ(other, "timed out waiting for the browser to open");
  ASSERT_TRUE(eager && !*eager);
  EXPECT_EQ(refusal(*eager).why, Refused::Why::draining);
  house.pass(1s);
  EXPECT_EQ(house.manager.engines(), 0U);
}

TEST(ManagerCapacity, Clause25AStartThatOpenedInTheTurnOfTheDrainIsRefusedToo) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    House house(seed, {.max_sessions = 2, .max_sessions_hard = 4});
    house.factory.next.open_time = 1s;
    std::optional<Leased> eager;
    house.begin(begin_start_by(house, "a", "", eager));
    house.clock.advance(1s);  // both are ready now, in an order that the seed decides
    aio::testing::start(house.scheduler, house.manager.drain(house.hurry));
    house.pass(10s);
    ASSERT_TRUE(eager.has_value());
    if (*eager) {
      eager.reset();  // it was out before the drain began
      house.pass(10s);
    } else {
      EXPECT_EQ(refusal(*eager).why, Refused::Why::draining) << "seed " << seed;
    }
    EXPECT_EQ(house.manager.state_of("a"), "drained");
    EXPECT_EQ(house.alive(), 0U);
  }
}

TEST(ManagerCapacity, Clause25QueuedStartsAreRefusedWhenTheDrainBegins) {
  House house({.max_sessions = 1, .max_sessions_hard = 1, .admission_timeout = 1h, .drain_timeout = 60s});
  auto busy = in_work(house, 1);
  std::optional<Leased> waiting;
  house.begin(begin_start_by(house, "new", "", waiting));
  house.begin(house.manager.drain(house.hurry));
  ASSERT_TRUE(waiting && !*waiting);
  EXPECT_EQ(refusal(*waiting).why, Refused::Why::draining);
  EXPECT_EQ(refusal(*waiting).retry_after, 1s);
  EXPECT_EQ(house.manager.queued(), 0U);
  busy.clear();
  house.pass(10s);
  EXPECT_EQ(house.manager.engines(), 0U);
  for (const bool eager : {false, true}) {
    std::optional<Leased> late;
    house.begin(begin_start_by(house, "late", "", late, eager));
    ASSERT_TRUE(late && !*late);  // at once, and no session was made for it
    EXPECT_EQ(refusal(*late).why, Refused::Why::draining);
    EXPECT_EQ(house.manager.state_of("late"), "absent");
  }
}

TEST(ManagerCapacity, Clause25AfterTheBudgetABrowserThatDoesNotCloseIsKilledSoon) {
  for (const bool hurried : {false, true}) {
    House house({.max_sessions = 2, .max_sessions_hard = 4, .close_timeout = 1h, .drain_timeout = 2s});
    house.factory.next = {.verb_time = 1h, .close_hangs = true};
    house.add("busy");
    house.add("idle");
    std::string out;
    house.begin(use(house, "busy", out));
    house.begin(house.manager.drain(house.hurry));
    house.pass(1s);
    EXPECT_EQ(house.alive(), 2U);
    if (hurried) house.hurry.set();
    house.pass(hurried ? 400ms : 1400ms);  // with the default the process is gone within 2.5 s
    EXPECT_EQ(house.alive(), 0U);
    EXPECT_EQ(house.factory.killed, 2);
    EXPECT_EQ(house.manager.engines(), 0U);
  }
}

}  // namespace
}  // namespace session
