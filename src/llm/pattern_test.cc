#include "llm/pattern.h"

#include <string>

#include <gtest/gtest.h>

namespace llm {
namespace {

bool found(std::string_view text, std::string_view pattern) {
  base::Budget budget(1'000'000);
  Patterns patterns;
  const bool out = patterns.found(text, pattern, budget);
  EXPECT_FALSE(budget.over()) << pattern;
  return out;
}

TEST(Pattern, CountsCodePointsAndKnowsEcmaScript) {
  for (const auto& [text, pattern] : {std::pair("Zoë", "^.{3}$"),
                                      {"ë", "^[^a]$"},
                                      {"é", "^\\u00e9$"},
                                      {"é", "^\\u{e9}$"},
                                      {"Straße", "^\\p{L}+$"},
                                      {"a\xc2\xa0"
                                       "b",
                                       "a\\sb"},
                                      {"a\xc2\xa0"
                                       "b",
                                       "a[\\sx]b"},
                                      {"ab", "^\\S\\S$"},
                                      {"xay", "a"},
                                      {"ab", "(?<=a)b"},
                                      {"a", "^[^]$"},
                                      {"2024-01", "^\\d{4}-\\d{2}$"},
                                      {"\U0001F600", "^\\ud83d\\ude00$"},
                                      {"\U0001F600", "^.$"},
                                      {"Straße", "^\\p{Letter}+$"},
                                      {"Ω", "^\\p{Script=Greek}\\P{gc=Nd}*$"},
                                      {"ab1", "^[\\S]+$"},
                                      {"-\xc2\xa0", "^[\\s-x]+$"},
                                      {"[:", "^[[:]+$"},
                                      {"\x0b", "^\\v$"},
                                      {"a.b", "^a\\.b$"},
                                      {"é", "^\\w*é$"},
                                      {"abc", "^.{1,100000}$"},
                                      {"aa", "^(?<c>a)\\k<c>$"},
                                      {"anything", "("}})
    EXPECT_TRUE(found(text, pattern)) << text << " " << pattern;
  for (const auto& [text, pattern] : {std::pair("a\n", "^a$"),
                                      {"\xd9\xa3", "^\\d$"},
                                      {"ä", "^\\w$"},
                                      {"a", "[]"},
                                      {"\xc2\xa0", "^\\S$"},
                                      {"a\nb", "a.b"},
                                      {"a\xe2\x80\xa8"
                                       "b",
                                       "a.b"},
                                      {"\xc2\xa0", "^[\\S]$"},
                                      {"a\n", "^a\\v$"}})
    EXPECT_FALSE(found(text, pattern)) << text << " " << pattern;
}

std::string costs(std::string_view text, std::string_view pattern, std::uint64_t steps = 1'000'000) {
  base::Budget budget(steps);
  Patterns patterns;
  EXPECT_FALSE(patterns.found(text, pattern, budget)) << pattern;
  return budget.why();
}

TEST(Pattern, EndsWithItsBudget) {
  const std::string many = std::string(20'000, 'a') + "!";
  for (const char* evil : {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){25}$", "(a*)*$", "^((a+)+b)*$",
                           "a*a*a*a*a*a*[bc]", "^(?=(a+)+$).*$", "(?<!a)(a+)+$"})
    EXPECT_EQ(costs(many, evil), "it takes more than 1000000 steps") << evil;
  EXPECT_NE(costs("a", std::string(9000, 'a')), "");
  EXPECT_EQ(costs("aaab", "^a*$", 115), "it takes more than 115 steps");
}

TEST(Pattern, OrdinaryOnesOfLongTextsAreCheap) {
  const std::string text(1'000'000, 'a');
  EXPECT_TRUE(found(text, "^a+$"));
  EXPECT_FALSE(found(text, "^\\d+$"));
  EXPECT_FALSE(found(text, "needle"));
}

}  // namespace
}  // namespace llm
