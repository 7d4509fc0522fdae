// Keys of the US layout as Input.dispatchKeyEvent wants them (CDP Input domain; UI Events "key" and "code").
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace browser {

struct Key {
  std::string key;   // "a", "A", "Enter"
  std::string code;  // "KeyA", "Enter"
  int virtual_code;  // Windows virtual key code
  std::string text;  // what it types; "" for none
  bool shifted = false;
};

inline constexpr int kAlt = 1;
inline constexpr int kControl = 2;
inline constexpr int kMeta = 4;
inline constexpr int kShift = 8;

// A named key ("Enter", "ArrowLeft", "F5", aliases such as "esc", "return", "cmd") or one character of the layout.
std::optional<Key> find_key(std::string_view name);

// The modifier bit of a key's name, 0 for other keys.
int modifier_bit(const Key& key);

struct Chord {
  std::vector<Key> modifiers;
  Key key;
};
// "Enter", "a", "Control+A", "Shift+Tab", "+". The error names the part that is not known.
base::Result<Chord> parse_chord(std::string_view text);

}  // namespace browser
