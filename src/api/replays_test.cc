#include "api/replays.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace api {
namespace {

using namespace std::chrono_literals;

ReplayAction action(std::string method, std::string url, int second) {
  ReplayAction out{.method = std::move(method), .parameters = json::Object(), .result = "{}", .url = std::move(url)};
  out.began = base::WallTime(std::chrono::seconds(second));
  out.ended = base::WallTime(std::chrono::seconds(second + 1));
  return out;
}

TEST(Replays, KnowNothingOfAnIdThatDidNothing) { EXPECT_EQ(Replays().json("s"), R"({"pages":[]})"); }

TEST(Replays, AreAPageForEachStretchOnOneUrl) {
  Replays replays;
  replays.record("s", action("navigate", "http://a/", 1));
  replays.record("s", action("act", "http://a/", 2));
  replays.record("s", action("act", "http://b/", 4));
  EXPECT_EQ(replays.json("s"), R"({"pages":[{"url":"http://a/","timestamp":1000,"duration":2000,"actions":[)"
                               R"({"method":"navigate","parameters":{},"result":{},"timestamp":1000,"endTime":2000},)"
                               R"({"method":"act","parameters":{},"result":{},"timestamp":2000,"endTime":3000}]},)"
                               R"({"url":"http://b/","timestamp":4000,"duration":1000,"actions":[)"
                               R"({"method":"act","parameters":{},"result":{},"timestamp":4000,"endTime":5000}]}]})");
}

TEST(Replays, TellWhatAModelCost) {
  Replays replays;
  ReplayAction one = action("extract", "", 1);
  one.result = "[1]";
  one.input_tokens = 7;
  one.output_tokens = 3;
  one.reasoning_tokens = 2;
  one.cached_tokens = 5;
  one.model_time = 20ms;
  one.model_calls = 1;
  replays.record("s", std::move(one));
  EXPECT_NE(replays.json("s").find(R"("result":{"value":[1]})"), std::string::npos);
  EXPECT_NE(
      replays.json("s").find(
          R"("tokenUsage":{"inputTokens":7,"outputTokens":3,"reasoningTokens":2,"cachedInputTokens":5,"timeMs":20})"),
      std::string::npos);
}

// Mutant: the body as it is.
TEST(Replays, KeepNoSecret) {
  const auto body =
      json::read(R"({"input":"x","streamResponse":true,"options":{"variables":{"p":"hunter2","q":{"value":"s3cret"}},)"
                 R"("model":{"modelName":"openai/m","apiKey":"sk-1","headers":{"a":"b"}}}})");
  EXPECT_EQ(json::write(without_secrets(*body)),
            R"({"input":"x","options":{"variables":{"p":{},"q":{}},"model":"openai/m"}})");
}

TEST(Replays, KeepNoSecretOfACallersTools) {
  const auto body =
      json::read(R"({"agentConfig":{"tools":[{"name":"w","url":"http://h/?key=s3cret","headers":{"a":"s3cret"}},)"
                 R"({"mcp":"https://u:s3cret@host:1/p?s3cret","headers":{"a":"s3cret"}}]}})");
  EXPECT_EQ(json::write(without_secrets(*body)), R"({"agentConfig":{"tools":[{"name":"w"},{"mcp":"host"}]}})");
}

TEST(Replays, AreBounded) {
  Replays replays({.sessions = 2, .actions = 2, .action_bytes = 10});
  for (const char* id : {"a", "b", "a", "c"}) replays.record(id, action("act", "", 1));
  EXPECT_EQ(replays.json("b"), R"({"pages":[]})");
  EXPECT_NE(replays.json("a"), R"({"pages":[]})");
  ReplayAction long_one = action("second", "", 1);
  long_one.result = R"({"text":"0123456789"})";
  replays.record("c", action("first", "", 1));
  replays.record("c", std::move(long_one));
  const std::string told = replays.json("c");
  EXPECT_EQ(told.find("\"act\""), std::string::npos);
  EXPECT_NE(told.find(R"("result":{"omitted":21})"), std::string::npos);
}

TEST(Replays, AreBoundedInBytesAllTogether) {
  Replays replays({.bytes = 300});
  for (const char* id : {"a", "b", "c", "d"}) replays.record(id, action("act", "", 1));
  EXPECT_EQ(replays.json("a"), R"({"pages":[]})");
  EXPECT_NE(replays.json("d"), R"({"pages":[]})");
}

// Mutant: bytes counted over sessions alone. A client that sends megabytes to one session would grow it without bound.
TEST(Replays, AreBoundedInBytesInOneSession) {
  Replays replays({.action_bytes = 50, .bytes = 300});
  for (int n = 0; n < 10; ++n) {
    ReplayAction one = action(std::to_string(n), "", 1);
    one.parameters = json::Object{{"text", std::string(1000, 'x')}};
    replays.record("a", std::move(one));
  }
  const std::string told = replays.json("a");
  EXPECT_LT(told.size(), 400u);
  EXPECT_EQ(told.find(R"("method":"0")"), std::string::npos);
  EXPECT_NE(told.find(R"("method":"9","parameters":{"omitted":1011})"), std::string::npos);
}

}  // namespace
}  // namespace api
