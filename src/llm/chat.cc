#include "llm/chat.h"

#include <algorithm>

namespace llm {

std::string Reply::text() const {
  std::string all;
  std::string on_the_way;
  for (const Part& part : parts)
    if (const auto* text = std::get_if<Text>(&part)) (text->phase == kCommentary ? on_the_way : all) += text->text;
  return all.empty() && calls_tools() ? on_the_way : all;
}

bool Reply::calls_tools() const {
  return std::ranges::any_of(parts, [](const Part& part) { return std::holds_alternative<ToolCall>(part); });
}

std::vector<const ToolCall*> Reply::tool_calls() const { return tool_calls_of(parts); }

std::vector<const ToolCall*> tool_calls_of(const std::vector<Part>& parts) {
  std::vector<const ToolCall*> calls;
  for (const Part& part : parts)
    if (const auto* call = std::get_if<ToolCall>(&part)) calls.push_back(call);
  return calls;
}

}  // namespace llm
