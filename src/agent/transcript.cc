#include "agent/transcript.h"

#include "json/read.h"

namespace agent {
namespace {

json::Object output_of(const llm::ToolResult& result) {
  std::string text;
  for (const auto& each : result.content)
    if (const auto* one = std::get_if<llm::Text>(&each)) text += one->text;
  if (result.failed) return {{"type", "error-text"}, {"value", text}};
  if (auto value = json::read(text); value && value->is_object()) return {{"type", "json"}, {"value", *value}};
  return {{"type", "text"}, {"value", text}};
}

}  // namespace

json::Value user_message(std::string_view text) { return json::Object{{"role", "user"}, {"content", text}}; }

json::Array step_messages(const Step& step) {
  json::Array said;
  for (const llm::Part& part : step.said.parts) {
    if (const auto* text = std::get_if<llm::Text>(&part); text && !text->text.empty())
      said.push_back(json::Object{{"type", "text"}, {"text", text->text}});
    if (const auto* call = std::get_if<llm::ToolCall>(&part))
      said.push_back(json::Object{
          {"type", "tool-call"}, {"toolCallId", call->id}, {"toolName", call->name}, {"input", call->arguments}});
  }
  json::Array out;
  if (!said.empty()) out.push_back(json::Object{{"role", "assistant"}, {"content", std::move(said)}});
  json::Array results;
  for (const llm::ToolResult& result : step.results)
    results.push_back(json::Object{{"type", "tool-result"},
                                   {"toolCallId", result.call_id},
                                   {"toolName", result.name},
                                   {"output", output_of(result)}});
  if (!results.empty()) out.push_back(json::Object{{"role", "tool"}, {"content", std::move(results)}});
  return out;
}

}  // namespace agent
