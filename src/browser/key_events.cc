#include "browser/key_events.h"

namespace browser {

// A key goes down as "keyDown", whether it types or not: what Chromium is sent as "rawKeyDown" it looks at before and
// after the page does, and takes its own shortcuts (Control+W, F1, Alt+Home …) for itself. A "keyDown" is the page's
// alone.
json::Object key_event(KeyMove move, const Key& key, int modifiers) {
  const bool down = move == KeyMove::down;
  json::Object out{{"type", down ? "keyDown" : "keyUp"},
                   {"key", key.key},
                   {"code", key.code},
                   {"windowsVirtualKeyCode", key.virtual_code},
                   {"nativeVirtualKeyCode", key.virtual_code},
                   {"location", static_cast<int>(key.location)},
                   {"isKeypad", key.location == KeyLocation::numpad},
                   {"modifiers", modifiers}};
  // With Control, Alt or Meta a key commands and does not type.
  if (down && !key.text.empty() && (modifiers & (kAlt | kControl | kMeta)) == 0) {
    out["text"] = key.text;
    out["unmodifiedText"] = key.text;
  }
  return out;
}

ChordEvents events_of(const Chord& chord) {
  ChordEvents out;
  int modifiers = 0;
  std::vector<Key> held = chord.modifiers;
  for (const Key& modifier : held) modifiers |= modifier_bit(modifier);
  const bool shift = (modifiers & kShift) != 0;
  const bool commands = (modifiers & (kAlt | kControl | kMeta)) != 0;
  // Control+A names the key A and holds no Shift.
  const Key key = shift ? with_shift(chord.key) : commands ? without_shift(chord.key) : chord.key;
  if (key.shifted && !shift) held.push_back(*find_key("Shift"));
  modifiers = 0;
  for (const Key& modifier : held) {
    modifiers |= modifier_bit(modifier);
    out.down.push_back(key_event(KeyMove::down, modifier, modifiers));
  }
  out.down.push_back(key_event(KeyMove::down, key, modifiers | modifier_bit(key)));
  out.up.push_back(key_event(KeyMove::up, key, modifiers & ~modifier_bit(key)));
  for (auto it = held.rbegin(); it != held.rend(); ++it) {
    modifiers &= ~modifier_bit(*it);
    out.up.push_back(key_event(KeyMove::up, *it, modifiers));
  }
  return out;
}

}  // namespace browser
