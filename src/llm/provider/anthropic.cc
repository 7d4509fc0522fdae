// Anthropic's Messages API.
#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace anthropic {
namespace {

constexpr std::string_view kDialect = "anthropic";
constexpr std::string_view kJsonOutputBeta = "structured-outputs-2025-11-13";
constexpr std::string_view kScreen = "computer";  // the name of a call of the screen, and of its set of tools
// More takes a connection that is streamed: an answer of that length comes within ten minutes.
constexpr int kMostTokens = 21'333;

using Ids = std::set<std::string>;  // of calls of the set of tools

json::Object image_block(const Image& image) {
  return {{"type", "image"},
          {"source", json::Object{{"type", "base64"}, {"media_type", image.media_type}, {"data", image.base64}}}};
}

json::Object text_block(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

json::Object result_block(const ToolResult& result, const Ids& set_calls) {
  json::Array content;
  bool pictures = false;
  for (const auto& each : result.content) {
    const auto* text = std::get_if<Text>(&each);
    if (text && text->text.empty()) continue;  // which is refused
    content.push_back(text ? text_block(text->text) : image_block(std::get<Image>(each)));
    pictures = pictures || !text;
  }
  if (!result.url.empty()) content.push_back(text_block("The address of the page: " + result.url));
  // A failure allows no pictures and has to have words; then the words must do, or the mark be left out.
  const bool failed = result.failed && !pictures && !content.empty();
  json::Object block{{"type", "tool_result"}, {"tool_use_id", result.call_id}, {"content", std::move(content)}};
  if (failed) block["is_error"] = true;
  if (set_calls.contains(result.call_id)) block["toolset_name"] = kScreen;
  return block;
}

json::Object call_block(const ToolCall& call, Ids& set_calls) {
  if (call.native.is_object()) {
    set_calls.insert(call.id);
    return call.native.get_object();
  }
  return {{"type", "tool_use"}, {"id", call.id}, {"name", sent_name(call.name)}, {"input", call.arguments}};
}

json::Object message_of(const Message& message, Ids& set_calls) {
  json::Array content;
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part); text && !text->text.empty())
      content.push_back(text_block(text->text));
    else if (const auto* image = std::get_if<Image>(&part))
      content.push_back(image_block(*image));
    else if (const auto* call = std::get_if<ToolCall>(&part))
      content.push_back(call_block(*call, set_calls));
    else if (const auto* result = std::get_if<ToolResult>(&part))
      content.push_back(result_block(*result, set_calls));
    else if (const auto* opaque = std::get_if<Opaque>(&part); opaque && opaque->dialect == kDialect)
      content.push_back(opaque->item);
  }
  return {{"role", message.role == Role::user ? "user" : "assistant"}, {"content", std::move(content)}};
}

void keep(json::Object& block) { block["cache_control"] = json::Object{{"type", "ephemeral"}}; }

// The conversation up to here will be sent again. Thinking cannot be marked, so the mark may stand before it.
void keep_up_to(json::Object& message) {
  for (json::Array& content = message["content"].get_array(); json::Value & block : std::views::reverse(content)) {
    const auto type = json::get_string(block, "type").value_or("");
    if (type == "thinking" || type == "redacted_thinking") continue;
    keep(block.get_object());
    return;
  }
}

json::Object choice_of(const Endpoint& endpoint, const ToolChoice& choice) {
  if (choice.how == ToolChoice::How::may || !endpoint.traits.forced_tools) return {{"type", "auto"}};
  if (choice.how == ToolChoice::How::must) return {{"type", "any"}};
  return {{"type", "tool"}, {"name", choice.name}, {"disable_parallel_tool_use", true}};
}

// The screen: a tool that the model knows already, of the version that it knows. Names that are none of Anthropic's get
// the oldest.
json::Object screen_tool(const Endpoint& endpoint, const Screen& screen) {
  if (endpoint.traits.screen == ScreenTool::anthropic_toolset) return {{"type", "computer_toolset_20260801"}};
  const bool zooms = endpoint.traits.screen == ScreenTool::anthropic_2025_11;
  json::Object tool{{"type", zooms ? "computer_20251124" : "computer_20250124"},
                    {"name", kScreen},
                    {"display_width_px", screen.width},
                    {"display_height_px", screen.height},
                    {"display_number", 1}};
  if (zooms) tool["enable_zoom"] = true;
  return tool;
}

std::string_view screen_beta(const Endpoint& endpoint) {
  switch (endpoint.traits.screen) {
    case ScreenTool::anthropic_toolset:
      return {};
    case ScreenTool::anthropic_2025_11:
      return "computer-use-2025-11-24";
    default:
      return "computer-use-2025-01-24";
  }
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Object body{{"model", endpoint.model},
                    {"max_tokens", chat.max_tokens.value_or(std::min(endpoint.traits.max_tokens, kMostTokens))}};
  const auto form =
      chat.output && endpoint.traits.anthropic_json_schema ? anthropic_form(chat.output->schema) : std::nullopt;
  const bool by_tool = chat.output && !form && takes_json_tool(endpoint, *chat.output);
  // The system text is the same from call to call, so it is worth a place in the provider's cache.
  if (const std::string system = system_text(endpoint, chat, chat.output && !form && !by_tool); !system.empty()) {
    json::Object block = text_block(system);
    keep(block);
    body["system"] = json::Array{std::move(block)};
  }
  json::Array messages;
  Ids set_calls;
  for (const Message& message : chat.messages) messages.push_back(message_of(message, set_calls));
  if (chat.stable_messages > 0 && chat.stable_messages <= messages.size())
    keep_up_to(messages[chat.stable_messages - 1].get_object());
  body["messages"] = std::move(messages);

  std::vector<Tool> tools = chat.tools;
  ToolChoice choice = chat.tool_choice;
  std::vector<std::string_view> betas;
  if (form) {
    betas.push_back(kJsonOutputBeta);
    body["output_config"] = json::Object{{"format", json::Object{{"type", "json_schema"}, {"schema", *form}}}};
  } else if (by_tool) {
    tools.push_back({std::string(kJsonTool), std::string(kJsonToolDescription), plain_form(chat.output->schema)});
    choice = {ToolChoice::How::named, std::string(kJsonTool)};
  }
  if (!tools.empty() || chat.screen) {
    json::Array list;
    if (chat.screen) {
      list.push_back(screen_tool(endpoint, *chat.screen));
      if (const std::string_view beta = screen_beta(endpoint); !beta.empty()) betas.push_back(beta);
    }
    for (const Tool& tool : tools)
      list.push_back(json::Object{
          {"name", tool.name}, {"description", tool.description}, {"input_schema", plain_form(tool.parameters)}});
    if (!chat.output) keep(list.back().get_object());  // the same at every step; a schema is another at every question
    body["tools"] = std::move(list);
    body["tool_choice"] = choice_of(endpoint, choice);
  }
  // Finding one's way by pictures takes thought. A model that thinks takes no temperature and no forced tool.
  const bool thinks =
      chat.screen && endpoint.traits.adaptive_thinking && !chat.output && chat.tool_choice.how == ToolChoice::How::may;
  if (thinks) {
    body["thinking"] = json::Object{{"type", "adaptive"}};
    body["output_config"] = json::Object{{"effort", "medium"}};
  } else if (chat.temperature && endpoint.traits.temperature) {
    body["temperature"] = *chat.temperature;
  }
  net::HttpCall call = post(endpoint, std::move(body));
  call.headers.add("anthropic-version", "2023-06-01");
  if (!betas.empty()) call.headers.add("anthropic-beta", fmt::format("{}", fmt::join(betas, ",")));
  return call;
}

Usage usage_of(const json::Value& body) {
  const std::int64_t cached = count_at(body, "usage.cache_read_input_tokens");
  return {.input = count_at(body, "usage.input_tokens") + cached + count_at(body, "usage.cache_creation_input_tokens"),
          .output = count_at(body, "usage.output_tokens"),
          .reasoning = count_at(body, "usage.output_tokens_details.thinking_tokens"),
          .cached = cached};
}

// A call of the set of tools is one of the screen: its name is the action.
base::Result<ToolCall> set_call(const json::Value& block, ArgumentReader& arguments) {
  TRY(ToolCall call, arguments.read({.id = json::get_text(block, "id").value_or(""), .name = std::string(kScreen)},
                                    json::find(block, "input")));
  json::Object with_action{{"action", json::text_at(block, "name")}};
  for (auto& [name, value] : call.arguments) with_action[name] = std::move(value);
  call.arguments = std::move(with_action);
  call.native = block;
  json::Object& native = call.native.get_object();
  if (!call.unreadable.empty() || !native.contains("input")) native["input"] = json::Object();
  return call;
}

base::Result<Reply> decode(const json::Value& body) {
  const json::Array* content = json::get_array(body, "content");
  if (!content) return no_reply("without content");
  Reply reply;
  ArgumentReader arguments;
  for (const json::Value& block : *content) {
    const auto type = json::get_string(block, "type").value_or("");
    if (type == "text") {
      reply.parts.push_back(Text{json::get_text(block, "text").value_or("")});
    } else if (type == "tool_use" && json::get_string(block, "toolset_name") == kScreen) {
      TRY(ToolCall call, set_call(block, arguments));
      reply.parts.push_back(std::move(call));
    } else if (type == "tool_use") {
      TRY(Part call, tool_call(arguments.read({.id = json::get_text(block, "id").value_or(""),
                                               .name = json::get_text(block, "name").value_or("")},
                                              json::find(block, "input"))));
      reply.parts.push_back(std::move(call));
    } else {
      reply.parts.push_back(Opaque{std::string(kDialect), block});
    }
  }
  const auto why = json::get_string(body, "stop_reason").value_or("");
  if (why == "max_tokens")
    reply.stop = Stop::length;
  else if (why == "model_context_window_exceeded")
    reply.stop = Stop::window;
  else if (why == "refusal")
    reply.stop = Stop::refused;
  else if (why == "pause_turn" && !reply.calls_tools())
    reply.stop = Stop::paused;
  else if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  if (reply.stop == Stop::refused)
    reply.reason =
        reason_of(json::text_at(body, "stop_details.category"), json::text_at(body, "stop_details.explanation"));
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace anthropic

constinit const Codec kAnthropic{&anthropic::encode, &anthropic::decode, &anthropic::usage_of};

}  // namespace llm::provider
