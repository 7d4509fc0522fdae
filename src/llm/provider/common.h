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

// A call with the arguments that a model wrote as text, or as a value where `given` is one. What is no object is kept
// as it came, so that the model can be told (ToolCall::unreadable).
ToolCall with_arguments(ToolCall call, std::string_view text);
ToolCall with_arguments(ToolCall call, const json::Value* given);

// A name that any provider takes back: models call tools by names that there are not, in letters that names must not
// have, and a request that repeats such a name is refused whole.
std::string sent_name(std::string_view name);

// A tool call, or the text that it stands for when the tool is kJsonTool. Error: Kind::upstream, when that text is no
// JSON.
base::Result<Part> tool_call(ToolCall call);

// All texts of a tool's result, one after the other.
std::string text_of(const ToolResult& result);

std::unexpected<base::Error> no_reply(std::string_view what);

// The number at the path, 0 when it is not there.
std::int64_t count_at(const json::Value& body, std::string_view path);

}  // namespace llm::provider
