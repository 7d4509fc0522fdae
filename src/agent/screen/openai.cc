// The screen of OpenAI's models: one call with one action or several, points in pixels.
#include "agent/screen/deeds.h"

namespace agent::screen {
namespace openai {
namespace {

using Result = base::Result<Deed>;

base::Result<std::vector<std::string>> held(const Arguments& arguments) { return modifiers(arguments.list("keys")); }

Result click(const Arguments& arguments, const Grid& grid, int count) {
  TRY(const At at, arguments.point("x", "y", grid));
  TRY(std::vector<std::string> keys, held(arguments));
  const std::string button = arguments.text("button").value_or("left");
  Deed out;
  if (button == "back")
    out.gestures = {Back{}};
  else if (button == "forward")
    out.gestures = {Forward{}};
  else if (button == "wheel" || button == "middle")
    out.gestures = {Click{.at = at, .button = "middle", .count = count, .held = std::move(keys)}};
  else if (button == "left" || button == "right")
    out.gestures = {Click{.at = at, .button = button, .count = count, .held = std::move(keys)}};
  else
    return base::fail(base::Kind::invalid,
                      "\"" + button + "\" is not a button of this mouse; use left, right, wheel, back or forward");
  return out;
}

Result drag(const Arguments& arguments, const Grid& grid) {
  const json::Value* path = arguments.values().if_contains("path");
  const json::Array* points = path ? path->if_array() : nullptr;
  if (!points || points->size() < 2) return arguments.lacks("path: two points or more");
  DragAlong gesture;
  TRY(gesture.held, held(arguments));
  for (const json::Value& point : *points) {
    if (const json::Object* object = point.if_object()) {
      TRY(const At at, Arguments("drag", *object).point("x", "y", grid));
      gesture.path.push_back(at);
    } else {
      const json::Object one{{"path", point}};
      TRY(const At at, Arguments("drag", one).pair("path", grid));
      gesture.path.push_back(at);
    }
  }
  return Deed{.gestures = {std::move(gesture)}};
}

Result scroll(const Arguments& arguments, const Grid& grid) {
  TRY(const At at, arguments.point("x", "y", grid));
  Scroll gesture{
      .at = at, .dx = arguments.number("scroll_x").value_or(0), .dy = arguments.number("scroll_y").value_or(0)};
  TRY(gesture.held, held(arguments));
  return Deed{.gestures = {std::move(gesture)}};
}

Result keypress(const Arguments& arguments) {
  Deed out;
  std::vector<std::string> all = chords(arguments.list("keys"));
  TRY_VOID(may_press(arguments, all.size()));
  for (std::string& chord : all) out.gestures.emplace_back(Press{.keys = std::move(chord)});
  if (out.gestures.empty()) return arguments.lacks("keys");
  return out;
}

Result read_one(const std::string& name, const Arguments& arguments, const Grid& grid) {
  if (name == "click") return click(arguments, grid, 1);
  if (name == "double_click") return click(arguments, grid, 2);
  if (name == "triple_click") return click(arguments, grid, 3);
  if (name == "drag") return drag(arguments, grid);
  if (name == "scroll") return scroll(arguments, grid);
  if (name == "keypress") return keypress(arguments);
  if (name == "screenshot") return Deed{.gestures = {Look{}}};
  if (name == "wait") {
    const auto ms = arguments.number("ms");
    return Deed{.gestures = {wait_for(ms ? *ms / 1000 : 1)}};
  }
  if (name == "move") {
    TRY(const At at, arguments.point("x", "y", grid));
    return Deed{.gestures = {Move{at}}};
  }
  if (name == "type") {
    TRY(std::string text, arguments.needed_text("text"));
    return Deed{.gestures = {TypeText{.text = std::move(text)}}};
  }
  return base::fail(base::Kind::invalid, not_an_action(name, {"click", "double_click", "drag", "keypress", "move",
                                                              "screenshot", "scroll", "type", "wait"}));
}

std::vector<Deed> read(const llm::ToolCall& call, const Situation& situation) {
  static const json::Object kNothing;
  std::vector<Deed> out;
  const json::Value* list = call.arguments.if_contains("actions");
  const json::Array* actions = list ? list->if_array() : nullptr;
  for (const json::Value& action : actions ? *actions : json::Array()) {
    const json::Object& written = action.is_object() ? action.get_object() : kNothing;
    const std::string name = json::get_text(action, "type").value_or("");
    auto deed = read_one(name, Arguments(name, written), pixels(situation.window));
    if (deed) deed->action = told(name, {}, written);
    out.push_back(deed ? std::move(*deed) : refused(name, written, std::move(deed.error().message)));
  }
  if (out.empty()) out.push_back(refused(call.name, {}, "the call names no action"));
  return out;
}

std::optional<Finished> finished_by(const llm::ToolCall& /*call*/) { return {}; }

}  // namespace
}  // namespace openai

constinit const Vocabulary kOpenAi{&openai::read, &openai::finished_by, false, true};

}  // namespace agent::screen
