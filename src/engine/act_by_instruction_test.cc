#include "engine/act_by_instruction.h"

#include <gtest/gtest.h>

#include "engine/testing/asking.h"

namespace engine {
namespace {

constexpr const char* kPage = "[0-1] RootWebArea: Shop\n  [0-2] button: Buy\n  [0-3] link: Help\n  [1-40] button: Pay";

struct Act : testing::Asking {
  explicit Act(bool self_heal = true) : self_heal_(self_heal) { sight.trees = {kPage}; }
  void chooses(std::string_view id, std::string_view method = "click", std::string_view arguments = "[]",
               bool two_step = false) {
    model.will_say(
        fmt::format(R"({{"action":{{"elementId":"{}","description":"it","method":"{}","arguments":{}}},"twoStep":{}}})",
                    id, method, arguments, two_step));
  }
  void chooses_nothing() { model.will_say(R"({"action":null,"twoStep":false})"); }
  ActResult does(std::string instruction) {
    auto result = run(ActByInstruction(call, self_heal_).act(ctx, std::move(instruction)));
    return result ? std::move(*result) : act_failed("error: " + result.error().message, "");
  }
  void fails(std::string why, bool may_have_acted = false) {
    sight.outcomes.push_back(StepFailure{{base::Kind::browser, std::move(why)}, may_have_acted});
  }

 private:
  bool self_heal_;
};

TEST(ActByInstruction, ActsOnTheElementItselfAndReturnsItsSelector) {
  Act t;
  t.chooses("0-2");
  const ActResult result = t.does("buy it");
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.message, "Action [click] performed successfully on selector: xpath=/0-2");
  EXPECT_EQ(result.action_description, "it");
  ASSERT_EQ(t.sight.steps.size(), 1u);
  EXPECT_EQ(t.sight.steps[0].target, "0-2");
  EXPECT_EQ(t.sight.settled, 1);
  EXPECT_EQ(t.model.asked().size(), 1u);
}

TEST(ActByInstruction, SaysWhenThePageHasNothingThatFits) {
  Act t;
  t.chooses_nothing();
  const ActResult result = t.does("fly");
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.message, "Failed to perform act: No action found");
  EXPECT_EQ(result.action_description, "fly");
  EXPECT_TRUE(t.sight.steps.empty());
}

TEST(ActByInstruction, SendsAnIdThatThePageDoesNotHaveBackOnce) {
  Act t;
  t.chooses("0-77");
  t.chooses("0-3");
  EXPECT_TRUE(t.does("help").success);
  ASSERT_EQ(t.model.asked().size(), 2u);
  EXPECT_NE(std::get<llm::Text>(t.model.asked()[1].messages.back().parts[0]).text.find("0-77"), std::string::npos);
}

TEST(ActByInstruction, TakesAnIdWithAnotherFrameWhenItsNumberIsTheOnlyOne) {
  Act t;
  t.chooses("0-40");
  EXPECT_TRUE(t.does("pay").success);
  EXPECT_EQ(t.sight.steps.at(0).target, "1-40");
  EXPECT_EQ(t.model.asked().size(), 1u);
}

TEST(ActByInstruction, PutsVariablesInOnlyOnTheWayToThePage) {
  Act t;
  t.variables.emplace("pin", base::Secret("4711"));
  t.chooses("0-2", "fill", R"(["%pin%"])");
  const ActResult result = t.does("fill %pin%");
  EXPECT_EQ(t.sight.steps.at(0).arguments.at(0), "4711");
  EXPECT_EQ(result.actions.at(0).arguments.at(0), "%pin%");
  EXPECT_EQ(t.told(0).find("4711"), std::string::npos);
  EXPECT_NE(t.model.asked()[0].system.find("%pin%"), std::string::npos);
}

TEST(ActByInstruction, TriesAnotherWayAfterAFailure) {
  Act t;
  t.fails("element is covered by <div>");
  t.chooses("0-2");
  t.chooses("0-3", "press", R"(["Enter"])");
  const ActResult result = t.does("buy it");
  EXPECT_TRUE(result.success);
  EXPECT_EQ(t.sight.steps.at(1).method, "press");
  EXPECT_NE(t.told(1).find("element is covered by <div>"), std::string::npos);
}

// Mutant: may_have_acted not asked. A click whose answer was lost must not be done again.
TEST(ActByInstruction, DoesNotRepeatWhatMayHaveHappened) {
  Act t;
  t.fails("the page does not answer", true);
  t.chooses("0-2");
  t.chooses("0-2");
  const ActResult result = t.does("buy it");
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.message, "Failed to perform act: the page does not answer");
  EXPECT_EQ(t.sight.steps.size(), 1u);
}

TEST(ActByInstruction, TriesNothingElseWithoutSelfHeal) {
  Act t(false);
  t.fails("element is disabled");
  t.chooses("0-2");
  EXPECT_EQ(t.does("buy it").message, "Failed to perform act: element is disabled");
  EXPECT_EQ(t.model.asked().size(), 1u);
}

TEST(ActByInstruction, SaysWhenTheOtherWayFailsToo) {
  Act t;
  t.fails("one");
  t.fails("two");
  t.chooses("0-2");
  t.chooses("0-3");
  EXPECT_EQ(t.does("buy it").message, "Failed to perform act after self-heal: two");
}

TEST(ActByInstruction, LooksAgainWhenTheElementIsGone) {
  Act t;
  t.sight.gone = {"0-2"};
  t.chooses("0-2");
  t.chooses("0-3");
  EXPECT_TRUE(t.does("buy it").success);
  EXPECT_EQ(t.sight.steps.size(), 1u);
  EXPECT_EQ(t.sight.steps[0].target, "0-3");
}

TEST(ActByInstruction, ShowsTheSecondStepOnlyWhatIsNew) {
  Act t;
  t.sight.trees = {kPage, std::string(kPage) + "\n    [0-50] option: Red"};
  t.chooses("0-2", "click", "[]", true);
  t.chooses("0-50");
  const ActResult result = t.does("choose red");
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.actions.size(), 2u);
  EXPECT_EQ(result.message,
            "Action [click] performed successfully on selector: xpath=/0-2 → "
            "Action [click] performed successfully on selector: xpath=/0-50");
  EXPECT_NE(t.told(1).find("[0-50] option: Red"), std::string::npos);
  EXPECT_EQ(t.told(1).find("[0-3] link: Help"), std::string::npos);
}

TEST(ActByInstruction, TakesAnIdForTheTargetOfADrag) {
  Act t;
  t.chooses("0-2", "dragAndDrop", R"(["0-3"])");
  const ActResult result = t.does("drag it");
  EXPECT_EQ(t.sight.steps.at(0).arguments.at(0), "0-3");
  EXPECT_EQ(result.actions.at(0).arguments.at(0), "xpath=/0-3");
}

TEST(ActByInstruction, HealsAnActionInItsOwnWords) {
  Act t;
  t.chooses("0-3", "fill");
  const Action action{.selector = "#old", .description = "the field", .method = "fill", .arguments = {"text"}};
  const auto result = t.run(ActByInstruction(t.call, true).heal(t.ctx, action, "no element"));
  EXPECT_TRUE(result->success);
  EXPECT_NE(t.told(0).find("fill the field"), std::string::npos);
  EXPECT_EQ(t.sight.steps.at(0).arguments.at(0), "text");
}

TEST(ActByInstruction, PutsTheCallersPromptAfterOurs) {
  Act t;
  t.call.system_prompt = "Answer in Latin.";
  t.chooses_nothing();
  t.does("x");
  EXPECT_TRUE(t.model.asked()[0].system.ends_with("Answer in Latin."));
}

TEST(KnownId, IsOnlyWhatStandsAtTheStartOfALine) {
  EXPECT_TRUE(names_line(kPage, "0-2"));
  EXPECT_FALSE(names_line("[0-1] text: see [0-9] button", "0-9"));
  EXPECT_FALSE(known_id("[0-1] a: x\n[1-1] b: y", "7-1"));  // two of them
  EXPECT_FALSE(known_id(kPage, ""));
}

}  // namespace
}  // namespace engine
