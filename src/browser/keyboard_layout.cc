#include "browser/keyboard_layout.h"

#include <fmt/format.h>

#include "base/text.h"

namespace browser {
namespace {

struct Printable {
  char plain;
  char shifted;
  std::string_view code;
  int virtual_code;
};

constexpr Printable kPunctuation[] = {
    {'1', '!', "Digit1", 49},       {'2', '@', "Digit2", 50},        {'3', '#', "Digit3", 51},
    {'4', '$', "Digit4", 52},       {'5', '%', "Digit5", 53},        {'6', '^', "Digit6", 54},
    {'7', '&', "Digit7", 55},       {'8', '*', "Digit8", 56},        {'9', '(', "Digit9", 57},
    {'0', ')', "Digit0", 48},       {'-', '_', "Minus", 189},        {'=', '+', "Equal", 187},
    {'[', '{', "BracketLeft", 219}, {']', '}', "BracketRight", 221}, {'\\', '|', "Backslash", 220},
    {';', ':', "Semicolon", 186},   {'\'', '"', "Quote", 222},       {',', '<', "Comma", 188},
    {'.', '>', "Period", 190},      {'/', '?', "Slash", 191},        {'`', '~', "Backquote", 192},
    {' ', ' ', "Space", 32},
};

std::optional<Key> character(char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  if (upper || (c >= 'a' && c <= 'z')) {
    const char letter = upper ? c : static_cast<char>(c - 'a' + 'A');
    return Key{std::string(1, c), fmt::format("Key{}", letter), letter, std::string(1, c), upper};
  }
  for (const Printable& p : kPunctuation) {
    if (c == p.plain) return Key{std::string(1, c), std::string(p.code), p.virtual_code, std::string(1, c)};
    if (c == p.shifted) return Key{std::string(1, c), std::string(p.code), p.virtual_code, std::string(1, c), true};
  }
  return std::nullopt;
}

// One code point beyond ASCII, and no control character.
bool is_other_character(std::string_view text) {
  const auto lead = [&] { return static_cast<unsigned char>(text.front()); };
  if (text.size() < 2 || !base::is_valid_utf8(text)) return false;
  const std::size_t size = lead() >= 0xF0 ? 4 : lead() >= 0xE0 ? 3 : lead() >= 0xC2 ? 2 : 1;
  return text.size() == size && !(lead() == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
}

}  // namespace

std::optional<Key> find_key(std::string_view name) {
  if (name == "\n" || name == "\r") return find_key("Enter");
  if (name == "\t") return find_key("Tab");
  if (name.size() == 1) return character(name[0]);
  if (const auto c = character_of_code(name)) return character(*c);
  if (is_other_character(name))
    return Key{.key = std::string(name), .code = "", .virtual_code = 0, .text = std::string(name)};
  const auto named = named_key(name);
  if (!named) return std::nullopt;
  return Key{.key = std::string(named->key),
             .code = std::string(named->code),
             .virtual_code = named->virtual_code,
             .text = std::string(named->text),
             .location = named->location};
}

Key with_shift(const Key& key) {
  if (key.text.size() != 1) return key;
  for (char c = '!'; c <= '~'; ++c)
    if (auto other = character(c); other && other->shifted && other->code == key.code) return *other;
  return key;
}

Key without_shift(const Key& key) {
  if (key.text.size() != 1 || key.text[0] < 'A' || key.text[0] > 'Z') return key;
  return *character(base::to_lower_ascii(key.text)[0]);
}

int modifier_bit(const Key& key) {
  if (key.key == "Alt") return kAlt;
  if (key.key == "Control") return kControl;
  if (key.key == "Meta") return kMeta;
  if (key.key == "Shift") return kShift;
  return 0;
}

base::Result<Chord> parse_chord(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // A plus is a key when it stands where a key must: first, after a plus, or last of all.
    if (text[i] == '+' && !part.empty()) {
      parts.push_back(std::exchange(part, ""));
    } else {
      part += text[i];
    }
  }
  if (!part.empty()) parts.push_back(part);
  if (parts.empty())
    return base::fail(base::Kind::invalid, "press needs the name of a key, such as Enter or Control+A");
  Chord chord;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto key = find_key(parts[i]);
    if (!key) return base::fail(base::Kind::invalid, fmt::format("unknown key \"{}\"", parts[i]));
    const bool last = i + 1 == parts.size();
    if (!last && modifier_bit(*key) == 0)
      return base::fail(base::Kind::invalid,
                        fmt::format("\"{}\" is not a modifier (Alt, Control, Meta, Shift)", parts[i]));
    if (last)
      chord.key = std::move(*key);
    else
      chord.modifiers.push_back(std::move(*key));
  }
  return chord;
}

}  // namespace browser
