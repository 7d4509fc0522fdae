#include <future>
#include <string>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "aio/compute.h"
#include "aio/context.h"
#include "aio/latch.h"
#include "aio/race.h"
#include "aio/scope.h"
#include "aio/semaphore.h"
#include "aio/testing/one_worker.h"
#include "aio/testing/run.h"
#include "aio/workers.h"

namespace aio {
namespace {

using namespace std::chrono_literals;
using testing::ManualClock;
using testing::Scheduler;

struct Bench {
  Scheduler scheduler{1};
  ManualClock clock;
  Context ctx = testing::test_context(clock);
};

Task<int> value_after(Clock& clock, base::Duration d, int value) {
  co_await clock.sleep(d);
  co_return value;
}

Task<int> throw_after(Clock& clock, base::Duration d) {
  co_await clock.sleep(d);
  throw std::runtime_error("boom");
}

TEST(Race, GivesTheFirstAndCancelsTheOther) {
  Bench b;
  const auto outcome = testing::run_on(b.scheduler, b.clock, race(value_after(b.clock, 5ms, 1), b.clock.sleep(1h)));
  EXPECT_EQ(std::get<0>(outcome), 1);
  EXPECT_FALSE(b.clock.has_sleepers());
  EXPECT_LT(b.clock.now().time_since_epoch(), 1001s);
}

TEST(Race, AnErrorWinsToo) {
  Bench b;
  EXPECT_THROW(testing::run_on(b.scheduler, b.clock, race(throw_after(b.clock, 5ms), b.clock.sleep(1h))),
               std::runtime_error);
}

Task<base::Result<int>> result_after(Clock& clock, base::Duration d) {
  co_await clock.sleep(d);
  co_return 7;
}

TEST(ByDeadline, EndsTheWorkWithATimeoutThatSaysForWhat) {
  Bench b;
  const Context ctx = b.ctx.within(100ms);
  const auto late = testing::run_on(b.scheduler, b.clock, by_deadline(ctx, result_after(b.clock, 1h), "too late"));
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, base::Kind::timeout);
  EXPECT_EQ(late.error().message, "too late");
  EXPECT_FALSE(b.clock.has_sleepers());
}

Task<void> hold(Semaphore& semaphore, Clock& clock, std::string& order, char name) {
  const auto permit = co_await semaphore.acquire();
  order += name;
  co_await clock.sleep(1s);
}

TEST(Semaphore, ServesInOrderAndSurvivesACancelledWaiter) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Scheduler scheduler(seed);
    ManualClock clock;
    Semaphore semaphore(1);
    std::string order;
    Scope scope(scheduler.executor());
    scope.spawn(hold(semaphore, clock, order, 'a'));
    scheduler.run();
    const auto doomed = scope.spawn(hold(semaphore, clock, order, 'b'));
    scheduler.run();
    scope.spawn(hold(semaphore, clock, order, 'c'));
    scheduler.run();
    scope.cancel_child(doomed);
    scheduler.run_with(clock);
    EXPECT_EQ(order, "ac") << "seed " << seed;
    EXPECT_EQ(semaphore.available(), 1U);
    EXPECT_TRUE(scope.empty());
  }
}

Task<void> wait_for(Latch& latch, int& woken) {
  co_await latch.wait();
  ++woken;
}

TEST(Latch, WakesEveryoneOnceAndForAll) {
  Bench b;
  Latch latch;
  int woken = 0;
  Scope scope(b.scheduler.executor());
  scope.spawn(wait_for(latch, woken));
  scope.spawn(wait_for(latch, woken));
  b.scheduler.run();
  EXPECT_EQ(woken, 0);
  latch.set();
  scope.spawn(wait_for(latch, woken));
  b.scheduler.run();
  EXPECT_EQ(woken, 3);
}

TEST(Scope, CancelEndsChildrenAndWaits) {
  Bench b;
  Scope scope(b.scheduler.executor());
  scope.spawn(b.clock.sleep(1h));
  scope.spawn(b.clock.sleep(2h));
  b.scheduler.run();
  EXPECT_EQ(scope.size(), 2U);
  testing::run_on(b.scheduler, b.clock, scope.cancel());
  EXPECT_TRUE(scope.empty());
  EXPECT_FALSE(b.clock.has_sleepers());
}

Task<int> on_worker(Workers& workers) {
  const int n = co_await workers.run([] { return 41; });
  co_return n + 1;
}

Task<void> wait_for(Latch& latch) { co_await latch.wait(); }

TEST(Scope, AChildThatIsCancelledTwiceInOneTurnEndsOnce) {
  Bench b;
  Latch never;
  Scope scope(b.scheduler.executor());
  std::vector<Scope::ChildId> children{scope.spawn(wait_for(never)), scope.spawn(b.clock.sleep(1h))};
  b.scheduler.run();
  for (int n = 0; n < 2; ++n)
    for (const Scope::ChildId child : children)
      asio::post(b.scheduler.executor(), [&, child] {
        scope.cancel_child(child);
        scope.cancel_child(child);
      });
  b.scheduler.run();
  EXPECT_TRUE(scope.empty());
}

TEST(Workers, BringTheResultBackToTheLoop) {
  Loop loop;
  Workers workers(1);
  EXPECT_EQ(testing::run_real(loop, on_worker(workers)), 42);
}

// Spins until it is told to stop: a computation that would never end.
Task<int> spin(const Context& ctx) {
  co_return co_await compute(ctx, [](const std::stop_token& stop) {
    int rounds = 0;
    while (!stop.stop_requested()) ++rounds;
    return rounds;
  });
}

Task<base::Result<int>> as_result(Task<int> work) { co_return co_await std::move(work); }

TEST(Compute, StopsWhenItsCallerIsCancelled) {
  Loop loop;
  SteadyClock clock;
  Workers workers(1);
  Context ctx = testing::test_context(clock).within(20ms);
  ctx.workers = &workers;
  const auto late = testing::run_real(loop, by_deadline(ctx, as_result(spin(ctx)), "too late"));
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().message, "too late");
}

// What became of the job of a caller that was cancelled while the only worker had something else to do.
struct Forsaken {
  bool waited = false;         // its caller, for it
  bool ran = false;            // it
  std::thread::id freed = {};  // what it held: where
};

template <class Start>
Forsaken forsake(Start start) {
  Forsaken out;
  std::shared_ptr<int> held(new int(1), [&out](const int* value) {
    delete value;
    out.freed = std::this_thread::get_id();
  });
  {
    testing::OneWorker one;  // it has done everything when it is gone
    const Context ctx = one.context();
    auto job = [&out, held = std::move(held)] { return out.ran = true; };
    out.waited = one.see(race(start(ctx, std::move(job)), yield())).waited;
  }
  return out;
}

TEST(Workers, LetACallerGoThatIsCancelledBeforeItsJobHasBegun) {
  const Forsaken seen = forsake([](const Context& ctx, auto job) { return ctx.workers->run(std::move(job)); });
  EXPECT_FALSE(seen.waited);
  EXPECT_FALSE(seen.ran);
  EXPECT_NE(seen.freed, std::thread::id());
  EXPECT_NE(seen.freed, std::this_thread::get_id());
}

TEST(Workers, RunWhatIsAlwaysToBeRun) {
  const Forsaken seen = forsake([](const Context& ctx, auto job) { return compute_always(ctx, std::move(job)); });
  EXPECT_TRUE(seen.waited);
  EXPECT_TRUE(seen.ran);
  EXPECT_NE(seen.freed, std::this_thread::get_id());
}

TEST(Compute, IsDoneByAWorkerWhenItIsLarge) {
  Loop loop;
  SteadyClock clock;
  Workers workers(1);
  Context ctx = testing::test_context(clock);
  ctx.workers = &workers;
  const auto where = [](const std::stop_token&) { return std::this_thread::get_id(); };
  EXPECT_EQ(testing::run_real(loop, compute(ctx, kComputedInPlace, where)), std::this_thread::get_id());
  EXPECT_NE(testing::run_real(loop, compute(ctx, kComputedInPlace + 1, where)), std::this_thread::get_id());
}

TEST(Compute, WhatTakesLongHoldsUpOnlyItsLike) {
  Loop loop;
  SteadyClock clock;
  Workers workers(1, Workers::LongJobs::apart);
  Context ctx = testing::test_context(clock);
  ctx.workers = &workers;
  std::promise<void> began;
  const auto both = [](const Context& c, std::promise<void>& at_work) -> Task<int> {
    auto result = co_await race(compute_long(c,
                                             [&](const std::stop_token& stop) {
                                               at_work.set_value();
                                               while (!stop.stop_requested()) std::this_thread::yield();
                                               return 1;
                                             }),
                                compute(c, [&](const std::stop_token&) {
                                  at_work.get_future().wait();  // the long one is at work, and this one is served
                                  return 2;
                                }));
    co_return result.index() == 0 ? std::get<0>(result) : std::get<1>(result);
  };
  EXPECT_EQ(testing::run_real(loop, both(ctx, began)), 2);
}

TEST(Compute, IsDoneInPlaceWithoutWorkers) {
  Bench b;
  const auto id = testing::run_on(b.scheduler, b.clock, compute(b.ctx, [](const std::stop_token& stop) {
                                    EXPECT_FALSE(stop.stop_possible());
                                    return std::this_thread::get_id();
                                  }));
  EXPECT_EQ(id, std::this_thread::get_id());
}

}  // namespace
}  // namespace aio
