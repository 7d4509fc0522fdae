#include "browser/node_id.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

TEST(NodeId, IsAFrameAndANumber) {
  const auto id = parse_node_id("12-0451");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->frame, 12);
  EXPECT_EQ(id->number, "0451");
}

TEST(NodeId, IsNothingElse) {
  for (const char* text : {"", "1", "1-", "-1", "--1", "a-1", "1-a", "1-2 ", "1-2-3", " 1-2", "99999999999-1"})
    EXPECT_FALSE(parse_node_id(text)) << text;
}

}  // namespace
}  // namespace browser
