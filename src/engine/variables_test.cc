#include "engine/variables.h"

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"

namespace engine {
namespace {

Variables of(std::string name, std::string value) {
  Variables out;
  out.emplace(std::move(name), base::Secret(std::move(value)));
  return out;
}

TEST(Variables, ArePutInAndTakenOutWhereverTheyStand) {
  const Variables x = of("x", "secret");
  EXPECT_EQ(*with_variables({"%x%%x%", "a %x% b", "%y%"}, x),
            (std::vector<std::string>{"secretsecret", "a secret b", "%y%"}));
  EXPECT_EQ(without_values("secretsecret, a secret", x), "%x%%x%, a %x%");
  EXPECT_EQ(without_values("", x), "");
  EXPECT_EQ(without_values("aaa", of("x", "a")), "%x%%x%%x%");
  EXPECT_EQ(address_without_values("http://a/?q=a%20secret+secret", of("x", "a secret")), "http://a/?q=%x%+secret");
}

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

constexpr const char* kTooLong = "the arguments are longer than 4194304 bytes together with their variables put in";

// A request of 1 MB could ask for 80 GB.
TEST(Variables, DoNotFillTheMemory) {
  const auto filled = with_variables({repeated("%x%", 100'000)}, of("x", std::string(500'000, 'v')));
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().message, kTooLong);
  EXPECT_EQ(with_variables({repeated("%x%", 100)}, of("x", std::string(40'000, 'v')))->at(0).size(), 4'000'000U);
  const std::string long_name(10'000, 'n');
  EXPECT_LT(without_values(repeated("v ", 1000), of(long_name, "v")).size(), 110'000U);
}

TEST(Variables, DoNotFillTheMemoryWithManyArguments) {
  const auto filled = with_variables(std::vector<std::string>(1000, "%x%"), of("x", std::string(40'000, 'v')));
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().message, kTooLong);
  EXPECT_TRUE(with_variables(std::vector<std::string>(1000, "%x%"), of("x", "value")));
  const auto many = with_variables(std::vector<std::string>(1001, ""), {});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().message, "1001 arguments are more than 1000");
  EXPECT_TRUE(with_variables({std::string(1'000'000, '%')}, of("x", "value")));
}

// Mutant: they are put into long arguments on the loop.
TEST(Variables, ArePutIntoLongArgumentsByTheWorkers) {
  const Variables x = of("x", "secret");
  for (const bool large : {false, true}) {
    aio::testing::OneWorker one;
    const aio::Context ctx = one.context();
    const auto seen = one.see(with_variables(ctx, {std::string(large ? 100'000 : 10, 'a'), "%x%"}, x));
    EXPECT_EQ(seen.result->back(), "secret");
    EXPECT_EQ(seen.waited, large);
  }
}

TEST(Variables, AreKnownByTheirWholeNames) {
  Variables names = of("a", "1");
  for (const auto& [name, value] : {std::pair("ab", "2"), {"c%d", "3"}, {"a%b", "never"}})
    names.emplace(name, base::Secret(value));
  EXPECT_EQ(*with_variables({"%a%%ab%", "%abc%", "%a", "a%", "%a %a%", "%%a%%", "%c%d%", "%a%b%", "%c%", "%b%"}, names),
            (std::vector<std::string>{"12", "%abc%", "%a", "a%", "%a 1", "%1%", "3", "1b%", "%c%", "%b%"}));
}

TEST(Variables, ArePutInOnce) {
  Variables both = of("a", "%b%");
  both.emplace("b", base::Secret("%a%"));
  EXPECT_EQ(with_variables({"%a% %b% 5%a%b%"}, both)->at(0), "%b% %a% 5%b%b%");
}

// Replaced one after the other, a byte would become 100 * 100 * 100 of them.
TEST(Variables, AreTakenOutOnce) {
  Variables chain;
  chain.emplace(std::string(100, 'b'), base::Secret("a"));
  chain.emplace(std::string(100, 'c'), base::Secret("b"));
  chain.emplace(std::string(100, 'd'), base::Secret("c"));
  const std::string text(1000, 'a');
  EXPECT_EQ(without_values(text, chain).size(), text.size() * 102);
  EXPECT_EQ(address_without_values(text, chain), text);
}

TEST(Variables, AreTakenOutTheLongestFirst) {
  Variables both = of("a", "alice");
  both.emplace("b", base::Secret("alice2024!"));
  EXPECT_EQ(without_values("alice2024! and alice", both), "%b% and %a%");
  EXPECT_EQ(address_without_values("http://h/?p=alice2024!&q=alice", both), "http://h/?p=%b%&q=%a%");
  EXPECT_TRUE(hold_values({"", "my alice2024"}, both));
  EXPECT_FALSE(hold_values({"", "alic"}, both));
}

// In one pass: this text with values put in place one by one moved half a terabyte.
TEST(Variables, AreTakenOutOfLargeTexts) {
  EXPECT_EQ(without_values(std::string(1'000'000, 'a'), of("name", "a")).size(), 6'000'000U);
}

}  // namespace
}  // namespace engine
