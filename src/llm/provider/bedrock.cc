// Amazon Bedrock's Converse.
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace bedrock {
namespace {

constexpr std::string_view kDialect = "bedrock";

json::Object image_block(const Image& image) {
  const std::size_t slash = image.media_type.find('/');
  const std::string format = slash == std::string::npos ? "png" : image.media_type.substr(slash + 1);
  return {{"image", json::Object{{"format", format}, {"source", json::Object{{"bytes", image.base64}}}}}};
}

json::Object result_block(const ToolResult& result) {
  json::Array content;
  for (const auto& each : result.content)
    if (const auto* image = std::get_if<Image>(&each))
      content.push_back(image_block(*image));
    else if (const Text& text = std::get<Text>(each); !text.text.empty())  // which is refused
      content.push_back(json::Object{{"text", text.text}});
  json::Object out{{"toolUseId", result.call_id}, {"content", std::move(content)}};
  if (result.failed) out["status"] = "error";
  return {{"toolResult", std::move(out)}};
}

json::Object message_of(const Message& message) {
  json::Array content;
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part); text && !text->text.empty())
      content.push_back(json::Object{{"text", text->text}});
    else if (const auto* image = std::get_if<Image>(&part))
      content.push_back(image_block(*image));
    else if (const auto* call = std::get_if<ToolCall>(&part))
      content.push_back(json::Object{
          {"toolUse",
           json::Object{{"toolUseId", call->id}, {"name", sent_name(call->name)}, {"input", call->arguments}}}});
    else if (const auto* result = std::get_if<ToolResult>(&part))
      content.push_back(result_block(*result));
    else if (const auto* opaque = std::get_if<Opaque>(&part); opaque && opaque->dialect == kDialect)
      content.push_back(opaque->item);
  }
  return {{"role", message.role == Role::user ? "user" : "assistant"}, {"content", std::move(content)}};
}

// What stands before it is kept for the next call.
json::Object cache_point() { return {{"cachePoint", json::Object{{"type", "default"}}}}; }

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Object body;
  const bool forced = chat.output && takes_json_tool(endpoint, *chat.output);
  if (const std::string system = system_text(endpoint, chat, chat.output && !forced); !system.empty()) {
    json::Array blocks{json::Object{{"text", system}}};
    if (endpoint.traits.bedrock_cache) blocks.push_back(cache_point());
    body["system"] = std::move(blocks);
  }
  json::Array messages;
  for (const Message& message : chat.messages) messages.push_back(message_of(message));
  if (endpoint.traits.bedrock_cache && chat.stable_messages > 0 && chat.stable_messages <= messages.size())
    messages[chat.stable_messages - 1].get_object()["content"].get_array().push_back(cache_point());
  body["messages"] = std::move(messages);
  json::Object config;
  if (chat.max_tokens) config["maxTokens"] = *chat.max_tokens;
  if (chat.temperature && endpoint.traits.temperature) config["temperature"] = *chat.temperature;
  if (!config.empty()) body["inferenceConfig"] = std::move(config);

  std::vector<Tool> tools = chat.tools;
  if (forced)
    tools.push_back({std::string(kJsonTool), std::string(kJsonToolDescription), plain_form(chat.output->schema)});
  if (tools.empty()) return post(endpoint, std::move(body));
  json::Array list;
  for (const Tool& tool : tools)
    list.push_back(
        json::Object{{"toolSpec", json::Object{{"name", tool.name},
                                               {"description", tool.description},
                                               {"inputSchema", json::Object{{"json", plain_form(tool.parameters)}}}}}});
  json::Object config_of_tools{{"tools", std::move(list)}};
  if (endpoint.traits.forced_tools && (forced || chat.tool_choice.how == ToolChoice::How::must))
    config_of_tools["toolChoice"] = json::Object{{"any", json::Object()}};
  else if (endpoint.traits.forced_tools && chat.tool_choice.how == ToolChoice::How::named)
    config_of_tools["toolChoice"] = json::Object{{"tool", json::Object{{"name", chat.tool_choice.name}}}};
  body["toolConfig"] = std::move(config_of_tools);
  return post(endpoint, std::move(body));
}

Usage usage_of(const json::Value& body) {
  const std::int64_t cached = count_at(body, "usage.cacheReadInputTokens");
  return {.input = count_at(body, "usage.inputTokens") + cached + count_at(body, "usage.cacheWriteInputTokens"),
          .output = count_at(body, "usage.outputTokens"),
          .cached = cached};
}

base::Result<Reply> decode(const json::Value& body) {
  const json::Array* content = json::get_array(body, "output.message.content");
  if (!content) return no_reply("without a message");
  Reply reply;
  ArgumentReader arguments;
  for (const json::Value& block : *content) {
    if (const auto text = json::get_text(block, "text")) {
      reply.parts.push_back(Text{*text});
    } else if (const json::Value* use = json::find(block, "toolUse")) {
      TRY(Part call, tool_call(arguments.read({.id = json::get_text(*use, "toolUseId").value_or(""),
                                               .name = json::get_text(*use, "name").value_or("")},
                                              json::find(*use, "input"))));
      reply.parts.push_back(std::move(call));
    } else {
      reply.parts.push_back(Opaque{std::string(kDialect), block});
    }
  }
  const auto why = json::get_string(body, "stopReason").value_or("");
  if (why == "malformed_model_output" || why == "malformed_tool_use") return broken_off(why);
  if (why == "max_tokens")
    reply.stop = Stop::length;
  else if (why == "model_context_window_exceeded")
    reply.stop = Stop::window;
  else if (why == "content_filtered" || why == "guardrail_intervened")
    reply.stop = Stop::refused;
  else if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  if (reply.stop == Stop::refused) reply.reason = why;
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace bedrock

constinit const Codec kBedrock{&bedrock::encode, &bedrock::decode, &bedrock::usage_of};

}  // namespace llm::provider
