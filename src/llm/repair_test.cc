#include "llm/repair.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace llm {
namespace {

std::string read(std::string_view text) {
  const auto value = read_reply(text);
  return value ? json::write(*value) : "error: " + value.error().message;
}

TEST(ReadReply, FindsTheJsonInWhatModelsWrite) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":1})", R"({"a":1})"},
      {" \n[1,2]\n", "[1,2]"},
      {R"("just text")", R"("just text")"},
      {"```json\n{\"a\":1}\n```", R"({"a":1})"},
      {"```\n{\"a\":\"```\"}\n```\nDone.", R"({"a":"```"})"},
      {"Here you are:\n{\"a\":[1,{\"b\":\"}\"}]}\nAnything else?", R"({"a":[1,{"b":"}"}]})"},
      {"<think>maybe {\"a\":0}?</think>\n{\"a\":1}", R"({"a":1})"},
      {R"({"a":1,"b":[1,2,],})", R"({"a":1,"b":[1,2]})"},
      {R"({"a":",}"})", R"({"a":",}"})"},
      {R"(I mean {this} and not {"a":1})", R"({"a":1})"},
      {R"({"a":{"b":"c"})", R"({"a":{"b":"c"}})"},
      {R"({"a":"before </think> after"})", R"({"a":"before </think> after"})"},
      {"Sure: {\"a\":\"x </think> [1]\"} Bye.", R"({"a":"x </think> [1]"})"},
      {"Let me see, {\"a\":0}?</think>{\"a\":\"</think>\"}", R"({"a":"</think>"})"},
      {"{\"a\":\"one\ntwo\tthree\"}", R"({"a":"one\ntwo\tthree"})"},
      {"// the answer\n{\"a\":1}", R"({"a":1})"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(read(text), json) << text;
}

TEST(ReadReply, MakesNothingUp) {
  for (const char* text : {"", "I cannot do that.", R"({"a":12)", R"({"a":"cut of)", "{a:1}", "[1,2",
                           "{\"a\":1}</think>I cannot do that."})
    EXPECT_EQ(read(text), "error: The model's reply is no JSON") << text;
}

TEST(ReadReply, SaysWhichLimitAReplyOfTooManyValuesHasPassed) {
  std::string list = "0";
  for (int i = 0; i < 200'000; ++i) list += ",0";
  for (const std::string& text : {"[" + list + "]", "Here: {\"a\":[" + list + "]}", "[" + list + ",]"}) {
    const auto value = read_reply(text);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error(),
              base::Error(base::Kind::full, "The reply has more than 200000 JSON values, which is the limit"));
  }
}

TEST(ReadReply, EndsOnBracketsWithoutEnd) { EXPECT_TRUE(read(std::string(200'000, '[')).starts_with("error")); }

}  // namespace
}  // namespace llm
