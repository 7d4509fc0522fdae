#include "browser/snapshot/snapshot.h"

#include <gtest/gtest.h>

#include "browser/snapshot/mask.h"

namespace browser {
namespace {

using Variables = std::map<std::string, base::Secret>;

Snapshot text_of(std::string text, std::vector<Snapshot::Frame> frames = {}) {
  return {.text = std::move(text), .elements = 1, .lines = 0, .frames = std::move(frames), .folded = false};
}

TEST(Snapshot, IsReadFromWhatTheScriptGives) {
  const json::Value reply = json::Object{{"text", "[0-1] document"},
                                         {"lines", 1},
                                         {"elements", 7},
                                         {"folded", true},
                                         {"frames", json::Array{json::Object{{"number", 3}, {"line", 0}}}}};
  const auto snapshot = read_snapshot(reply);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->text, "[0-1] document");
  EXPECT_EQ(snapshot->elements, 7U);
  EXPECT_TRUE(snapshot->folded);
  ASSERT_EQ(snapshot->frames.size(), 1U);
  EXPECT_EQ(snapshot->frames[0].number, 3);
}

TEST(Snapshot, PassesOnTheScriptsOwnError) {
  const auto snapshot = read_snapshot(json::Object{{"error", "no element for the selector \"#x\""}});
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().message, "no element for the selector \"#x\"");
}

TEST(Snapshot, PutsAFramesLinesBelowTheLineOfItsIframe) {
  const FrameSnapshot inner{text_of("[2-1] document: C\n  [2-2] button: c"), 2};
  const FrameSnapshot middle{text_of("[1-1] document: B\n  [1-2] iframe", {{2, 1}}), 2, {inner}};
  const FrameSnapshot page{
      text_of("[0-1] document: A\n  [0-2] iframe: x\n  [0-3] iframe: y\n  [0-4] text: end", {{2, 1}, {3, 2}}),
      0,
      {middle}};
  const Snapshot all = compose(page);
  EXPECT_EQ(all.text,
            "[0-1] document: A\n"
            "  [0-2] iframe: x\n"
            "    [1-1] document: B\n"
            "      [1-2] iframe\n"
            "        [2-1] document: C\n"
            "          [2-2] button: c\n"
            "  [0-3] iframe: y\n"
            "  [0-4] text: end");
  EXPECT_EQ(all.lines, 8U);
  EXPECT_EQ(all.elements, 3U);
}

TEST(Snapshot, LeavesOutAFrameWhoseIframeHasNoLine) {
  const FrameSnapshot page{text_of("[0-1] document: A"), 0, {{text_of("[1-1] document: B"), 9}}};
  EXPECT_EQ(compose(page).text, "[0-1] document: A");
}

TEST(Mask, PutsValuesBackToTheirNames) {
  const Variables variables{{"user", base::Secret("ann")}, {"mail", base::Secret("ann@x.test")}};
  EXPECT_EQ(masked("[0-1] text: ann at ann@x.test", variables), "[0-1] text: %user% at %mail%");
}

TEST(Mask, KnowsValuesAsTheyArePrinted) {
  const Variables variables{{"note", base::Secret(" two\n words ")}, {"q", base::Secret("a\"b\\c")}};
  EXPECT_EQ(masked("text: two words", variables), "text: %note%");
  EXPECT_EQ(masked("[value=\"a\\\"b\\\\c\"]", variables), "[value=\"%q%\"]");
}

TEST(Mask, TakesAShortValueOnlyWhereItIsAllThereIs) {
  const Variables variables{{"n", base::Secret("42")}, {"e", base::Secret("é")}};
  EXPECT_EQ(masked("[0-42] text: 42\n[0-3] text: 42 items\n[0-4] textbox: 42 [value=\"42\"]", variables),
            "[0-42] text: %n%\n[0-3] text: 42 items\n[0-4] textbox: %n% [value=\"%n%\"]");
  EXPECT_EQ(masked("text: thé\ntext: é", variables), "text: thé\ntext: %e%");
}

TEST(Mask, LeavesTextAloneWithoutVariables) {
  EXPECT_EQ(masked("text: x", {}), "text: x");
  EXPECT_EQ(masked("text: x", {{"empty", base::Secret("")}}), "text: x");
}

}  // namespace
}  // namespace browser
