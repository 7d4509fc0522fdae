#include "browser/frame_worlds.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

TEST(FrameWorlds, KnowsTheLatestContextOfEachFrame) {
  FrameWorlds worlds(10);
  worlds.add("P", "M", 3);
  worlds.add("P", "M", 4);
  worlds.add("S", "M", 3);
  EXPECT_EQ(worlds.of("P", "M"), 4);
  worlds.forget("P", 3);
  EXPECT_EQ(worlds.of("P", "M"), 4);
  EXPECT_EQ(worlds.of("S", "M"), 3);
  worlds.forget("P", 4);
  EXPECT_EQ(worlds.of("P", "M"), 0);
  EXPECT_EQ(worlds.of("P", "X"), 0);
  EXPECT_EQ(worlds.size(), 1U);
}

TEST(FrameWorlds, ForgetsASessionsAndNoOthers) {
  FrameWorlds worlds(10);
  worlds.add("P", "M", 1);
  worlds.add("P", "X", 2);
  worlds.add("PP", "Y", 1);
  worlds.forget_all("P");
  EXPECT_EQ(worlds.of("P", "X"), 0);
  EXPECT_EQ(worlds.of("PP", "Y"), 1);
  EXPECT_EQ(worlds.size(), 1U);
}

TEST(FrameWorlds, GivesOneContextToOneFrame) {
  FrameWorlds worlds(10);
  worlds.add("P", "X", 1);
  worlds.add("P", "Y", 1);
  EXPECT_EQ(worlds.of("P", "X"), 0);
  EXPECT_EQ(worlds.of("P", "Y"), 1);
  worlds.forget("P", 1);
  EXPECT_EQ(worlds.size(), 0U);
}

TEST(FrameWorlds, HoldsNoMoreThanItsLimit) {
  FrameWorlds worlds(2);
  worlds.add("P", "X", 1);
  worlds.add("Q", "Y", 1);
  worlds.add("P", "Z", 3);
  EXPECT_EQ(worlds.of("P", "Z"), 0);
  worlds.add("P", "X", 4);
  EXPECT_EQ(worlds.of("P", "X"), 4);
  worlds.forget_all("Q");
  worlds.add("P", "Z", 3);
  EXPECT_EQ(worlds.of("P", "Z"), 3);
  EXPECT_EQ(worlds.size(), 2U);
}

}  // namespace
}  // namespace browser
