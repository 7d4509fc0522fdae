#include "metrics/exposition.h"

#include <gtest/gtest.h>

namespace metrics {
namespace {

using namespace std::chrono_literals;

class ExpositionTest : public ::testing::Test {
 protected:
  ExpositionTest() {
    registry_.gauge("made", "How often the text was made.", [this] { return ++made_; });
  }

  Registry registry_;
  int made_ = 0;
  Exposition exposition_{registry_};
  base::TimePoint now_ = base::TimePoint() + 1h;
};

// Mutant: made for each.
TEST_F(ExpositionTest, IsMadeAnewSoManyTimesAndThenOnceInAWhile) {
  for (int n = 0; n < 1000; ++n) exposition_.text(now_);
  EXPECT_EQ(made_, Exposition::kAtOnce);
  EXPECT_NE(exposition_.text(now_ + Exposition::kEvery - 1ms).find("made 100\n"), std::string::npos);
  EXPECT_NE(exposition_.text(now_ + Exposition::kEvery).find("made 101\n"), std::string::npos);
  EXPECT_NE(exposition_.text(now_ + Exposition::kEvery).find("made 101\n"), std::string::npos);
}

TEST_F(ExpositionTest, IsFreshForWhoAsksNowAndThen) {
  for (int n = 1; n <= 1000; ++n) {
    now_ += Exposition::kEvery;
    exposition_.text(now_);
    EXPECT_EQ(made_, n);
  }
}

TEST_F(ExpositionTest, IsMadeAtOnceAgainAfterAPause) {
  for (int n = 0; n < 1000; ++n) exposition_.text(now_);
  now_ += 1h;
  for (int n = 0; n < 1000; ++n) exposition_.text(now_);
  EXPECT_EQ(made_, 2 * Exposition::kAtOnce);
}

}  // namespace
}  // namespace metrics
