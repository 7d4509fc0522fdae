#include "browser/root_rounds.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

const json::Value kHosts{{"error", "not found"}, {"hosts", true}, {"epoch", 12.5}};
const json::Array kNoWait{json::Object{{"frame", 0}}};
const json::Array kWait{"#a", json::Object{{"timeout", 5.0}}};

TEST(RootRounds, AQuestionIsPutAgainWithItsEpoch) {
  RootRounds rounds("snapshot");
  EXPECT_EQ(rounds.question(), "(...a) => __belay.snapshot(...a)");
  EXPECT_FALSE(rounds.wanted(json::Value{{"text", ""}}, kNoWait));
  EXPECT_TRUE(rounds.wanted(kHosts, kNoWait));
  EXPECT_EQ(rounds.hosts(), "(...a) => __belay.again(12.5, false, 'hosts', ...a)");
  EXPECT_EQ(rounds.question(), "(...a) => __belay.again(12.5, false, 'snapshot', ...a)");
}

TEST(RootRounds, AfterItsRoundsAQuestionIsPutOnceMoreForWhatIsKnown) {
  RootRounds rounds("snapshot");
  EXPECT_TRUE(rounds.wanted(kHosts, kNoWait));
  for (int i = 0; i < RootRounds::kMost; ++i) {
    EXPECT_FALSE(rounds.spent());
    rounds.begin();
  }
  EXPECT_TRUE(rounds.spent());
  EXPECT_EQ(rounds.question(), "(...a) => __belay.again(12.5, true, 'snapshot', ...a)");
  EXPECT_FALSE(rounds.wanted(kHosts, kNoWait));  // what no script of ours answers then
}

TEST(RootRounds, AWaitGoesOnAskingAsLongAsItHasTime) {
  RootRounds rounds("point");
  for (int i = 0; i < RootRounds::kMost; ++i) rounds.begin();
  EXPECT_TRUE(rounds.wanted(kHosts, kWait));
  EXPECT_FALSE(rounds.wanted(kHosts, {"#a", json::Object{{"timeout", 0}}}));
}

}  // namespace
}  // namespace browser
