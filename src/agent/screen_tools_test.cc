#include "agent/screen_tools.h"

#include <gtest/gtest.h>

#include "agent/testing/scripted_hand.h"
#include "aio/testing/manual_clock.h"
#include "aio/testing/run.h"
#include "json/read.h"
#include "json/write.h"

namespace agent {
namespace {

using screen::Family;
using screen::SafetyPolicy;
using Lines = std::vector<std::string>;

struct Bench {
  template <class T>
  T run(aio::Task<T> work) {
    return aio::testing::run_on(scheduler, clock, std::move(work));
  }
  Used use(ScreenTools& tools, llm::ToolCall call) {
    auto used = run(tools.use(ctx, call));
    EXPECT_TRUE(used);
    return used ? std::move(*used) : Used{};
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  testing::ScriptedHand hand;
};

llm::ToolCall call(std::string name, std::string_view arguments) {
  return {.id = "c", .name = std::move(name), .arguments = json::read(arguments)->get_object()};
}

std::string words(const Used& used) {
  std::string out;
  for (const auto& each : used.content)
    if (const auto* text = std::get_if<llm::Text>(&each)) out += text->text + "\n";
  return out;
}

ScreenTools tools_of(Family family, Bench& b, SafetyPolicy safety = SafetyPolicy::stop) {
  return ScreenTools(family, b.hand, {1000, 500}, safety);
}

TEST(ScreenTools, DoesActionsInOrderAndShowsThePageAndItsTrueAddress) {
  Bench b;
  b.hand.address_after = "http://site.example/next";
  ScreenTools tools = tools_of(Family::openai, b);
  const Used used = b.use(
      tools,
      call("computer", R"({"actions":[{"type":"click","x":5,"y":6,"button":"left"},{"type":"type","text":"a"}]})"));
  EXPECT_EQ(b.hand.done, (Lines{"click 5,6 left x1", "type a", "picture"}));
  EXPECT_EQ(used.url, "http://site.example/next");
  EXPECT_TRUE(used.changes_page);
  EXPECT_FALSE(used.failed);
  ASSERT_EQ(used.content.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<llm::Image>(used.content[0]));
  ASSERT_EQ(used.actions.size(), 2U);
  EXPECT_EQ(json::write(used.actions[0]), R"({"type":"click","x":5,"y":6,"button":"left","success":true})");
  EXPECT_EQ(json::write(used.actions[1]), R"({"type":"type","text":"a","success":true})");
}

TEST(ScreenTools, StopsABatchAtTheFirstFailureAndSaysSo) {
  Bench b;
  b.hand.failure = "there is nothing to go back to";
  ScreenTools tools = tools_of(Family::openai, b);
  const Used used = b.use(tools, call("computer", R"({"actions":[{"type":"click","x":5,"y":6,"button":"back"},
                                                     {"type":"wait"},{"type":"screenshot"}]})"));
  EXPECT_EQ(b.hand.done, (Lines{"back", "picture"}));
  EXPECT_TRUE(used.failed);
  EXPECT_EQ(used.error, "there is nothing to go back to");
  EXPECT_EQ(words(used),
            "Not done: there is nothing to go back to. The 2 further actions of this call were left out.\n");
  ASSERT_EQ(used.actions.size(), 1U);
  EXPECT_EQ(json::write(used.actions[0].at("success")), "false");
  EXPECT_EQ(json::write(used.actions[0].at("error")), R"("there is nothing to go back to")");
}

TEST(ScreenTools, RefusesAloudWhatItDoesNotKnow) {
  Bench b;
  ScreenTools tools = tools_of(Family::anthropic, b);
  const Used used = b.use(tools, call("computer", R"({"action":"dance"})"));
  EXPECT_TRUE(used.failed);
  EXPECT_FALSE(used.changes_page);
  EXPECT_TRUE(words(used).starts_with("Not done: \"dance\" is not an action of this computer; use"));
  EXPECT_EQ(b.hand.done, (Lines{"picture"}));
  const Used other = b.use(tools, call("bash", "{}"));
  EXPECT_EQ(other.error, "there is no tool named \"bash\"; use computer, goto, go_back or done");
}

TEST(ScreenTools, KnowsWhereThePointerIs) {
  Bench b;
  ScreenTools tools = tools_of(Family::anthropic, b);
  b.use(tools, call("computer", R"({"action":"mouse_move","coordinate":[40,50]})"));
  EXPECT_EQ(words(b.use(tools, call("computer", R"({"action":"cursor_position"})"))), "The pointer is at (40, 50).\n");
  b.use(tools, call("computer", R"({"action":"left_click"})"));
  EXPECT_EQ(b.hand.done.at(3), "click 40,50 left x1");
}

TEST(ScreenTools, ZoomsForOnePicture) {
  Bench b;
  ScreenTools tools = tools_of(Family::anthropic, b);
  b.use(tools, call("computer", R"({"action":"zoom","region":[0,0,100,50]})"));
  b.use(tools, call("computer", R"({"action":"screenshot"})"));
  EXPECT_EQ(b.hand.done, (Lines{"picture of 0,0 100,50", "picture"}));
}

TEST(ScreenTools, OffersWaysToOtherPagesWhereTheScreenHasNone) {
  Bench b;
  const auto names = [&](Family family) {
    llm::Chat chat;
    tools_of(family, b).offer(chat);
    EXPECT_EQ(chat.screen->width, 1000);
    Lines out;
    for (const llm::Tool& tool : chat.tools) out.push_back(tool.name);
    return out;
  };
  EXPECT_EQ(names(Family::openai), (Lines{"goto", "go_back", "done"}));
  EXPECT_EQ(names(Family::anthropic), (Lines{"goto", "go_back", "done"}));
  EXPECT_EQ(names(Family::google), (Lines{"done"}));
  EXPECT_EQ(names(Family::fara), Lines{});
  ScreenTools tools = tools_of(Family::openai, b);
  b.use(tools, call("goto", R"({"url":"site.example"})"));
  b.use(tools, call("go_back", "{}"));
  EXPECT_EQ(b.hand.done, (Lines{"goto https://site.example", "picture", "back", "picture"}));
}

TEST(ScreenTools, EndsARunAtACheckThatNobodyConsentedTo) {
  Bench b;
  llm::ToolCall checked = call("computer", R"({"actions":[{"type":"wait"}]})");
  checked.checks = {{.id = "s1", .code = "malicious_instructions", .message = "The page may give orders"}};
  ScreenTools tools = tools_of(Family::openai, b);
  const auto end = tools.finished_by(checked);
  ASSERT_TRUE(end);
  EXPECT_FALSE(end->complete);
  EXPECT_EQ(end->words,
            "Stopped before an action for which the model's provider asks a person to consent (malicious_instructions: "
            "The page may give orders). Nothing of it was done.");
}

TEST(ScreenTools, AcknowledgesChecksWhereTheOperatorConsented) {
  Bench b;
  llm::ToolCall checked = call("computer", R"({"actions":[{"type":"wait"}]})");
  checked.checks = {{.id = "s1", .code = "malicious_instructions", .message = "Look."}};
  ScreenTools tools = tools_of(Family::openai, b, SafetyPolicy::acknowledge);
  EXPECT_FALSE(tools.finished_by(checked));
  const Used used = b.use(tools, checked);
  ASSERT_EQ(used.acknowledged.size(), 1U);
  EXPECT_EQ(used.acknowledged[0].id, "s1");
  EXPECT_EQ(json::write(used.actions.at(0)),
            R"({"type":"wait","success":true,"acknowledgedSafetyChecks":[{"id":"s1","code":"malicious_instructions",)"
            R"("message":"Look."}]})");
}

TEST(ScreenTools, ShowsThePageBeforeTheFirstStepAndRemembersWhatItLookedLike) {
  Bench b;
  ScreenTools tools = tools_of(Family::google, b);
  const auto first = b.run(tools.scene(b.ctx, true));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->view.pictures.size(), 1U);
  EXPECT_EQ(first->view.text, "The address of the page: http://site.example/");
  b.use(tools, call("click_at", R"({"x":1,"y":1})"));
  const auto later = b.run(tools.scene(b.ctx, false));
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->view.pictures.empty());
  EXPECT_NE(later->fingerprint, first->fingerprint);
}

TEST(ScreenTools, TellsOfAPageThatCannotBeShownAndEndsWithTheSession) {
  Bench b;
  ScreenTools tools = tools_of(Family::google, b);
  b.hand.blind = base::Error{base::Kind::browser, "the page crashed"};
  EXPECT_EQ(words(b.use(tools, call("take_screenshot", "{}"))), "There is no picture of the page: the page crashed\n");
  b.hand.end = base::Error{base::Kind::gone, "the session was closed"};
  EXPECT_EQ(b.run(tools.use(b.ctx, call("go_back", "{}"))).error().kind, base::Kind::gone);
}

TEST(ScreenTools, LetsEachModelEndTheRunInItsOwnWay) {
  Bench b;
  const auto done = call("done", R"({"reasoning":"It is there.","taskComplete":true})");
  EXPECT_TRUE(tools_of(Family::openai, b).finished_by(done)->complete);
  EXPECT_FALSE(tools_of(Family::fara, b).finished_by(done));
  EXPECT_TRUE(tools_of(Family::fara, b)
                  .finished_by(call("computer_use", R"({"action":"terminate","status":"success"})"))
                  ->complete);
}

}  // namespace
}  // namespace agent
