#include "browser/snapshot/snapshot.h"

#include <gtest/gtest.h>

#include "browser/snapshot/mask.h"
#include "browser/snapshot/text.h"

namespace browser {
namespace {

using Variables = std::map<std::string, base::Secret>;

Snapshot text_of(std::string text, std::vector<Snapshot::Frame> frames = {}) {
  return {.text = std::move(text), .elements = 1, .lines = 0, .frames = std::move(frames), .folded = false};
}

TEST(Snapshot, is_read_from_what_the_script_gives) {
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

// Mutant: a reply says how many are looked at, and kept.
TEST(Snapshot, knows_no_more_frames_than_a_page_has) {
  json::Array frames;
  for (int i = 0; i < 5000; ++i) frames.push_back(json::Object{{"number", i}, {"line", 0}});
  const auto snapshot = read_snapshot(json::Object{{"text", "[0-1] document"}, {"frames", std::move(frames)}});
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->frames.size(), FrameTree::kMostFrames);
}

TEST(Snapshot, passes_on_the_scripts_own_error) {
  const auto snapshot = read_snapshot(json::Object{{"error", "no element for the selector \"#x\""}});
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().message, "no element for the selector \"#x\"");
}

TEST(Snapshot, puts_a_frames_lines_below_the_line_of_its_iframe) {
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

TEST(Snapshot, leaves_out_a_frame_whose_iframe_has_no_line) {
  const FrameSnapshot page{text_of("[0-1] document: A"), 0, {{text_of("[1-1] document: B"), 9}}};
  EXPECT_EQ(compose(page).text, "[0-1] document: A");
}

TEST(Snapshot, puts_a_frame_in_once_however_often_it_is_told) {
  const std::vector<FrameSnapshot> child{{text_of("[1-1] document: B"), 2}};
  const std::string both = "[0-1] document: A\n  [0-2] iframe\n    [1-1] document: B\n  [0-3] text: end";
  const std::string text = "[0-1] document: A\n  [0-2] iframe\n  [0-3] text: end";
  EXPECT_EQ(compose({text_of(text, {{2, 1}, {2, 1}, {2, 1}}), 0, child}).text, both);
  EXPECT_EQ(compose({text_of(text, {{2, 1}, {2, 2}}), 0, child}).text, both);
  EXPECT_EQ(compose({text_of(text, {{9, 1}, {9, 0}, {2, 1}}), 0, child}).text, both);
  EXPECT_EQ(compose({text_of(text, {{9, 1}, {2, 0}}), 0, child}).text, text) << "a line that does not rise";
}

TEST(Snapshot, has_a_size_that_no_reply_chooses) {
  std::string lines(3'000'000, '\n');
  for (std::size_t at = 0; at < lines.size(); at += 2) lines[at] = 'x';
  const Snapshot cut = compose({text_of(lines)}, 1000);
  EXPECT_TRUE(cut.folded);
  EXPECT_LE(cut.text.size(), 4000U + 1024 * 1024);
  EXPECT_FALSE(compose({text_of(lines)}).folded);
  const FrameSnapshot child{text_of("x\nx\nx"), 2};
  const Snapshot deep = compose({text_of(std::string(1'000'000, ' ') + "iframe", {{2, 0}}), 0, {child}}, 1000);
  EXPECT_TRUE(deep.folded);
  EXPECT_LE(deep.text.size(), 4000U + 1024 * 1024) << "a level that a reply chooses";
}

TEST(Snapshot, of_nobody_is_not_put_together) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(compose({text_of("[0-1] document: A")}, {}, stop.get_token()).text, "");
}

TEST(Mask, puts_values_back_to_their_names) {
  const Variables variables{{"user", base::Secret("ann")}, {"mail", base::Secret("ann@x.test")}};
  EXPECT_EQ(masked("[0-1] text: ann at ann@x.test", variables), "[0-1] text: %user% at %mail%");
}

TEST(Mask, knows_values_as_they_are_printed) {
  const Variables variables{{"note", base::Secret(" two\n words ")}, {"q", base::Secret("a\"b\\c")}};
  EXPECT_EQ(masked("text: two words", variables), "text: %note%");
  EXPECT_EQ(masked("[value=\"a\\\"b\\\\c\"]", variables), "[value=\"%q%\"]");
}

TEST(Mask, takes_a_short_value_only_where_it_is_all_there_is) {
  const Variables variables{{"n", base::Secret("42")}, {"e", base::Secret("é")}};
  EXPECT_EQ(masked("[0-42] text: 42\n[0-3] text: 42 items\n[0-4] textbox: 42 [value=\"42\"]", variables),
            "[0-42] text: %n%\n[0-3] text: 42 items\n[0-4] textbox: %n% [value=\"%n%\"]");
  EXPECT_EQ(masked("text: thé\ntext: é", variables), "text: thé\ntext: %e%");
}

TEST(Mask, knows_a_value_that_was_cut) {
  const std::string value = "key-\"0123" + std::string(300, 'x');
  const Variables variables{{"key", base::Secret(value)}};
  EXPECT_EQ(masked("[0-4] textbox [value=" + in_quotes(cut(value, 200)) + "]", variables),
            "[0-4] textbox [value=\"%key%… (309 characters)\"]");
  EXPECT_EQ(masked("[0-3] text: " + cut("My " + value, 100) + " [level=1]", variables),
            "[0-3] text: My %key%… (312 characters) [level=1]");
}

TEST(Mask, does_not_mask_masks) {
  const Variables variables{{"aaa", base::Secret("bbb")}, {"ccc", base::Secret("aaa")}, {"x", base::Secret("%")}};
  EXPECT_EQ(masked("text: aaa bbb\ntext: %", variables), "text: %ccc% %aaa%\ntext: %x%");
}

TEST(Mask, leaves_text_alone_without_variables) {
  EXPECT_EQ(masked("text: x", {}), "text: x");
  EXPECT_EQ(masked("text: x", {{"empty", base::Secret("")}}), "text: x");
}

}  // namespace
}  // namespace browser
