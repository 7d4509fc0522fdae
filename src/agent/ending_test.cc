#include "agent/ending.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(Ending, CountsTokensFromAProvidersCacheAtTheirOwnPrice) {
  const engine::TokenPrices prices{.input = 10, .cached_input = 1, .output = 100};
  const engine::AgentBill bill{.input_tokens = 1'000'000, .output_tokens = 20'000, .cached_input_tokens = 400'000};
  EXPECT_DOUBLE_EQ(cost_of(bill, prices), 6 + 0.4 + 2);
}

TEST(Ending, DoubtsASuccessAfterAFailureAndNothingElse) {
  EXPECT_NE(doubt({.complete = true}, "the button is covered").find("(the button is covered)"), std::string::npos);
  EXPECT_EQ(doubt({.complete = true}, ""), "");
  EXPECT_EQ(doubt({.complete = false}, "the button is covered"), "");
}

}  // namespace
}  // namespace agent
