// The screen of Fara: one action a call, points in the size in which it sees the picture.
#include <fmt/format.h>

#include "agent/screen/deeds.h"
#include "llm/percent.h"
#include "llm/smart_resize.h"

namespace agent::screen {
namespace fara {
namespace {

using Result = base::Result<Deed>;

constexpr std::string_view kSearchEngine = "https://www.bing.com/search?q=";

struct Asked {
  std::string name;
  Arguments arguments;
  const Situation& situation;

  base::Result<At> at() const {
    const llm::SeenSize seen = llm::smart_resize(situation.window.width, situation.window.height);
    return arguments.pair("coordinate",
                          {static_cast<double>(seen.width), static_cast<double>(seen.height), situation.window});
  }
};

Result click(const Asked& asked, std::string_view type, std::string button, int count) {
  TRY(const At at, asked.at());
  return clicked(type, Click{.at = at, .button = std::move(button), .count = count});
}

Result type(const Asked& asked) {
  TRY(std::string text, asked.arguments.needed_text("text"));
  Deed out{.action = told("type", {})};
  if (asked.arguments.has("coordinate")) {
    TRY(const At at, asked.at());
    out.action = told("type", at);
    out.gestures.emplace_back(Click{.at = at});
  }
  out.gestures.emplace_back(TypeText{.text = std::move(text),
                                     .clear = asked.arguments.flag("delete_existing_text", false),
                                     .enter = asked.arguments.flag("press_enter", true)});
  return out;
}

Result keys(const Asked& asked) { return pressed(asked.arguments, chords(asked.arguments.list("keys")), "keys"); }

// Upwards is positive.
Result scroll(const Asked& asked) {
  At at{asked.situation.window.width / 2.0, asked.situation.window.height / 2.0};
  if (asked.arguments.has("coordinate")) {
    TRY(at, asked.at());
  }
  const auto up = asked.arguments.number("pixels");
  if (!up) return asked.arguments.lacks("pixels");
  Deed out = done("scroll", at, Scroll{.at = at, .dy = -*up});
  out.action["scroll_x"] = 0;
  out.action["scroll_y"] = -*up;
  return out;
}

Result go(const Asked& asked) {
  std::string url;
  if (asked.name == "web_search") {
    TRY(const std::string query, asked.arguments.needed_text("query"));
    url = std::string(kSearchEngine) + llm::percent_encode(query);
  } else {
    TRY(const std::string given, asked.arguments.needed_text("url"));
    url = address(given);
  }
  Deed out = done("goto", {}, GoTo{url});
  out.action["url"] = url;
  return out;
}

Result read_one(const Asked& asked) {
  const std::string& name = asked.name;
  if (name.empty()) return base::fail(base::Kind::invalid, "the arguments have no action");
  if (name == "left_click" || name == "click") return click(asked, "click", "left", 1);
  if (name == "right_click") return click(asked, "click", "right", 1);
  if (name == "middle_click") return click(asked, "click", "middle", 1);
  if (name == "double_click") return click(asked, "double_click", "left", 2);
  if (name == "triple_click") return click(asked, "triple_click", "left", 3);
  if (name == "type") return type(asked);
  if (name == "key" || name == "keypress") return keys(asked);
  if (name == "scroll") return scroll(asked);
  if (name == "visit_url" || name == "web_search") return go(asked);
  if (name == "history_back") return done("back", {}, Back{});
  if (name == "screenshot") return done("screenshot", {}, Look{});
  if (name == "mouse_move" || name == "move") {
    TRY(const At at, asked.at());
    return done("move", at, Move{at});
  }
  if (name == "wait") {
    const Wait gesture = wait_for(asked.arguments.number("time").value_or(1));
    Deed out = done("wait", {}, gesture);
    out.action["timeMs"] = gesture.time.count();
    return out;
  }
  if (name == "pause_and_memorize_fact") {
    TRY(const std::string fact, asked.arguments.needed_text("fact"));
    return Deed{.action = told(name, {}), .note = "Noted: " + fact};
  }
  return base::fail(base::Kind::invalid,
                    not_an_action(name, {"left_click", "type", "key", "mouse_move", "scroll", "visit_url", "web_search",
                                         "history_back", "wait", "pause_and_memorize_fact", "terminate"}));
}

std::string action_named(const llm::ToolCall& call) {
  return Arguments(call.name, call.arguments).text("action").value_or("");
}

std::vector<Deed> read(const llm::ToolCall& call, const Situation& situation) {
  const std::string name = action_named(call);
  auto deed = read_one({name, Arguments(name, call.arguments), situation});
  if (!deed) return {refused(name.empty() ? call.name : name, call.arguments, std::move(deed.error().message))};
  for (const auto& [member, value] : call.arguments)
    if (!deed->action.contains(member)) deed->action[member] = value;
  return {std::move(*deed)};
}

std::optional<Finished> finished_by(const llm::ToolCall& call) {
  if (action_named(call) != "terminate") return {};
  const Arguments arguments("terminate", call.arguments);
  return Finished{.complete = arguments.text("status") == "success", .words = arguments.text("answer").value_or("")};
}

}  // namespace
}  // namespace fara

constinit const Vocabulary kFara{&fara::read, &fara::finished_by, true, false};

}  // namespace agent::screen
