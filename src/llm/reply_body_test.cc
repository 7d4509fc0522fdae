#include "llm/reply_body.h"

#include <gtest/gtest.h>

#include "json/read.h"
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

// Mutants: of such a stream the last event is the reply.
TEST(ReplyBody, IsTheWholeOfAnAnthropicStream) {
  EXPECT_EQ(body(R"(event: message_start
data: {"type":"message_start","message":{"id":"m","content":[],"stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}

data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

data: {"type":"ping"}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I "}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"look."}}

data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"look","input":{}}}

data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\""}}

data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}

data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":7}}

data: {"type":"message_stop"}
)"),
            R"({"id":"m","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"t","name":"look",)"
            R"("input":{"at":1}}],"stop_reason":"tool_use","usage":{"input_tokens":9,"output_tokens":7}})");
  EXPECT_EQ(body("data: {\"type\":\"message_start\",\"message\":{}}\n\n"
                 "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n"),
            R"({"error":{"type":"overloaded_error"},"content":[]})");
}

// Mutants: a list is none of Gemini's.
TEST(ReplyBody, IsTheWholeOfAGeminiStream) {
  const std::string one = R"({"candidates":[{"content":{"parts":[{"text":"{\"a\""}],"role":"model"}}]})";
  const std::string two =
      R"({"candidates":[{"content":{"parts":[{"text":":1}"},{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3}})";
  const char* whole =
      R"({"candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[{"text":"{\"a\":1}"},)"
      R"({"functionCall":{"name":"f"}}]}}],"usageMetadata":{"promptTokenCount":3}})";
  const auto sorted = [](const std::string& text) { return *json::read(text); };
  EXPECT_EQ(sorted(body("data: " + one + "\n\ndata: " + two + "\n\n")), sorted(whole));
  EXPECT_EQ(sorted(body("[" + one + ",\n" + two + "]")), sorted(whole));
}

// Mutants: lines are no JSON.
TEST(ReplyBody, IsTheWholeOfOllamasLines) {
  EXPECT_EQ(body(R"({"model":"m","message":{"role":"assistant","content":"Hel"},"done":false}
{"model":"m","message":{"role":"assistant","content":"lo","tool_calls":[{"function":{"name":"f"}}]},"done":false}
{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":2}
)"),
            R"({"model":"m","done":true,"done_reason":"stop","eval_count":2,"message":{"role":"assistant",)"
            R"("content":"Hello","tool_calls":[{"function":{"name":"f"}}]}})");
  EXPECT_EQ(body("{\"message\":{},\"done\":false}\n{\"mess").substr(0, 6), "error:");
  EXPECT_EQ(body("{\"a\":1}\n{\"b\":2}\n").substr(0, 6), "error:");
}

TEST(ReplyBody, HasALimitInEachEvent) {
  EXPECT_EQ(body("data: [1,2,3]\n\n", 4), "[1,2,3]");
  EXPECT_EQ(body("data: [1,2,3,4]\n\n", 4), "error: JSON: more than the 4 values allowed");
}

}  // namespace
}  // namespace llm
