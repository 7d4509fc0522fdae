#include "browser/keyboard_layout.h"

#include <map>

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

const std::map<std::string, Key>& named_keys() {
  static const std::map<std::string, Key> kKeys = [] {
    std::map<std::string, Key> keys;
    const auto add = [&](std::string key, std::string code, int virtual_code, std::string text = "") {
      keys[base::to_lower_ascii(key)] = Key{key, std::move(code), virtual_code, std::move(text)};
    };
    add("Enter", "Enter", 13, "\r");
    add("Tab", "Tab", 9);
    add("Backspace", "Backspace", 8);
    add("Escape", "Escape", 27);
    add("Delete", "Delete", 46);
    add("Insert", "Insert", 45);
    add("ArrowLeft", "ArrowLeft", 37);
    add("ArrowUp", "ArrowUp", 38);
    add("ArrowRight", "ArrowRight", 39);
    add("ArrowDown", "ArrowDown", 40);
    add("Home", "Home", 36);
    add("End", "End", 35);
    add("PageUp", "PageUp", 33);
    add("PageDown", "PageDown", 34);
    add("Shift", "ShiftLeft", 16);
    add("Control", "ControlLeft", 17);
    add("Alt", "AltLeft", 18);
    add("Meta", "MetaLeft", 91);
    add("CapsLock", "CapsLock", 20);
    add("ContextMenu", "ContextMenu", 93);
    add("Pause", "Pause", 19);
    add("PrintScreen", "PrintScreen", 44);
    for (int n = 1; n <= 12; ++n) add(fmt::format("F{}", n), fmt::format("F{}", n), 111 + n);
    return keys;
  }();
  return kKeys;
}

std::string canonical(std::string_view name) {
  static const std::map<std::string, std::string> kAliases = {
      {"cmd", "control"},   {"command", "control"}, {"controlormeta", "control"},
      {"win", "meta"},      {"windows", "meta"},    {"ctrl", "control"},
      {"option", "alt"},    {"return", "enter"},    {"esc", "escape"},
      {"del", "delete"},    {"left", "arrowleft"},  {"right", "arrowright"},
      {"up", "arrowup"},    {"down", "arrowdown"},  {"pgup", "pageup"},
      {"pgdn", "pagedown"}, {"pgdown", "pagedown"}, {"ins", "insert"}};
  const std::string lower = base::to_lower_ascii(name);
  const auto it = kAliases.find(lower);
  return it == kAliases.end() ? lower : it->second;
}

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

}  // namespace

std::optional<Key> find_key(std::string_view name) {
  if (name.size() == 1 && name[0] != '\n' && name[0] != '\r' && name[0] != '\t') return character(name[0]);
  if (name == "\n" || name == "\r") return find_key("Enter");
  if (name == "\t") return find_key("Tab");
  const std::string key = canonical(name);
  if (key == "space" || key == "spacebar") return character(' ');
  const auto it = named_keys().find(key);
  if (it == named_keys().end()) return std::nullopt;
  return it->second;
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
