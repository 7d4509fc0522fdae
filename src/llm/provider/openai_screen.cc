#include "llm/provider/openai_screen.h"

#include "llm/provider/common.h"

namespace llm::provider {
namespace {

// One grey pixel, in the place of a picture that was taken out of a long history: a result must have one.
constexpr std::string_view kNoPicture =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==";

std::string picture_in(const ToolResult& result) {
  std::string picture = "data:image/png;base64," + std::string(kNoPicture);
  for (const auto& each : result.content)
    if (const auto* image = std::get_if<Image>(&each)) picture = data_url(*image);
  return picture;
}

}  // namespace

bool has_newer_screen_tool(const Endpoint& endpoint) { return endpoint.traits.screen != ScreenTool::openai_preview; }

json::Object screen_tool(const Screen& screen, bool newer) {
  if (newer) return {{"type", "computer"}};
  return {{"type", "computer_use_preview"},
          {"display_width", screen.width},
          {"display_height", screen.height},
          {"environment", "browser"}};
}

bool is_screen_call(const ToolCall& call) {
  return call.native.is_object() && json::get_string(call.native, "type") == "computer_call";
}

// With one action or several; we show them as a list either way. What the history must hold is the item itself.
ToolCall screen_call(const json::Value& item) {
  ToolCall call{.id = json::get_text(item, "call_id").value_or(""), .name = std::string(kScreenCall), .native = item};
  json::Array actions;
  if (const json::Array* several = json::get_array(item, "actions"))
    actions = *several;
  else if (const json::Object* one = json::get_object(item, "action"))
    actions.push_back(*one);
  call.arguments["actions"] = std::move(actions);
  if (const json::Array* checks = json::get_array(item, "pending_safety_checks"))
    for (const json::Value& check : *checks)
      call.checks.push_back({.id = json::get_text(check, "id").value_or(""),
                             .code = json::get_text(check, "code").value_or(""),
                             .message = json::get_text(check, "message").value_or("")});
  return call;
}

json::Object screen_output(const ToolResult& result) {
  json::Object output{{"type", "computer_screenshot"}, {"image_url", picture_in(result)}};
  json::Object out{{"type", "computer_call_output"}, {"call_id", result.call_id}, {"output", std::move(output)}};
  json::Array checks;
  for (const SafetyCheck& check : result.acknowledged)
    checks.push_back(json::Object{{"id", check.id}, {"code", check.code}, {"message", check.message}});
  if (!checks.empty()) out["acknowledged_safety_checks"] = std::move(checks);
  return out;
}

}  // namespace llm::provider
