#include "browser/silence.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

using namespace std::chrono_literals;

base::TimePoint moment(int ms) { return base::TimePoint(std::chrono::milliseconds(ms)); }

TEST(Silence, a_frame_has_half_a_second_from_the_beginning_of_its_silence) {
  Silence silence;
  EXPECT_EQ(silence.patience("f", moment(1000)), 500ms);
  silence.begins("f", moment(1000));
  silence.begins("f", moment(1200));
  EXPECT_EQ(silence.patience("f", moment(1300)), 200ms);
  EXPECT_TRUE(silence.is_young("f", moment(1499)));
  EXPECT_FALSE(silence.is_young("f", moment(1500)));
  EXPECT_EQ(silence.patience("other", moment(1500)), 500ms);
}

TEST(Silence, a_frame_that_has_let_it_pass_gets_a_glance_until_it_has_answered) {
  Silence silence;
  silence.begins("f", moment(1000));
  EXPECT_EQ(silence.patience("f", moment(9000)), 20ms);
  silence.ends("f");
  EXPECT_EQ(silence.patience("f", moment(9000)), 500ms);
}

TEST(Silence, forgets_rather_than_grows_with_frames_that_are_gone) {
  Silence silence;
  for (int n = 0; n < 1001; ++n) silence.begins(std::to_string(n), moment(0));
  EXPECT_EQ(silence.patience("0", moment(9000)), 500ms);
  EXPECT_EQ(silence.patience("1000", moment(9000)), 20ms);
}

}  // namespace
}  // namespace browser
