#include "browser/keyboard_layout.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace browser {
namespace {

std::string shown(std::string_view name) {
  const auto key = find_key(name);
  if (!key) return "none";
  return fmt::format("{}|{}|{}|{}|{}{}", key->key, key->code, key->virtual_code, key->text == "\r" ? "CR" : key->text,
                     static_cast<int>(key->location), key->shifted ? "|shifted" : "");
}

TEST(KeyboardLayout, a_key_is_found_by_its_name_its_code_or_what_it_types) {
  EXPECT_EQ(shown("a"), "a|KeyA|65|a|0");
  EXPECT_EQ(shown("KeyA"), "a|KeyA|65|a|0");
  EXPECT_EQ(shown("A"), "A|KeyA|65|A|0|shifted");
  EXPECT_EQ(shown("Digit3"), "3|Digit3|51|3|0");
  EXPECT_EQ(shown("#"), "#|Digit3|51|#|0|shifted");
  EXPECT_EQ(shown("BracketLeft"), "[|BracketLeft|219|[|0");
  EXPECT_EQ(shown("Backquote"), "`|Backquote|192|`|0");
  EXPECT_EQ(shown("Space"), " |Space|32| |0");
  EXPECT_EQ(shown("\n"), shown("Enter"));
  EXPECT_EQ(shown("\t"), shown("Tab"));
  EXPECT_EQ(shown("pgdown"), "PageDown|PageDown|34||0");
  EXPECT_EQ(shown("F24"), "F24|F24|135||0");
}

TEST(KeyboardLayout, keys_that_are_there_twice_say_which_one_they_are) {
  EXPECT_EQ(shown("Shift"), "Shift|ShiftLeft|16||1");
  EXPECT_EQ(shown("ShiftRight"), "Shift|ShiftRight|16||2");
  EXPECT_EQ(shown("cmd"), "Control|ControlLeft|17||1");
  EXPECT_EQ(shown("MetaRight"), "Meta|MetaRight|92||2");
  EXPECT_EQ(shown("AltGraph"), "AltGraph|AltRight|225||2");
  EXPECT_EQ(shown("Numpad1"), "1|Numpad1|97|1|3");
  EXPECT_EQ(shown("NumpadEnter"), "Enter|NumpadEnter|13|CR|3");
  EXPECT_EQ(shown("NumpadAdd"), "+|NumpadAdd|107|+|3");
}

TEST(KeyboardLayout, media_keys_and_those_of_browsers_are_keys) {
  EXPECT_EQ(shown("MediaPlayPause"), "MediaPlayPause|MediaPlayPause|179||0");
  EXPECT_EQ(shown("audiovolumeup"), "AudioVolumeUp|AudioVolumeUp|175||0");
  EXPECT_EQ(shown("BrowserBack"), "BrowserBack|BrowserBack|166||0");
}

TEST(KeyboardLayout, a_character_of_another_layout_is_a_key_without_a_code) {
  for (const char* c : {"é", "ß", "€", "あ", "😀", "Å", "\u00a0"}) EXPECT_EQ(shown(c), fmt::format("{0}||0|{0}|0", c));
  // Two characters, a control character, and bytes that are none.
  for (const char* c :
       {"éé", "e\u0301", "Hyper", "", "\u0085", "\x01", "\xc3", "\xff", "Key", "KeyÉ", "Digit10", "Numpad"})
    EXPECT_EQ(shown(c), "none") << c;
}

TEST(KeyboardLayout, shift_makes_another_character_of_a_key) {
  EXPECT_EQ(with_shift(*find_key("a")).text, "A");
  EXPECT_EQ(with_shift(*find_key("Digit3")).text, "#");
  EXPECT_EQ(with_shift(*find_key("#")).text, "#");
  for (const char* same : {"Space", "Numpad1", "Enter", "é", "F1"})
    EXPECT_EQ(with_shift(*find_key(same)).key, find_key(same)->key);
  EXPECT_EQ(without_shift(*find_key("Q")).text, "q");
  EXPECT_EQ(without_shift(*find_key("+")).text, "+");
}

TEST(KeyboardLayout, a_chord_is_modifiers_and_a_key) {
  const Chord chord = parse_chord("Control+Shift+Digit3").value();
  EXPECT_EQ(chord.modifiers.size(), 2U);
  EXPECT_EQ(chord.key.code, "Digit3");
  EXPECT_EQ(parse_chord("Control++").value().key.key, "+");
  EXPECT_EQ(parse_chord("+").value().key.key, "+");
  EXPECT_EQ(parse_chord("é").value().key.text, "é");
  EXPECT_EQ(parse_chord("a+b").error().message, "\"a\" is not a modifier (Alt, Control, Meta, Shift)");
  EXPECT_EQ(parse_chord("Control+Hyper").error().message, "unknown key \"Hyper\"");
}

}  // namespace
}  // namespace browser
