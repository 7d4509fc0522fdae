// The screen of Anthropic's models: one action a call, points in pixels, keys by their names in X.
#include <algorithm>

#include <fmt/format.h>

#include "agent/screen/deeds.h"

namespace agent::screen {
namespace anthropic {
namespace {

using Result = base::Result<Deed>;

constexpr double kNotch = 100;  // pixels of one step of the wheel
constexpr double kMostRepeats = 100;

struct Asked {
  std::string name;
  Arguments arguments;
  const Situation& situation;
  Grid grid;

  // Where no point is named, the pointer is where it is.
  base::Result<At> at(std::string_view member = "coordinate") const {
    if (!arguments.has(member)) return situation.pointer;
    return arguments.pair(member, grid);
  }
  base::Result<std::vector<std::string>> held() const {
    return modifiers(split_keys(arguments.text("text").value_or("")));
  }
};

Result click(const Asked& asked, std::string_view type, std::string button, int count) {
  TRY(const At at, asked.at());
  TRY(std::vector<std::string> held, asked.held());
  return clicked(type, Click{.at = at, .button = std::move(button), .count = count, .held = std::move(held)});
}

Result drag(const Asked& asked) {
  TRY(const At from, asked.at("start_coordinate"));
  if (!asked.arguments.has("coordinate")) return asked.arguments.lacks("coordinate: [x, y]");
  TRY(const At to, asked.at());
  TRY(std::vector<std::string> held, asked.held());
  Deed out = done("drag", {}, DragAlong{.path = {from, to}, .held = std::move(held)});
  out.action["path"] = json::Array{json::Object{{"x", from.x}, {"y", from.y}}, json::Object{{"x", to.x}, {"y", to.y}}};
  return out;
}

Result scroll(const Asked& asked) {
  TRY(const At at, asked.at());
  const double far = asked.arguments.number("scroll_amount").value_or(5) * kNotch;
  TRY(std::vector<std::string> held, asked.held());
  return scrolled(asked.arguments, "scroll_direction", at, far, far, std::move(held));
}

Result keys(const Asked& asked, base::Milliseconds held) {
  std::string text = asked.arguments.text("text").value_or("");
  if (text.empty()) text = asked.arguments.text("key").value_or("");
  const auto times =
      static_cast<std::size_t>(std::clamp(asked.arguments.number("repeat").value_or(1), 1.0, kMostRepeats));
  return pressed(asked.arguments, chords_in(text), "text: the name of a key", held, times);
}

Result zoom(const Asked& asked) {
  const json::Value* region = asked.arguments.values().if_contains("region");
  const json::Array* four = region ? region->if_array() : nullptr;
  if (!four || four->size() != 4) return asked.arguments.lacks("region: [x0, y0, x1, y1]");
  const json::Object corners{{"from", json::Array{(*four)[0], (*four)[1]}},
                             {"to", json::Array{(*four)[2], (*four)[3]}}};
  const Arguments points("zoom", corners);
  TRY(const At from, points.pair("from", asked.grid));
  TRY(const At to, points.pair("to", asked.grid));
  if (to.x - from.x < 1 || to.y - from.y < 1)
    return asked.arguments.lacks("region: its upper left corner first, then its lower right one");
  return done("zoom", {}, Look{{from, to}});
}

Result read_one(const Asked& asked) {
  const std::string& name = asked.name;
  if (name == "screenshot") return done("screenshot", {}, Look{});
  if (name == "left_click" || name == "click") return click(asked, "click", "left", 1);
  if (name == "right_click") return click(asked, "click", "right", 1);
  if (name == "middle_click") return click(asked, "click", "middle", 1);
  if (name == "double_click") return click(asked, "double_click", "left", 2);
  if (name == "triple_click") return click(asked, "triple_click", "left", 3);
  if (name == "left_click_drag" || name == "drag") return drag(asked);
  if (name == "scroll") return scroll(asked);
  if (name == "key" || name == "keypress") return keys(asked, {});
  if (name == "hold_key") return keys(asked, wait_for(asked.arguments.number("duration").value_or(1)).time);
  if (name == "zoom") return zoom(asked);
  if (name == "cursor_position") return done("cursor_position", {}, Where{});
  if (name == "wait") {
    const Wait wait = wait_for(asked.arguments.number("duration").value_or(1));
    return done("wait", {}, wait);
  }
  if (name == "mouse_move" || name == "move") {
    if (!asked.arguments.has("coordinate")) return asked.arguments.lacks("coordinate: [x, y]");
    TRY(const At at, asked.at());
    return done("move", at, Move{at});
  }
  if (name == "left_mouse_down" || name == "left_mouse_up") {
    TRY(const At at, asked.at());
    const bool down = name == "left_mouse_down";
    Deed out = done(name, at, Button{.down = down});
    if (asked.arguments.has("coordinate")) out.gestures.insert(out.gestures.begin(), Move{at});
    return out;
  }
  if (name == "type") {
    TRY(std::string text, asked.arguments.needed_text("text"));
    return done("type", {}, TypeText{.text = std::move(text)});
  }
  return base::fail(
      base::Kind::invalid,
      not_an_action(name, {"screenshot", "left_click", "right_click", "middle_click", "double_click", "triple_click",
                           "left_click_drag", "left_mouse_down", "left_mouse_up", "mouse_move", "scroll", "key",
                           "hold_key", "type", "wait", "zoom", "cursor_position"}));
}

std::vector<Deed> read(const llm::ToolCall& call, const Situation& situation) {
  const Arguments named(call.name, call.arguments);
  const std::string name = named.text("action").value_or("");
  const Asked asked{name, Arguments(name, call.arguments), situation, pixels(situation.window)};
  auto deed = read_one(asked);
  if (!deed) return {refused(name, call.arguments, std::move(deed.error().message))};
  for (const auto& [member, value] : call.arguments)
    if (!deed->action.contains(member)) deed->action[member] = value;
  return {std::move(*deed)};
}

std::optional<Finished> finished_by(const llm::ToolCall& /*call*/) { return {}; }

}  // namespace
}  // namespace anthropic

constinit const Vocabulary kAnthropic{&anthropic::read, &anthropic::finished_by, false, true};

}  // namespace agent::screen
