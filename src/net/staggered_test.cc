// Mutants that these catch: one attempt after the other, all at once, the first to fail is told, a failure that holds
// up the next, losers that go on.
#include "net/staggered.h"

#include <deque>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "aio/testing/run.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using Outcome = base::Result<std::string>;

// An attempt that comes to its end when the test says so.
struct Attempts {
  struct One {
    aio::Latch done;
    Outcome outcome = "";
    bool stopped = false;
  };
  explicit Attempts(std::size_t count, std::uint32_t seed) : scheduler(seed), staggered(count, clock, attempt()) {
    aio::testing::start(scheduler, keep());
    scheduler.run();
  }

  Staggered<std::string>::Attempt attempt() {
    return [this](std::size_t index) { return one(index); };
  }
  aio::Task<Outcome> one(std::size_t index) {
    struct Stop {
      bool& stopped;
      ~Stop() { stopped = true; }
    };
    EXPECT_EQ(index, begun.size());
    One& mine = begun.emplace_back();
    const Stop stop{mine.stopped};
    co_await mine.done.wait();
    co_return mine.outcome;
  }
  aio::Task<void> keep() { result = co_await staggered.run(); }

  void end(std::size_t index, Outcome outcome) {
    begun[index].outcome = std::move(outcome);
    begun[index].done.set();
    scheduler.run();
  }
  void pass(base::Duration d) {
    clock.advance(d);
    scheduler.run();
  }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  std::deque<One> begun;
  std::optional<Outcome> result;
  Staggered<std::string> staggered;
};

std::unexpected<base::Error> refused(std::string who) { return base::fail(base::Kind::upstream, std::move(who)); }

TEST(Staggered, TheNextBeginsBesideOneThatIsSilent) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    Attempts a(3, seed);
    ASSERT_EQ(a.begun.size(), 1U);
    a.pass(249ms);
    ASSERT_EQ(a.begun.size(), 1U);
    a.pass(1ms);
    ASSERT_EQ(a.begun.size(), 2U);
    EXPECT_FALSE(a.begun[0].stopped) << "it may yet come";
    a.end(1, "second");
    ASSERT_TRUE(a.result && *a.result);
    EXPECT_EQ(**a.result, "second");
    EXPECT_TRUE(a.begun[0].stopped);
    a.pass(1s);
    EXPECT_EQ(a.begun.size(), 2U);
  }
}

TEST(Staggered, TheFirstMayWinLate) {
  Attempts a(2, 1);
  a.pass(250ms);
  a.pass(10s);
  ASSERT_EQ(a.begun.size(), 2U);
  a.end(0, "first");
  ASSERT_TRUE(a.result && *a.result);
  EXPECT_EQ(**a.result, "first");
  EXPECT_TRUE(a.begun[1].stopped);
}

TEST(Staggered, AFailureBeginsTheNextAtOnceAndTheLastIsTold) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    Attempts a(3, seed);
    a.end(0, refused("first"));
    ASSERT_EQ(a.begun.size(), 2U);
    a.pass(250ms);
    ASSERT_EQ(a.begun.size(), 3U);
    a.end(2, refused("third"));
    EXPECT_FALSE(a.result) << "the second may yet come";
    a.end(1, refused("second"));
    ASSERT_TRUE(a.result);
    ASSERT_FALSE(*a.result);
    EXPECT_EQ(a.result->error().message, "second");
  }
}

TEST(Staggered, OfTwoAtOnceOneIsTaken) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    Attempts a(2, seed);
    a.pass(250ms);
    a.begun[0].outcome = "first";
    a.begun[0].done.set();
    a.end(1, "second");
    ASSERT_TRUE(a.result && *a.result) << "seed " << seed;
  }
}

TEST(Staggered, OfNoneNothingComes) {
  Attempts a(0, 1);
  ASSERT_TRUE(a.result);
  EXPECT_FALSE(*a.result);
}

}  // namespace
}  // namespace net
