// The keys that are called by a name: "Enter", "F5", "Numpad1", "KeyA", "MediaPlayPause" (UI Events "key" and "code").
#pragma once
#include <optional>
#include <string_view>

namespace browser {

// Where a key stands that a keyboard has more than once (KeyboardEvent.location).
enum class KeyLocation { standard = 0, left = 1, right = 2, numpad = 3 };

struct NamedKey {
  std::string_view name;  // in lower case
  std::string_view key;
  std::string_view code;
  int virtual_code;            // Windows virtual key code
  std::string_view text = {};  // what it types
  KeyLocation location = KeyLocation::standard;
};

// Whatever the case, and by an alias such as "esc" or "cmd". None of the keys of letters, digits and signs.
std::optional<NamedKey> named_key(std::string_view name);

// The character that the key of this code types by itself: 'a' for "KeyA", '3' for "Digit3", '-' for "Minus".
std::optional<char> character_of_code(std::string_view code);

}  // namespace browser
