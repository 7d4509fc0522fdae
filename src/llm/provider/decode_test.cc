#include <random>

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/provider/codec.h"

namespace llm::provider {
namespace {

base::Result<Reply> decode(Dialect dialect, std::string_view body) {
  const auto value = json::read(body);
  EXPECT_TRUE(value);
  return codec_of(dialect).decode(*value);
}

// A reply with a text, a call of "look" with {"full":true} and the usage 30 in (10 of it cached), 7 out.
struct Sample {
  Dialect dialect;
  const char* body;
  std::int64_t reasoning;
};

const Sample kSamples[] = {
    {Dialect::openai_responses,
     R"({"status":"completed","output":[{"type":"reasoning","encrypted_content":"e"},{"type":"message","content":[{"type":"output_text","text":"Hi."}]},
     {"type":"function_call","call_id":"c1","name":"look","arguments":"{\"full\":true}"}],
     "usage":{"input_tokens":30,"output_tokens":7,"input_tokens_details":{"cached_tokens":10},"output_tokens_details":{"reasoning_tokens":2}}})",
     2},
    {Dialect::perplexity,
     R"({"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi."}]},
     {"type":"function_call","call_id":"c1","name":"look","arguments":"{\"full\":true}"}],
     "usage":{"input_tokens":30,"output_tokens":7,"input_tokens_details":{"cached_tokens":10}}})",
     0},
    {Dialect::openai_chat,
     R"({"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","content":"Hi.","tool_calls":[{"id":"c1","type":"function",
     "function":{"name":"look","arguments":"{\"full\":true}"}}]}}],
     "usage":{"prompt_tokens":30,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":10},"completion_tokens_details":{"reasoning_tokens":2}}})",
     2},
    {Dialect::anthropic,
     R"({"stop_reason":"tool_use","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"Hi."},
     {"type":"tool_use","id":"c1","name":"look","input":{"full":true}}],
     "usage":{"input_tokens":15,"cache_read_input_tokens":10,"cache_creation_input_tokens":5,"output_tokens":7}})",
     0},
    {Dialect::gemini,
     R"({"candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[{"text":"hidden","thought":true},{"text":"Hi."},
     {"functionCall":{"id":"c1","name":"look","args":{"full":true}},"thoughtSignature":"sig"}]}}],
     "usageMetadata":{"promptTokenCount":30,"candidatesTokenCount":5,"thoughtsTokenCount":2,"cachedContentTokenCount":10}})",
     2},
    {Dialect::bedrock,
     R"({"stopReason":"tool_use","output":{"message":{"role":"assistant","content":[{"text":"Hi."},{"toolUse":{"toolUseId":"c1","name":"look","input":{"full":true}}}]}},
     "usage":{"inputTokens":20,"cacheReadInputTokens":10,"outputTokens":7}})",
     0},
};

TEST(Decode, GivesTheSameValuesForEveryDialect) {
  for (const Sample& sample : kSamples) {
    const auto reply = decode(sample.dialect, sample.body);
    ASSERT_TRUE(reply) << sample.body;
    EXPECT_EQ(reply->text(), "Hi.") << sample.body;
    EXPECT_EQ(reply->stop, Stop::tool_calls) << sample.body;
    const auto calls = reply->tool_calls();
    ASSERT_EQ(calls.size(), 1u) << sample.body;
    EXPECT_EQ(calls[0]->id, "c1");
    EXPECT_EQ(calls[0]->name, "look");
    EXPECT_EQ(json::write(calls[0]->arguments), R"({"full":true})");
    EXPECT_EQ(reply->usage, (Usage{.input = 30, .output = 7, .reasoning = sample.reasoning, .cached = 10}))
        << sample.body;
  }
}

TEST(Decode, ReadsOllamaWhichHasNoIdsAndNoCache) {
  const auto reply = decode(
      Dialect::ollama,
      R"({"message":{"role":"assistant","content":"Hi.","tool_calls":[{"function":{"name":"look","arguments":{"full":true}}}]},
                            "done_reason":"stop","prompt_eval_count":30,"eval_count":7})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->tool_calls().at(0)->id, "call_1");
  EXPECT_EQ(reply->usage, (Usage{.input = 30, .output = 7}));
}

TEST(Decode, TurnsTheForcedToolBackIntoText) {
  for (const Sample& sample :
       {Sample{
            Dialect::anthropic,
            R"({"content":[{"type":"tool_use","id":"x","name":"respond","input":{"a":1}}],"stop_reason":"tool_use"})",
            0},
        Sample{Dialect::bedrock,
               R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"x","name":"respond","input":{"a":1}}}]}}})",
               0}}) {
    const auto reply = decode(sample.dialect, sample.body);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->text(), R"({"a":1})");
    EXPECT_EQ(reply->stop, Stop::finished);
  }
}

TEST(Decode, NoticesARefusalAndAReplyThatWasCut) {
  const std::tuple<Dialect, const char*, Stop> cases[] = {
      {Dialect::openai_responses, R"({"output":[{"type":"message","content":[{"type":"refusal","refusal":"No."}]}]})",
       Stop::refused},
      {Dialect::openai_responses,
       R"({"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]})", Stop::length},
      {Dialect::openai_chat, R"({"choices":[{"finish_reason":"length","message":{"content":"{"}}]})", Stop::length},
      {Dialect::openai_chat, R"({"choices":[{"finish_reason":"stop","message":{"refusal":"No."}}]})", Stop::refused},
      {Dialect::anthropic, R"({"content":[],"stop_reason":"refusal"})", Stop::refused},
      {Dialect::anthropic, R"({"content":[],"stop_reason":"max_tokens"})", Stop::length},
      {Dialect::gemini, R"({"promptFeedback":{"blockReason":"SAFETY"}})", Stop::refused},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"SAFETY"}]})", Stop::refused},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"MAX_TOKENS"}]})", Stop::length},
      {Dialect::bedrock, R"({"output":{"message":{"content":[]}},"stopReason":"max_tokens"})", Stop::length},
      {Dialect::ollama, R"({"message":{"content":"{"},"done_reason":"length"})", Stop::length}};
  for (const auto& [dialect, body, stop] : cases) {
    const auto reply = decode(dialect, body);
    ASSERT_TRUE(reply) << body;
    EXPECT_EQ(reply->stop, stop) << body;
  }
}

TEST(Decode, TellsWhyAProviderRefused) {
  const std::tuple<Dialect, const char*, const char*> cases[] = {
      {Dialect::openai_responses,
       R"({"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]})", "content_filter"},
      {Dialect::openai_chat, R"({"choices":[{"finish_reason":"content_filter","message":{"content":""}}]})",
       "content_filter"},
      {Dialect::anthropic,
       R"({"content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber","explanation":"No."}})",
       "No. (cyber)"},
      {Dialect::gemini, R"({"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"Not this."}})",
       "Not this. (SAFETY)"},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"RECITATION","finishMessage":"Found in a book."}]})",
       "Found in a book. (RECITATION)"},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"SAFETY"}]})", "SAFETY"},
      {Dialect::bedrock, R"({"output":{"message":{"content":[]}},"stopReason":"guardrail_intervened"})",
       "guardrail_intervened"}};
  for (const auto& [dialect, body, reason] : cases) {
    const auto reply = decode(dialect, body);
    ASSERT_TRUE(reply) << body;
    EXPECT_EQ(reply->stop, Stop::refused) << body;
    EXPECT_EQ(reply->reason, reason) << body;
  }
}

// Each for what it is: cut, broken off by the provider (asked for again where that may help), or nothing of that.
TEST(Decode, KnowsTheReasonsForWhichProvidersStop) {
  const std::tuple<Dialect, const char*, Stop> cut[] = {
      {Dialect::bedrock, R"({"output":{"message":{"content":[]}},"stopReason":"model_context_window_exceeded"})",
       Stop::window},
      {Dialect::openai_chat, R"({"choices":[{"finish_reason":"model_length","message":{"content":"{"}}]})",
       Stop::window},
      {Dialect::anthropic, R"({"content":[],"stop_reason":"model_context_window_exceeded"})", Stop::window},
      {Dialect::anthropic, R"({"content":[],"stop_reason":"max_tokens"})", Stop::length},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"CONTINUATION"}]})", Stop::length}};
  for (const auto& [dialect, body, stop] : cut) {
    const auto reply = decode(dialect, body);
    ASSERT_TRUE(reply) << body;
    EXPECT_EQ(reply->stop, stop) << body;
  }
  const std::tuple<Dialect, const char*, base::Kind, const char*> broken[] = {
      {Dialect::bedrock, R"({"output":{"message":{"content":[]}},"stopReason":"malformed_model_output"})",
       base::Kind::upstream, "malformed_model_output"},
      {Dialect::bedrock, R"({"output":{"message":{"content":[]}},"stopReason":"malformed_tool_use"})",
       base::Kind::upstream, "malformed_tool_use"},
      {Dialect::openai_chat, R"({"choices":[{"finish_reason":"error","message":{"content":"{"}}]})",
       base::Kind::upstream, "error"},
      {Dialect::openai_chat,
       R"({"choices":[{"finish_reason":"insufficient_system_resource","message":{"content":""}}]})",
       base::Kind::upstream, "insufficient_system_resource"},
      {Dialect::openai_responses, R"({"status":"cancelled","output":[]})", base::Kind::upstream, "cancelled"},
      {Dialect::openai_responses, R"({"status":"queued","output":[]})", base::Kind::upstream, "queued"},
      {Dialect::openai_responses, R"({"status":"in_progress","output":[]})", base::Kind::upstream, "in_progress"},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"OTHER"}]})", base::Kind::upstream, "OTHER"},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"TOO_MANY_TOOL_CALLS","finishMessage":"Fewer."}]})",
       base::Kind::invalid, "Fewer. (TOO_MANY_TOOL_CALLS)"},
      {Dialect::gemini, R"({"candidates":[{"finishReason":"MISSING_THOUGHT_SIGNATURE"}]})", base::Kind::invalid,
       "MISSING_THOUGHT_SIGNATURE"}};
  for (const auto& [dialect, body, kind, why] : broken) {
    const auto reply = decode(dialect, body);
    ASSERT_FALSE(reply) << body;
    EXPECT_EQ(reply.error(), base::Error(kind, std::string("The model's provider ended the reply: ") + why)) << body;
  }
}

TEST(Decode, CountsTokensAsEachProviderMeansThem) {
  const std::tuple<Dialect, const char*, Usage> cases[] = {
      {Dialect::openai_chat,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":360,"completion_tokens_details":{"reasoning_tokens":240}}})",
       {.input = 100, .output = 260, .reasoning = 240}},
      {Dialect::openai_chat,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":30,"total_tokens":140,"completion_tokens_details":{"reasoning_tokens":10}}})",
       {.input = 100, .output = 40, .reasoning = 10}},
      {Dialect::openai_chat,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":30,"total_tokens":130,"completion_tokens_details":{"reasoning_tokens":10}}})",
       {.input = 100, .output = 30, .reasoning = 10}},
      {Dialect::openai_chat,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":30,"num_cached_tokens":60}})",
       {.input = 100, .output = 30, .cached = 60}},
      {Dialect::openai_chat,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":30,"prompt_cache_hit_tokens":50}})",
       {.input = 100, .output = 30, .cached = 50}},
      {Dialect::perplexity,
       R"({"usage":{"input_tokens":100,"output_tokens":30,"input_tokens_details":{"cache_read_input_tokens":40}}})",
       {.input = 100, .output = 30, .cached = 40}},
      {Dialect::anthropic,
       R"({"usage":{"input_tokens":100,"output_tokens":30,"output_tokens_details":{"thinking_tokens":12}}})",
       {.input = 100, .output = 30, .reasoning = 12}}};
  for (const auto& [dialect, body, usage] : cases) EXPECT_EQ(codec_of(dialect).usage(*json::read(body)), usage) << body;
}

TEST(Decode, TellsWordsOnTheWayFromTheAnswer) {
  const auto reply =
      decode(Dialect::openai_responses,
             R"({"output":[{"type":"message","phase":"commentary","content":[{"type":"output_text","text":"I look."}]},
      {"type":"message","phase":"final_answer","content":[{"type":"output_text","text":"Done."}]}]})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text(), "Done.");
  EXPECT_EQ(reply->stop, Stop::finished);
  const auto acting =
      decode(Dialect::openai_responses,
             R"({"output":[{"type":"message","phase":"commentary","content":[{"type":"output_text","text":"I look."}]},
      {"type":"function_call","call_id":"c1","name":"look","arguments":"{}"}]})");
  EXPECT_EQ(acting->text(), "I look.");
  const auto alone = decode(
      Dialect::openai_responses,
      R"({"output":[{"type":"message","phase":"commentary","content":[{"type":"output_text","text":"I look."}]}]})");
  EXPECT_EQ(alone->text(), "");
  EXPECT_EQ(alone->stop, Stop::paused);
}

TEST(Decode, CallsNonsenseByItsName) {
  for (const Dialect dialect : {Dialect::openai_responses, Dialect::openai_chat, Dialect::anthropic, Dialect::gemini,
                                Dialect::bedrock, Dialect::ollama, Dialect::perplexity})
    for (const char* body :
         {"{}", "[]", "null", "7", R"({"choices":[{}],"output":7,"content":{},"candidates":[],"message":1})"}) {
      const auto reply = decode(dialect, body);
      ASSERT_FALSE(reply) << body;
      EXPECT_EQ(reply.error().kind, base::Kind::upstream);
    }
  EXPECT_FALSE(decode(Dialect::gemini, R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]})"));
  EXPECT_FALSE(
      decode(Dialect::openai_chat,
             R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"respond","arguments":"oops"}}]}}]})"));
}

// One call that cannot be read does not take the others with it: its user tells the model.
TEST(Decode, KeepsArgumentsThatAreNoObjectAsTheyCame) {
  const std::tuple<Dialect, const char*, const char*> cases[] = {
      {Dialect::openai_responses,
       R"({"output":[{"type":"function_call","call_id":"a","name":"x","arguments":"oops"}]})", "oops"},
      {Dialect::openai_responses, R"({"output":[{"type":"function_call","call_id":"a","name":"x","arguments":"[1]"}]})",
       "[1]"},
      {Dialect::openai_chat, R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"x","arguments":"7"}}]}}]})",
       "7"},
      {Dialect::anthropic, R"({"content":[{"type":"tool_use","id":"a","name":"x","input":[1]}]})", "[1]"},
      {Dialect::gemini, R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"x","args":"oops"}}]}}]})",
       "oops"},
      {Dialect::bedrock,
       R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"a","name":"x","input":"oops"}}]}}})", "oops"},
      {Dialect::ollama, R"({"message":{"tool_calls":[{"function":{"name":"x","arguments":"oops"}}]}})", "oops"}};
  for (const auto& [dialect, body, kept] : cases) {
    const auto reply = decode(dialect, body);
    ASSERT_TRUE(reply) << body;
    EXPECT_EQ(reply->tool_calls().at(0)->unreadable, kept) << body;
    EXPECT_TRUE(reply->tool_calls().at(0)->arguments.empty());
    EXPECT_FALSE(reply->tool_calls().at(0)->id.empty());
  }
}

// Written as text they are one value of the reply, however many they are when they are read.
TEST(Decode, BoundsTheArgumentsOfAllCallsTogether) {
  const auto calls = [](int count) {
    std::string list = "1";
    for (int i = 0; i < 90'000; ++i) list += ",1";
    const std::string one =
        R"({"type":"function_call","call_id":"a","name":"x","arguments":"{\"a\":[)" + list + R"(]}"})";
    std::string all = one;
    while (--count > 0) all += "," + one;
    return R"({"output":[)" + all + "]}";
  };
  const auto two = decode(Dialect::openai_responses, calls(2));
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->tool_calls()[1]->arguments.at("a").as_array().size(), 90'001U);
  const auto three = decode(Dialect::openai_responses, calls(3));
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error(), base::Error(base::Kind::upstream,
                                       "The model's provider answered with more than 200000 JSON values in the "
                                       "arguments of its tool calls, which is the limit"));
}

TEST(Decode, LeavesTheCallsWhereTheyAre) {
  const Reply reply{.parts = {Text{"a"}, ToolCall{.id = "1", .name = "x"}}};
  EXPECT_TRUE(reply.calls_tools());
  EXPECT_FALSE(Reply{.parts = {Text{"a"}}}.calls_tools());
  ASSERT_EQ(reply.tool_calls().size(), 1U);
  EXPECT_EQ(reply.tool_calls()[0], &std::get<ToolCall>(reply.parts[1]));
}

// Whatever bytes a server sends that happen to be JSON, reading them ends in a reply or an error.
TEST(Decode, StumblesOverNoJson) {
  std::mt19937 random(11);
  for (const Sample& sample : kSamples) {
    const std::string whole = sample.body;
    for (int round = 0; round < 1500; ++round) {
      std::string text = whole;
      for (int i = 0; i < 4; ++i) {
        // Moves a piece of the text somewhere else: keeps much of it JSON, and puts values where others belong.
        const std::size_t from = random() % text.size();
        const std::string piece = text.substr(from, 1 + random() % 20);
        text.replace(random() % text.size(), random() % 20, random() % 2 ? piece : "null");
      }
      const auto value = json::read(text);
      if (value) (void)codec_of(sample.dialect).decode(*value);
    }
    auto value = json::read(whole);
    for (const char* key : {"output", "choices", "content", "candidates", "usage", "usageMetadata"})
      for (const json::Value& junk : {json::Value(7), json::Value(json::Array{7, nullptr}), json::Value("x")}) {
        json::Value broken = *value;
        broken.get_object()[key] = junk;
        (void)codec_of(sample.dialect).decode(broken);
      }
  }
}

}  // namespace
}  // namespace llm::provider
