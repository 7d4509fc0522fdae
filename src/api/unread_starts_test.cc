#include "api/unread_starts.h"

#include <gtest/gtest.h>

namespace api {
namespace {

// Mutants: an answer that arrived counts as lost; a session that was used is nobody's.
TEST(UnreadStarts, AreLostWhenTheAnswerIsAndNobodyNamedTheSession) {
  UnreadStarts starts;
  for (const std::uint64_t generation : {1, 2, 3}) starts.sent(generation);
  EXPECT_FALSE(starts.settled(1, true));
  EXPECT_TRUE(starts.settled(2, false));
  starts.named(3);
  EXPECT_FALSE(starts.settled(3, false));
  EXPECT_FALSE(starts.settled(4, false));
  EXPECT_EQ(starts.size(), 0U);
}

}  // namespace
}  // namespace api
