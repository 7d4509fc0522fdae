// Every dialect through the same mishaps, at the HTTP boundary.
#include <gtest/gtest.h>

#include "aio/scope.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/structured.h"
#include "llm/testing/bench.h"
#include "llm/testing/rsa_key.h"

namespace llm {
namespace {

using aio::Task;
using base::Secret;
using net::testing::Answer;
using testing::answer;
using testing::Bench;
using testing::kKey;

struct Dialected {
  const char* model;
  const char* target;  // of the request
  const char* said;    // a reply with TEXT for its text, 10 tokens read and 2 written
};

const Dialected kDialects[] = {
    {"openai/m", "/responses",
     R"({"output":[{"type":"message","content":[{"type":"output_text","text":TEXT}]}],
         "usage":{"input_tokens":10,"output_tokens":2}})"},
    {"groq/m", "/chat/completions",
     R"({"choices":[{"message":{"content":TEXT}}],"usage":{"prompt_tokens":10,"completion_tokens":2}})"},
    {"azure/m", "/chat/completions",
     R"({"choices":[{"message":{"content":TEXT}}],"usage":{"prompt_tokens":10,"completion_tokens":2}})"},
    {"anthropic/claude-sonnet-4-5", "/messages",
     R"({"content":[{"type":"text","text":TEXT}],"usage":{"input_tokens":10,"output_tokens":2}})"},
    {"anthropic/claude-3-7-sonnet-latest", "/messages",
     R"({"content":[{"type":"text","text":TEXT}],"usage":{"input_tokens":10,"output_tokens":2}})"},
    {"google/gemini-2.5-flash", "/models/gemini-2.5-flash:generateContent",
     R"({"candidates":[{"content":{"parts":[{"text":TEXT}]}}],
         "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2}})"},
    {"vertex/gemini-2.5-pro", "/models/gemini-2.5-pro:generateContent",
     R"({"candidates":[{"content":{"parts":[{"text":TEXT}]}}],
         "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2}})"},
    {"bedrock/a.b-v1:0", "/model/a.b-v1%3A0/converse",
     R"({"output":{"message":{"content":[{"text":TEXT}]}},"usage":{"inputTokens":10,"outputTokens":2}})"},
    {"ollama/llama3.2", "/chat", R"({"message":{"content":TEXT},"prompt_eval_count":10,"eval_count":2})"},
    {"perplexity/sonar", "/v1/agent",
     R"({"output":[{"type":"message","content":[{"type":"output_text","text":TEXT}]}],
         "usage":{"input_tokens":10,"output_tokens":2}})"},
};

class Dialects : public ::testing::TestWithParam<Dialected> {
 protected:
  ModelSettings settings() {
    ModelSettings out = b.settings();
    out.name = GetParam().model;
    return out;
  }
  static Answer says(std::string_view text) {
    std::string body = GetParam().said;
    std::string quoted;
    json::append_string(quoted, text);
    body.replace(body.find("TEXT"), 4, quoted);
    return answer(200, body);
  }
  base::Result<Reply> ask() { return b.ask(settings()); }
  std::size_t requests() const { return b.server.requests().size(); }

  Bench b;
};

TEST_P(Dialects, AskWhereTheyShould) {
  b.server.will(says("Hello."));
  const auto reply = ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), "Hello.");
  EXPECT_EQ(reply->usage, (Usage{.input = 10, .output = 2}));
  EXPECT_EQ(b.server.requests()[0].method, "POST");
  EXPECT_EQ(b.server.requests()[0].target, std::string("/v1") + GetParam().target);
}

TEST_P(Dialects, GiveARefusedKeyBackAtOnceAndUnseen) {
  b.server.will(answer(401, std::string(R"({"error":{"message":"No such key: )") + kKey + R"("}})"));
  const auto reply = ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_EQ(reply.error().message, "No such key: ***");
  EXPECT_EQ(requests(), 1u);
  EXPECT_EQ(b.counter.statuses, std::vector<int>{401});
}

TEST_P(Dialects, WaitAsLongAsTheyAreAsked) {
  b.server.will(answer(429, "{}", "retry-after", "7"));
  b.server.will(says("Hello."));
  ASSERT_TRUE(ask());
  ASSERT_EQ(b.waited.size(), 1u);
  EXPECT_GE(b.waited[0], 7'000);
  EXPECT_EQ(b.counter.statuses, (std::vector<int>{429, 200}));
}

TEST_P(Dialects, AskAgainAfterAFailureAndGiveUpInTheEnd) {
  for (int i = 0; i < 4; ++i) b.server.will(answer(500, R"({"error":{"message":"boom"}})"));
  const auto reply = ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::upstream);
  EXPECT_EQ(reply.error().message, "Failed after 4 attempts. Last error: boom");
  EXPECT_EQ(b.counter.statuses, (std::vector<int>{500, 500, 500, 500}));
}

TEST_P(Dialects, AskAgainAfterACutConnectionAndAfterGarbage) {
  b.server.will({.body = GetParam().said, .way = Answer::Way::cut});
  b.server.will(answer(200, "<html>no JSON</html>"));
  b.server.will(answer(200, "{}"));
  b.server.will(says("Hello."));
  const auto reply = ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), "Hello.");
}

Task<base::Result<Reply>> until_the_deadline(Bench& b, const ModelSettings& settings) {
  const auto client = b.open(settings);
  aio::Scope scope(b.loop.executor());
  std::optional<base::Result<Reply>> reply;
  scope.spawn(aio::testing::keep<base::Result<Reply>>(client->complete(b.ctx, {}), reply));
  co_await b.server.requests_read(1);
  b.clock.advance_to(b.ctx.deadline);
  co_await b.server.clients_left(1);
  co_await scope.finish();
  co_return std::move(*reply);
}

TEST_P(Dialects, EndByTheDeadlineWhenTheAnswerIsSlow) {
  b.server.will({.body = GetParam().said, .way = Answer::Way::stall});
  const auto reply = b.run(until_the_deadline(b, settings()));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::timeout);
}

Task<base::Result<Reply>> canceled_with(Bench& b, const ModelSettings& settings) {
  const auto client = b.open(settings);
  aio::Scope scope(b.loop.executor());
  std::optional<base::Result<Reply>> reply;
  scope.spawn(aio::testing::keep<base::Result<Reply>>(client->complete(b.ctx, {}), reply));
  co_await b.server.requests_read(1);
  co_await scope.cancel();
  co_await b.server.clients_left(1);  // without the close this waits for ever
  co_return Reply{};
}

TEST_P(Dialects, CloseTheConnectionWhenCanceled) {
  b.server.will({.way = Answer::Way::hang});
  EXPECT_TRUE(b.run(canceled_with(b, settings())));
}

Task<base::Result<Reply>> structured_answer(Client& client, const aio::Context& ctx) {
  auto schema = json::read(R"({"type":"object","properties":{"right":{"type":"number"}},"required":["right"]})");
  auto out = co_await complete_json(ctx, client, {}, std::move(*schema));
  if (!out) co_return std::unexpected(out.error());
  co_return Reply{.parts = {Text{json::write(out->value)}}, .usage = out->usage};
}

TEST_P(Dialects, AskOnceMoreForWhatDoesNotFitTheSchema) {
  b.server.will(says(R"({"wrong":1})"));
  b.server.will(says("Here you are: {\"right\":1}"));
  const auto client = b.open(settings());
  const auto reply = b.run(structured_answer(*client, b.ctx));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), R"({"right":1})");
  EXPECT_EQ(reply->usage, (Usage{.input = 20, .output = 4}));
  EXPECT_EQ(b.counter.usage, reply->usage);
  EXPECT_NE(b.server.requests()[1].body.find("cannot be used"), std::string::npos);
}

TEST_P(Dialects, PutTheSchemaIntoThePromptWhereItCannotBeForced) {
  const char* refusal =
      R"({"error":{"message":"This model does not support response format `json_schema`, nor tool use."}})";
  const bool twice = std::string_view(GetParam().model) == "anthropic/claude-sonnet-4-5";  // by the older way first
  b.server.will(answer(400, refusal));
  if (twice) b.server.will(answer(400, refusal));
  b.server.will(says(R"({"right":1})"));
  const auto client = b.open(settings());
  const auto reply = b.run(structured_answer(*client, b.ctx));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), R"({"right":1})");
  ASSERT_EQ(requests(), twice ? 3u : 2u);
  const std::string& last = b.server.requests().back().body;
  EXPECT_NE(last.find("fit this JSON Schema"), std::string::npos) << last;
  EXPECT_EQ(last.find("\"strict\""), std::string::npos);
  EXPECT_EQ(last.find("toolSpec"), std::string::npos);
}

TEST_P(Dialects, CountWhatABadReplyCost) {
  std::string bad = GetParam().said;
  for (const char* key : {"\"choices\"", "\"candidates\"", "\"output\"", "\"message\"", "\"content\""})
    if (const auto at = bad.find(key); at != std::string::npos) {
      bad.replace(at, std::string_view(key).size(), "\"nothing\"");
      break;
    }
  bad.replace(bad.find("TEXT"), 4, "\"\"");
  b.server.will(answer(200, bad));
  b.server.will(says("Hello."));
  const auto reply = ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->usage, (Usage{.input = 20, .output = 4}));
  EXPECT_EQ(b.counter.usage, reply->usage);
}

INSTANTIATE_TEST_SUITE_P(All, Dialects, ::testing::ValuesIn(kDialects), [](const auto& info) {
  std::string name = info.param.model;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

}  // namespace
}  // namespace llm
