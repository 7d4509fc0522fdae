#include "browser/key_names.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace browser {
namespace {

using enum KeyLocation;

constexpr NamedKey kNamedKeys[] = {
    {"enter", "Enter", "Enter", 13, "\r"},
    {"tab", "Tab", "Tab", 9},
    {"backspace", "Backspace", "Backspace", 8},
    {"escape", "Escape", "Escape", 27},
    {"delete", "Delete", "Delete", 46},
    {"insert", "Insert", "Insert", 45},
    {"arrowleft", "ArrowLeft", "ArrowLeft", 37},
    {"arrowup", "ArrowUp", "ArrowUp", 38},
    {"arrowright", "ArrowRight", "ArrowRight", 39},
    {"arrowdown", "ArrowDown", "ArrowDown", 40},
    {"home", "Home", "Home", 36},
    {"end", "End", "End", 35},
    {"pageup", "PageUp", "PageUp", 33},
    {"pagedown", "PageDown", "PageDown", 34},
    {"capslock", "CapsLock", "CapsLock", 20},
    {"numlock", "NumLock", "NumLock", 144},
    {"scrolllock", "ScrollLock", "ScrollLock", 145},
    {"contextmenu", "ContextMenu", "ContextMenu", 93},
    {"pause", "Pause", "Pause", 19},
    {"printscreen", "PrintScreen", "PrintScreen", 44},
    {"help", "Help", "Help", 47},

    {"shift", "Shift", "ShiftLeft", 16, "", left},
    {"shiftleft", "Shift", "ShiftLeft", 16, "", left},
    {"shiftright", "Shift", "ShiftRight", 16, "", right},
    {"control", "Control", "ControlLeft", 17, "", left},
    {"controlleft", "Control", "ControlLeft", 17, "", left},
    {"controlright", "Control", "ControlRight", 17, "", right},
    {"alt", "Alt", "AltLeft", 18, "", left},
    {"altleft", "Alt", "AltLeft", 18, "", left},
    {"altright", "Alt", "AltRight", 18, "", right},
    {"altgraph", "AltGraph", "AltRight", 225, "", right},
    {"meta", "Meta", "MetaLeft", 91, "", left},
    {"metaleft", "Meta", "MetaLeft", 91, "", left},
    {"metaright", "Meta", "MetaRight", 92, "", right},

    {"f1", "F1", "F1", 112},
    {"f2", "F2", "F2", 113},
    {"f3", "F3", "F3", 114},
    {"f4", "F4", "F4", 115},
    {"f5", "F5", "F5", 116},
    {"f6", "F6", "F6", 117},
    {"f7", "F7", "F7", 118},
    {"f8", "F8", "F8", 119},
    {"f9", "F9", "F9", 120},
    {"f10", "F10", "F10", 121},
    {"f11", "F11", "F11", 122},
    {"f12", "F12", "F12", 123},
    {"f13", "F13", "F13", 124},
    {"f14", "F14", "F14", 125},
    {"f15", "F15", "F15", 126},
    {"f16", "F16", "F16", 127},
    {"f17", "F17", "F17", 128},
    {"f18", "F18", "F18", 129},
    {"f19", "F19", "F19", 130},
    {"f20", "F20", "F20", 131},
    {"f21", "F21", "F21", 132},
    {"f22", "F22", "F22", 133},
    {"f23", "F23", "F23", 134},
    {"f24", "F24", "F24", 135},

    {"numpad0", "0", "Numpad0", 96, "0", numpad},
    {"numpad1", "1", "Numpad1", 97, "1", numpad},
    {"numpad2", "2", "Numpad2", 98, "2", numpad},
    {"numpad3", "3", "Numpad3", 99, "3", numpad},
    {"numpad4", "4", "Numpad4", 100, "4", numpad},
    {"numpad5", "5", "Numpad5", 101, "5", numpad},
    {"numpad6", "6", "Numpad6", 102, "6", numpad},
    {"numpad7", "7", "Numpad7", 103, "7", numpad},
    {"numpad8", "8", "Numpad8", 104, "8", numpad},
    {"numpad9", "9", "Numpad9", 105, "9", numpad},
    {"numpadmultiply", "*", "NumpadMultiply", 106, "*", numpad},
    {"numpadadd", "+", "NumpadAdd", 107, "+", numpad},
    {"numpadsubtract", "-", "NumpadSubtract", 109, "-", numpad},
    {"numpaddecimal", ".", "NumpadDecimal", 110, ".", numpad},
    {"numpaddivide", "/", "NumpadDivide", 111, "/", numpad},
    {"numpadenter", "Enter", "NumpadEnter", 13, "\r", numpad},

    {"audiovolumemute", "AudioVolumeMute", "AudioVolumeMute", 173},
    {"audiovolumedown", "AudioVolumeDown", "AudioVolumeDown", 174},
    {"audiovolumeup", "AudioVolumeUp", "AudioVolumeUp", 175},
    {"mediatracknext", "MediaTrackNext", "MediaTrackNext", 176},
    {"mediatrackprevious", "MediaTrackPrevious", "MediaTrackPrevious", 177},
    {"mediastop", "MediaStop", "MediaStop", 178},
    {"mediaplaypause", "MediaPlayPause", "MediaPlayPause", 179},
    {"browserback", "BrowserBack", "BrowserBack", 166},
    {"browserforward", "BrowserForward", "BrowserForward", 167},
    {"browserrefresh", "BrowserRefresh", "BrowserRefresh", 168},
    {"browserstop", "BrowserStop", "BrowserStop", 169},
    {"browsersearch", "BrowserSearch", "BrowserSearch", 170},
    {"browserfavorites", "BrowserFavorites", "BrowserFavorites", 171},
    {"browserhome", "BrowserHome", "BrowserHome", 172},
};

constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"cmd", "control"},    {"command", "control"}, {"controlormeta", "control"},
    {"win", "meta"},       {"windows", "meta"},    {"ctrl", "control"},
    {"option", "alt"},     {"return", "enter"},    {"esc", "escape"},
    {"del", "delete"},     {"left", "arrowleft"},  {"right", "arrowright"},
    {"up", "arrowup"},     {"down", "arrowdown"},  {"pgup", "pageup"},
    {"pgdn", "pagedown"},  {"pgdown", "pagedown"}, {"ins", "insert"},
    {"altgr", "altgraph"},
};

constexpr std::pair<std::string_view, char> kSigns[] = {
    {"minus", '-'},     {"equal", '='},  {"bracketleft", '['}, {"bracketright", ']'}, {"backslash", '\\'},
    {"semicolon", ';'}, {"quote", '\''}, {"comma", ','},       {"period", '.'},       {"slash", '/'},
    {"backquote", '`'}, {"space", ' '},  {"spacebar", ' '},
};

}  // namespace

std::optional<NamedKey> named_key(std::string_view name) {
  const std::string lower = base::to_lower_ascii(name);
  const auto* alias = std::ranges::find(kAliases, lower, &std::pair<std::string_view, std::string_view>::first);
  const std::string_view wanted = alias == std::end(kAliases) ? std::string_view(lower) : alias->second;
  const auto* key = std::ranges::find(kNamedKeys, wanted, &NamedKey::name);
  if (key == std::end(kNamedKeys)) return std::nullopt;
  return *key;
}

std::optional<char> character_of_code(std::string_view code) {
  const std::string lower = base::to_lower_ascii(code);
  if (lower.size() == 4 && lower.starts_with("key") && lower[3] >= 'a' && lower[3] <= 'z') return lower[3];
  if (lower.size() == 6 && lower.starts_with("digit") && base::is_digit(lower[5])) return lower[5];
  const auto* sign = std::ranges::find(kSigns, lower, &std::pair<std::string_view, char>::first);
  if (sign == std::end(kSigns)) return std::nullopt;
  return sign->second;
}

}  // namespace browser
