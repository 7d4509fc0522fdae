// What Input.dispatchKeyEvent is told of a key, and of a chord as a person presses it.
#pragma once
#include <vector>

#include "browser/keyboard_layout.h"
#include "json/value.h"

namespace browser {

enum class KeyMove { down, up };

// `modifiers`: the bits of those that are held at this moment.
json::Object key_event(KeyMove move, const Key& key, int modifiers);

// Down in its order, up in the reverse one. What needs Shift holds it, as on a keyboard.
struct ChordEvents {
  std::vector<json::Object> down;
  std::vector<json::Object> up;
};
ChordEvents events_of(const Chord& chord);

}  // namespace browser
