// Anthropic's Messages API.
#include <ranges>

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

json::Object image_block(const Image& image) {
  return {{"type", "image"},
          {"source", json::Object{{"type", "base64"}, {"media_type", image.media_type}, {"data", image.base64}}}};
}

json::Object text_block(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

json::Object result_block(const ToolResult& result) {
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
  return block;
}

json::Object message_of(const Message& message) {
  json::Array content;
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part); text && !text->text.empty())
      content.push_back(text_block(text->text));
    else if (const auto* image = std::get_if<Image>(&part))
      content.push_back(image_block(*image));
    else if (const auto* call = std::get_if<ToolCall>(&part))
      content.push_back(json::Object{
          {"type", "tool_use"}, {"id", call->id}, {"name", sent_name(call->name)}, {"input", call->arguments}});
    else if (const auto* result = std::get_if<ToolResult>(&part))
      content.push_back(result_block(*result));
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

// The screen: a tool that the model knows already, of the version that it knows.
json::Object screen_tool(const Endpoint& endpoint, const Screen& screen) {
  const bool zooms = endpoint.traits.screen_zoom;
  json::Object tool{{"type", zooms ? "computer_20251124" : "computer_20250124"},
                    {"name", "computer"},
                    {"display_width_px", screen.width},
                    {"display_height_px", screen.height},
                    {"display_number", 1}};
  if (zooms) tool["enable_zoom"] = true;
  return tool;
}

std::string_view screen_beta(const Endpoint& endpoint) {
  return endpoint.traits.screen_zoom ? "computer-use-2025-11-24" : "computer-use-2025-01-24";
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Object body{{"model", endpoint.model}, {"max_tokens", chat.max_tokens.value_or(endpoint.traits.max_tokens)}};
  // The system text is the same from call to call, so it is worth a place in the provider's cache.
  if (const std::string system = system_text(endpoint, chat); !system.empty()) {
    json::Object block = text_block(system);
    keep(block);
    body["system"] = json::Array{std::move(block)};
  }
  json::Array messages;
  for (const Message& message : chat.messages) messages.push_back(message_of(message));
  if (chat.stable_messages > 0 && chat.stable_messages <= messages.size())
    keep_up_to(messages[chat.stable_messages - 1].get_object());
  body["messages"] = std::move(messages);

  std::vector<Tool> tools = chat.tools;
  ToolChoice choice = chat.tool_choice;
  std::vector<std::string_view> betas;
  if (chat.output) {
    const auto form = endpoint.traits.anthropic_json_schema ? anthropic_form(chat.output->schema) : std::nullopt;
    if (form) {
      betas.push_back(kJsonOutputBeta);
      body["output_config"] = json::Object{{"format", json::Object{{"type", "json_schema"}, {"schema", *form}}}};
    } else if (endpoint.json_mode != JsonMode::json_object) {
      tools.push_back({std::string(kJsonTool), std::string(kJsonToolDescription), plain_form(chat.output->schema)});
      choice = {ToolChoice::How::named, std::string(kJsonTool)};
    }
  }
  if (!tools.empty() || chat.screen) {
    json::Array list;
    if (chat.screen) {
      list.push_back(screen_tool(endpoint, *chat.screen));
      betas.push_back(screen_beta(endpoint));
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
  } else if (chat.temperature) {
    body["temperature"] = *chat.temperature;
  }
  net::HttpCall call = post(endpoint, body);
  call.headers.add("anthropic-version", "2023-06-01");
  if (!betas.empty()) call.headers.add("anthropic-beta", fmt::format("{}", fmt::join(betas, ",")));
  return call;
}

Usage usage_of(const json::Value& body) {
  const std::int64_t cached = count_at(body, "usage.cache_read_input_tokens");
  return {.input = count_at(body, "usage.input_tokens") + cached + count_at(body, "usage.cache_creation_input_tokens"),
          .output = count_at(body, "usage.output_tokens"),
          .cached = cached};
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
  if (why == "max_tokens" || why == "model_context_window_exceeded")
    reply.stop = Stop::length;
  else if (why == "refusal")
    reply.stop = Stop::refused;
  else if (why == "pause_turn" && !reply.calls_tools())
    reply.stop = Stop::paused;
  else if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace anthropic

constinit const Codec kAnthropic{&anthropic::encode, &anthropic::decode, &anthropic::usage_of};

}  // namespace llm::provider
