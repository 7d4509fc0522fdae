#include "base/known_values.h"

#include <gtest/gtest.h>

#include "base/testing/sanitized.h"

namespace base {
namespace {

std::string values_hidden(const std::vector<KnownValue>& values, std::string_view text) {
  return KnownValues(values, text.size()).hide(text);
}

TEST(KnownValues, AreShownAsSomethingElse) {
  EXPECT_EQ(values_hidden({{"ann", "A"}, {"bob", "B"}}, "ann, bobann and an"), "A, BA and an");
  EXPECT_EQ(values_hidden({{"ann", "A"}, {"", "E"}}, ""), "");
  EXPECT_EQ(values_hidden({}, "ann"), "ann");
  EXPECT_EQ(values_hidden({{"anna", "A"}}, "ann"), "ann");
  EXPECT_EQ(values_hidden({{"same", "1"}, {"same", "2"}}, "same"), "1");
}

TEST(KnownValues, AreTheLongestAtEachPlace) {
  EXPECT_EQ(values_hidden({{"alice", "A"}, {"alice2024!", "B"}}, "alice2024! alice2024 alice"), "B A2024 A");
  EXPECT_EQ(values_hidden({{"b", "1"}, {"abcd", "2"}, {"bc", "3"}}, "abcd abce"), "2 a3e");
  EXPECT_EQ(values_hidden({{"abcd", "1"}, {"cdefg", "2"}, {"gh", "3"}}, "-abcdefgh-"), "-2-");
  EXPECT_EQ(values_hidden({{"a", "1"}}, "aaa"), "111");
  EXPECT_EQ(values_hidden({{"aa", "1"}}, "aaaaa"), "1");
}

// What is put in may be a value itself.
TEST(KnownValues, AreNotSoughtInWhatIsPutIn) {
  EXPECT_EQ(values_hidden({{"a", "b"}, {"b", "c"}, {"c", "a"}}, "abc"), "bca");
}

TEST(KnownValues, CountWhereTheyMay) {
  const auto at_the_end = [](std::string_view text, std::size_t, std::size_t end) { return end == text.size(); };
  EXPECT_EQ(values_hidden({{"42", "N", at_the_end}, {"2", "T"}}, "42 42"), "4T N");
}

TEST(KnownValues, AreFoundInAnyText) {
  const KnownValues values({{"secret", "S"}}, 100);
  EXPECT_TRUE(values.any_in("a secret"));
  EXPECT_FALSE(values.any_in("a secre"));
  EXPECT_FALSE(values.any_in(""));
}

TEST(KnownValues, AreKnownByTheirBeginningsBeforeACut) {
  const std::string value = "0123456789" + std::string(290, 'x');
  EXPECT_EQ(values_hidden({{value, "V"}}, "[" + value.substr(0, 200) + "… (300 characters)]"), "[V… (300 characters)]");
  EXPECT_EQ(values_hidden({{value, "V"}}, "a 01234567… (300 characters)"), "a V… (300 characters)");
  EXPECT_EQ(values_hidden({{value, "V"}}, "a 01234567\uFFFD… (300 characters)"), "a V\uFFFD… (300 characters)");
  EXPECT_EQ(values_hidden({{value, "V"}}, "a 0123456… (300 characters), 01234567"),
            "a 0123456… (300 characters), 01234567");
}

// Neither a text nor a value that repeats itself makes the walk go back: this one ends.
TEST(KnownValues, AreSoughtInOneWalk) {
  constexpr std::size_t kLong = testing::kSanitized ? 500'000 : 4'000'000;
  const std::string text(kLong, 'a');
  EXPECT_EQ(values_hidden({{std::string(kLong / 4, 'a') + "b", "V"}, {std::string(kLong / 8, 'a') + "c", "W"}}, text),
            text);
}

}  // namespace
}  // namespace base
