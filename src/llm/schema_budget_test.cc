#include "llm/schema_budget.h"

#include <vector>

#include <gtest/gtest.h>

#include "aio/testing/run.h"

namespace llm {
namespace {

struct SchemaBudget : testing::Test {
  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  std::vector<bool> enough;  // of each call of the work

  bool spend(std::uint64_t steps) {
    return aio::testing::run_on(scheduler, clock, with_schema_budget(ctx, [&](base::Budget& budget) {
                                  enough.push_back(budget.spend(steps));
                                  return enough.back();
                                }));
  }
};

TEST_F(SchemaBudget, WhatIsCheapIsDoneOnce) {
  EXPECT_TRUE(spend(kQuickSchemaSteps));
  EXPECT_EQ(enough, std::vector<bool>{true});
}

TEST_F(SchemaBudget, WhatIsCostlyIsBegunAgainWithAllOfIt) {
  EXPECT_TRUE(spend(kSchemaSteps));
  EXPECT_EQ(enough, (std::vector<bool>{false, true}));
}

TEST_F(SchemaBudget, WhatIsTooCostlyEnds) {
  EXPECT_FALSE(spend(kSchemaSteps + 1));
  EXPECT_EQ(enough, (std::vector<bool>{false, false}));
}

}  // namespace
}  // namespace llm
