#include "browser/key_events.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "json/read.h"

namespace browser {
namespace {

std::string told_of(const json::Object& event) {
  const json::Value value(event);
  return fmt::format("{} {} {} {} {}", json::get_text(value, "type").value_or(""),
                     json::get_text(value, "key").value_or(""), json::get_text(value, "code").value_or(""),
                     json::get_int(value, "location").value_or(-1), json::get_int(value, "modifiers").value_or(-1));
}

std::vector<std::string> pressed(std::string_view chord) {
  std::vector<std::string> out;
  const auto parsed = parse_chord(chord);
  if (!parsed) return {parsed.error().message};
  const ChordEvents events = events_of(*parsed);
  for (const json::Object& event : events.down) out.push_back(told_of(event));
  for (const json::Object& event : events.up) out.push_back(told_of(event));
  return out;
}

using Lines = std::vector<std::string>;

TEST(KeyEvents, no_key_goes_down_in_a_way_that_the_browser_looks_at) {
  for (const char* chord : {"a", "A", "Enter", "F1", "Control+W", "Control+Shift+T", "Alt+Home", "Meta", "é"})
    for (const json::Object& event : events_of(parse_chord(chord).value()).down)
      EXPECT_EQ(event.at("type"), "keyDown") << chord;
}

TEST(KeyEvents, what_needs_shift_holds_it) {
  EXPECT_EQ(pressed("A"), (Lines{"keyDown Shift ShiftLeft 1 8", "keyDown A KeyA 0 8", "keyUp A KeyA 0 8",
                                 "keyUp Shift ShiftLeft 1 0"}));
  EXPECT_EQ(pressed("!"), (Lines{"keyDown Shift ShiftLeft 1 8", "keyDown ! Digit1 0 8", "keyUp ! Digit1 0 8",
                                 "keyUp Shift ShiftLeft 1 0"}));
  EXPECT_EQ(pressed("Shift+Digit3"), (Lines{"keyDown Shift ShiftLeft 1 8", "keyDown # Digit3 0 8", "keyUp # Digit3 0 8",
                                            "keyUp Shift ShiftLeft 1 0"}));
  EXPECT_EQ(pressed("Shift+!").size(), 4U);
  EXPECT_EQ(pressed("a"), (Lines{"keyDown a KeyA 0 0", "keyUp a KeyA 0 0"}));
}

TEST(KeyEvents, a_command_names_a_key_and_types_nothing) {
  EXPECT_EQ(pressed("Control+A"), (Lines{"keyDown Control ControlLeft 1 2", "keyDown a KeyA 0 2", "keyUp a KeyA 0 2",
                                         "keyUp Control ControlLeft 1 0"}));
  EXPECT_EQ(pressed("Control++"),
            (Lines{"keyDown Control ControlLeft 1 2", "keyDown Shift ShiftLeft 1 10", "keyDown + Equal 0 10",
                   "keyUp + Equal 0 10", "keyUp Shift ShiftLeft 1 2", "keyUp Control ControlLeft 1 0"}));
  for (const char* chord : {"Control+a", "Alt+é", "Meta+Enter"})
    EXPECT_FALSE(events_of(parse_chord(chord).value()).down.back().contains("text")) << chord;
  EXPECT_EQ(events_of(parse_chord("Shift+Enter").value()).down.back().at("text"), "\r");
}

TEST(KeyEvents, a_modifier_alone_counts_itself_while_it_is_down) {
  EXPECT_EQ(pressed("Shift"), (Lines{"keyDown Shift ShiftLeft 1 8", "keyUp Shift ShiftLeft 1 0"}));
  EXPECT_EQ(pressed("ControlRight"), (Lines{"keyDown Control ControlRight 2 2", "keyUp Control ControlRight 2 0"}));
}

TEST(KeyEvents, the_numeric_pad_says_that_it_is_one) {
  EXPECT_EQ(pressed("Numpad1"), (Lines{"keyDown 1 Numpad1 3 0", "keyUp 1 Numpad1 3 0"}));
  EXPECT_EQ(pressed("Shift+Numpad1").at(1), "keyDown 1 Numpad1 3 8");
  const ChordEvents enter = events_of(parse_chord("NumpadEnter").value());
  EXPECT_EQ(enter.down.at(0).at("isKeypad"), true);
  EXPECT_EQ(enter.down.at(0).at("windowsVirtualKeyCode"), 13);
}

}  // namespace
}  // namespace browser
