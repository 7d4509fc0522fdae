#include "engine/due_navigates.h"

#include <gtest/gtest.h>

#include "aio/testing/run.h"

namespace engine {
namespace {

TEST(DueNavigates, mean_the_page_they_name_or_the_active_one) {
  DueNavigates due;
  EXPECT_FALSE(due.mean("A", "A"));
  auto named = due.add("B");
  EXPECT_TRUE(due.mean("B", "A"));
  EXPECT_FALSE(due.mean("A", "A"));
  auto active = due.add(std::nullopt);
  EXPECT_TRUE(due.mean("A", "A"));
  EXPECT_FALSE(due.mean("A", "C"));
  named.reset();
  EXPECT_FALSE(due.mean("B", "A"));
  EXPECT_TRUE(due.mean("A", "A"));
  active.reset();
  EXPECT_FALSE(due.mean("A", "A"));
}

TEST(DueNavigates, may_outlive_the_engine) {
  auto due = std::make_unique<DueNavigates>();
  auto one = due->add("A");
  due.reset();
  one.reset();
}

TEST(DueNavigates, are_told_as_they_come) {
  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  DueNavigates due;
  std::shared_ptr<void> one;
  const auto waits = [&]() -> aio::Task<bool> {
    while (!due.mean("A", "A")) co_await due.more();
    co_return true;
  };
  const auto comes = [&]() -> aio::Task<void> {
    co_await clock.sleep(std::chrono::seconds(1));
    one = due.add("B");
    co_await clock.sleep(std::chrono::seconds(1));
    one = due.add("A");
    co_await clock.sleep(std::chrono::hours(1));
  };
  const auto both = [&]() -> aio::Task<int> {
    auto first = co_await aio::race(waits(), comes());
    co_return static_cast<int>(first.index());
  };
  EXPECT_EQ(aio::testing::run_on(scheduler, clock, both()), 0);
}

}  // namespace
}  // namespace engine
