// Cancellation in every order: what was taken is given back, what was started has stopped, whoever is cancelled.
// Each test runs under many seeds; BELAY_SEEDS sets how many. Cancellations are emitted by tasks, never from outside
// the loop: that is rule 4 of aio/task.h, and Asio relies on it.
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "aio/context.h"
#include "aio/latch.h"
#include "aio/race.h"
#include "aio/scope.h"
#include "aio/semaphore.h"
#include "aio/testing/run.h"

namespace aio {
namespace {

using namespace std::chrono_literals;
using testing::ManualClock;
using testing::Scheduler;

std::uint32_t seeds() {
  const char* wish = std::getenv("BELAY_SEEDS");
  return wish != nullptr ? static_cast<std::uint32_t>(std::atoi(wish)) : 500;
}

// One order of things: a scheduler, a clock, and a scope that must be empty in the end.
struct World {
  explicit World(std::uint32_t seed) : scheduler(seed), scope(scheduler.executor()) {}
  Scheduler scheduler;
  ManualClock clock;
  Scope scope;
};

void in_every_order(const std::function<void(World&)>& test) {
  for (std::uint32_t seed = 0; seed < seeds(); ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    test(world);
    EXPECT_TRUE(world.scope.empty());
    EXPECT_FALSE(world.clock.has_sleepers());
    if (::testing::Test::HasFailure()) return;
  }
}

Task<void> use(Semaphore& semaphore, Clock& clock, base::Duration d, int& inside) {
  const auto permit = co_await semaphore.acquire();
  EXPECT_EQ(++inside, 1);
  struct Leave {
    int& n;
    ~Leave() { --n; }
  } const leave{inside};
  co_await clock.sleep(d);
}

Task<void> cancel_some(World& w, const std::vector<Scope::ChildId>& users) {
  for (int i = 0; i < 4; ++i) {
    if (w.scheduler.random()() % 2 == 0) co_await yield();
    if (w.scheduler.random()() % 2 == 0) co_await w.clock.sleep(1ms);
    w.scope.cancel_child(users[w.scheduler.random()() % users.size()]);
  }
}

TEST(Cancellation, NoUnitOfASemaphoreIsLostWhoeverIsCancelledWhen) {
  in_every_order([](World& w) {
    Semaphore semaphore(1);
    int inside = 0;
    std::vector<Scope::ChildId> users;
    for (int i = 0; i < 6; ++i) users.push_back(w.scope.spawn(use(semaphore, w.clock, 1ms, inside)));
    w.scheduler.run();
    // Some are cancelled while they wait, some while a unit that was handed to them is on its way, some while they
    // hold.
    w.scope.spawn(cancel_some(w, users));
    w.scheduler.run_with(w.clock);
    EXPECT_EQ(semaphore.available(), 1U);
    EXPECT_EQ(semaphore.waiting(), 0U);
    EXPECT_EQ(inside, 0);
  });
}

Task<void> hold_for(Semaphore& semaphore, Clock& clock, base::Duration d) {
  const auto permit = co_await semaphore.acquire();
  co_await clock.sleep(d);
}

Task<void> try_for(Semaphore& semaphore, Clock& clock, base::Duration d, int& won) {
  auto first = co_await race(semaphore.acquire(), clock.sleep(d));
  won += first.index() == 0;
}

TEST(Cancellation, AUnitThatArrivesTogetherWithTheDeadlineIsNotLost) {
  int won = 0;
  in_every_order([&](World& w) {
    Semaphore semaphore(1);
    w.scope.spawn(hold_for(semaphore, w.clock, 5ms));
    w.scheduler.run();
    w.scope.spawn(try_for(semaphore, w.clock, 5ms, won));
    w.scheduler.run_with(w.clock);
    EXPECT_EQ(semaphore.available(), 1U);
  });
  // Both orders must have been met, or the test shows nothing.
  EXPECT_GT(won, 0);
  EXPECT_LT(won, static_cast<int>(seeds()));
}

Task<int> number_after(Clock& clock, base::Duration d, int number, int& running) {
  ++running;
  struct Leave {
    int& n;
    ~Leave() { --n; }
  } const leave{running};
  co_await clock.sleep(d);
  co_return number;
}

Task<void> race_of_two(Clock& clock, int& running, int& winner) {
  auto first = co_await race(number_after(clock, 3ms, 1, running), number_after(clock, 3ms, 2, running));
  EXPECT_EQ(running, 0) << "a loser still runs";
  winner = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
}

TEST(Cancellation, ARaceOfEqualsHasOneWinnerAndLeavesNobodyRunning) {
  int ones = 0;
  in_every_order([&](World& w) {
    int running = 0;
    int winner = 0;
    w.scope.spawn(race_of_two(w.clock, running, winner));
    w.scheduler.run_with(w.clock);
    EXPECT_TRUE(winner == 1 || winner == 2);
    ones += winner == 1;
  });
  EXPECT_GT(ones, 0);
  EXPECT_LT(ones, static_cast<int>(seeds()));
}

Task<void> cancel_after(Scope& scope, Scope::ChildId child, Clock& clock, base::Duration d) {
  co_await clock.sleep(d);
  scope.cancel_child(child);
}

TEST(Cancellation, ACancelledRaceStopsBothSides) {
  in_every_order([](World& w) {
    int running = 0;
    int winner = 0;
    const auto racer = w.scope.spawn(race_of_two(w.clock, running, winner));
    w.scheduler.run();
    // Before both sides are done, or at the same moment.
    w.scope.spawn(cancel_after(w.scope, racer, w.clock, w.scheduler.random()() % 2 == 0 ? 1ms : 3ms));
    w.scheduler.run_with(w.clock);
    EXPECT_EQ(running, 0);
  });
}

Task<int> fail_after(Clock& clock, base::Duration d) {
  co_await clock.sleep(d);
  throw std::runtime_error("boom");
}

Task<void> expect_boom(Clock& clock, int& running, int& booms) {
  bool boom = false;
  try {
    co_await race(fail_after(clock, 1ms), number_after(clock, 2ms, 2, running));
  } catch (const std::runtime_error&) {
    boom = true;
  }
  booms += boom;
  EXPECT_EQ(running, 0);
}

TEST(Cancellation, AnErrorOfARaceIsToldWhenItHappensAndNotWhenTheOtherEnds) {
  in_every_order([](World& w) {
    int running = 0;
    int booms = 0;
    w.scope.spawn(expect_boom(w.clock, running, booms));
    w.scheduler.run();
    w.clock.advance(1ms);
    w.scheduler.run();
    EXPECT_EQ(booms, 1);
  });
}

Task<void> wait_on(Latch& latch, int& woken) {
  co_await latch.wait();
  ++woken;
}

Task<void> set_and_cancel(Latch& latch, Scope& scope, Scope::ChildId child, bool set_first) {
  co_await yield();
  if (set_first) latch.set();
  scope.cancel_child(child);
  if (!set_first) latch.set();
}

TEST(Cancellation, AWaiterIsEitherWokenOrCancelledNeverBothNeverNeither) {
  in_every_order([](World& w) {
    Latch latch;
    int woken = 0;
    std::vector<Scope::ChildId> waiters;
    for (int i = 0; i < 4; ++i) waiters.push_back(w.scope.spawn(wait_on(latch, woken)));
    w.scheduler.run();
    const bool set_first = w.scheduler.random()() % 2 == 0;
    w.scope.spawn(set_and_cancel(latch, w.scope, waiters[1], set_first));
    w.scheduler.run();
    EXPECT_EQ(woken, set_first ? 4 : 3);
  });
}

Task<void> spawn_again(Scope& scope, Clock& clock, int depth) {
  if (depth > 0) scope.spawn(spawn_again(scope, clock, depth - 1));
  co_await clock.sleep(1ms);
  if (depth > 0) scope.spawn(spawn_again(scope, clock, depth - 1));
}

Task<void> finish_into(Scope& scope, bool& finished) {
  co_await scope.finish();
  finished = true;
}

TEST(Cancellation, AScopeWaitsForChildrenThatItsChildrenSpawn) {
  in_every_order([](World& w) {
    Scope inner(w.scheduler.executor());
    bool finished = false;
    inner.spawn(spawn_again(inner, w.clock, 3));
    w.scope.spawn(finish_into(inner, finished));
    w.scheduler.run_with(w.clock);
    EXPECT_TRUE(finished);
    EXPECT_TRUE(inner.empty());
  });
}

Task<void> cancel_sibling(Scope& scope, Scope::ChildId& other, Clock& clock) {
  co_await clock.sleep(1ms);
  scope.cancel_child(other);
}

TEST(Cancellation, SiblingsMayCancelEachOtherAtTheSameMoment) {
  in_every_order([](World& w) {
    Scope::ChildId a = 0;
    Scope::ChildId b = 0;
    a = w.scope.spawn(cancel_sibling(w.scope, b, w.clock));
    b = w.scope.spawn(cancel_sibling(w.scope, a, w.clock));
    w.scheduler.run_with(w.clock);
  });
}

Task<base::Result<int>> answer_after(Clock& clock, base::Duration d) {
  co_await clock.sleep(d);
  co_return 7;
}

Task<void> ask(const Context& ctx, Clock& clock, base::Duration d, int& answers, int& late) {
  const auto got = co_await by_deadline(ctx, answer_after(clock, d), "late");
  ++(got ? answers : late);
}

TEST(Cancellation, WorkAndItsDeadlineAtTheSameMomentGiveOneOfTheTwo) {
  in_every_order([](World& w) {
    const Context ctx = testing::test_context(w.clock).within(5ms);
    int answers = 0;
    int late = 0;
    w.scope.spawn(ask(ctx, w.clock, 5ms, answers, late));
    w.scope.spawn(ask(ctx, w.clock, 4ms, answers, late));
    w.scope.spawn(ask(ctx, w.clock, 6ms, answers, late));
    w.scheduler.run_with(w.clock);
    EXPECT_EQ(answers + late, 3);
    EXPECT_GE(answers, 1);
    EXPECT_GE(late, 1);
  });
}

}  // namespace
}  // namespace aio
