#include "llm/catalogue.h"

#include <gtest/gtest.h>

namespace llm {
namespace {

TEST(Catalogue, KnowsModelsThatReasonAsOpenAisDo) {
  for (const char* name : {"o1", "o3-mini", "gpt-5", "gpt-5.1-codex", "openai/o4-mini", "gpt-6-astra", "gpt-6.2-sol",
                           "gpt-7", "codex-mini-latest", "ft:gpt-5-mini:org::x"})
    EXPECT_TRUE(traits_of(name).openai_reasoning) << name;
  for (const char* name : {"gpt-4o", "gpt-5-chat-latest", "gpt-5.3-chat-latest", "olmo", "omni-1", "gpt-oss-120b",
                           "openai.gpt-oss-20b-1:0", "gpt-4.1-nano", "grok-4"})
    EXPECT_FALSE(traits_of(name).openai_reasoning) << name;
}

TEST(Catalogue, ComparesVersionsAsNumbersAndTakesUnknownNewerOnesForTheNewest) {
  EXPECT_EQ(traits_of("gpt-5").effort, "");
  EXPECT_EQ(traits_of("gpt-5.1").effort, "none");
  EXPECT_EQ(traits_of("gpt-5.10").effort, "none");
  EXPECT_TRUE(traits_of("gpt-5.10").effort_beside_tools) << "5.10 is newer than 5.6";
  EXPECT_EQ(traits_of("gpt-6-astra").effort, "low");
  EXPECT_EQ(traits_of("gpt-6-sol").effort, "none");
  EXPECT_EQ(traits_of("gpt-6.1-sol").effort, "low");
  EXPECT_EQ(traits_of("gpt-6.1-terra").effort, "none");
  EXPECT_EQ(traits_of("gpt-5.2-pro").effort, "");
  EXPECT_EQ(traits_of("gpt-5.1-codex").verbosity, "medium");
  EXPECT_EQ(traits_of("gpt-5-2025-08-07").effort, "") << "a date is no minor version";
  for (const char* name : {"claude-opus-5-5", "claude-opus-9", "claude-sonnet-5-5", "claude-sonnet-6-1",
                           "claude-fable-5-2", "claude-mythos-5-1", "claude-nova-6", "anthropic/claude-opus-5.5"}) {
    EXPECT_FALSE(traits_of(name).forced_tools) << name;
    EXPECT_FALSE(traits_of(name).temperature) << name;
    EXPECT_EQ(traits_of(name).screen, ScreenTool::anthropic_toolset) << name;
    EXPECT_EQ(traits_of(name).max_tokens, 128'000) << name;
  }
  for (const char* name : {"claude-opus-5", "claude-sonnet-5", "claude-haiku-5-5", "claude-opus-4-8"})
    EXPECT_TRUE(traits_of(name).forced_tools) << name;
  for (const char* name : {"gemini-3-flash-preview", "gemini-4-argon", "gemini-flash-latest", "gemini-pro-latest"})
    EXPECT_TRUE(traits_of(name).signed_calls) << name;
  EXPECT_FALSE(traits_of("gemini-2.5-flash").signed_calls);
}

// Mutants: a family that is not listed is judged by its number; an old variant's row holds for newer versions.
TEST(Catalogue, TakesNewFamiliesAndVariantsOfNewVersionsForTheNewest) {
  for (const char* name : {"claude-nova-1", "us.anthropic.claude-tale-1-5-20270101-v1:0", "claude-nova"}) {
    EXPECT_EQ(traits_of(name).screen, ScreenTool::anthropic_toolset) << name;
    EXPECT_FALSE(traits_of(name).forced_tools) << name;
  }
  for (const char* name : {"claude-2.1", "claude-v2:1", "claude-instant-1.2", "anthropic.claude-instant-v1",
                           "claude-3-opus", "claude-3-5-sonnet"})
    EXPECT_EQ(traits_of(name).screen, ScreenTool::none) << name;
  EXPECT_EQ(traits_of("claude-haiku-4-5").screen, ScreenTool::anthropic_2025_01);
  for (const char* name : {"gpt-6-codex", "gpt-7.1-codex-max"}) {
    EXPECT_TRUE(traits_of(name).points) << name;
    EXPECT_EQ(traits_of(name).screen, ScreenTool::openai) << name;
    EXPECT_EQ(traits_of(name).verbosity, "medium") << name;
  }
  EXPECT_FALSE(traits_of("gpt-5.3-codex").points);
}

TEST(Catalogue, KnowsWhoCountsInThousandths) {
  for (const char* name : {"google/gemini-2.5-flash", "vertex/gemini-4-neon", "gateway/google/gemini-pro-latest"})
    EXPECT_TRUE(traits_of(name).thousandths) << name;
  for (const char* name : {"openai/gpt-6-luna", "anthropic/claude-opus-5"})
    EXPECT_FALSE(traits_of(name).thousandths) << name;
}

TEST(Catalogue, KnowsWhoFindsPointsInPictures) {
  for (const char* name : {"openai/gpt-5.4", "openai/gpt-6-luna", "gateway/anthropic/claude-opus-5",
                           "google/gemini-4-neon", "claude-3-haiku", "google/gemini-3-flash-preview"})
    EXPECT_TRUE(traits_of(name).points) << name;
  for (const char* name : {"openai/gpt-5.1", "google/gemini-2.5-flash", "openai/o3", "groq/llama-3.3-70b"})
    EXPECT_FALSE(traits_of(name).points) << name;
}

TEST(Catalogue, FindsModelsOfAnthropicBehindAnyNamespace) {
  for (const char* name : {"claude-sonnet-4-5", "claude-opus-4-1-20250805", "claude-opus-4.6",
                           "us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-sonnet-4-5@20250929"})
    EXPECT_TRUE(traits_of(name).anthropic_json_schema) << name;
  for (const char* name : {"claude-3-7-sonnet-latest", "claude-sonnet-4-20250514", "claude-opus-4-0", "minimax-m2",
                           "anthropic.claude-v2:1"})
    EXPECT_FALSE(traits_of(name).anthropic_json_schema) << name;
  EXPECT_EQ(traits_of("claude-opus-4-6").max_tokens, 128'000);
  EXPECT_EQ(traits_of("claude-sonnet-4-5").max_tokens, 64'000);
  EXPECT_EQ(traits_of("claude-opus-4-1").max_tokens, 8192);
  EXPECT_EQ(traits_of("claude-3-haiku-20240307").max_tokens, 4096);
  EXPECT_EQ(traits_of("claude-haiku-4-5").screen, ScreenTool::anthropic_2025_01);
  EXPECT_EQ(traits_of("claude-opus-4-5-20251101").screen, ScreenTool::anthropic_2025_11);
  for (const char* name : {"anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-haiku-20240307", "claude-instant-v1"})
    EXPECT_FALSE(traits_of(name).bedrock_cache) << name;
  for (const char* name : {"claude-3-5-haiku-20241022", "claude-3-7-sonnet", "amazon.nova-pro-v1:0", "claude-opus-5"})
    EXPECT_TRUE(traits_of(name).bedrock_cache) << name;
}

TEST(Catalogue, KnowsWhoReadsTextOnlyAndWhoWantsItsReasoningBack) {
  for (const char* name : {"deepseek-chat", "deepseek-v4-pro", "deepseek-ai/DeepSeek-V3", "us.deepseek.r1-v1:0",
                           "gpt-oss-120b", "gpt-3.5-turbo", "moonshotai/kimi-k2"})
    EXPECT_FALSE(traits_of(name).pictures) << name;
  for (const char* name : {"deepseek-flash", "deepseek-v4-flash", "kimi-k2.5", "gpt-4o", "gpt-4.1", "claude-3-opus",
                           "something-else", "grok-4", "gpt-6-luna"})
    EXPECT_TRUE(traits_of(name).pictures) << name;
  for (const char* name : {"deepseek-v4-pro", "deepseek-flash", "deepseek-reasoner", "deepseek-pro"})
    EXPECT_TRUE(traits_of(name).echoes_reasoning) << name;
  for (const char* name : {"deepseek-chat", "deepseek-v3.2", "gpt-5.1"})
    EXPECT_FALSE(traits_of(name).echoes_reasoning) << name;
  EXPECT_TRUE(traits_of("deepseek-chat").schema_in_prompt);
  EXPECT_TRUE(traits_of("moonshotai/kimi-k2").schema_in_prompt);
  EXPECT_TRUE(traits_of("deepseek-ai/DeepSeek-V3").schema_in_prompt);
}

}  // namespace
}  // namespace llm
