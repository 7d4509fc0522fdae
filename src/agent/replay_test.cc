// What a run did is done again where the page is still what it was, and no further.
#include "agent/replay.h"

#include <gtest/gtest.h>

#include "agent/testing/fake_workplace.h"
#include "agent/testing/scripted_hand.h"
#include "aio/testing/run.h"

namespace agent {
namespace {

std::string masked(std::string text) {
  for (std::size_t at = text.find("s3cret"); at != text.npos; at = text.find("s3cret")) text.replace(at, 6, "%pw%");
  return text;
}

struct ReplayStage {
  ReplayStage() {
    page.elements = {{"/name", {"textbox", "Name"}}, {"/buy", {"button", "Buy"}}};
    page.then = [this](const engine::Action& action) {
      if (action.element.name == "Buy") page.address = "https://shop.example/orders/17?t=1";
    };
  }

  // Fills and buys, as a run does.
  KeptRun record() {
    RecordingWorkplace noted(page, recording);
    run(noted.on_element(ctx, "/name", "fill", {"%who%"}));
    run(noted.on_element(ctx, "/buy", "click", {}));
    KeptRun out{.steps = recording.steps(page.url())};
    page.address = "https://shop.example/";
    page.done.clear();
    return out;
  }
  Replayed replay(KeptRun kept) {
    Recording again(masked);
    Replay replay(page, hand, again, record_of_run, nobody);
    auto done = run(replay.run(ctx, std::move(kept)));
    if (!done) return {.why = "error: " + done.error().message};
    renewed = again.steps(page.url());
    return *done;
  }
  template <class T>
  base::Result<T> run(aio::Task<base::Result<T>> task) {
    return aio::testing::run_on(scheduler, clock, std::move(task));
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  testing::FakeWorkplace page;
  testing::ScriptedHand hand;
  Recording recording{masked};
  engine::AgentRecord record_of_run;
  engine::NullSink nobody;
  std::vector<KeptStep> renewed;
};

TEST(Replay, DoesEveryStepOnTheVeryElementThatWasChecked) {
  ReplayStage t;
  const Replayed out = t.replay(t.record());
  EXPECT_TRUE(out.whole) << out.why;
  EXPECT_EQ(t.page.done, (std::vector<std::string>{"fill @/name %who%", "click @/buy"}));
  EXPECT_EQ(t.record_of_run.actions.size(), 2u);
  EXPECT_EQ(t.record_of_run.actions[0].at("replayed"), true);
  EXPECT_EQ(t.renewed.size(), 2u);
}

TEST(Replay, FindsAnElementThatHasMoved) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.elements = {{"/buy", {"link", "Help"}}, {"/div/buy", {"button", "Buy"}}, {"/name", {"textbox", "Name"}}};
  EXPECT_TRUE(t.replay(std::move(kept)).whole);
  EXPECT_EQ(t.page.done.back(), "click @/div/buy");
  EXPECT_EQ(std::get<ByElement>(t.renewed.back().what).action.selector, "/div/buy");
}

TEST(Replay, StopsAtAnElementThatIsAnotherNow) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.elements["/buy"] = {"button", "Sell"};
  const Replayed out = t.replay(std::move(kept));
  EXPECT_FALSE(out.whole);
  EXPECT_EQ(out.done.size(), 1u);
  EXPECT_EQ(out.why, "button \"Buy\" is not on the page any more");
  EXPECT_EQ(t.page.done.size(), 1u);
  EXPECT_NE(story_of(out).find("go on from the page as it is now"), std::string::npos);
}

TEST(Replay, DoesNotChooseBetweenTwoThatAreAlike) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.elements.erase("/buy");
  t.page.elements["/a"] = t.page.elements["/b"] = {"button", "Buy"};
  EXPECT_EQ(t.replay(std::move(kept)).done.size(), 1u);
}

TEST(Replay, StopsWhenThePageGoesElsewhereThanItDid) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.then = [&](const engine::Action&) { t.page.address = "https://shop.example/login"; };
  const Replayed out = t.replay(std::move(kept));
  EXPECT_FALSE(out.whole);
  EXPECT_EQ(out.done.size(), 1u) << "it was done all the same";
  EXPECT_EQ(out.why, "the page is at https://shop.example/login and not at https://shop.example/");
}

TEST(Replay, AnotherOrderIsTheSameKindOfPlace) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.then = [&](const engine::Action& action) {
    if (action.element.name == "Buy") t.page.address = "https://shop.example/orders/18?t=2";
  };
  EXPECT_TRUE(t.replay(std::move(kept)).whole);
}

TEST(Replay, AnActionThatFailsEndsItWithItsReason) {
  ReplayStage t;
  KeptRun kept = t.record();
  t.page.failure = "it is covered";
  const Replayed out = t.replay(std::move(kept));
  EXPECT_TRUE(out.done.empty());
  EXPECT_EQ(out.why, "it is covered");
  EXPECT_NE(story_of(out).find("nobody knows whether it took effect"), std::string::npos)
      << "a second click may pay twice";
}

TEST(Replay, KeysGoOnlyToWhatHadTheFocus) {
  ReplayStage t;
  t.page.focus = {"textbox", "Name"};
  RecordingHand noted(t.hand, t.page, t.recording);
  t.run(noted.perform(t.ctx, TypeText{"Ann"}));
  const KeptRun kept{.steps = t.recording.steps(t.page.url())};
  t.hand.done.clear();
  EXPECT_TRUE(t.replay(kept).whole);
  EXPECT_EQ(t.hand.done.size(), 1u);
  t.page.focus = {"textbox", "Password"};
  EXPECT_EQ(t.replay(kept).why, "textbox \"Name\" does not have the focus");
  EXPECT_EQ(t.hand.done.size(), 1u);
}

TEST(Recording, StepsByCoordinatesAndTypedValuesAreNotKept) {
  ReplayStage t;
  RecordingHand noted(t.hand, t.page, t.recording);
  EXPECT_EQ(t.recording.unfit(), "nothing was done to the page");
  t.run(noted.perform(t.ctx, Click{.at = {1, 2}}));
  EXPECT_NE(t.recording.unfit(), "");
  Recording other(masked);
  RecordingWorkplace place(t.page, other);
  t.run(place.on_element(t.ctx, "/name", "fill", {"s3cret"}));
  EXPECT_EQ(other.unfit(), "a step holds the value of a variable and not its name");
}

TEST(Recording, ReadingInTheMiddleStopsAReplayAndAtTheEndDoesNot) {
  ReplayStage t;
  RecordingWorkplace noted(t.page, t.recording);
  t.run(noted.on_element(t.ctx, "/name", "fill", {"Ann"}));
  t.run(noted.extract(t.ctx, "the price", std::nullopt));
  EXPECT_EQ(t.recording.steps(t.page.url()).size(), 1u);
  t.run(noted.on_element(t.ctx, "/buy", "click", {}));
  const Replayed out = t.replay({.steps = t.recording.steps(t.page.url())});
  EXPECT_EQ(out.done.size(), 1u);
  EXPECT_EQ(out.why, "the earlier run read data here (extract), which would be old");
}

}  // namespace
}  // namespace agent
