// The screen of OpenAI's Responses API: computer_call and computer_call_output.
#pragma once
#include "llm/chat.h"
#include "llm/endpoint.h"

namespace llm::provider {

// The name that our calls of a screen have; their arguments are {"actions": [...]}, each as OpenAI writes it.
inline constexpr std::string_view kScreenCall = "computer";

// The older models have a tool of another name, want to know the screen's size, and act once in each call.
bool has_newer_screen_tool(const Endpoint& endpoint);
json::Object screen_tool(const Screen& screen, bool newer);

bool is_screen_call(const ToolCall& call);
ToolCall screen_call(const json::Value& item);
// The picture and the checks of a result; its words have no place in it.
json::Object screen_output(const ToolResult& result);

}  // namespace llm::provider
