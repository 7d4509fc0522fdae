// An agent's loop against a scripted model: how each run ends and what it tells (the table of docs/wire/agent.md).
#include "agent/loop.h"

#include <gtest/gtest.h>

#include "agent/testing/fake_toolbox.h"
#include "aio/testing/one_worker.h"
#include "aio/testing/run.h"
#include "json/write.h"
#include "llm/testing/fake_model.h"

namespace agent {
namespace {

using engine::AgentResult;
using engine::StopReason;

struct Script {
  llm::ToolCall press(std::string key = "Enter") { return {std::to_string(++ids_), "press", {{"key", key}}, {}}; }
  llm::ToolCall done(bool complete, std::string why = "all done") {
    return {std::to_string(++ids_), "done", {{"reasoning", why}, {"taskComplete", complete}}, {}};
  }
  void calls(std::vector<llm::ToolCall> calls, std::string text = "") {
    llm::Reply reply{.stop = llm::Stop::tool_calls, .usage = {.input = 100, .output = 10, .reasoning = 3, .cached = 7}};
    if (!text.empty()) reply.parts.emplace_back(llm::Text{std::move(text)});
    for (llm::ToolCall& call : calls) reply.parts.emplace_back(std::move(call));
    model.will(std::move(reply));
  }
  void says(std::string text) { model.will_say(std::move(text)); }
  void fails(base::Kind kind, std::string why) { model.will(base::fail(kind, std::move(why))); }

  AgentResult go() {
    Loop loop(model, tools, record, nobody, settings);
    auto result = aio::testing::run_on(scheduler, clock, loop.run(ctx, "be good", "the goal: buy milk", "buy milk"));
    if (!result) return {.success = false, .completed = false, .message = "error: " + result.error().message};
    return *result;
  }
  std::string shown(std::size_t call) const {
    std::string out;
    for (const llm::Message& message : model.asked().at(call).messages)
      for (const llm::Part& part : message.parts) {
        if (const auto* text = std::get_if<llm::Text>(&part)) out += text->text + "\n";
        if (const auto* result = std::get_if<llm::ToolResult>(&part))
          for (const auto& each : result->content)
            if (const auto* text = std::get_if<llm::Text>(&each)) out += text->text + "\n";
      }
    return out;
  }
  std::string type(std::size_t action) const { return json::write(record.actions.at(action).at("type")); }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  llm::testing::FakeModel model;
  testing::FakeToolbox tools;
  engine::AgentRecord record;
  engine::NullSink nobody;
  LoopSettings settings;

 private:
  int ids_ = 0;
};

TEST(Loop, ADoneThatClaimsTheGoalEndsTheRunWithoutAnotherCall) {
  Script t;
  t.calls({t.press()}, "I press it");
  t.calls({t.done(true, "bought")});
  const AgentResult result = t.go();
  EXPECT_TRUE(result.success);
  EXPECT_TRUE(result.completed);
  EXPECT_EQ(result.message, "bought");
  EXPECT_EQ(result.stop, StopReason::done);
  EXPECT_EQ(t.model.asked().size(), 2u);
  ASSERT_EQ(t.record.actions.size(), 2u);
  EXPECT_EQ(t.type(0), "\"press\"");
  EXPECT_EQ(t.record.actions[0].at("reasoning"), "I press it");
  EXPECT_EQ(t.type(1), "\"done\"");
  EXPECT_EQ(t.record.actions[1].at("taskComplete"), true);
}

TEST(Loop, ADoneThatGivesUpIsNoSuccess) {
  Script t;
  t.calls({t.done(false, "no milk here")});
  const AgentResult result = t.go();
  EXPECT_FALSE(result.success);
  EXPECT_TRUE(result.completed);
  EXPECT_EQ(result.message, "no milk here");
}

TEST(Loop, AnAnswerInWordsIsAssessedAndStaysTheMessage) {
  Script t;
  t.says("The milk costs 2.");
  t.calls({t.done(true, "it was read off the page")});
  const AgentResult result = t.go();
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.message, "The milk costs 2.");
  EXPECT_EQ(t.model.asked()[1].tool_choice.name, "done");
  EXPECT_EQ(t.record.thinking.calls, 2);
}

TEST(Loop, AnAssessmentThatCannotBeHadIsNoSuccess) {
  Script t;
  t.says("I think it worked.");
  t.fails(base::Kind::invalid, "tool_choice is not supported");
  const AgentResult result = t.go();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.message, "I think it worked.");
  EXPECT_EQ(t.record.notes.at("finalAssessment"), "failed: tool_choice is not supported");
}

TEST(Loop, ADoneBesideAStepThatFailedIsDoubtedOnce) {
  Script t;
  t.tools.will = [](const llm::ToolCall& call) { return failed_use(call, "the button is covered", true); };
  t.calls({t.press(), t.done(true)});
  t.calls({t.done(true, "it is bought: the page says so")});
  const AgentResult result = t.go();
  EXPECT_TRUE(result.success);
  EXPECT_EQ(t.model.asked().size(), 2u);
  EXPECT_NE(t.shown(1).find("the button is covered"), std::string::npos);
  EXPECT_NE(t.shown(1).find("Not yet"), std::string::npos);
}

TEST(Loop, MaxStepsAsksForALastWordAndIsNotCompleted) {
  Script t;
  t.settings.limits.steps = 2;
  t.calls({t.press("a")});
  t.calls({t.press("b")});
  t.calls({t.done(false, "half of it")});
  const AgentResult result = t.go();
  EXPECT_FALSE(result.success);
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(result.message, "half of it");
  EXPECT_EQ(result.stop, StopReason::max_steps);
  EXPECT_EQ(t.record.steps, 2);
}

TEST(Loop, ToolsOfOneReplyAreUsedInTheirOrder) {
  Script t;
  t.calls({t.press("a"), t.press("b"), t.press("c")});
  t.calls({t.done(true)});
  t.go();
  ASSERT_EQ(t.tools.used.size(), 3u);
  EXPECT_EQ(json::write(t.tools.used[0].arguments), R"({"key":"a"})");
  EXPECT_EQ(json::write(t.tools.used[2].arguments), R"({"key":"c"})");
}

// Mutant: all are done.
TEST(Loop, TheFirstCallsOfAReplyWithTooManyAreDone) {
  Script t;
  std::vector<llm::ToolCall> many;
  for (int i = 0; i < 1000; ++i) many.push_back(t.press(std::to_string(i)));
  t.calls(std::move(many));
  t.calls({t.done(true)});
  t.go();
  EXPECT_EQ(t.tools.used.size(), 32u);
  EXPECT_NE(t.shown(1).find("Only the first 32 of the 1000 calls in your reply were done."), std::string::npos);
  std::size_t repeated = 0;  // each call that is sent back wants an answer
  for (const llm::Part& part : t.model.asked().at(1).messages.at(1).parts)
    repeated += std::holds_alternative<llm::ToolCall>(part);
  EXPECT_EQ(repeated, 32u);
}

TEST(Loop, ThePageIsShownAgainOnlyAfterAStepThatMayHaveChangedIt) {
  Script t;
  int used = 0;
  t.tools.will = [&](const llm::ToolCall&) { return Used{.content = {llm::Text{"{}"}}, .changes_page = ++used == 1}; };
  t.calls({t.press("changes")});
  t.calls({t.press("thinks")});
  t.calls({t.done(true)});
  t.go();
  EXPECT_EQ(t.tools.looked, 2) << "once before the first step, once after the one that may have changed it";
}

TEST(Loop, AModelErrorKeepsWhatWasDoneAndWhatItCost) {
  Script t;
  t.calls({t.press()});
  t.fails(base::Kind::upstream, "stub failure");
  const AgentResult result = t.go();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.message, "Failed to execute task: stub failure");
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_EQ(t.record.actions.size(), 1u);
  EXPECT_EQ(t.record.thinking.calls, 2);
  EXPECT_EQ(t.record.thinking.input_tokens, 100);
  EXPECT_EQ(t.record.thinking.cached_input_tokens, 7);
}

TEST(Loop, EmptyRepliesAreAskedAgainAndNotForEver) {
  Script t;
  t.says("");
  t.calls({t.done(true)});
  EXPECT_TRUE(t.go().success);
  EXPECT_NE(t.shown(1).find("empty"), std::string::npos);

  Script u;
  for (int i = 0; i < 5; ++i) u.says("");
  EXPECT_EQ(u.go().stop, StopReason::model_error);
  EXPECT_EQ(u.model.asked().size(), 3u);
}

TEST(Loop, ARefusalIsTheModelsOwnError) {
  Script t;
  t.model.will(llm::Reply{.parts = {llm::Text{"I cannot help with that"}}, .stop = llm::Stop::refused});
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_EQ(result.message, "Failed to execute task: I cannot help with that");
}

TEST(Loop, RepetitionIsNudgedThenEndsTheRun) {
  Script t;
  t.tools.will = [](const llm::ToolCall& call) {
    Used out{.content = {llm::Text{"{}"}}, .changes_page = true};
    out.actions.push_back(action_of(call));
    return out;
  };
  for (int i = 0; i < 6; ++i) t.calls({t.press()});
  t.calls({t.done(false, "it does nothing")});
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::loop_detected);
  EXPECT_EQ(result.message, "it does nothing");
  EXPECT_EQ(t.record.steps, 6);
  EXPECT_NE(t.shown(3).find("You have done exactly this 3 times"), std::string::npos);
}

TEST(Loop, APageIsShownAnewAfterWaitingForIt) {
  Script t;
  t.tools.page = "loading";
  t.tools.will = [&](const llm::ToolCall&) {
    t.tools.page = "loaded";
    return Used{.content = {llm::Text{"{}"}}, .lets_time_pass = true};
  };
  t.calls({t.press()});
  t.calls({t.done(true)});
  EXPECT_TRUE(t.go().success);
  EXPECT_NE(t.shown(0).find("loading"), std::string::npos);
  EXPECT_NE(t.shown(1).find("loaded"), std::string::npos);
}

TEST(Loop, BeingStuckBeforeACaptchaIsSaidSo) {
  Script t;
  t.tools.captcha = true;
  t.tools.will = [](const llm::ToolCall& call) { return failed_use(call, "nothing there", true); };
  for (int i = 0; i < 8; ++i) t.calls({t.press()});
  EXPECT_EQ(t.go().stop, StopReason::captcha);
}

TEST(Loop, ABudgetOfTokensCountsTheToolsToo) {
  Script t;
  t.settings.limits.tokens = 250;
  t.record.tools.input_tokens = 100;
  for (int i = 0; i < 5; ++i) t.calls({t.press(std::to_string(i))});
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::budget);
  EXPECT_EQ(t.model.asked().size(), 2u);
  EXPECT_EQ(result.message, "Agent stopped: the budget of 250 tokens is spent (320)");
}

TEST(Loop, ABudgetOfMoneyIsKeptByTheCallersPrices) {
  Script t;
  t.settings.limits.cost = 0.0005;
  t.settings.limits.prices = {.input = 3, .cached_input = 0.3, .output = 15};  // 0.0004311 a call
  for (int i = 0; i < 5; ++i) t.calls({t.press(std::to_string(i))});
  EXPECT_EQ(t.go().stop, StopReason::budget);
  EXPECT_EQ(t.model.asked().size(), 2u);
}

TEST(Loop, AToolThatHangsIsStoppedAndTheModelToldSo) {
  Script t;
  t.tools.tool_time = std::chrono::hours(1);
  t.settings.limits.tool = base::Milliseconds(500);
  t.calls({t.press()});
  t.calls({t.done(false)});
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::done);
  EXPECT_NE(t.shown(1).find("TimeoutError: press() timed out after 500ms"), std::string::npos);
  EXPECT_LT(t.clock.now() - base::TimePoint{}, std::chrono::minutes(30));
}

TEST(Loop, TheRunsOwnTimeEndsItWithWhatWasDone) {
  Script t;
  t.settings.limits.time = base::Milliseconds(1500);
  t.tools.tool_time = base::Milliseconds(1000);
  for (int i = 0; i < 5; ++i) t.calls({t.press(std::to_string(i))}, "pressing");
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::timeout);
  EXPECT_EQ(result.message, "pressing");
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(t.record.actions.size(), 1u);
}

TEST(Loop, AConversationThatIsTooLongIsShortenedAndSentAgain) {
  Script t;
  t.tools.page = std::string(20'000, 'x');
  t.tools.will = [](const llm::ToolCall&) { return Used{.content = {llm::Text{std::string(30'000, 'y')}}}; };
  for (int i = 0; i < 3; ++i) t.calls({t.press(std::to_string(i))});
  t.fails(base::Kind::invalid, "This model's maximum context length is 8192 tokens");
  t.calls({t.done(true)});
  EXPECT_TRUE(t.go().success);
  EXPECT_LT(t.shown(4).size(), t.shown(3).size());
}

// Mutants: it is asked for the rest, with the same conversation.
TEST(Loop, AConversationThatLeavesNoRoomForAReplyIsShortened) {
  Script t;
  t.tools.page = std::string(20'000, 'x');
  t.tools.will = [](const llm::ToolCall&) { return Used{.content = {llm::Text{std::string(30'000, 'y')}}}; };
  for (int i = 0; i < 3; ++i) t.calls({t.press(std::to_string(i))});
  t.model.will(llm::Reply{.parts = {llm::Text{"I will"}}, .stop = llm::Stop::window});
  t.calls({t.done(true)});
  EXPECT_TRUE(t.go().success);
  EXPECT_EQ(t.model.asked().size(), 5u);
  EXPECT_LT(t.shown(4).size(), t.shown(3).size());
  EXPECT_EQ(t.shown(4).find("I will"), std::string::npos);
}

TEST(Loop, AWindowThatIsFullWhateverIsLeftOutEndsTheRun) {
  Script t;
  for (int i = 0; i < 10; ++i) t.model.will(llm::Reply{.stop = llm::Stop::window});
  const AgentResult result = t.go();
  EXPECT_EQ(result.stop, StopReason::model_error);
  EXPECT_NE(result.message.find("fills the model's context window"), std::string::npos) << result.message;
  EXPECT_LE(t.model.asked().size(), 5u);
}

TEST(Loop, AnErrorFromOutsideEndsTheRunAsAnError) {
  Script t;
  t.tools.will = [](const llm::ToolCall&) -> base::Result<Used> {
    return base::fail(base::Kind::gone, "Session was closed: client");
  };
  t.calls({t.press()});
  EXPECT_EQ(t.go().message, "error: Session was closed: client");
}

TEST(Loop, TheConversationIsKeptForTheStream) {
  Script t;
  t.calls({t.press()});
  t.calls({t.done(true)});
  t.go();
  const std::string all = json::write(json::Array(t.record.messages.begin(), t.record.messages.end()));
  EXPECT_TRUE(
      all.starts_with(R"([{"role":"user","content":"buy milk"},{"role":"assistant","content":[{"type":"tool-call")"))
      << all;
  EXPECT_NE(all.find(R"({"role":"tool","content":[{"type":"tool-result","toolCallId":"1","toolName":"press")"),
            std::string::npos);
}

// Mutants: arguments are written on the loop.
TEST(Loop, LargeArgumentsAreWrittenByTheWorkers) {
  for (const bool large : {false, true}) {
    aio::testing::OneWorker one;
    const aio::Context ctx = one.context();
    Script t;
    t.calls({t.press(std::string(large ? 100'000 : 10, 'a'))});
    t.calls({t.done(true)});
    Loop loop(t.model, t.tools, t.record, t.nobody, t.settings);
    const auto seen = one.see(loop.run(ctx, "be good", "the goal: buy milk", "buy milk"));
    EXPECT_EQ(seen.result->message, "all done");
    EXPECT_EQ(seen.waited, large);
  }
}

// Mutants: arguments and names of calls are as long as a model's provider likes.
TEST(Loop, WhatIsTooLargeOfACallIsCutAndToldToTheModel) {
  Script t;
  const std::string large(300'000, 'y');
  llm::ToolCall unread = t.press();
  unread.arguments.clear();
  unread.unreadable = large;
  t.calls({t.press(large), t.done(true, large), std::move(unread)});
  t.calls({t.press()});
  t.calls({t.done(true)});
  EXPECT_EQ(t.go().message, "all done");
  EXPECT_EQ(t.tools.used.size(), 1u);
  ASSERT_EQ(t.record.actions.size(), 5u);
  for (const std::size_t action : {0u, 1u, 2u}) {
    const std::string_view tool = action == 1 ? "done" : "press";
    EXPECT_EQ(
        json::get_text(t.record.actions[action], "error").value_or(""),
        fmt::format("Invalid input for tool {}: its arguments have more than 262144 bytes, which is the limit for "
                    "one call",
                    tool));
  }
  for (const llm::Message& message : t.model.asked().at(2).messages)
    for (const llm::ToolCall* call : llm::tool_calls_of(message.parts))
      EXPECT_FALSE(json::takes_more_than(call->arguments, 1000));
  EXPECT_FALSE(
      json::takes_more_than(json::Value(json::Array(t.record.messages.begin(), t.record.messages.end())), 100'000));
}

// Mutants: the provider's own item goes back whole; what it is known by is cut as well; one that is a text is kept.
TEST(Loop, WhatIsTooLargeOfAProvidersOwnItemIsCutToo) {
  Script t;
  const std::string large(300'000, 'y');
  const json::Array many(100'000, json::Value("wait"));
  llm::ToolCall typed = t.press(large);
  typed.native = json::Object{{"actions", json::Array{json::Object{{"type", "type"}, {"text", large}}}},
                              {"more", many},
                              {"type", "computer_call"},
                              {"call_id", "c"}};
  llm::ToolCall checked = t.press();
  checked.native = json::Object{{"type", "computer_call"}, {"checks", json::Value(large + large)}};
  llm::ToolCall text = t.press(large);
  text.native = json::Value(large);
  t.calls({std::move(typed), std::move(checked), std::move(text)});
  t.calls({t.done(true)});
  EXPECT_EQ(t.go().message, "all done");
  EXPECT_TRUE(t.tools.used.empty());
  std::vector<const llm::ToolCall*> sent;
  for (const llm::Message& message : t.model.asked().at(1).messages)
    for (const llm::ToolCall* call : llm::tool_calls_of(message.parts)) sent.push_back(call);
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(json::text_at(sent[0]->native, "type"), "computer_call");
  EXPECT_EQ(json::text_at(sent[0]->native, "call_id"), "c");
  const json::Array* actions = json::get_array(sent[0]->native, "actions");
  ASSERT_TRUE(actions);
  EXPECT_EQ(json::write(*actions), R"~([{"type":"type","text":"(left out)"}])~");
  EXPECT_FALSE(json::takes_more_than(sent[0]->native, 64 * 1024));
  EXPECT_EQ(json::write(sent[1]->native), R"~({"type":"computer_call","checks":"(left out)"})~");
  EXPECT_TRUE(sent[2]->native.is_null());
}

// Mutants: there is no limit for all together; one that is beyond it takes from what is left.
TEST(Loop, TheArgumentsOfAReplyHaveABoundTogether) {
  Script t;
  const std::string large(250'000, 'y');
  const std::string small(20'000, 's');
  t.calls({t.press(large), t.press(large), t.press(large), t.press(large), t.press(large), t.press(small)});
  t.calls({t.done(true)});
  EXPECT_EQ(t.go().message, "all done");
  EXPECT_EQ(t.tools.used.size(), 5U);
  ASSERT_GT(t.record.actions.size(), 5U);
  EXPECT_EQ(json::get_text(t.record.actions[4], "error").value_or(""),
            "Invalid input for tool press: its arguments have, with those of the calls before it, more than 1048576 "
            "bytes, which is the limit for one reply");
}

TEST(Loop, LongNamesOfCallsAreCut) {
  Script t;
  t.calls({{"1", std::string(100'000, 'n'), {}, {}}});
  t.calls({t.done(true)});
  EXPECT_EQ(t.go().message, "all done");
  EXPECT_LT(t.tools.used.at(0).name.size(), 100u);
}

// Mutants: what the loop records goes past the bound; the end is left out like any other action.
TEST(Loop, TheRecordOfARunHasABound) {
  Script t;
  const std::string much((engine::AgentRecord::kMaxBytes - 1000) / 2,
                         'y');  // twice this, and there is no room for the end
  t.tools.will = [&](const llm::ToolCall& call) {
    Used out{.content = {llm::Text{much}}, .changes_page = true};
    out.actions.push_back(action_of(call));
    out.actions.back()["result"] = much;
    t.tools.page += "+";
    return out;
  };
  for (int i = 0; i < 3; ++i) t.calls({t.press(std::to_string(i))});
  t.calls({t.done(true, std::string(2000, 'y'))});
  EXPECT_TRUE(t.go().success);
  EXPECT_EQ(json::write(t.record.notes), R"({"leftOut":{"actions":2,"messages":5,"maxBytes":16777216}})");
  ASSERT_EQ(t.record.actions.size(), 2U);
  EXPECT_EQ(t.type(1), "\"done\"");
}

}  // namespace
}  // namespace agent
