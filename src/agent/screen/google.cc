// The screen of Google's models: functions that they know already, points in thousandths of the window. Those of Gemini
// 2.5 (click_at, type_text_at) and the shorter ones of Gemini 3.
#include <cmath>

#include <fmt/format.h>

#include "agent/screen/deeds.h"

namespace agent::screen {
namespace google {
namespace {

using Result = base::Result<Deed>;

constexpr double kFarScroll = 800;  // thousandths, where nothing is said
constexpr std::string_view kSearchEngine = "https://www.google.com";

struct Asked {
  std::string name;
  Arguments arguments;
  const Situation& situation;

  base::Result<At> at(std::string_view x = "x", std::string_view y = "y") const {
    const Grid grid{1000, 1000, situation.window};
    TRY(const At exact, arguments.point(x, y, grid));
    return At{std::floor(exact.x), std::floor(exact.y)};
  }
  base::Result<At> at_or_middle() const {
    if (arguments.has("x") || arguments.has("y")) return at();
    return At{situation.window.width / 2.0, situation.window.height / 2.0};
  }
  bool is(std::initializer_list<std::string_view> names) const {
    for (const std::string_view each : names)
      if (name == each) return true;
    return false;
  }
};

Result click(const Asked& asked, std::string_view type, std::string button, int count) {
  TRY(const At at, asked.at());
  return clicked(type, Click{.at = at, .button = std::move(button), .count = count});
}

Result type(const Asked& asked) {
  TRY(std::string text, asked.arguments.needed_text("text"));
  const bool clear = asked.arguments.flag("clear_before_typing", true);
  const bool enter = asked.arguments.flag("press_enter", false);
  Deed out{.action = told("type", {})};
  if (asked.arguments.has("x") || asked.arguments.has("y")) {
    TRY(const At at, asked.at());
    out.action = told("type", at);
    out.gestures.emplace_back(Click{.at = at});
  }
  out.action["text"] = text;
  out.action["clearBeforeTyping"] = clear;
  out.action["pressEnter"] = enter;
  out.gestures.emplace_back(TypeText{.text = std::move(text), .clear = clear, .enter = enter});
  return out;
}

Result keys(const Asked& asked) {
  std::vector<std::string> written = asked.arguments.list("keys");
  if (written.empty()) written = asked.arguments.list("key");
  return pressed(asked.arguments, chords(written), "keys");
}

Result scroll(const Asked& asked) {
  TRY(const At at, asked.at_or_middle());
  if (const auto far = asked.arguments.number("magnitude_in_pixels"))
    return scrolled(asked.arguments, "direction", at, *far, *far);
  const double part = asked.arguments.number("magnitude").value_or(kFarScroll) / 1000;
  const WindowSize& window = asked.situation.window;
  return scrolled(asked.arguments, "direction", at, std::round(part * window.width), std::round(part * window.height));
}

// Of the document and not of a pane in it: by the keys for that, where there are such.
Result scroll_document(const Asked& asked) {
  const std::string way = asked.arguments.text("direction").value_or("");
  if (way != "up" && way != "down") return scroll(asked);
  std::string key = way == "up" ? "PageUp" : "PageDown";
  return pressed(asked.arguments, {std::move(key)}, "keys");
}

Result drag(const Asked& asked) {
  const bool newer = asked.arguments.has("start_x");
  TRY(const At from, newer ? asked.at("start_x", "start_y") : asked.at());
  TRY(const At to,
      asked.arguments.has("end_x") ? asked.at("end_x", "end_y") : asked.at("destination_x", "destination_y"));
  Deed out = done("drag", {}, DragAlong{.path = {from, to}});
  out.action["path"] = json::Array{json::Object{{"x", from.x}, {"y", from.y}}, json::Object{{"x", to.x}, {"y", to.y}}};
  return out;
}

Result go(const Asked& asked) {
  if (asked.name == "search") {
    Deed out = done("goto", {}, GoTo{std::string(kSearchEngine)});
    out.action["url"] = kSearchEngine;
    return out;
  }
  TRY(const std::string url, asked.arguments.needed_text("url"));
  Deed out = done("goto", {}, GoTo{address(url)});
  out.action["url"] = address(url);
  return out;
}

Result wait(const Asked& asked) {
  double seconds = asked.name == "wait_5_seconds" ? 5 : 1;
  for (const std::string_view member : {"seconds", "duration", "time"})
    if (const auto given = asked.arguments.number(member)) seconds = *given;
  const Wait gesture = wait_for(seconds);
  Deed out = done("wait", {}, gesture);
  out.action["timeMs"] = gesture.time.count();
  return out;
}

Result read_one(const Asked& asked) {
  if (asked.is({"open_web_browser"})) return done("open_web_browser", {}, Look{});
  if (asked.is({"take_screenshot", "screenshot"})) return done("screenshot", {}, Look{});
  if (asked.is({"click_at", "click", "left_click"})) return click(asked, "click", "left", 1);
  if (asked.is({"double_click", "double_click_at"})) return click(asked, "double_click", "left", 2);
  if (asked.is({"triple_click"})) return click(asked, "triple_click", "left", 3);
  if (asked.is({"right_click"})) return click(asked, "click", "right", 1);
  if (asked.is({"middle_click"})) return click(asked, "click", "middle", 1);
  if (asked.is({"type_text_at", "type_text", "type"})) return type(asked);
  if (asked.is({"key_combination", "press_key", "key", "keys", "hotkey"})) return keys(asked);
  if (asked.is({"scroll_document"})) return scroll_document(asked);
  if (asked.is({"scroll_at", "scroll"})) return scroll(asked);
  if (asked.is({"drag_and_drop", "drag"})) return drag(asked);
  if (asked.is({"navigate", "goto", "search"})) return go(asked);
  if (asked.is({"go_back"})) return done("back", {}, Back{});
  if (asked.is({"go_forward"})) return done("forward", {}, Forward{});
  if (asked.is({"wait_5_seconds", "wait"})) return wait(asked);
  if (asked.is({"hover_at", "hover", "move"})) {
    TRY(const At at, asked.at());
    return done("move", at, Move{at});
  }
  return base::fail(base::Kind::invalid,
                    not_an_action(asked.name, {"click_at", "hover_at", "type_text_at", "key_combination", "scroll_at",
                                               "scroll_document", "drag_and_drop", "navigate", "go_back", "go_forward",
                                               "wait_5_seconds", "take_screenshot"}));
}

std::vector<Deed> read(const llm::ToolCall& call, const Situation& situation) {
  const Asked asked{call.name, Arguments(call.name, call.arguments), situation};
  auto deed = read_one(asked);
  if (!deed) return {refused(call.name, call.arguments, std::move(deed.error().message))};
  return {std::move(*deed)};
}

std::optional<Finished> finished_by(const llm::ToolCall& /*call*/) { return {}; }

}  // namespace
}  // namespace google

constinit const Vocabulary kGoogle{&google::read, &google::finished_by, true, true};

}  // namespace agent::screen
