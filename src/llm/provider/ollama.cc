// Ollama's own chat API.
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace ollama {
namespace {

// Images go into a list of the message, not between its texts; those of a tool's result as well.
void append_user(const Message& message, json::Array& messages) {
  std::string text;
  json::Array images;
  for (const Part& part : message.parts) {
    if (const auto* said = std::get_if<Text>(&part)) text += (text.empty() ? "" : "\n") + said->text;
    if (const auto* image = std::get_if<Image>(&part)) images.push_back(json::Value(image->base64));
    const auto* result = std::get_if<ToolResult>(&part);
    if (!result) continue;
    json::Object out{{"role", "tool"}, {"tool_name", sent_name(result->name)}, {"content", text_of(*result)}};
    json::Array shown;
    for (const auto& each : result->content)
      if (const auto* image = std::get_if<Image>(&each)) shown.push_back(json::Value(image->base64));
    if (!shown.empty()) out["images"] = std::move(shown);
    messages.push_back(std::move(out));
  }
  if (text.empty() && images.empty()) return;
  json::Object out{{"role", "user"}, {"content", text}};
  if (!images.empty()) out["images"] = std::move(images);
  messages.push_back(std::move(out));
}

void append_assistant(const Message& message, json::Array& messages) {
  std::string text;
  json::Array calls;
  for (const Part& part : message.parts) {
    if (const auto* said = std::get_if<Text>(&part)) text += said->text;
    if (const auto* call = std::get_if<ToolCall>(&part))
      calls.push_back(
          json::Object{{"function", json::Object{{"name", sent_name(call->name)}, {"arguments", call->arguments}}}});
  }
  json::Object out{{"role", "assistant"}, {"content", text}};
  if (!calls.empty()) out["tool_calls"] = std::move(calls);
  messages.push_back(std::move(out));
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Array messages;
  if (const std::string system = system_text(endpoint, chat); !system.empty())
    messages.push_back(json::Object{{"role", "system"}, {"content", system}});
  for (const Message& message : chat.messages)
    if (message.role == Role::user)
      append_user(message, messages);
    else
      append_assistant(message, messages);
  json::Object body{{"model", endpoint.model}, {"messages", std::move(messages)}, {"stream", false}, {"think", false}};
  if (chat.output)
    body["format"] =
        endpoint.json_mode == JsonMode::json_object ? json::Value("json") : plain_form(chat.output->schema);
  if (!chat.tools.empty()) {
    json::Array tools;
    for (const Tool& tool : chat.tools)
      tools.push_back(json::Object{{"type", "function"},
                                   {"function", json::Object{{"name", tool.name},
                                                             {"description", tool.description},
                                                             {"parameters", plain_form(tool.parameters)}}}});
    body["tools"] = std::move(tools);  // there is no way to force one
  }
  json::Object options;
  if (chat.max_tokens) options["num_predict"] = *chat.max_tokens;
  if (chat.temperature) options["temperature"] = *chat.temperature;
  if (!options.empty()) body["options"] = std::move(options);
  return post(endpoint, std::move(body));
}

Usage usage_of(const json::Value& body) {
  return {.input = count_at(body, "prompt_eval_count"), .output = count_at(body, "eval_count")};
}

base::Result<Reply> decode(const json::Value& body) {
  const json::Value* message = json::find(body, "message");
  if (!message || !message->is_object()) return no_reply("without a message");
  Reply reply;
  ArgumentReader arguments;
  if (const auto text = json::get_text(*message, "content"); text && !text->empty()) reply.parts.push_back(Text{*text});
  if (const json::Array* calls = json::get_array(*message, "tool_calls"))
    for (const json::Value& call : *calls) {
      TRY(ToolCall read, arguments.read({.id = "call_" + std::to_string(reply.parts.size()),
                                         .name = json::get_text(call, "function.name").value_or("")},
                                        json::find(call, "function.arguments")));
      reply.parts.push_back(std::move(read));
    }
  if (json::get_string(body, "done_reason") == "length")
    reply.stop = Stop::length;
  else if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace ollama

constinit const Codec kOllama{&ollama::encode, &ollama::decode, &ollama::usage_of};

}  // namespace llm::provider
