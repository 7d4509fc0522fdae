#include "llm/model_id.h"

#include <gtest/gtest.h>

namespace llm {
namespace {

TEST(ModelId, SplitsAtTheFirstSlash) {
  const auto id = parse_model("togetherai/meta-llama/Llama-3.3-70B");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->provider->name, "togetherai");
  EXPECT_EQ(id->model, "meta-llama/Llama-3.3-70B");
  EXPECT_FALSE(id->bare);
}

TEST(ModelId, GivesOldBareNamesTheirProvider) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"gpt-4.1-nano", "openai", "gpt-4.1-nano"},
      {"o4-mini", "openai", "o4-mini"},
      {"gemini-2.0-flash", "google", "gemini-2.0-flash"},
      {"groq-llama-3.3-70b-versatile", "groq", "llama-3.3-70b-versatile"},
      {"cerebras-llama-3.3-70b", "cerebras", "llama-3.3-70b"}};
  for (const auto& [name, provider, model] : cases) {
    const auto id = parse_model(name);
    ASSERT_TRUE(id) << name;
    EXPECT_EQ(id->provider->name, provider);
    EXPECT_EQ(id->model, model);
    EXPECT_TRUE(id->bare);
  }
}

TEST(ModelId, RefusesTheUnknownInTheWordsThatClientsKnow) {
  EXPECT_EQ(parse_model("nobody/x").error().message,
            "nobody is not currently supported for aiSDK. please use one of the supported model providers: "
            "openai,bedrock,anthropic,google,xai,azure,groq,cerebras,togetherai,mistral,deepseek,perplexity,ollama,"
            "vertex,gateway");
  EXPECT_TRUE(parse_model("gpt-17").error().message.starts_with("Unsupported model.\n\nPlease use"));
  EXPECT_FALSE(parse_model("openai/"));
  EXPECT_FALSE(parse_model(""));
}

TEST(ModelId, TakesAProviderBesideABareName) {
  const auto id = parse_model("gpt-9", "openai");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->provider->name, "openai");
  EXPECT_EQ(id->model, "gpt-9");
  EXPECT_FALSE(id->bare);
  EXPECT_FALSE(parse_model("gpt-9", "microsoft"));
  EXPECT_EQ(parse_model("fara-7b", "microsoft", Use::screen)->provider->name, "microsoft");
  EXPECT_EQ(parse_model("microsoft/fara-7b", "", Use::screen)->model, "fara-7b");
  EXPECT_FALSE(parse_model("microsoft/fara-7b"));
  EXPECT_FALSE(parse_model("", "openai"));
  EXPECT_EQ(parse_model("groq/x", "openai")->provider->name, "groq");
  EXPECT_TRUE(parse_model("gpt-4o", "anthropic")->bare);  // an old name means what it always has
}

}  // namespace
}  // namespace llm
