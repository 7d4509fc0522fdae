#include "api/held_bytes.h"

#include <vector>

#include <gtest/gtest.h>

namespace api {
namespace {

using HeldFull = HeldBytes::Full;

// Mutants: one of the two limits missing; what is asked for not counted itself.
TEST(HeldBytes, HasALimitForAllAndHalfOfItForOneCaller) {
  HeldBytes bytes(100);
  EXPECT_EQ(bytes.full("a", 50), std::nullopt);
  EXPECT_EQ(bytes.full("a", 51), HeldFull::caller);
  const auto first = bytes.hold("a", 30);
  EXPECT_EQ(bytes.full("a", 21), HeldFull::caller);
  EXPECT_EQ(bytes.full("b", 50), std::nullopt);
  const auto second = bytes.hold("b", 50);
  EXPECT_EQ(bytes.full("c", 20), std::nullopt);
  EXPECT_EQ(bytes.full("c", 21), HeldFull::all);
  EXPECT_EQ(bytes.limit(HeldFull::caller), 50U);
  EXPECT_EQ(bytes.limit(HeldFull::all), 100U);
}

// Mutants: not given back, or twice by what was moved.
TEST(HeldBytes, CountsEachHoldUntilItDies) {
  HeldBytes bytes(100);
  {
    std::vector<HeldBytes::Hold> holds;
    for (int i = 0; i < 5; ++i) holds.push_back(bytes.hold("a", 10));
    EXPECT_EQ(bytes.all(), 50U);
    holds[0] = std::move(holds[1]);
    EXPECT_EQ(bytes.all(), 40U);
    holds[0] = {};
    EXPECT_EQ(bytes.all(), 30U);
    const HeldBytes::Hold none[] = {bytes.hold("b", 0), bytes.hold("b", 0)};
    EXPECT_EQ(bytes.full("b", 50), std::nullopt);
  }
  EXPECT_EQ(bytes.all(), 0U);
  EXPECT_EQ(bytes.full("a", 50), std::nullopt);
}

}  // namespace
}  // namespace api
