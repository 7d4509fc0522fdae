#include "agent/history.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

Step step(int number, std::string text, bool picture = false, std::string view = "") {
  Step out{.said = {llm::Role::assistant, {llm::ToolCall{std::to_string(number), "press", {{"n", number}}, {}}}}};
  out.results.push_back({std::to_string(number), "press", {llm::Text{std::move(text)}}, false});
  if (picture) out.view.pictures.push_back({"image/png", "AAAA"});
  out.view.text = std::move(view);
  return out;
}

std::size_t count(const History::Rendered& shown, std::string_view what) {
  std::size_t out = 0;
  for (const llm::Message& message : shown.messages)
    for (const llm::Part& part : message.parts) {
      if (const auto* text = std::get_if<llm::Text>(&part); text && text->text.find(what) != text->text.npos) ++out;
      if (const auto* result = std::get_if<llm::ToolResult>(&part))
        for (const auto& each : result->content)
          if (const auto* text = std::get_if<llm::Text>(&each); text && text->text.find(what) != text->text.npos) ++out;
    }
  return out;
}

std::size_t pictures(const History::Rendered& shown) {
  std::size_t out = 0;
  for (const llm::Message& message : shown.messages)
    for (const llm::Part& part : message.parts) out += std::holds_alternative<llm::Image>(part) ? 1 : 0;
  return out;
}

// All that a provider is sent of a message.
std::string written(const llm::Message& message) {
  std::string out;
  for (const llm::Part& part : message.parts) {
    if (const auto* text = std::get_if<llm::Text>(&part)) out += "text " + text->text;
    if (std::holds_alternative<llm::Image>(part)) out += "picture";
    if (const auto* call = std::get_if<llm::ToolCall>(&part)) out += "call " + call->id;
    if (const auto* result = std::get_if<llm::ToolResult>(&part))
      for (const auto& each : result->content)
        out += std::holds_alternative<llm::Image>(each) ? "picture" : "text " + std::get<llm::Text>(each).text;
    out += "\n";
  }
  return out;
}

TEST(History, ShowsTheNewestViewOnlyAndSaysThatOthersAreLeftOut) {
  History history;
  history.begin("the goal", {.text = "page zero"});
  EXPECT_EQ(count(history.render(), "page zero"), 1u);
  history.add(step(1, "ok", false, "page one"));
  history.add(step(2, "ok", false, "page two"));
  const auto shown = history.render();
  EXPECT_EQ(count(shown, "page zero"), 0u);
  EXPECT_EQ(count(shown, "page one"), 0u);
  EXPECT_EQ(count(shown, "page two"), 1u);
  EXPECT_EQ(count(shown, "left out"), 2u);
}

TEST(History, KeepsTheTwoNewestPictures) {
  History history;
  history.begin("the goal", {.text = "", .pictures = {{"image/png", "AAAA"}}});
  for (int i = 1; i <= 4; ++i) history.add(step(i, "ok", true));
  EXPECT_EQ(pictures(history.render()), 2u);
}

TEST(History, CutsLongResultsOfOldSteps) {
  History history({.whole_results = 1, .short_result = 10});
  history.begin("the goal", {});
  history.add(step(1, std::string(100, 'a')));
  EXPECT_EQ(count(history.render(), std::string(100, 'a')), 1u);
  history.add(step(2, "b"));
  EXPECT_EQ(count(history.render(), std::string(100, 'a')), 0u);
}

TEST(History, TellsTheOldestStepsInALineWhenItAllGetsTooLong) {
  History history({.whole_results = 100, .max_chars = 1000});
  history.begin("the goal", {});
  for (int i = 1; i <= 9; ++i) history.add(step(i, std::string(300, 'a')));
  const auto shown = history.render();
  EXPECT_EQ(count(shown, "- press {\"n\":1}"), 1u);
  EXPECT_EQ(count(shown, "aaaa"), 1u);
  EXPECT_EQ(count(shown, "the goal"), 1u);
}

TEST(History, WhatIsCalledStableIsTheSameInTheNextCall) {
  History history({.pictures = 2, .whole_results = 2, .short_result = 10});
  history.begin("the goal", {.text = "page zero"});
  for (int i = 1; i <= 12; ++i) {
    const auto before = history.render();
    history.add(step(i, std::string(i % 3 == 0 ? 50 : 5, 'a'), i % 4 == 0, i % 2 == 0 ? "page" : ""));
    const auto after = history.render();
    ASSERT_LE(before.stable, after.messages.size());
    for (std::size_t m = 0; m < before.stable; ++m)
      ASSERT_EQ(written(before.messages[m]), written(after.messages[m])) << i << " " << m;
    if (i > 6) EXPECT_GT(after.stable, 4u) << i;
  }
}

TEST(History, FoldsManyStepsAtOnceSoThatTheBeginningStaysTheSame) {
  History history({.whole_results = 100, .max_chars = 4000});
  history.begin("the goal", {});
  int changes = 0;
  std::string first;
  for (int i = 1; i <= 60; ++i) {
    history.add(step(i, std::string(200, 'a')));
    const std::string now = written(history.render().messages.front());
    if (now != first) ++changes;
    first = now;
  }
  EXPECT_GT(changes, 2);
  EXPECT_LT(changes, 12);
}

// Mutants: rendered anew for each step that is folded; a line for each of them.
TEST(History, FoldsThousandsOfSteps) {
  History history({.max_chars = 400'000});
  history.begin("the goal", {});
  for (int i = 1; i <= 5000; ++i) history.add(step(i, std::string(200, 'a')));
  const auto shown = history.render();
  const std::string first = written(shown.messages.front());
  EXPECT_NE(first.find("are left out)"), std::string::npos);
  EXPECT_LT(first.size(), 100'000u);
  EXPECT_EQ(std::get<llm::ToolCall>(shown.messages[shown.messages.size() - 2].parts.front()).id, "5000");
}

TEST(History, HoldsOnToNoMorePicturesThanItShows) {
  History history({.pictures = 2});
  history.begin("the goal", {.text = "page", .pictures = {{"image/png", "AAAA"}}});
  for (int i = 1; i <= 30; ++i) history.add(step(i, "ok", true, "page"));
  std::size_t held = 0;
  for (const Step& each : history.steps()) held += each.view.pictures.size();
  EXPECT_EQ(held, 2u);
}

// A picture of the first step stays, as one of the two newest. Mutants: all steps are looked at with each step.
TEST(History, LooksAtAFewStepsWithEachOne) {
  constexpr int kSteps = 2000;
  History history({.pictures = 2});
  history.begin("the goal", {.text = "page"});
  for (int i = 1; i <= kSteps; ++i) history.add(step(i, "ok", i == 1, "page"));
  EXPECT_LE(history.looked_at(), 4U * kSteps);
}

// Mutants: an old step keeps what it gave; a folded one keeps what was said.
TEST(History, HoldsOnToNoMoreOfAStepThanItShows) {
  History history({.whole_results = 2, .short_result = 10, .max_chars = 2000});
  history.begin("the goal", {});
  for (int i = 1; i <= 100; ++i) history.add(step(i, std::string(500, 'a'), false, std::string(200, 'p')));
  for (std::size_t i = 0; i < 98; ++i)
    EXPECT_EQ(std::get<llm::Text>(history.steps()[i].results[0].content[0]).text, std::string(10, 'a') + "… (cut)");
  EXPECT_EQ(count(history.render(), std::string(500, 'a')), 1U);
  EXPECT_TRUE(history.steps().front().said.parts.empty());
}

TEST(History, ANoteIsTheLastWord) {
  History history;
  history.begin("the goal", {});
  history.add(step(1, "ok"));
  history.note("the end");
  EXPECT_EQ(std::get<llm::Text>(history.render().messages.back().parts.back()).text, "the end");
}

TEST(History, ShrinkingCutsWhatIsTooLongByItself) {
  History history;
  history.begin("the goal", {.text = std::string(60'000, 'p')});
  ASSERT_TRUE(history.shrink());
  EXPECT_EQ(count(history.render(), std::string(10'000, 'p')), 1u);
  EXPECT_EQ(count(history.render(), std::string(20'000, 'p')), 0u);
  history.add(step(1, std::string(90'000, 'a'), false, std::string(90'000, 'q')));
  EXPECT_EQ(count(history.render(), std::string(20'000, 'a')), 0u);
  EXPECT_EQ(count(history.render(), std::string(20'000, 'q')), 0u);
}

TEST(History, ShrinkingEndsSomewhere) {
  History history;
  history.begin("the goal", {});
  for (int i = 1; i <= 9; ++i) history.add(step(i, std::string(30000, 'a')));
  int times = 0;
  while (history.shrink()) ++times;
  EXPECT_GT(times, 2);
  EXPECT_LT(times, 20);
}

}  // namespace
}  // namespace agent
