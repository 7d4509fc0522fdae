#include "agent/watch.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

using What = Verdict::What;

Trace click(std::uint64_t page, bool failed = false) {
  return {.call = "click 0-1", .page = page, .failed = failed, .meant_to_change = true};
}

What after(Watch& watch, int times, const Trace& trace) {
  What last = What::go_on;
  for (int i = 0; i < times; ++i) last = watch.saw(trace).what;
  return last;
}

TEST(Watch, NudgesAtTheThirdEqualStepAndStopsAtTheSixth) {
  Watch watch;
  EXPECT_EQ(after(watch, 2, click(1)), What::go_on);
  EXPECT_EQ(watch.saw(click(1)).what, What::nudge);
  EXPECT_EQ(after(watch, 2, click(1)), What::nudge);
  EXPECT_EQ(watch.saw(click(1)).what, What::stop);
}

TEST(Watch, TheSameStepOnAPageThatChangesIsNoRepetition) {
  Watch watch;
  for (std::uint64_t page = 1; page <= 30; ++page) EXPECT_EQ(watch.saw(click(page)).what, What::go_on) << page;
}

TEST(Watch, StepsThatTakeTurnsAreRepetitionsToo) {
  Watch watch;
  What last = What::go_on;
  for (int i = 0; i < 6; ++i) {
    watch.saw({.call = "look", .page = 1});
    last = watch.saw({.call = "scroll", .page = 1}).what;
  }
  EXPECT_EQ(last, What::stop);
}

TEST(Watch, DifferentStepsThatChangeNothingAreStagnation) {
  Watch watch;
  watch.saw({.call = "look", .page = 7});
  What what = What::go_on;
  for (int i = 0; i < 5; ++i) what = watch.saw({std::to_string(i), 7, false, true}).what;
  EXPECT_EQ(what, What::nudge);
  for (int i = 5; i < 10; ++i) what = watch.saw({std::to_string(i), 7, false, true}).what;
  EXPECT_EQ(what, What::stop);
}

TEST(Watch, LookingAroundIsNoStagnation) {
  Watch watch;
  for (int i = 0; i < 30; ++i) EXPECT_EQ(watch.saw({.call = std::to_string(i), .page = 7}).what, What::go_on) << i;
}

TEST(Watch, FailuresInARowNudgeAndStopAndOneSuccessForgivesThem) {
  Watch watch;
  std::uint64_t page = 0;
  const auto fails = [&] { return watch.saw(click(++page, true)).what; };
  fails();
  fails();
  EXPECT_EQ(fails(), What::nudge);
  EXPECT_EQ(watch.saw(click(++page)).what, What::go_on);
  for (int i = 0; i < 7; ++i) EXPECT_NE(fails(), What::stop);
  EXPECT_EQ(fails(), What::stop);
}

}  // namespace
}  // namespace agent
