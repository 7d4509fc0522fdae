// Keys by the names that models have for them: those of X ("Page_Down", "KP_Enter"), of OpenAI's tool ("CTRL", "PGDN"),
// of Playwright ("ControlOrMeta"). What has the same name everywhere is passed on as it is.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "agent/screen/words.h"
#include "base/text.h"

namespace agent::screen {
namespace {

const std::map<std::string, std::string, std::less<>>& names() {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      // A command key is an Apple's; what it does there, Control does here.
      {"ctrl", "Control"},
      {"control", "Control"},
      {"control_l", "Control"},
      {"control_r", "Control"},
      {"cmd", "Control"},
      {"command", "Control"},
      {"controlormeta", "Control"},
      {"shift", "Shift"},
      {"shift_l", "Shift"},
      {"shift_r", "Shift"},
      {"alt", "Alt"},
      {"alt_l", "Alt"},
      {"alt_r", "Alt"},
      {"option", "Alt"},
      {"meta", "Meta"},
      {"meta_l", "Meta"},
      {"super", "Meta"},
      {"super_l", "Meta"},
      {"super_r", "Meta"},
      {"win", "Meta"},
      {"windows", "Meta"},
      {"return", "Enter"},
      {"enter", "Enter"},
      {"kp_enter", "Enter"},
      {"esc", "Escape"},
      {"escape", "Escape"},
      {"backspace", "Backspace"},
      {"tab", "Tab"},
      {"iso_left_tab", "Tab"},
      {"del", "Delete"},
      {"delete", "Delete"},
      {"kp_delete", "Delete"},
      {"ins", "Insert"},
      {"insert", "Insert"},
      {"space", "Space"},
      {"spacebar", "Space"},
      {"left", "ArrowLeft"},
      {"arrowleft", "ArrowLeft"},
      {"arrow_left", "ArrowLeft"},
      {"right", "ArrowRight"},
      {"arrowright", "ArrowRight"},
      {"arrow_right", "ArrowRight"},
      {"up", "ArrowUp"},
      {"arrowup", "ArrowUp"},
      {"arrow_up", "ArrowUp"},
      {"down", "ArrowDown"},
      {"arrowdown", "ArrowDown"},
      {"arrow_down", "ArrowDown"},
      {"home", "Home"},
      {"end", "End"},
      {"pageup", "PageUp"},
      {"page_up", "PageUp"},
      {"pgup", "PageUp"},
      {"prior", "PageUp"},
      {"pagedown", "PageDown"},
      {"page_down", "PageDown"},
      {"pgdn", "PageDown"},
      {"pgdown", "PageDown"},
      {"next", "PageDown"},
      {"caps_lock", "CapsLock"},
      {"capslock", "CapsLock"},
      {"menu", "ContextMenu"},
      {"print", "PrintScreen"},
      {"printscreen", "PrintScreen"},
      {"plus", "+"},
      {"minus", "-"},
      {"equal", "="},
      {"equals", "="},
      {"comma", ","},
      {"period", "."},
      {"dot", "."},
      {"slash", "/"},
      {"backslash", "\\"},
      {"semicolon", ";"},
      {"apostrophe", "'"},
      {"grave", "`"},
      {"backquote", "`"},
      {"bracketleft", "["},
      {"bracketright", "]"},
      {"underscore", "_"},
      {"colon", ":"},
      {"question", "?"},
      {"exclam", "!"},
      {"at", "@"},
      {"numbersign", "#"},
      {"asterisk", "*"},
      {"kp_add", "+"},
      {"kp_subtract", "-"}};
  return kNames;
}

std::string named(std::string_view key) {
  if (key.size() <= 1) return std::string(key);
  const std::string lower = base::to_lower_ascii(key);
  if (const auto it = names().find(lower); it != names().end()) return it->second;
  // The number pad.
  if (lower.size() == 4 && lower.starts_with("kp_")) return lower.substr(3);
  return std::string(key);
}

bool is_modifier(std::string_view key) { return key == "Control" || key == "Shift" || key == "Alt" || key == "Meta"; }

}  // namespace

// A plus is a key where a key must stand: first, or after another plus.
std::vector<std::string> split_keys(std::string_view text) {
  std::vector<std::string> out;
  std::string part;
  const auto end_part = [&] {
    if (const std::string_view key = base::trim(part); !key.empty()) out.emplace_back(key);
    part.clear();
  };
  if (text == " ") return {"Space"};
  for (const char c : text) {
    if (c == '+' && !base::trim(part).empty())
      end_part();
    else
      part += c;
  }
  end_part();
  return out;
}

std::vector<std::string> chords(const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  std::string held;
  for (const std::string& each : keys) {
    const std::string key = named(each);
    if (is_modifier(key)) {
      if (held.find(key + "+") == std::string::npos) held += key + "+";
      continue;
    }
    out.push_back(std::exchange(held, "") + key);
  }
  // Modifiers alone are a chord too: the last of them is its key.
  if (!held.empty()) out.push_back(held.substr(0, held.size() - 1));
  return out;
}

std::vector<std::string> chords_in(std::string_view text) {
  std::vector<std::string> out;
  if (text == " ") return {"Space"};
  for (const std::string_view word : base::split(text, ' '))
    for (std::string& chord : chords(split_keys(word))) out.push_back(std::move(chord));
  return out;
}

base::Result<std::vector<std::string>> modifiers(const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  for (const std::string& each : keys) {
    std::string key = named(each);
    if (!is_modifier(key))
      return base::fail(base::Kind::invalid,
                        fmt::format("\"{}\" is not a modifier; hold ctrl, shift, alt or meta", each));
    if (std::ranges::find(out, key) == out.end()) out.push_back(std::move(key));
  }
  return out;
}

}  // namespace agent::screen
