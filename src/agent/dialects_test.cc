// An agent's run against every provider's dialect, at the HTTP boundary: what the model gets wrong, and what its
// provider does.
#include <gtest/gtest.h>

#include "agent/loop.h"
#include "agent/testing/fake_toolbox.h"
#include "aio/scope.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/testing/bench.h"

namespace agent {
namespace {

using engine::AgentResult;
using engine::StopReason;
using llm::testing::answer;
using net::testing::Answer;
using namespace std::chrono_literals;

struct Spoken {
  const char* model;
  const char* reply;     // with PARTS
  const char* call;      // with ID, NAME, ARGS (JSON) and QUOTED (the same as a string)
  const char* refusal;   // whole
  const char* nothing;   // a reply that holds neither words nor calls
  const char* thinking;  // a part that has to come back as it is; "" where there is none
  const char* picture;   // of a request with the picture "cGlj"
  const char* too_long;  // how it says so
};

const Spoken kSpoken[] = {
    {"openai/gpt-5.1", R"({"output":[PARTS]})",
     R"({"type":"function_call","call_id":"ID","name":"NAME","arguments":QUOTED})",
     R"({"output":[{"type":"message","content":[{"type":"refusal","refusal":"I will not."}]}]})", R"({"output":[]})",
     R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"c2VjcmV0"})",
     R"({"type":"input_image","image_url":"data:image/png;base64,cGlj","detail":"auto"})",
     "Your input exceeds the context window of this model."},
    {"groq/m", R"({"choices":[{"message":{"content":null,"tool_calls":[PARTS]}}]})",
     R"({"id":"ID","type":"function","function":{"name":"NAME","arguments":QUOTED}})",
     R"({"choices":[{"message":{"content":null,"refusal":"I will not."}}]})",
     R"({"choices":[{"message":{"content":""}}]})", "",
     R"({"type":"image_url","image_url":{"url":"data:image/png;base64,cGlj"}})",
     "This model's maximum context length is 8192 tokens."},
    {"anthropic/claude-sonnet-4-5", R"({"content":[PARTS]})",
     R"({"type":"tool_use","id":"ID","name":"NAME","input":ARGS})",
     R"({"content":[{"type":"text","text":"I will not."}],"stop_reason":"refusal"})",
     R"({"content":[],"stop_reason":"end_turn"})", R"({"type":"thinking","thinking":"hm","signature":"c2VjcmV0"})",
     R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"cGlj"}})",
     "prompt is too long: 210000 tokens > 200000 maximum"},
    {"google/gemini-2.5-flash",
     R"({"candidates":[{"content":{"role":"model","parts":[PARTS]},"finishReason":"STOP"}]})",
     R"({"functionCall":{"name":"NAME","args":ARGS}})", R"({"promptFeedback":{"blockReason":"SAFETY"}})",
     R"({"candidates":[{"content":{},"finishReason":"STOP"}]})",
     R"({"functionCall":{"name":"press","args":{"key":"think"}},"thoughtSignature":"c2VjcmV0"})",
     R"({"inlineData":{"mimeType":"image/png","data":"cGlj"}})",
     "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."},
    {"bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", R"({"output":{"message":{"content":[PARTS]}}})",
     R"({"toolUse":{"toolUseId":"ID","name":"NAME","input":ARGS}})",
     R"({"output":{"message":{"content":[{"text":"I will not."}]}},"stopReason":"content_filtered"})",
     R"({"output":{"message":{"content":[]}},"stopReason":"end_turn"})",
     R"({"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2VjcmV0"}}})",
     R"({"image":{"format":"png","source":{"bytes":"cGlj"}}})", "Input is too long for requested model."},
    {"ollama/llama3.2", R"({"message":{"content":"","tool_calls":[PARTS]}})",
     R"({"function":{"name":"NAME","arguments":ARGS}})", "", R"({"message":{"content":""}})", "",
     R"("images":["cGlj"])", "the input length exceeds the context length"},
};

std::string put(std::string into, std::string_view what, std::string_view value) {
  for (std::size_t at = 0; (at = into.find(what, at)) != std::string::npos; at += value.size())
    into.replace(at, what.size(), value);
  return into;
}

class Spoke : public ::testing::TestWithParam<Spoken> {
 protected:
  std::string call(std::string_view name, std::string_view arguments) {
    std::string quoted;
    json::append_string(quoted, arguments);
    const std::string id = "c" + std::to_string(++ids_);
    return put(put(put(put(GetParam().call, "ID", id), "NAME", name), "ARGS", arguments), "QUOTED", quoted);
  }
  std::string done() { return call("done", R"({"reasoning":"all done","taskComplete":true})"); }
  void gives(const std::string& parts) { b.server.will(answer(200, put(GetParam().reply, "PARTS", parts))); }
  void gives_whole(const char* body) { b.server.will(answer(200, body)); }

  aio::Task<base::Result<AgentResult>> play(llm::Client& model, bool pass_time) {
    Loop loop(model, tools, record, nobody, settings);
    auto work = loop.run(b.ctx, "be good", "the goal: buy milk", "buy milk");
    if (pass_time) {
      auto out = co_await aio::race(std::move(work), b.jump_over_waits());
      co_await b.server.stop();
      co_return std::move(std::get<0>(out));
    }
    aio::Scope scope(b.loop.executor());
    std::optional<base::Result<AgentResult>> result;
    scope.spawn(aio::testing::keep<base::Result<AgentResult>>(std::move(work), result));
    co_await b.server.requests_read(1);
    b.clock.advance_to(b.clock.now() + 30s);
    co_await b.server.clients_left(1);  // without the close this waits for ever
    co_await scope.finish();
    co_await b.server.stop();
    co_return std::move(*result);
  }
  AgentResult go(bool pass_time = true) {
    llm::ModelSettings model = b.settings();
    model.name = GetParam().model;
    const auto client = b.open(model);
    auto result = aio::testing::run_real(b.loop, play(*client, pass_time));
    EXPECT_TRUE(result) << result.error().message;
    return result ? *result : AgentResult{};
  }
  void close() { aio::testing::run_real(b.loop, b.server.stop()); }
  std::string sent(std::size_t number) const {
    return number < b.server.requests().size() ? b.server.requests()[number].body : "";
  }
  bool shows(std::size_t number, std::string_view what) const { return sent(number).find(what) != std::string::npos; }
  std::size_t requests() const { return b.server.requests().size(); }

  llm::testing::Bench b;
  testing::FakeToolbox tools;
  engine::AgentRecord record;
  engine::NullSink nobody;
  LoopSettings settings;

 private:
  int ids_ = 0;
};

TEST_P(Spoke, SeveralCallsOfOneReplyAreDoneAndAnswered) {
  gives(call("press", R"({"key":"one"})") + "," + call("press", R"({"key":"two"})"));
  gives(done());
  EXPECT_TRUE(go().success);
  ASSERT_EQ(tools.used.size(), 2u);
  EXPECT_EQ(json::write(tools.used[1].arguments), R"({"key":"two"})");
  std::size_t answers = 0;
  for (std::size_t at = 0; (at = sent(1).find("success", at)) != std::string::npos; ++at) ++answers;
  EXPECT_EQ(answers, 2u) << sent(1);
}

TEST_P(Spoke, ArgumentsThatAreNoObjectAreToldToTheModelAndHinderNoOtherCall) {
  gives(call("press", "[1]") + "," + call("press", R"({"key":"two"})"));
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_EQ(tools.used.size(), 1u);
  EXPECT_TRUE(shows(1, "Invalid input for tool press: its arguments are no JSON object")) << sent(1);
  EXPECT_EQ(requests(), 2u);
}

TEST_P(Spoke, AnUnknownToolComesBackByANameThatMayBeSent) {
  tools.will = [](const llm::ToolCall& call) { return failed_use(call, "no tool " + call.name, false); };
  gives(call("functions.fly away", "{}"));
  gives(call("done", R"({"reasoning":"no","taskComplete":false})"));
  EXPECT_TRUE(go().completed);
  EXPECT_TRUE(shows(1, "no tool functions.fly away")) << sent(1);
  EXPECT_FALSE(shows(1, R"("name":"functions.fly)")) << sent(1);
}

TEST_P(Spoke, ARefusalEndsTheRunAndIsNoSuccess) {
  if (!*GetParam().refusal) return close();  // refuses in words only
  gives_whole(GetParam().refusal);
  const AgentResult result = go();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_EQ(requests(), 1u);
}

TEST_P(Spoke, ThinkingGoesBackAsItCame) {
  if (!*GetParam().thinking) return close();  // has none
  gives(std::string(GetParam().thinking) + "," + call("press", R"({"key":"one"})"));
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_TRUE(shows(1, GetParam().thinking)) << sent(1);
}

TEST_P(Spoke, NothingIsAskedForAgainAndIsNeverASuccess) {
  for (int i = 0; i < 5; ++i) gives_whole(GetParam().nothing);
  const AgentResult result = go();
  EXPECT_FALSE(result.success);
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_EQ(requests(), 3u);
  EXPECT_TRUE(shows(1, "Your last reply was empty"));
}

TEST_P(Spoke, AWaitThatIsAskedForIsKeptWithinTheRunsTime) {
  for (int i = 0; i < 3; ++i) b.server.will(answer(429, "{}", "Retry-After", "7"));
  gives(done());
  EXPECT_TRUE(go().success);
  ASSERT_EQ(b.waited.size(), 3u);
  EXPECT_GE(b.waited[2], 7'000);
}

TEST_P(Spoke, AStormOfRefusalsIsWaitedOutWhileTheProviderSaysWhenToComeAgain) {
  for (int i = 0; i < 12; ++i) b.server.will(answer(429, "{}", "Retry-After", "2"));
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_EQ(requests(), 13u);
  EXPECT_EQ(b.waited.size(), 12u);
}

TEST_P(Spoke, AStormWithoutThatEndsTheRunAfterFourAttempts) {
  for (int i = 0; i < 12; ++i) b.server.will(answer(429, R"({"error":{"message":"Slow down."}})"));
  const AgentResult result = go();
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_NE(result.message.find("Failed after 4 attempts. Last error: Slow down."), std::string::npos)
      << result.message;
}

TEST_P(Spoke, AWaitThatTheRunsTimeCannotHoldIsNotBegun) {
  b.server.will(answer(429, R"({"error":{"message":"Slow down."}})", "Retry-After", "3600"));
  const AgentResult result = go();
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_NE(result.message.find("asks to wait 3600 s"), std::string::npos) << result.message;
  EXPECT_TRUE(b.waited.empty());
}

TEST_P(Spoke, AConversationThatIsTooLongIsShortenedAndSentAgain) {
  tools.page = std::string(60'000, 'p');
  b.server.will(answer(400, json::write(json::Object{{"error", json::Object{{"message", GetParam().too_long}}}})));
  gives(done());
  EXPECT_TRUE(go().success);
  ASSERT_EQ(requests(), 2u);
  EXPECT_LT(sent(1).size(), sent(0).size() - 30'000);
}

TEST_P(Spoke, AProviderThatHangsIsLeftWhenTheRunsTimeIsOver) {
  settings.limits.time = 30s;
  b.server.will({.way = Answer::Way::hang});
  const AgentResult result = go(false);
  EXPECT_EQ(result.stop, StopReason::timeout);
  EXPECT_FALSE(result.success);
}

TEST_P(Spoke, PicturesOfToolsAreSentAsPictures) {
  tools.will = [](const llm::ToolCall&) { return Used{.content = {llm::Image{"image/png", "cGlj"}}}; };
  gives(call("press", "{}"));
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_TRUE(shows(1, GetParam().picture)) << sent(1);
}

INSTANTIATE_TEST_SUITE_P(All, Spoke, ::testing::ValuesIn(kSpoken), [](const auto& each) {
  return put(put(std::string(each.param.model).substr(0, std::string_view(each.param.model).find('/')), "-", "_"), ".",
             "_");
});

using SpokeGemini = Spoke;

TEST_P(SpokeGemini, CallsThatItCouldNotWriteAreAskedForAgain) {
  gives_whole(R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]})");
  gives_whole(R"({"candidates":[]})");
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_EQ(requests(), 3u);
}

TEST_P(SpokeGemini, CallsThatItCanNeverWriteAreNoSuccess) {
  for (int i = 0; i < 5; ++i) gives_whole(R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]})");
  const AgentResult result = go();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.stop, StopReason::model_error);
}

TEST_P(SpokeGemini, WordsComeBackWithTheirSignature) {
  gives(R"({"text":"I press.","thoughtSignature":"d29yZHM="},)" + call("press", "{}"));
  gives(done());
  EXPECT_TRUE(go().success);
  EXPECT_TRUE(shows(1, R"({"text":"I press.","thoughtSignature":"d29yZHM="})")) << sent(1);
}

INSTANTIATE_TEST_SUITE_P(Gemini, SpokeGemini, ::testing::Values(kSpoken[3]));

}  // namespace
}  // namespace agent
