// The tools of the modes dom and hybrid: what a model gets wrong is told to it.
#include "agent/page_tools.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "agent/loop.h"
#include "agent/testing/fake_workplace.h"
#include "agent/testing/scripted_hand.h"
#include "aio/testing/one_worker.h"
#include "aio/testing/run.h"
#include "json/write.h"
#include "llm/testing/fake_model.h"

namespace agent {
namespace {

llm::Reply calls(std::string name, json::Object arguments) {
  llm::Reply reply{.stop = llm::Stop::tool_calls};
  reply.parts.emplace_back(llm::ToolCall{"1", std::move(name), std::move(arguments), {}});
  return reply;
}

struct PageToolsStage {
  PageToolsStage() { page.searches = true; }

  base::Result<engine::AgentResult> run() {
    PageTools tools(page, hand, {.mode = mode});
    Loop loop(model, tools, record, nobody, settings);
    return aio::testing::run_on(scheduler, clock, loop.run(ctx, "be good", "the goal: buy milk", "buy milk"));
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  testing::FakeWorkplace page;
  testing::ScriptedHand hand;
  llm::testing::FakeModel model;
  engine::AgentRecord record;
  engine::NullSink nobody;
  LoopSettings settings;
  engine::AgentMode mode = engine::AgentMode::dom;
};

TEST(PageTools, AQueryBeyondWhatASearchTakesIsToldToTheModelAndTheRunGoesOn) {
  PageToolsStage t;
  t.model.will(calls("search", {{"query", std::string(200'000, ' ')}}));
  t.model.will(calls("search", {{"query", "milk"}}));
  t.model.will(calls("done", {{"reasoning", "found"}, {"taskComplete", true}}));
  const auto result = t.run();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->completed);
  EXPECT_EQ(t.page.done, std::vector<std::string>{"search milk"});
  ASSERT_EQ(t.record.actions.size(), 3u);
  EXPECT_EQ(t.record.actions[0].at("error"), "The query has 200000 bytes, more than the 2000 of a search");
}

// Mutant: repeats do not count.
TEST(PageTools, ATextWithItsRepeatsHasALimit) {
  PageToolsStage t;
  t.model.will(calls("keys", {{"method", "type"}, {"value", std::string(200'000, 'a')}, {"repeat", 50}}));
  t.model.will(calls("keys", {{"method", "press"}, {"value", "ab"}, {"repeat", 2}}));
  t.model.will(calls("done", {{"reasoning", "found"}, {"taskComplete", true}}));
  ASSERT_TRUE(t.run());
  EXPECT_EQ(t.hand.done, (std::vector<std::string>{"press ab", "press ab"}));
  EXPECT_EQ(t.record.actions.at(0).at("error"),
            "50 times this value are 10000000 bytes, more than the 262144 of one call");
}

// Mutant: large arguments are looked through on the loop.
TEST(PageTools, LargeArgumentsAreCheckedByTheWorkers) {
  for (const bool large : {false, true}) {
    aio::testing::OneWorker one;
    const aio::Context ctx = one.context();
    PageToolsStage t;
    PageTools tools(t.page, t.hand, {});
    const llm::ToolCall call{"1", "think", {{"reasoning", std::string(large ? 100'000 : 10, 'a')}}, {}};
    const auto seen = one.see(tools.use(ctx, call));
    EXPECT_TRUE(seen.result && !seen.result->failed);
    EXPECT_EQ(seen.waited, large);
  }
}

// A step that a slip would cost is a call that a slip would cost.
TEST(PageTools, ASlipInTheArgumentsIsPutRight) {
  PageToolsStage t;
  t.model.will(calls("search", {{"query", "milk"}, {"reason", "to find it"}}));
  t.model.will(calls("done", {{"reasoning", "found"}, {"taskComplete", true}}));
  const auto result = t.run();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(t.page.done, std::vector<std::string>{"search milk"});
}

// Mutants: a paragraph is selected and typed over, so that an empty value, or a second paragraph, stays.
TEST(PageTools, AFormFilledByPointsIsClearedFirst) {
  PageToolsStage t;
  t.mode = engine::AgentMode::hybrid;
  t.model.will(calls("fillFormVision",
                     {{"fields", json::Array{json::Object{{"action", "clear the name"},
                                                          {"value", ""},
                                                          {"coordinates", json::Object{{"x", 5}, {"y", 6}}}}}}}));
  t.model.will(calls("done", {{"reasoning", "filled"}, {"taskComplete", true}}));
  const auto result = t.run();
  ASSERT_TRUE(result) << result.error().message;
  const std::string cleared = testing::shown(TypeText{.text = "", .clear = true});
  EXPECT_NE(cleared, testing::shown(TypeText{.text = ""}));
  EXPECT_EQ(std::ranges::count(t.hand.done, cleared), 1);
  EXPECT_EQ(std::ranges::count(t.hand.done, testing::shown(Click{.at = {5, 6}})), 1);
}

}  // namespace
}  // namespace agent
