#include "llm/provider/common.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/input_names.h"
#include "llm/parameters.h"
#include "llm/provider/codec.h"
#include "llm/repair.h"
#include "llm/schema_forms.h"

namespace llm::provider {

const Codec& codec_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::openai_responses:
      return kOpenAiResponses;
    case Dialect::openai_chat:
      return kOpenAiChat;
    case Dialect::anthropic:
      return kAnthropic;
    case Dialect::gemini:
      return kGemini;
    case Dialect::bedrock:
      return kBedrock;
    case Dialect::ollama:
      return kOllama;
    case Dialect::perplexity:
      return kPerplexity;
    case Dialect::fara:
      return kFara;
  }
  return kOpenAiChat;
}

net::HttpCall post(const Endpoint& endpoint, json::Value body) {
  leave_out(body, endpoint.left_out);
  net::HttpCall call{.url = endpoint.url};
  call.headers.add("content-type", "application/json");
  call.headers.add("accept", "application/json");
  call.body = json::write(body);
  return call;
}

std::string system_text(const Endpoint& endpoint, const Chat& chat, bool told) {
  told = told || endpoint.json_mode == JsonMode::json_object || endpoint.traits.schema_in_prompt;
  if (!chat.output || !told) return chat.system;
  return fmt::format("{}{}Reply with one JSON value and nothing else. It must fit this JSON Schema:\n{}", chat.system,
                     chat.system.empty() ? "" : "\n\n", json::write(plain_form(chat.output->schema)));
}

bool takes_json_tool(const Endpoint& endpoint, const JsonOutput& output) {
  return endpoint.json_mode != JsonMode::json_object && endpoint.traits.forced_tools &&
         !has_unusual_names(output.schema);
}

std::string data_url(const Image& image) { return fmt::format("data:{};base64,{}", image.media_type, image.base64); }

namespace {

std::size_t values_in(const json::Value& value) {
  std::size_t out = 1;
  if (const json::Array* array = value.if_array())
    for (const json::Value& each : *array) out += values_in(each);
  if (const json::Object* object = value.if_object())
    for (const auto& [name, each] : *object) out += values_in(each);
  return out;
}

}  // namespace

base::Result<ToolCall> ArgumentReader::read_text(ToolCall call, std::string_view text) {
  if (base::trim(text).empty()) return call;
  auto value = read_reply(text, left_);
  if (!value && value.error().kind == base::Kind::full)
    return base::fail(base::Kind::upstream,
                      fmt::format("The model's provider answered with more than {} JSON values in the arguments of its "
                                  "tool calls, which is the limit",
                                  kMostReplyValues));
  if (value && value->is_object()) {
    left_ -= std::min(left_, values_in(*value));
    call.arguments = std::move(value->get_object());
  } else {
    call.unreadable = std::string(text);
  }
  return call;
}

base::Result<ToolCall> ArgumentReader::read(ToolCall call, const json::Value* given) {
  if (!given || given->is_null()) return call;
  if (given->is_string()) return read_text(std::move(call), json::view(given->get_string()));
  if (const json::Object* object = given->if_object())
    call.arguments = *object;
  else
    call.unreadable = json::write(*given);
  return call;
}

std::string sent_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  std::string out(name.substr(0, kLongest));
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  std::ranges::replace_if(out, std::not_fn(allowed), '_');
  return out.empty() ? "unnamed" : out;
}

base::Result<Part> tool_call(base::Result<ToolCall> call) {
  if (!call) return std::unexpected(std::move(call).error());
  if (call->name != kJsonTool) return Part(std::move(*call));
  if (!call->unreadable.empty())
    return base::fail(base::Kind::upstream, "The model answered with arguments that are no JSON object");
  return Part(Text{json::write(call->arguments)});
}

std::string text_of(const ToolResult& result) {
  std::string all;
  for (const auto& each : result.content)
    if (const auto* text = std::get_if<Text>(&each)) all += (all.empty() ? "" : "\n") + text->text;
  return all;
}

std::unexpected<base::Error> no_reply(std::string_view what) {
  return base::fail(base::Kind::upstream, fmt::format("The model's provider answered {}", what));
}

std::string reason_of(std::string_view code, std::string_view words) {
  if (words.empty() || words == code) return std::string(code);
  return code.empty() ? std::string(words) : fmt::format("{} ({})", words, code);
}

std::unexpected<base::Error> broken_off(std::string_view why, std::string_view words, base::Kind kind) {
  return base::fail(kind, fmt::format("The model's provider ended the reply: {}", reason_of(why, words)));
}

std::int64_t count_at(const json::Value& body, std::string_view path) { return json::get_int(body, path).value_or(0); }

}  // namespace llm::provider
