// What several codecs share.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/chat.h"
#include "llm/endpoint.h"
#include "llm/repair.h"
#include "net/http_client.h"

namespace llm::provider {

// Dialects that cannot force JSON are given this tool, and made to use it; its arguments become the reply's text.
inline constexpr std::string_view kJsonTool = "respond";
inline constexpr std::string_view kJsonToolDescription = "Give the answer. Its arguments are the whole answer.";

// POST to the endpoint with this body, without what the model has refused (Endpoint::left_out).
net::HttpCall post(const Endpoint& endpoint, json::Value body);

// The system text, with the schema told in it when the model only follows what it reads, or is `told` it for another
// reason.
std::string system_text(const Endpoint& endpoint, const Chat& chat, bool told = false);

// Whether the model can be made to answer by calling kJsonTool; otherwise the schema is told, and a bare answer asked
// for.
bool takes_json_tool(const Endpoint& endpoint, const JsonOutput& output);

std::string data_url(const Image& image);

// The arguments of a reply's calls, which a model wrote as text or as values. Those in text are beside what the reply's
// own reading was bounded by, and have one bound for all calls.
class ArgumentReader {
 public:
  // The call with its arguments. What is no object is kept as it came, so that the model can be told
  // (ToolCall::unreadable). Error, Kind::upstream: too many values.
  base::Result<ToolCall> read(ToolCall call, const json::Value* given);

 private:
  base::Result<ToolCall> read_text(ToolCall call, std::string_view text);

  std::size_t left_ = kMostReplyValues;
};

// A name that any provider takes back: models call tools by names that there are not, in letters that names must not
// have, and a request that repeats such a name is refused whole.
std::string sent_name(std::string_view name);

// A tool call as it was read, or the text that it stands for when the tool is kJsonTool. Error: Kind::upstream, when
// that text is no JSON.
base::Result<Part> tool_call(base::Result<ToolCall> call);

// All texts of a tool's result, one after the other.
std::string text_of(const ToolResult& result);

std::unexpected<base::Error> no_reply(std::string_view what);
// A reply that its provider ended: Kind::upstream where it may come out otherwise next time, Kind::invalid where the
// same would come of it.
std::unexpected<base::Error> broken_off(std::string_view why, std::string_view words = {},
                                        base::Kind kind = base::Kind::upstream);
// A refusal's reason: a code, and what is said of it where anything is.
std::string reason_of(std::string_view code, std::string_view words);

// The number at the path, 0 when it is not there.
std::int64_t count_at(const json::Value& body, std::string_view path);

}  // namespace llm::provider
