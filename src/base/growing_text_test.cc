#include "base/growing_text.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(GrowingText, IsWhatWasCommitted) {
  GrowingText text;
  EXPECT_EQ(text.view(), "");
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 700), static_cast<char>('a' + i % 26));
    std::memcpy(text.prepare(piece.size() + 100), piece.data(), piece.size());
    text.commit(piece.size());
    expected += piece;
  }
  EXPECT_EQ(text.view(), expected);
  EXPECT_LT(text.capacity(), 3 * expected.size());
}

TEST(GrowingText, IsNoLongerThanItsRoom) {
  GrowingText text;
  text.commit(5);
  EXPECT_EQ(text.size(), 0U);
  text.prepare(0);
  text.commit(1 << 20);
  EXPECT_EQ(text.size(), text.capacity());
}

TEST(GrowingText, LeavesNothingBehindWhenItMoves) {
  GrowingText text("abc");
  GrowingText other(std::move(text));
  EXPECT_EQ(text.view(), "");  // NOLINT(bugprone-use-after-move): that is what is looked at
  EXPECT_EQ(other.view(), "abc");
  text = std::move(other);
  EXPECT_EQ(text.view(), "abc");
}

}  // namespace
}  // namespace base
