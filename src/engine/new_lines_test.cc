#include "engine/new_lines.h"

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(NewLines, AreThoseOfNewElementsMovedLeft) {
  EXPECT_EQ(new_lines("[0-1] document\n  [0-2] button: Open",
                      "[0-1] document\n  [0-2] button: Open [focused]\n"
                      "  [0-3] listbox\n    [0-4] option: Red"),
            "[0-3] listbox\n  [0-4] option: Red");
}

TEST(NewLines, AreAllWhenNothingIsNew) { EXPECT_EQ(new_lines("[0-1] a", "[0-1] a [focused]"), "[0-1] a [focused]"); }

TEST(NewLines, AreAllOfAnotherPage) { EXPECT_EQ(new_lines("[0-1] a", "[0-9] b\n  [0-10] c"), "[0-9] b\n  [0-10] c"); }

}  // namespace
}  // namespace engine
