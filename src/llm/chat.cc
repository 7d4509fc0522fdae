#include "llm/chat.h"

namespace llm {

std::string Reply::text() const {
  std::string all;
  for (const Part& part : parts)
    if (const auto* text = std::get_if<Text>(&part)) all += text->text;
  return all;
}

std::vector<ToolCall> Reply::tool_calls() const {
  std::vector<ToolCall> calls;
  for (const Part& part : parts)
    if (const auto* call = std::get_if<ToolCall>(&part)) calls.push_back(*call);
  return calls;
}

}  // namespace llm
