// What the tools of the modes dom and hybrid are called, what they are for and what they take. The names and arguments
// of act, ariaTree, click, type, dragAndDrop, clickAndHold, extract, fillForm, fillFormVision, goto, keys, navback,
// screenshot, scroll, search, think and wait are those of the wire, since they come back in actions[].
#include <algorithm>

#include "agent/page_tools.h"

namespace agent {
namespace {

using engine::AgentMode;
using json::Array;
using json::Object;
using json::Value;

Object described(std::string_view type, std::string_view description) {
  Object out{{"type", type}};
  if (!description.empty()) out["description"] = description;
  return out;
}
Object text(std::string_view description = "") { return described("string", description); }
Object number(std::string_view description = "") { return described("number", description); }
Object one_of(Array values) { return {{"type", "string"}, {"enum", std::move(values)}}; }
Object point(std::string_view description) {
  return {{"type", "array"},
          {"items", Object{{"type", "number"}}},
          {"minItems", 2},
          {"maxItems", 2},
          {"description", description}};
}

// Members are required unless their names are in `optional`.
Value takes(Object properties, std::vector<std::string_view> optional = {}) {
  Array required;
  for (const auto& [name, schema] : properties)
    if (std::ranges::find(optional, json::view(json::String(name))) == optional.end()) required.emplace_back(name);
  return Object{{"type", "object"},
                {"properties", std::move(properties)},
                {"required", std::move(required)},
                {"additionalProperties", false}};
}

constexpr std::string_view kPlace = "[x, y] in the picture";
constexpr std::string_view kDescribe = "What is there, in words";

void add_elements(std::vector<llm::Tool>& out) {
  out.push_back(
      {"element",
       "Does one thing to an element of the outline, at once. value: the text for fill (replaces) and type (adds), the "
       "label for select, the key for press (Enter, Control+A), the path for upload, the id to drop on for drag, the "
       "part such as 50% for scroll.",
       takes(Object{{"id", text("In the brackets of its line, such as 0-17")},
                    {"method", one_of({"click", "doubleClick", "rightClick", "hover", "fill", "type", "press", "select",
                                       "upload", "drag", "scroll"})},
                    {"value", text()},
                    {"values", Object{{"type", "array"},
                                      {"items", text()},
                                      {"minItems", 1},
                                      {"description", "For select in a list that takes several: all their labels"}}}},
             {"value", "values"})});
  out.push_back({"act",
                 "Has another model find an element by your words and act on it. Slower than element; for what you "
                 "cannot find in the outline.",
                 takes(Object{{"action", text("One action: what to do, to what, with what value")}})});
}

void add_pointing(std::vector<llm::Tool>& out) {
  out.push_back({"click", "Clicks at a point.",
                 takes(Object{{"describe", text(kDescribe)},
                              {"coordinates", point(kPlace)},
                              {"button", one_of({"left", "right", "middle"})},
                              {"clicks", number("2 for a double click")}},
                       {"button", "clicks"})});
  out.push_back({"hover", "Moves the pointer to a point.",
                 takes(Object{{"describe", text(kDescribe)}, {"coordinates", point(kPlace)}})});
  out.push_back(
      {"clickAndHold", "Keeps the button down at a point.",
       takes(Object{
           {"describe", text(kDescribe)}, {"duration", number("In milliseconds")}, {"coordinates", point(kPlace)}})});
  out.push_back(
      {"dragAndDrop", "Drags from one point to another.",
       takes(Object{
           {"describe", text(kDescribe)}, {"startCoordinates", point(kPlace)}, {"endCoordinates", point(kPlace)}})});
}

Object field_by_sight() {
  return {{"type", "object"},
          {"properties", Object{{"action", text("The field, in words")},
                                {"value", text("What to type")},
                                {"coordinates", Object{{"type", "object"},
                                                       {"properties", Object{{"x", number()}, {"y", number()}}},
                                                       {"required", Array{"x", "y"}}}}}},
          {"required", Array{"action", "value", "coordinates"}}};
}

void add_forms(std::vector<llm::Tool>& out, AgentMode mode) {
  if (mode == AgentMode::hybrid) {
    out.push_back({"type", "Clicks at a point and types there.",
                   takes(Object{{"describe", text(kDescribe)}, {"text", text()}, {"coordinates", point(kPlace)}})});
    out.push_back({"fillFormVision", "Types into several fields, each at its point.",
                   takes(Object{{"fields", Object{{"type", "array"}, {"items", field_by_sight()}, {"minItems", 1}}}})});
    return;
  }
  Object field{{"type", "object"},
               {"properties", Object{{"action", text("Such as: type joe@example.com into the email field")}}},
               {"required", Array{"action"}}};
  out.push_back({"fillForm", "Has another model fill several fields by your words. Slower than element.",
                 takes(Object{{"fields", Object{{"type", "array"}, {"items", std::move(field)}, {"minItems", 1}}}})});
}

void add_reading(std::vector<llm::Tool>& out) {
  out.push_back({"extract", "Has another model read data from the whole page.",
                 takes(Object{{"instruction", text("What to read")},
                              {"schema", Object{{"type", "object"}, {"description", "JSON Schema of an object"}}}},
                       {"schema"})});
  out.push_back({"ariaTree", "The whole outline of the page, when the one that you were given was folded.", takes({})});
  out.push_back({"screenshot", "A picture of the window.", takes({})});
}

void add_moving(std::vector<llm::Tool>& out, AgentMode mode) {
  out.push_back({"goto", "Opens an address in this tab.", takes(Object{{"url", text("Whole, with https://")}})});
  out.push_back(
      {"navback", "Goes back by one page.", takes(Object{{"reasoningText", text("Why")}}, {"reasoningText"})});
  Object scroll{{"direction", one_of({"up", "down", "left", "right"})},
                {"percentage", number("Of the window, 80 when absent")}};
  std::vector<std::string_view> optional{"percentage"};
  if (mode == AgentMode::hybrid) {
    scroll["coordinates"] = point("Where the pointer is; the middle when absent");
    optional.push_back("coordinates");
  }
  out.push_back({"scroll", "Scrolls the page, or what is under the pointer.", takes(std::move(scroll), optional)});
  out.push_back({"keys", "Keys to what has the focus: press a key or a combination (Enter, Control+A), or type text.",
                 takes(Object{{"method", one_of({"press", "type"})},
                              {"value", text()},
                              {"repeat", number("How often, 1 when absent")}},
                       {"repeat"})});
  out.push_back({"tabs", "Lists the tabs, or switches to, closes or opens one.",
                 takes(Object{{"do", one_of({"list", "switch", "close", "open"})},
                              {"number", number("Of the tab, for switch and close")},
                              {"url", text("For open")}},
                       {"number", "url"})});
  out.push_back({"dialog",
                 "Says how the next dialog of the page (confirm, prompt, alert) is to be answered. Use it before the "
                 "step that opens the dialog.",
                 takes(Object{{"answer", one_of({"accept", "dismiss"})}, {"text", text("For a prompt")}}, {"text"})});
}

}  // namespace

std::vector<llm::Tool> page_tools(AgentMode mode, bool can_search) {
  std::vector<llm::Tool> out;
  add_elements(out);
  if (mode == AgentMode::hybrid) add_pointing(out);
  add_forms(out, mode);
  add_reading(out);
  add_moving(out, mode);
  if (can_search) out.push_back({"search", "Searches the web.", takes(Object{{"query", text()}})});
  out.push_back({"think", "Writes a thought down and does nothing.", takes(Object{{"reasoning", text()}})});
  out.push_back({"wait", "Waits, for a page that is busy.", takes(Object{{"timeMs", number("30000 at most")}})});
  out.push_back(done_tool());
  return out;
}

}  // namespace agent
