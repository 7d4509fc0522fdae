// Keys as a keyboard with the US layout has them, and chords of them as their names are written (UI Events "key" and
// "code").
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "browser/key_names.h"

namespace browser {

struct Key {
  std::string key;   // "a", "A", "Enter"
  std::string code;  // "KeyA", "Enter"; "" of a character that no key of the layout types
  int virtual_code;  // Windows virtual key code; 0 of such a character
  std::string text;  // what it types; "" for none
  bool shifted = false;
  KeyLocation location = KeyLocation::standard;
};

inline constexpr int kAlt = 1;
inline constexpr int kControl = 2;
inline constexpr int kMeta = 4;
inline constexpr int kShift = 8;

// By a name or an alias ("Enter", "F5", "Numpad1", "KeyA", "esc", "return", "cmd"), or by the character that it types;
// one beyond ASCII is typed by a key of some other layout.
std::optional<Key> find_key(std::string_view name);

// The key that Shift makes of this one: A of a, # of 3; the key itself where that is none.
Key with_shift(const Key& key);
// The key that types a letter without Shift.
Key without_shift(const Key& key);

// The modifier bit of a key's name, 0 for other keys.
int modifier_bit(const Key& key);

struct Chord {
  std::vector<Key> modifiers;
  Key key;
};
// "Enter", "a", "é", "Control+A", "Shift+Digit3", "+". The error names the part that is not known.
base::Result<Chord> parse_chord(std::string_view text);

}  // namespace browser
