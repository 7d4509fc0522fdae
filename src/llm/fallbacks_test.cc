// What is done when a provider says that it cannot do what it was asked to, at the HTTP boundary.
#include <gtest/gtest.h>

#include "json/read.h"
#include "llm/structured.h"
#include "llm/testing/bench.h"

namespace llm {
namespace {

using aio::Task;
using base::Secret;
using testing::answer;
using testing::Bench;
using testing::kKey;

constexpr const char* kChatReply = R"({"choices":[{"message":{"content":"Hello."}}]})";
constexpr const char* kJsonReply = R"({"choices":[{"message":{"content":"{\"right\":1}"}}]})";

Chat with_picture() {
  Chat chat;
  chat.messages = {{Role::user, {Text{"Look."}, Image{"image/png", "cGlj"}}},
                   {Role::assistant, {ToolCall{.id = "c1", .name = "see"}}},
                   {Role::user, {ToolResult{"c1", "see", {Image{"image/png", "cGlj"}}}}}};
  return chat;
}

Chat json_chat() {
  Chat chat;
  chat.output = JsonOutput{*json::read(R"({"type":"object","properties":{"right":{"type":"number"}}})")};
  return chat;
}

class Fallback : public ::testing::Test {
 protected:
  ModelSettings named(std::string name) {
    ModelSettings out = b.settings();
    out.name = std::move(name);
    return out;
  }
  ModelSettings by_chat(std::string name) {
    ModelSettings out = named(std::move(name));
    out.format = ChatFormat::chat;
    return out;
  }
  const std::string& sent(std::size_t number) const { return b.server.requests().at(number).body; }
  bool shows(std::size_t number, std::string_view what) const { return sent(number).find(what) != std::string::npos; }
  std::size_t requests() const { return b.server.requests().size(); }

  Bench b;
};

TEST_F(Fallback, LeavesAParameterOutThatIsRefusedByNameAndRemembersIt) {
  b.server.will(answer(400, R"({"error":{"message":"Unsupported value: 'low'.","param":"verbosity"}})"));
  b.server.will(answer(400, R"({"error":{"message":"Unsupported parameter: 'reasoning_effort'."}})"));
  b.server.will(answer(200, kJsonReply));
  b.server.will(answer(200, kJsonReply));
  const auto first = b.open(by_chat("openai/gpt-5.1"));
  const auto ask_twice = [this](Client& one) -> Task<base::Result<Reply>> {
    auto reply = co_await one.complete(b.ctx, json_chat());
    if (!reply) co_return reply;
    const auto another = b.open(by_chat("openai/gpt-5.1"));  // of another operation
    co_return co_await another->complete(b.ctx, json_chat());
  };
  const auto reply = b.run(ask_twice(*first));
  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(requests(), 4U);
  EXPECT_TRUE(shows(0, "verbosity"));
  EXPECT_FALSE(shows(1, "verbosity"));
  EXPECT_TRUE(shows(1, "reasoning_effort"));
  EXPECT_FALSE(shows(2, "reasoning_effort"));
  EXPECT_FALSE(shows(3, "verbosity"));
  EXPECT_FALSE(shows(3, "reasoning_effort"));
  EXPECT_NE(b.log.text.find(R"("statusCode":400,"without":"verbosity")"), std::string::npos) << b.log.text;
  EXPECT_TRUE(b.waited.empty());
}

TEST_F(Fallback, LeavesAParameterOutOnceOnlyAndOnlyWhereItWasSent) {
  for (int i = 0; i < 3; ++i)
    b.server.will(answer(400, R"({"error":{"message":"Unsupported parameter: 'verbosity'"}})"));
  EXPECT_EQ(b.ask(by_chat("openai/gpt-5.1"), json_chat()).error().message, "Unsupported parameter: 'verbosity'");
  EXPECT_EQ(requests(), 2U);
  Bench other;
  other.server.will(answer(400, R"({"error":{"message":"Unsupported parameter: 'verbosity'"}})"));
  EXPECT_FALSE(other.ask({.name = "groq/m", .api_key = Secret(kKey), .base_url = other.server.url("/v1")}));
  EXPECT_EQ(other.server.requests().size(), 1U);
}

TEST_F(Fallback, ThinksNotBesideToolsWhereChatCompletionsDoesNotTakeBoth) {
  Chat chat;
  chat.tools = {{"look", "Looks.", *json::read(R"({"type":"object","properties":{}})")}};
  b.server.will(answer(
      400,
      R"({"error":{"message":"Function tools with reasoning_effort are not supported. Use /v1/responses or set reasoning_effort to 'none'."}})"));
  b.server.will(answer(200, kChatReply));
  ASSERT_TRUE(b.ask(by_chat("openai/my-own"), chat));
  EXPECT_FALSE(shows(0, "reasoning_effort"));
  EXPECT_TRUE(shows(1, R"("reasoning_effort":"none")"));
}

TEST_F(Fallback, ShowsNoPicturesToModelsThatCannotReadThemAndSaysSo) {
  b.server.will(answer(400, "messages[0]: unknown variant `image_url`, expected `text` at line 1"));
  b.server.will(answer(200, kChatReply));
  const auto reply = b.ask(named("groq/m"), with_picture());
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(shows(0, "image_url"));
  EXPECT_FALSE(shows(1, "image_url"));
  EXPECT_TRUE(shows(1, "[A picture was left out here: you cannot be shown pictures.]"));
  Bench known;
  known.server.will(answer(200, kChatReply));
  ASSERT_TRUE(known.ask({.name = "deepseek/deepseek-v4-pro", .api_key = Secret(kKey), .base_url = known.server.url("")},
                        with_picture()));
  EXPECT_EQ(known.server.requests()[0].body.find("image_url"), std::string::npos);
}

TEST(Fallbacks, TurnsToChatCompletionsWhereThereIsNoResponsesApi) {
  for (const auto& [status, body] : {std::pair{404, R"({"error":"no such route"})"},
                                     {405, ""},
                                     {501, "Not implemented"},
                                     {400, R"({"error":{"message":"Unsupported endpoint"}})"}}) {
    Bench bench;
    bench.server.will(answer(status, body));
    bench.server.will(answer(200, kChatReply));
    const auto reply = bench.ask();
    ASSERT_TRUE(reply) << status << reply.error().message;
    EXPECT_EQ(bench.server.requests()[1].target, "/v1/chat/completions") << status;
    EXPECT_TRUE(bench.waited.empty()) << status;
  }
}

TEST_F(Fallback, TellsOfAModelThatDoesNotExist) {
  b.server.will(answer(404, R"({"error":{"message":"The model `m` does not exist"}})"));
  EXPECT_EQ(b.ask().error().message, "The model `m` does not exist");
  EXPECT_EQ(requests(), 1U);
}

TEST(Fallbacks, PutsTheSchemaIntoThePromptWhateverTheStatusThatRefusesIt) {
  for (const auto& [status, words] :
       {std::pair{404, "No endpoint supports response_format"}, {500, "Failed to parse grammar"}}) {
    Bench bench;
    bench.server.will(answer(status, std::string(R"({"error":{"message":")") + words + R"("}})"));
    bench.server.will(answer(200, kJsonReply));
    ASSERT_TRUE(
        bench.ask({.name = "groq/m", .api_key = Secret(kKey), .base_url = bench.server.url("/v1")}, json_chat()));
    EXPECT_NE(bench.server.requests()[1].body.find("fit this JSON Schema"), std::string::npos) << status;
    EXPECT_TRUE(bench.waited.empty()) << status;
  }
}

TEST_F(Fallback, TellsAnErrorThatCameAsASuccessAndAsksAgainOnlyWhereThatHelps) {
  b.server.will(answer(200, R"({"error":{"message":"Busy.","code":429}})"));
  b.server.will(
      answer(200, R"({"status":"failed","output":[],"error":{"code":"invalid_prompt","message":"Bad prompt."}})"));
  const auto reply = b.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_EQ(reply.error().message, "Failed after 2 attempts. Last error: Bad prompt.");
  EXPECT_EQ(b.waited.size(), 1U);
  Bench leaky;
  leaky.server.will(answer(200, std::string(R"({"error":{"message":"No key )") + kKey + R"(","code":401}})"));
  EXPECT_EQ(leaky.ask().error().message, "No key ***");
}

TEST_F(Fallback, SendsNamesOfMembersThatAreTakenAndGivesTheToolsOwnBack) {
  Chat chat;
  chat.tools = {{"buy", "Buys.", *json::read(R"({"type":"object","properties":{"à vue":{"type":"number"}}})")}};
  b.server.will(answer(
      200, R"({"stop_reason":"tool_use","content":[{"type":"tool_use","id":"c1","name":"buy","input":{"vue_1":5}}]})"));
  const auto reply = b.ask(named("anthropic/claude-opus-5"), chat);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(shows(0, R"("properties":{"vue_1":{"type":"number"}})")) << sent(0);
  EXPECT_EQ(reply->tool_calls().at(0)->arguments.at("à vue"), 5);
}

TEST_F(Fallback, TellsPlainWordsAndListsOfIssues) {
  b.server.will(answer(400, "prompt is empty"));
  EXPECT_EQ(b.ask().error().message, "prompt is empty");
  Bench list;
  list.server.will(answer(422, R"({"detail":[{"loc":["body","input"],"msg":"Field required"}]})"));
  EXPECT_EQ(list.ask().error().message, "input: Field required");
}

TEST_F(Fallback, TellsAShortWaitInMilliseconds) {
  for (int i = 0; i < 4; ++i)
    b.server.will(answer(429, R"({"error":{"message":"Slow down."}})", "retry-after-ms", "50"));
  EXPECT_EQ(b.ask().error().message, "Failed after 4 attempts. Last error: Slow down. (openai asks to wait 50 ms)");
}

TEST_F(Fallback, WaitsAsLongAsGoogleAsksInItsBody) {
  b.server.will(answer(
      429,
      R"({"error":{"message":"Quota.","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}})"));
  b.server.will(answer(200, R"({"candidates":[{"content":{"parts":[{"text":"Hello."}]}}]})"));
  ASSERT_TRUE(b.ask(named("google/gemini-2.5-flash")));
  ASSERT_EQ(b.waited.size(), 1U);
  EXPECT_GE(b.waited[0], 34'500);
}

TEST_F(Fallback, SendsACallersAuthorizationAndNoKeyOfTheServersBesideIt) {
  const Environment keys({"OPENAI_API_KEY=0123456789-of-the-server"});
  ModelSettings settings{.name = "openai/m", .base_url = b.server.url("/v1")};
  settings.headers["Authorization"] = Secret("Bearer mine");
  const auto client = b.models.open(*resolve({.request = settings}, keys, OwnKeys::anywhere));
  b.server.will(answer(401, "{}"));
  EXPECT_FALSE(b.run(client->complete(b.ctx, {})));
  EXPECT_EQ(b.server.requests().at(0).headers.find("authorization"), "Bearer mine");
}

}  // namespace
}  // namespace llm
