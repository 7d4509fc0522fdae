// Openings that are ended, given up, or beyond cancelling (clauses 11 and 22).
#include <gtest/gtest.h>

#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;

// The cancellation comes in the very turn in which the browser is there.
TEST(Manager, Clause11AnOpeningThatBeatsItsCancellationLeavesNoOrphan) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    House house(seed);
    ASSERT_TRUE(house.run(house.start("a", false)).has_value());
    std::string out;
    bool ended = false;
    house.begin(use(house, "a", out));
    house.clock.advance(50ms);  // the opening is done, and its task has not gone on yet
    house.begin(end(house, "a", ended));
    house.pass(1s);
    ASSERT_TRUE(ended);
    ASSERT_EQ(out, "Session was closed: client");
    ASSERT_EQ(house.alive(), 0U) << "seed " << seed;
    ASSERT_EQ(house.factory.abandoned, 0) << "seed " << seed;
    house.drain();
  }
}

TEST(Manager, Clause11AnEndDuringALongOpeningIsPrompt) {
  House house;
  house.factory.next.open_time = 60s;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string out;
  bool ended = false;
  house.begin(use(house, "a", out));
  house.pass(1s);
  house.begin(end(house, "a", ended));
  house.pass(100ms);
  EXPECT_TRUE(ended);
  EXPECT_EQ(out, "Session was closed: client");
  EXPECT_EQ(house.manager.closing(), 0U);
  house.drain();
  EXPECT_EQ(house.factory.opened, 0);
}

TEST(Manager, Clause11AnOpeningBeyondCancellingKeepsItsPlaceUntilItsBrowserIsClosed) {
  House house({.close_timeout = 2s});
  house.factory.next.open_time = 10s;
  house.factory.next.open_is_stubborn = true;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string out;
  bool ended = false;
  house.begin(use(house, "a", out));
  house.pass(1s);
  house.begin(end(house, "a", ended));
  house.pass(3s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(house.manager.closing(), 1U);
  house.pass(10s);
  EXPECT_EQ(house.manager.closing(), 0U);
  EXPECT_EQ(house.factory.opened, 1);
  EXPECT_EQ(house.factory.closed, 1);
  EXPECT_EQ(house.factory.abandoned, 0);
  house.drain();
}

TEST(Manager, Clause22TheLastWaiterToLeaveCancelsALazyStart) {
  House house;
  house.factory.next.open_time = 10s;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string first, second;
  house.begin(lease_until(house, "a", house.clock.now() + 1s, first));
  house.begin(lease_until(house, "a", house.clock.now() + 2s, second));
  house.pass(1500ms);
  EXPECT_EQ(first, "timed out waiting for the browser to open");
  EXPECT_TRUE(house.clock.has_sleepers());
  house.pass(1s);
  EXPECT_EQ(second, first);
  house.pass(20s);
  EXPECT_EQ(house.factory.opened, 0);  // nobody was left to open it for
  house.factory.next.open_time = 10ms;
  std::string third;
  house.begin(use(house, "a", third));
  house.pass(1s);
  EXPECT_EQ(third, "ok");
  EXPECT_EQ(house.factory.opened, 1);
  house.drain();
}

TEST(Manager, Clause22AnOpeningThatWasGivenUpIsWaitedForAndNotJoinedByASecond) {
  House house;
  house.factory.next.open_time = 10s;
  house.factory.next.open_is_stubborn = true;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string first, second;
  house.begin(lease_until(house, "a", house.clock.now() + 1s, first));
  house.pass(2s);
  EXPECT_EQ(first, "timed out waiting for the browser to open");
  house.begin(use(house, "a", second));
  house.pass(30s);
  EXPECT_EQ(second, "ok");
  EXPECT_EQ(house.factory.opened, 1);
  EXPECT_EQ(house.factory.abandoned, 0);
  house.drain();
}

TEST(Manager, Clause9AnEndAnswersWhoWaitsForAnOpeningThatWasGivenUp) {
  House house;
  house.factory.next.open_time = 10s;
  house.factory.next.open_is_stubborn = true;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string first, second;
  house.begin(lease_until(house, "a", house.clock.now() + 1s, first));
  house.pass(2s);
  house.begin(use(house, "a", second));
  bool ended = false;
  house.begin(end(house, "a", ended));
  EXPECT_EQ(second, "Session was closed: client");
  house.pass(30s);
  EXPECT_EQ(house.factory.opened, 1);
  EXPECT_EQ(house.factory.abandoned, 0);
  house.drain();
}

struct OpeningHeard final : engine::EventSink {
  void progress(engine::Progress line) override { lines.push_back(line.message); }
  std::vector<std::string> lines;
};

aio::Task<void> wait_until(House& house, std::string id, base::TimePoint deadline, engine::EventSink& sink) {
  const aio::Context ctx = house.ctx.with_deadline(deadline);
  const auto leased = co_await house.manager.lease(ctx, std::move(id), sink, "act");
}

TEST(Manager, Clause24WhoStoppedWaitingForAnOpeningHearsNoMoreOfIt) {
  House house;
  house.factory.next.open_time = 10s;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  OpeningHeard first, second;
  house.begin(wait_until(house, "a", house.clock.now() + 1s, first));
  house.begin(wait_until(house, "a", base::kNever, second));
  house.factory.events->progress({.category = "launch", .message = "one", .level = 1, .auxiliary = {}});
  house.pass(2s);
  house.factory.events->progress({.category = "launch", .message = "two", .level = 1, .auxiliary = {}});
  EXPECT_EQ(first.lines, std::vector<std::string>{"one"});
  EXPECT_EQ(second.lines, (std::vector<std::string>{"one", "two"}));
  house.pass(10s);
  house.drain();
}

}  // namespace
}  // namespace session
