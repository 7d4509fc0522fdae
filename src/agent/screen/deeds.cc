#include "agent/screen/deeds.h"

#include <fmt/format.h>

namespace agent::screen {

Deed done(std::string_view type, std::optional<At> at, Gesture gesture) {
  return {.action = told(type, at), .gestures = {std::move(gesture)}};
}

Deed clicked(std::string_view type, Click gesture) {
  const std::string button = gesture.button;
  const At at = gesture.at;
  Deed out = done(type, at, std::move(gesture));
  out.action["button"] = button;
  return out;
}

base::Result<void> may_press(const Arguments& arguments, std::size_t chords) {
  if (chords <= kMostPresses) return {};
  return base::fail(base::Kind::invalid, fmt::format("{} presses {} keys, more than the {} of one call",
                                                     arguments.action(), chords, kMostPresses));
}

base::Result<Deed> pressed(const Arguments& arguments, const std::vector<std::string>& chords, std::string_view lacks,
                           base::Milliseconds held, std::size_t times) {
  if (chords.empty()) return arguments.lacks(lacks);
  TRY_VOID(may_press(arguments, chords.size() * times));
  Deed out{.action = told("keypress", {})};
  json::Array keys;
  for (std::size_t i = 0; i < times; ++i)
    for (const std::string& chord : chords) {
      keys.emplace_back(chord);
      out.gestures.emplace_back(Press{.keys = chord, .held = held});
    }
  out.action["keys"] = std::move(keys);
  return out;
}

base::Result<Deed> scrolled(const Arguments& arguments, std::string_view direction, At at, double across, double down,
                            std::vector<std::string> held) {
  TRY(const std::string way, arguments.needed_text(direction));
  Scroll gesture{.at = at, .held = std::move(held)};
  if (way == "up" || way == "down")
    gesture.dy = way == "up" ? -down : down;
  else if (way == "left" || way == "right")
    gesture.dx = way == "left" ? -across : across;
  else
    return arguments.lacks(fmt::format("{}: up, down, left or right", direction));
  const json::Object sizes{{"scroll_x", gesture.dx}, {"scroll_y", gesture.dy}};
  Deed out = done("scroll", at, std::move(gesture));
  for (const auto& [name, value] : sizes) out.action[name] = value;
  return out;
}

}  // namespace agent::screen
