// The clauses of the session contract at the manager, each under its number (docs/session-contract.md).
#include <deque>

#include <gtest/gtest.h>

#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;

struct Count final : Observer {
  void pin_alarm() override { ++alarms; }
  int alarms = 0;
};

aio::Task<void> begin_start(House& house, std::string id, bool eager, std::optional<Leased>& out) {
  out.emplace(co_await house.start(std::move(id), eager));
}

// A start whose client leaves when `left` is set.
aio::Task<void> start_until(House& house, std::string id, aio::Latch& left, std::optional<Leased>& out) {
  auto first = co_await aio::race(house.start(std::move(id)), left.wait());
  if (first.index() == 0) out.emplace(std::get<0>(std::move(first)));
}

Refused::Why why(const Leased& leased) { return std::get<Refused>(leased.error()).why; }

TEST(Manager, Case6AStartAtCapacityWhileAnotherStartsLeaksNoEngine) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .min_idle = 0s});
  std::optional<Leased> first, second;
  house.begin(begin_start(house, "a", true, first));
  house.begin(begin_start(house, "b", true, second));
  house.pass(1s);
  ASSERT_TRUE(first && *first && second && *second);
  first.reset();
  second.reset();
  house.pass(1s);
  EXPECT_EQ(house.manager.sessions(), 1U);
  EXPECT_EQ(house.alive(), 1U);
  house.drain();
  EXPECT_EQ(house.factory.abandoned, 0);
}

TEST(Manager, Case7ASweepUnderWayNeverClosesANewSessionOfAReusedId) {
  House house({.max_sessions = 4, .max_sessions_hard = 8, .idle_ttl = 1s, .min_idle = 0s});
  house.factory.next.close_time = 1s;
  house.add("a");
  house.add("b");
  house.pass(1500ms);  // the sweep has taken both out, their browsers still close
  ASSERT_EQ(house.manager.state_of("a"), "idle");
  ASSERT_EQ(house.manager.closing(), 2U);
  {
    const Leased again = house.run(house.start("a"));
    ASSERT_TRUE(again.has_value());
    house.pass(10s);
    EXPECT_EQ(house.manager.generation_of("a"), again->generation());
    EXPECT_EQ(house.alive(), 1U);
  }
  house.drain();
}

TEST(Manager, Clause8AndCase8ALateReleaseOfAnOldGenerationDropsNoPinOfTheNew) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .min_idle = 0s});
  std::optional<Leased> old(house.run(house.start("a")));
  bool ended = false;
  house.begin(end(house, "a", ended));
  house.pass(1s);
  ASSERT_TRUE(ended);
  {
    const Leased fresh = house.run(house.start("a"));
    old.reset();
    EXPECT_EQ(house.manager.pinned(), 1U);
    ASSERT_TRUE(house.run(house.start("b")).has_value());
    EXPECT_EQ(house.manager.generation_of("a"), fresh->generation());
  }
  house.drain();
}

TEST(Manager, Case10OfTwoStartsOfOneIdAtOnceOneIsRefused) {
  House house;
  std::optional<Leased> first, second;
  house.begin(begin_start(house, "a", true, first));
  house.begin(begin_start(house, "a", true, second));
  house.pass(1s);
  ASSERT_TRUE(first->has_value());
  ASSERT_FALSE(second->has_value());
  EXPECT_EQ(why(*second), Refused::Why::exists);
  EXPECT_EQ(house.factory.opened, 1);
  first.reset();
  house.drain();
}

TEST(Manager, Clause1BothHoldersMustLetGo) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .min_idle = 0s});
  std::optional<Leased> first(house.run(house.start("a")));
  std::optional<Leased> second(house.run(house.lease("a")));
  first.reset();
  house.add("b");
  EXPECT_TRUE(house.manager.generation_of("a").has_value());
  second.reset();
  house.add("c");
  EXPECT_EQ(house.manager.state_of("a"), "evicted");
  house.drain();
}

TEST(Manager, Clause2LoweringTheCapacityNeverEvictsASessionInUse) {
  House house({.max_sessions = 3, .max_sessions_hard = 4});
  {
    const Leased busy = house.run(house.start("a"));
    house.add("b");
    ASSERT_TRUE(house.manager.set_limits({.max_sessions = 1, .max_sessions_hard = 4}).has_value());
    EXPECT_EQ(house.manager.state_of("b"), "evicted");
    EXPECT_TRUE(house.manager.generation_of("a").has_value());
  }
  house.drain();
}

TEST(Manager, Clause3ThePinIsTakenBeforeTheFirstWaitOfALazyStart) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .idle_ttl = 1s});
  house.factory.next.open_time = 5s;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string out;
  house.begin(use(house, "a", out));
  house.factory.next.open_time = 0s;
  house.add("b");  // at capacity: somebody must go, and it is not the one that is being opened
  house.pass(3s);  // and the TTL passes
  EXPECT_EQ(out, "");
  EXPECT_TRUE(house.manager.generation_of("a").has_value());
  house.pass(3s);
  EXPECT_EQ(out, "ok");
  house.drain();
}

TEST(Manager, Clause4AWaitingClientThatLeavesDoesNotUnpinWorkThatGoesOn) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .idle_ttl = 1s});
  house.factory.next.verb_time = 10s;
  house.add("a");
  std::string out;
  house.begin(use(house, "a", out));  // nobody waits for `out`
  house.pass(5s);
  EXPECT_EQ(house.manager.pinned(), 1U);
  house.pass(6s);
  EXPECT_EQ(out, "ok");
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.drain();
}

aio::Task<base::Result<int>> fails(aio::Clock& clock, std::string how) {
  co_await clock.sleep(10ms);
  if (how == "throws") throw std::runtime_error("thrown by the work");
  if (how == "error") co_return base::fail(base::Kind::invalid, "refused by the work");
  co_return 1;
}

aio::Task<void> work(House& house, std::string how, std::string& out) {
  auto leased = co_await house.lease("a");
  const Lease lease = std::move(*leased);
  auto done = co_await house.manager.run(house.ctx, lease, [&] { return fails(house.clock, how); });
  out = done ? "done" : done.error().message;
}

TEST(Manager, Clause5EachWayOutReleasesOnceAndKeepsItsResult) {
  House house;
  house.add("a");
  for (const auto& [how, told] :
       {std::pair("result", "done"), std::pair("error", "refused by the work"),
        std::pair("throws", "An internal error of the server, which its log tells (\"internal error\")")}) {
    std::string out;
    house.begin(work(house, how, out));
    EXPECT_EQ(house.manager.pinned(), 1U);
    house.pass(1s);
    EXPECT_EQ(out, told);
    EXPECT_EQ(house.manager.pinned(), 0U);
  }
  std::string late;
  ASSERT_TRUE(house.run(house.start("b", false)).has_value());
  house.begin(lease_until(house, "b", house.clock.now() + 10ms, late));  // timeout
  house.pass(20ms);
  EXPECT_EQ(late, "timed out waiting for the browser to open");
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.drain();
}

TEST(Manager, Clause5ALeaseHeldForLongIsReportedOnce) {
  Count count;
  House house({.max_sessions = 2, .max_sessions_hard = 4, .pin_alarm = 60s}, &count);
  {
    const Leased held = house.run(house.start("a"));
    house.pass(59s);
    EXPECT_EQ(count.alarms, 0);
    const Leased later = house.run(house.lease("a"));
    house.pass(2s);
    EXPECT_EQ(count.alarms, 1);
    house.pass(300s);
    EXPECT_EQ(count.alarms, 2);
  }
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.drain();
}

TEST(Manager, Clause6ALeaseThatWasMovedFromOrGivenBackReleasesNothing) {
  House house;
  std::optional<Leased> first(house.run(house.start("a")));
  const Leased second = house.run(house.lease("a"));
  {
    Lease moved = std::move(**first);
    first.reset();
    EXPECT_EQ(house.manager.pinned(), 1U);
    moved = Lease();
    moved = Lease();
  }
  EXPECT_EQ(house.manager.pinned(), 1U);  // the second's pin is not touched
  const_cast<Leased&>(second) = std::unexpected(Refused{Refused::Why::full});
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.drain();
}

TEST(Manager, Clause7LooksDoNotRefreshAndReleasesDo) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .idle_ttl = 10s, .min_idle = 0s});
  house.add("a");
  house.add("b");
  house.pass(6s);
  static_cast<void>(house.run(house.lease("a")));
  EXPECT_TRUE(house.manager.generation_of("b").has_value());
  EXPECT_EQ(house.manager.state_of("b"), "absent");
  house.pass(5s);
  EXPECT_EQ(house.manager.state_of("b"), "idle");
  EXPECT_TRUE(house.manager.generation_of("a").has_value());
  house.drain();
}

TEST(Manager, Clause10TheIdIsFreeAtOnceAndASecondEndFindsNothing) {
  House house;
  house.factory.next.close_time = 1s;
  house.add("a");
  bool first = false, second = true;
  house.begin(end(house, "a", first));
  house.begin(end(house, "a", second));
  EXPECT_FALSE(second);
  EXPECT_EQ(house.manager.closing(), 1U);
  EXPECT_TRUE(house.run(house.start("a")).has_value());
  house.drain();
  EXPECT_TRUE(first);
}

TEST(Manager, Clause12AndClause20ACloseThatHangsBlocksNobodyAndIsKilled) {
  House house({.max_sessions = 1, .max_sessions_hard = 3, .min_idle = 0s, .close_timeout = 2s});
  house.factory.next.close_hangs = true;
  house.add("a");
  const auto began = house.clock.now();
  house.add("b");  // evicts a, whose close hangs
  EXPECT_LT(house.clock.now() - began, 1s);
  EXPECT_EQ(house.manager.sessions(), 1U);
  EXPECT_EQ(house.manager.engines(), 2U);
  bool ended = false;
  house.begin(end(house, "b", ended));
  house.pass(2s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(house.factory.killed, 2);
  EXPECT_EQ(house.manager.engines(), 0U);
  house.drain();
}

TEST(Manager, Clause14EveryEndHasItsReason) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .min_idle = 0s});
  house.add("evicted");
  house.add("crashed");
  house.add("client");
  bool ended = false;
  house.begin(end(house, "client", ended));
  house.pass(1s);
  (*house.factory.alive.begin())->die("signal 9");
  house.pass(1s);
  house.factory.next.open_fails = true;
  EXPECT_FALSE(house.run(house.start("start_failed")).has_value());
  house.factory.next.open_fails = false;
  house.add("drained");
  house.drain();
  for (const char* word : {"evicted", "crashed", "client", "start_failed", "drained"})
    EXPECT_EQ(house.manager.state_of(word), word);
  EXPECT_EQ(house.manager.state_of("never"), "absent");
}

TEST(Manager, Clause15AStartAtCapacityDoesNotWaitForItsVictimsClose) {
  House house({.max_sessions = 1, .max_sessions_hard = 2, .min_idle = 0s});
  house.factory.next = {.open_time = 0s, .close_time = 1s};
  house.add("a");
  const auto began = house.clock.now();
  house.add("b");
  EXPECT_EQ(house.clock.now(), began);
  EXPECT_EQ(house.manager.sessions(), 1U);
  EXPECT_EQ(house.manager.engines(), 2U);
  house.pass(2s);
  EXPECT_EQ(house.manager.engines(), 1U);
  house.drain();
}

TEST(Manager, Clause16TwoStartsAtOnceNeverShareAVictimNorTheLastPlace) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    House house(seed, {.max_sessions = 2, .max_sessions_hard = 3, .admission_timeout = 100ms});
    house.factory.next.close_time = 10s;
    house.add("a");
    house.add("b");
    std::optional<Leased> first, second;
    aio::testing::start(house.scheduler, begin_start(house, "c", true, first));
    aio::testing::start(house.scheduler, begin_start(house, "d", true, second));
    house.scheduler.run();
    ASSERT_LE(house.manager.engines(), 3U);
    house.pass(1s);
    ASSERT_NE(first->has_value(), second->has_value());  // one place, one of them
    ASSERT_EQ(why(first->has_value() ? *second : *first), Refused::Why::full);
    first.reset();
    second.reset();
    house.drain();
  }
}

TEST(Manager, Clause17TheQueueIsServedInOrderAndItsLengthIsBounded) {
  House house({.max_sessions = 1, .max_sessions_hard = 1, .admission_waiters = 2});
  std::optional<Leased> busy(house.run(house.start("a")));
  std::optional<Leased> first, second, third;
  house.begin(begin_start(house, "b", true, first));
  house.begin(begin_start(house, "c", true, second));
  house.begin(begin_start(house, "d", true, third));
  EXPECT_EQ(house.manager.queued(), 2U);
  ASSERT_TRUE(third && !*third);
  EXPECT_EQ(why(*third), Refused::Why::full);
  busy.reset();
  house.pass(1s);
  ASSERT_TRUE(first && *first);
  EXPECT_FALSE(second.has_value());
  first.reset();
  house.pass(1s);
  ASSERT_TRUE(second && *second);
  second.reset();
  house.drain();
}

TEST(Manager, Clause17AQueuedStartWhoseClientLeftIsDroppedAndItsPlaceGoesToTheNext) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    House house(seed, {.max_sessions = 1, .max_sessions_hard = 1});
    house.factory.next.close_time = 0s;
    std::optional<Leased> busy(house.run(house.start("a")));
    aio::Latch left, stays;
    std::optional<Leased> first, second;
    house.begin(start_until(house, "b", left, first));
    house.begin(start_until(house, "c", stays, second));
    ASSERT_EQ(house.manager.queued(), 2U);
    left.set();  // in the same turn as the place becomes free
    busy.reset();
    house.pass(1s);  // less than the admission timeout
    ASSERT_TRUE(second && *second) << "seed " << seed;
    second.reset();
    first.reset();
    house.drain();
  }
}

TEST(Manager, Clause18EachReleaseTrimsToTheCapacity) {
  House house({.max_sessions = 1, .max_sessions_hard = 4, .min_idle = 0s});
  std::deque<Leased> busy;
  for (const char* id : {"a", "b", "c"}) busy.push_back(house.run(house.start(id)));
  for (const std::size_t left : {2U, 1U, 1U}) {
    busy.pop_front();
    EXPECT_EQ(house.manager.sessions(), left);
  }
  EXPECT_TRUE(house.manager.generation_of("c").has_value());
  house.drain();
}

TEST(Manager, Clause21AChangedTtlHoldsForSessionsThatExist) {
  House house({.max_sessions = 2, .max_sessions_hard = 4});
  house.add("a");
  house.pass(5s);
  EXPECT_TRUE(house.manager.generation_of("a").has_value());
  Limits shorter = house.manager.limits();
  shorter.idle_ttl = 6s;
  ASSERT_TRUE(house.manager.set_limits(shorter).has_value());
  house.pass(2s);
  EXPECT_EQ(house.manager.state_of("a"), "idle");
  house.drain();
}

TEST(Manager, Clause23AStartUnderAnIdThatExistsEvictsNobody) {
  House house({.max_sessions = 2, .max_sessions_hard = 2});
  house.add("a");
  house.add("b");
  const Leased again = house.run(house.start("b"));
  EXPECT_EQ(why(again), Refused::Why::exists);
  EXPECT_TRUE(house.manager.generation_of("a").has_value());
  house.drain();
}

struct LinesHeard final : engine::EventSink {
  void progress(engine::Progress line) override { lines.push_back(line.message); }
  std::vector<std::string> lines;
};

TEST(Manager, Clause24TheLinesOfAnOpeningReachThoseWhoWaitForItAndNobodyElse) {
  SinkRelay relay;
  LinesHeard first, second;
  relay.add(&first);
  relay.progress({.category = "launch", .message = "one", .level = 1, .auxiliary = {}});
  relay.add(&second);
  relay.remove(&first);
  relay.progress({.category = "launch", .message = "two", .level = 1, .auxiliary = {}});
  EXPECT_EQ(first.lines, std::vector<std::string>{"one"});
  EXPECT_EQ(second.lines, std::vector<std::string>{"two"});
}

TEST(Manager, Clause25PinnedSessionsGetTheBudgetAndASecondSignalEndsAtOnce) {
  for (const bool hurried : {false, true}) {
    House house({.max_sessions = 2, .max_sessions_hard = 4, .drain_timeout = 5s});
    house.factory.next.verb_time = 100s;
    house.add("busy");
    house.add("idle");
    std::string out;
    house.begin(use(house, "busy", out));
    house.begin(house.manager.drain(house.hurry));
    house.pass(1s);
    EXPECT_EQ(house.alive(), 1U);  // the idle one went at once
    EXPECT_EQ(out, "");
    if (hurried) house.hurry.set();
    house.pass(hurried ? 1s : 5s);
    EXPECT_EQ(out, "Session was closed: drained");
    EXPECT_EQ(house.alive(), 0U);
  }
}

}  // namespace
}  // namespace session
