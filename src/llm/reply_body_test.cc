#include "llm/reply_body.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace llm {
namespace {

std::string body(std::string_view text, std::size_t most = 1000) {
  const auto value = read_body(text, {.max_depth = 100, .max_values = most});
  return value ? json::write(*value) : "error: " + value.error().message;
}

TEST(ReplyBody, IsJsonAlsoBehindComments) {
  EXPECT_EQ(body(R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(body(": PROCESSING\n\n: PROCESSING\r\n\r\n{\"a\":1}"), R"({"a":1})");
  EXPECT_EQ(body("// wait\n\n {\"a\":\n1}\n"), R"({"a":1})");
  EXPECT_EQ(body("<html>").substr(0, 6), "error:");
  EXPECT_EQ(body(": only\n").substr(0, 6), "error:");
  EXPECT_EQ(body("").substr(0, 6), "error:");
}

TEST(ReplyBody, IsTheOnlyEventOfAStreamThatNobodyAskedFor) {
  EXPECT_EQ(body("data: {\"a\":1}\n\ndata: [DONE]\n\n"), R"({"a":1})");
  EXPECT_EQ(body("event: message\nid: 1\ndata: {\"a\":\ndata: 1}\n\n"), R"({"a":1})");
  EXPECT_EQ(body(": hello\n\ndata:{\"a\":1}"), R"({"a":1})");
}

TEST(ReplyBody, IsTheWholeOfWhatPiecesMake) {
  EXPECT_EQ(
      body(
          "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n"
          "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[]}}"
          "\n\n"),
      R"({"id":"r","output":[]})");
  const std::string piece = R"(data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":)";
  EXPECT_EQ(
      body(piece + R"({"role":"assistant","content":"{\"a\""}}]})" + "\n\n" + piece + R"({"content":":1}"}}]})" +
           "\n\n" + piece +
           R"({"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{"}}]}}]})" +
           "\n\n" + piece + R"({"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":"stop"}],)" +
           R"("usage":{"prompt_tokens":3}})" + "\n\ndata: [DONE]\n\n"),
      R"({"id":"c","usage":{"prompt_tokens":3},"choices":[{"finish_reason":"stop","index":0,)"
      R"("message":{"role":"assistant","content":"{\"a\":1}",)"
      R"("tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}}]})");
}

TEST(ReplyBody, HasALimitInEachEvent) {
  EXPECT_EQ(body("data: [1,2,3]\n\n", 4), "[1,2,3]");
  EXPECT_EQ(body("data: [1,2,3,4]\n\n", 4), "error: JSON: more than the 4 values allowed");
}

}  // namespace
}  // namespace llm
