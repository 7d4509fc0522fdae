#include "api/operation_limits.h"

#include <gtest/gtest.h>

namespace api {
namespace {

using namespace std::chrono_literals;
using CountsFull = OperationCounts::Full;

TEST(OperationCounts, TellsTheNarrowestLimitThatIsReached) {
  OperationCounts counts({.all = 4, .per_session = 2, .per_caller = 3});
  counts.began(1, "a");
  EXPECT_EQ(counts.full(1, "a"), std::nullopt);
  counts.began(1, "a");
  EXPECT_EQ(counts.full(1, "a"), CountsFull::session);
  EXPECT_EQ(counts.full(1, "b"), CountsFull::session);
  EXPECT_EQ(counts.full(2, "a"), std::nullopt);
  counts.began(2, "a");
  EXPECT_EQ(counts.full(2, "a"), CountsFull::caller);
  EXPECT_EQ(counts.full(2, "b"), std::nullopt);
  counts.began(2, "b");
  EXPECT_EQ(counts.full(3, "b"), CountsFull::all);
}

TEST(OperationCounts, GivesBackWhatHasEnded) {
  OperationCounts counts({.all = 1, .per_session = 1, .per_caller = 1});
  for (std::uint64_t generation = 1; generation < 5; ++generation) {
    EXPECT_EQ(counts.full(generation, "a"), std::nullopt);
    counts.began(generation, "a");
    EXPECT_NE(counts.full(generation, "b"), std::nullopt);
    counts.ended(generation, "a", std::nullopt, {});
  }
  EXPECT_EQ(counts.under_way(), 0U);
}

TEST(OperationCounts, LeavesHalfToOthersUnlessItIsTold) {
  EXPECT_EQ(OperationLimits().of_caller(), 500U);
  EXPECT_EQ(OperationLimits{.all = 1}.of_caller(), 1U);
  EXPECT_EQ(OperationLimits{.per_caller = 7}.of_caller(), 7U);
}

base::TimePoint at(base::Duration since) { return base::TimePoint{} + 1h + since; }

TEST(OperationCounts, ExpectsAPlaceAfterWhatAnOperationLatelyTook) {
  OperationCounts counts({});
  EXPECT_EQ(counts.retry_after(at(0s)), 5s);
  const auto one = [&](base::Duration took) {
    counts.began(1, "a");
    counts.got_turn(at(0s));
    counts.ended(1, "a", at(0s), at(took));
  };
  one(8500ms);
  EXPECT_EQ(counts.retry_after(at(9s)), 9s);
  for (int i = 0; i < 64; ++i) one(10ms);
  EXPECT_EQ(counts.retry_after(at(9s)), 1s);
}

// Mutants: those at work do not count; those that wait for their turn do.
TEST(OperationCounts, ExpectsAPlaceAfterWhatHasBeenAtWorkForLong) {
  OperationCounts counts({});
  counts.began(1, "a");
  counts.got_turn(at(0s));
  for (int i = 0; i < 10; ++i) counts.began(1, "a");
  EXPECT_EQ(counts.retry_after(at(100s)), 100s);
  counts.ended(1, "a", at(0s), at(100s));
  for (int i = 0; i < 10; ++i) counts.ended(1, "a", std::nullopt, at(100s));
  EXPECT_EQ(counts.retry_after(at(100s)), 100s);
}

}  // namespace
}  // namespace api
