// Mutants that these catch: a second signal that changes nothing, one that prolongs, a third that waits, no grace.
#include "os/end_plan.h"

#include <gtest/gtest.h>

namespace os {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint kStart{1h};

TEST(EndPlan, HasNoEndBeforeASignal) { EXPECT_EQ(EndPlan(2s, 400ms).deadline(), base::kNever); }

TEST(EndPlan, EndsAfterTheDrainAndTheGrace) {
  EndPlan plan(2s, 400ms);
  plan.signal(kStart);
  EXPECT_EQ(plan.deadline(), kStart + 2400ms);
}

TEST(EndPlan, ASecondSignalLeavesTheGraceAndAThirdNothing) {
  EndPlan plan(1h, 400ms);
  plan.signal(kStart);
  plan.signal(kStart + 1s);
  EXPECT_EQ(plan.deadline(), kStart + 1400ms);
  plan.signal(kStart + 1100ms);
  EXPECT_EQ(plan.deadline(), kStart + 1100ms);
}

TEST(EndPlan, ALateSignalDoesNotProlongIt) {
  EndPlan plan(2s, 400ms);
  plan.signal(kStart);
  plan.signal(kStart + 2300ms);
  EXPECT_EQ(plan.deadline(), kStart + 2400ms);
}

TEST(EndPlan, EndsSoonerWhenAllThatMattersIsDone) {
  EndPlan plan(2s, 400ms);
  plan.signal(kStart);
  plan.end_within(kStart + 1s, 80ms);
  EXPECT_EQ(plan.deadline(), kStart + 1080ms);
  plan.end_within(kStart + 1s, 1h);
  EXPECT_EQ(plan.deadline(), kStart + 1080ms);
}

TEST(EndPlan, ADrainThatNeverEndsDoesNotOverflow) {
  EndPlan plan(base::Duration::max(), 400ms);
  plan.signal(kStart);
  EXPECT_EQ(plan.deadline(), base::kNever);
}

}  // namespace
}  // namespace os
