// What models say to a screen, in each provider's way.
#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/provider/codec.h"
#include "llm/smart_resize.h"

namespace llm::provider {
namespace {

Reply decoded_value(Dialect dialect, const json::Value& body) {
  auto reply = codec_of(dialect).decode(body);
  EXPECT_TRUE(reply) << json::write(body);
  return reply ? std::move(*reply) : Reply{};
}

Reply decoded(Dialect dialect, std::string_view body) { return decoded_value(dialect, *json::read(body)); }

Reply of_fara(std::string_view content) {
  const json::Object message{{"role", "assistant"}, {"content", content}};
  return decoded_value(
      Dialect::fara,
      json::Object{{"choices", json::Array{json::Object{{"message", message}, {"finish_reason", "stop"}}}}});
}

TEST(ScreenOfOpenAi, GivesOneActionAndSeveralAlike) {
  const Reply one = decoded(Dialect::openai_responses, R"({"output":[{"type":"reasoning","id":"r"},
      {"type":"computer_call","call_id":"c1","action":{"type":"wait"},"pending_safety_checks":[]}]})");
  ASSERT_EQ(one.tool_calls().size(), 1U);
  EXPECT_EQ(one.stop, Stop::tool_calls);
  EXPECT_EQ(one.tool_calls()[0]->name, "computer");
  EXPECT_EQ(json::write(one.tool_calls()[0]->arguments), R"({"actions":[{"type":"wait"}]})");
  const Reply two = decoded(Dialect::openai_responses,
                            R"({"output":[{"type":"computer_call","call_id":"c1",
      "actions":[{"type":"wait"},{"type":"screenshot"}]}]})");
  EXPECT_EQ(json::write(two.tool_calls()[0]->arguments), R"({"actions":[{"type":"wait"},{"type":"screenshot"}]})");
  const Reply none = decoded(Dialect::openai_responses, R"({"output":[{"type":"computer_call","call_id":"c1"}]})");
  EXPECT_EQ(json::write(none.tool_calls()[0]->arguments), R"({"actions":[]})");
}

TEST(ScreenOfOpenAi, KeepsWhatAPersonShouldAgreeTo) {
  const Reply reply = decoded(Dialect::openai_responses, R"({"output":[{"type":"computer_call","call_id":"c1",
      "action":{"type":"wait"},"pending_safety_checks":[{"id":"s1","code":"malicious_instructions","message":"Look."}]}]})");
  ASSERT_EQ(reply.tool_calls().at(0)->checks.size(), 1U);
  EXPECT_EQ(reply.tool_calls()[0]->checks[0].id, "s1");
  EXPECT_EQ(reply.tool_calls()[0]->checks[0].code, "malicious_instructions");
  EXPECT_EQ(reply.tool_calls()[0]->checks[0].message, "Look.");
}

TEST(ScreenOfOpenAi, HasAPictureInEveryResultAlsoWhenItWasTakenOutOfTheHistory) {
  const Reply reply = decoded(Dialect::openai_responses,
                              R"({"output":[{"type":"computer_call","call_id":"c1","action":{"type":"wait"}}]})");
  Chat chat;
  chat.messages = {Reply(reply).message(), {Role::user, {ToolResult{"c1", "computer", {Text{"An older picture."}}}}}};
  const Provider* openai = find_provider("openai");
  const net::HttpCall call =
      codec_of(Dialect::openai_responses).encode({.provider = openai, .model = "gpt-5.4", .url = ""}, chat);
  EXPECT_NE(call.body.find(R"("type":"computer_screenshot","image_url":"data:image/png;base64,iVBOR)"),
            std::string::npos)
      << call.body;
  EXPECT_NE(call.body.find(R"({"role":"user","content":[{"type":"input_text","text":"An older picture."}]})"),
            std::string::npos);
}

TEST(ScreenOfAnthropic, TellsAPauseFromAnEnd) {
  EXPECT_EQ(decoded(Dialect::anthropic, R"({"content":[],"stop_reason":"pause_turn"})").stop, Stop::paused);
  EXPECT_EQ(decoded(Dialect::anthropic, R"({"content":[],"stop_reason":"refusal"})").stop, Stop::refused);
}

TEST(ScreenOfAnthropic, CallsNoResultWithAPictureAnError) {
  ToolResult result{"c1", "computer", {Text{"It failed."}, Image{"image/png", "AA=="}}, true};
  Chat chat{.messages = {{Role::user, {result}}}};
  const Endpoint endpoint{.provider = find_provider("anthropic"), .model = "claude-sonnet-4-6", .url = ""};
  EXPECT_EQ(codec_of(Dialect::anthropic).encode(endpoint, chat).body.find("is_error"), std::string::npos);
  std::get<ToolResult>(chat.messages[0].parts[0]).content.pop_back();
  EXPECT_NE(codec_of(Dialect::anthropic).encode(endpoint, chat).body.find("is_error"), std::string::npos);
}

TEST(ScreenOfGoogle, KeepsWhatAPersonShouldAgreeTo) {
  const char* body = R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"click_at","args":{"x":1,"y":2,
      "safety_decision":{"decision":"DECISION","explanation":"It buys."}}},"thoughtSignature":"sig"}]}}]})";
  const auto with = [&](std::string_view decision) {
    std::string text = body;
    text.replace(text.find("DECISION"), 8, decision);
    return *decoded(Dialect::gemini, text).tool_calls().at(0);
  };
  EXPECT_EQ(with("require_confirmation").checks.at(0).message, "It buys.");
  EXPECT_EQ(with("require_confirmation").signature, "sig");
  EXPECT_TRUE(with("regular").checks.empty());
}

TEST(ScreenOfGoogle, TakesNoBrokenEndForSuccess) {
  for (const char* why : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"}) {
    const json::Object candidate{{"finishReason", why}};
    EXPECT_FALSE(codec_of(Dialect::gemini).decode(json::Object{{"candidates", json::Array{candidate}}})) << why;
  }
  const Reply unsafe =
      decoded(Dialect::gemini, R"({"candidates":[{"finishReason":"SAFETY","content":{"parts":[{"text":"Well"}]}}]})");
  EXPECT_EQ(unsafe.stop, Stop::refused);
}

TEST(ScreenOfFara, IsCalledInTheMiddleOfText) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"I go "
       "there.<tool_call>\n{\"name\":\"computer_use\",\"arguments\":{\"action\":\"wait\",\"time\":1}}\n</tool_call>",
       "I go there.", R"({"action":"wait","time":1})"},
      {"<tool_call>{{\"name\":\"computer_use\",\"arguments\":{\"action\":\"wait\"}}</tool_call>", "",
       R"({"action":"wait"})"},
      {"Hm.\n<tool_call>\n{\"name\":\"computer_use\",\"arguments\":{\"action\":\"wait\"}", "Hm.",
       R"({"action":"wait"})"},
      {"<tool_call>{\"action\":\"wait\",}</tool_call>", "", R"({"action":"wait"})"},
      {R"(<tool_call>{"name":"computer_use","arguments":"{\"action\":\"wait\"}"}</tool_call>)", "",
       R"({"action":"wait"})"},
      {"Now.<tool_call>```json\n{\"arguments\":{\"action\":\"wait\"}}\n```</tool_call>", "Now.",
       R"({"action":"wait"})"}};
  for (const auto& [text, thoughts, arguments] : cases) {
    const Reply reply = of_fara(text);
    EXPECT_EQ(reply.text(), thoughts) << text;
    ASSERT_EQ(reply.tool_calls().size(), 1U) << text;
    EXPECT_EQ(reply.stop, Stop::tool_calls);
    EXPECT_EQ(json::write(reply.tool_calls()[0]->arguments), arguments) << text;
  }
}

TEST(ScreenOfFara, MakesACallOfWhatCannotBeReadAndSaysItBackUnchanged) {
  const Reply reply = of_fara("Hm.<tool_call>click there</tool_call>");
  ASSERT_EQ(reply.tool_calls().size(), 1U);
  EXPECT_TRUE(reply.tool_calls()[0]->arguments.empty());
  EXPECT_EQ(reply.tool_calls()[0]->unreadable, "click there");
  Chat chat;
  chat.messages = {Reply(reply).message()};
  const net::HttpCall call =
      codec_of(Dialect::fara).encode({.provider = find_provider("microsoft"), .model = "fara-7b", .url = ""}, chat);
  EXPECT_NE(call.body.find(R"("content":"Hm.\n<tool_call>click there</tool_call>")"), std::string::npos) << call.body;
}

TEST(ScreenOfFara, TakesPlainWordsForTheEnd) {
  const Reply reply = of_fara("It is done.");
  EXPECT_EQ(reply.text(), "It is done.");
  EXPECT_EQ(reply.stop, Stop::finished);
}

TEST(SmartResize, KeepsTheShapeInStepsOf28) {
  EXPECT_EQ(smart_resize(1288, 711), (SeenSize{1288, 700}));
  EXPECT_EQ(smart_resize(1280, 720), (SeenSize{1288, 728}));
  EXPECT_EQ(smart_resize(10, 10), (SeenSize{56, 56}));
  const SeenSize large = smart_resize(8000, 6000);
  EXPECT_LE(static_cast<double>(large.width) * large.height, 12'845'056);
  EXPECT_EQ(large.width % 28 + large.height % 28, 0);
}

}  // namespace
}  // namespace llm::provider
