// Rules of providers that no whole request in testing/golden shows.
#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/provider/codec.h"

namespace llm::provider {
namespace {

json::Value body_of(const std::string& name, const Chat& chat, std::string base_url = "") {
  const Environment environment({"AWS_REGION=us-east-1"});
  const auto endpoint =
      resolve({.request = {.name = name, .api_key = base::Secret("key"), .base_url = std::move(base_url)}}, environment,
              OwnKeys::anywhere);
  EXPECT_TRUE(endpoint) << name;
  return *json::read(codec_of(endpoint->dialect).encode(*endpoint, chat).body);
}

Chat json_of(std::string_view schema) {
  Chat chat;
  chat.output = JsonOutput{*json::read(schema)};
  return chat;
}

bool holds(const json::Value& value, std::string_view words) {
  return json::write(value).find(words) != std::string::npos;
}

TEST(Encode, AsksAnthropicForNoMoreTokensThanComeWithoutStreaming) {
  EXPECT_EQ(json::get_int(body_of("anthropic/claude-opus-5-5", {}), "max_tokens"), 21'333);
  EXPECT_EQ(json::get_int(body_of("anthropic/claude-opus-4-1", {}), "max_tokens"), 8192);
  EXPECT_EQ(json::get_int(body_of("anthropic/claude-3-haiku", {}), "max_tokens"), 4096);
  EXPECT_EQ(json::get_int(body_of("anthropic/claude-opus-5-5", {.max_tokens = 50'000}), "max_tokens"), 50'000);
}

// Names that a tool's input may not have, and models that cannot be made to call one, are told the schema.
TEST(Encode, TellsASchemaInWordsWhereNoToolCanCarryIt) {
  const Chat usual =
      json_of(R"({"type":"object","properties":{"price":{"type":"number"}},"additionalProperties":true})");
  const Chat unusual = json_of(R"j({"type":"object","properties":{"prix (€)":{"type":"number"}}})j");
  for (const char* name : {"anthropic/claude-3-7-sonnet", "bedrock/anthropic.claude-3-7-sonnet"}) {
    EXPECT_TRUE(holds(body_of(name, usual), "\"respond\"")) << name;
    EXPECT_FALSE(holds(body_of(name, unusual), "\"respond\"")) << name;
    EXPECT_TRUE(holds(body_of(name, unusual), "fit this JSON Schema")) << name;
  }
  EXPECT_FALSE(holds(body_of("bedrock/anthropic.claude-opus-5-5", usual), "toolConfig"));
  EXPECT_TRUE(holds(body_of("bedrock/anthropic.claude-opus-5-5", usual), "fit this JSON Schema"));
}

TEST(Encode, SendsNoTemperatureToModelsThatTakeNone) {
  const Chat warm{.temperature = 0.5};
  for (const char* name :
       {"openai/gpt-6-sol", "anthropic/claude-sonnet-5", "bedrock/anthropic.claude-opus-4-7", "perplexity/sonar"})
    EXPECT_FALSE(holds(body_of(name, warm), "temperature")) << name;
  for (const char* name : {"openai/gpt-4.1", "anthropic/claude-sonnet-4-6", "google/gemini-4-argon", "groq/m"})
    EXPECT_TRUE(holds(body_of(name, warm), "\"temperature\":0.5")) << name;
}

TEST(Encode, GivesDeepSeekItsReasoningBackAlsoWhereThereWasNone) {
  Chat chat;
  chat.messages = {{Role::user, {Text{"Go."}}}, {Role::assistant, {Text{"I go."}}}};
  EXPECT_TRUE(holds(body_of("deepseek/deepseek-v4-pro", chat), R"("reasoning_content":"")"));
  EXPECT_FALSE(holds(body_of("deepseek/deepseek-chat", chat), "reasoning_content"));
  const auto reply =
      codec_of(Dialect::openai_chat)
          .decode(*json::read(R"({"choices":[{"message":{"content":"I go.","reasoning_content":"hm"}}]})"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text(), "I go.");
  chat.messages[1] = Reply(*reply).message();
  EXPECT_TRUE(holds(body_of("deepseek/deepseek-v4-pro", chat), R"("reasoning_content":"hm")"));
  EXPECT_FALSE(holds(body_of("groq/m", chat), "reasoning_content"));
}

// Mutants: the provider's name counts, whoever's API it is.
TEST(Encode, KeepsToTheWaysOfWhoeverAnswersByWhateverNameItIsCalled) {
  Chat chat = json_of(R"({"type":"object"})");
  chat.messages = {
      {Role::user, {Text{"Go."}}},
      {Role::assistant, {ToolCall{.id = "1", .name = "look"}}},
      {Role::user, {ToolResult{.call_id = "1", .name = "look", .content = {Text{"a shop"}}}, Text{"And now?"}}}};
  const std::string between = R"({"role":"assistant","content":"I have read the result."})";
  EXPECT_TRUE(holds(body_of("mistral/any", chat), between));
  EXPECT_TRUE(holds(body_of("openai/any", chat, "https://api.mistral.ai/v1"), between));
  for (const char* name : {"groq/mistral-large-4", "togetherai/mistralai/Ministral-14B", "groq/open-mixtral-8x22b"})
    EXPECT_TRUE(holds(body_of(name, chat), between)) << name;
  EXPECT_FALSE(holds(body_of("groq/any", chat), between));

  const json::Value deepseek = body_of("openai/deepseek-v4-pro", chat, "https://api.deepseek.com/v1");
  EXPECT_TRUE(holds(deepseek, R"("reasoning_content":"")"));
  EXPECT_TRUE(holds(deepseek, R"("response_format":{"type":"json_object"})"));
  EXPECT_FALSE(holds(body_of("groq/deepseek-v4-pro", chat), "reasoning_content"));
}

TEST(Encode, NamesPerplexitysModelsAndItsPresets) {
  const auto named = [](const char* name) { return json::write(body_of(name, {})); };
  EXPECT_EQ(named("perplexity/sonar"), R"({"model":"perplexity/sonar","input":[]})");
  EXPECT_EQ(named("perplexity/pro-search"), R"({"preset":"pro-search","input":[]})");
  EXPECT_EQ(named("perplexity/preset/deep-research"), R"({"preset":"deep-research","input":[]})");
  EXPECT_EQ(named("perplexity/anthropic/claude-opus-5"), R"({"model":"anthropic/claude-opus-5","input":[]})");
}

}  // namespace
}  // namespace llm::provider
