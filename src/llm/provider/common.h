// What several codecs share.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/chat.h"
#include "llm/endpoint.h"
#include "net/http_client.h"

namespace llm::provider {

// Dialects that cannot force JSON are given this tool, and made to use it; its arguments become the reply's text.
inline constexpr std::string_view kJsonTool = "respond";
inline constexpr std::string_view kJsonToolDescription = "Give the answer. Its arguments are the whole answer.";

// POST to the endpoint with this body.
net::HttpCall post(const Endpoint& endpoint, const json::Value& body);

// The system text, with the schema told in it when the model only follows what it reads.
std::string system_text(const Endpoint& endpoint, const Chat& chat);

std::string data_url(const Image& image);

// Arguments that a model wrote as text.
base::Result<json::Object> read_arguments(std::string_view text);

// A tool call, or the text that it stands for when the tool is kJsonTool.
Part tool_call(ToolCall call);

// All texts of a tool's result, one after the other.
std::string text_of(const ToolResult& result);

std::unexpected<base::Error> no_reply(std::string_view what);

// The number at the path, 0 when it is not there.
std::int64_t count_at(const json::Value& body, std::string_view path);

}  // namespace llm::provider
