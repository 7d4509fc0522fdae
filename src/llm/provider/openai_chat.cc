// Chat Completions, of OpenAI and of everybody who offers the same.
#include <algorithm>

#include "json/write.h"
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace openai_chat {
namespace {

constexpr std::string_view kDialect = "openai_chat";
constexpr std::string_view kReasoning = "reasoning_content";

json::Object image_part(const Endpoint& endpoint, const Image& image) {
  if (endpoint.api().name == "mistral") return {{"type", "image_url"}, {"image_url", data_url(image)}};
  return {{"type", "image_url"}, {"image_url", json::Object{{"url", data_url(image)}}}};
}

json::Object text_part(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

// A tool's message holds text only, so its images follow in a message of the user's, after all results: results must
// stand directly behind the calls.
void append_user(const Endpoint& endpoint, const Message& message, json::Array& messages) {
  json::Array content;
  for (const Part& part : message.parts) {
    const auto* result = std::get_if<ToolResult>(&part);
    if (!result) continue;
    messages.push_back(
        json::Object{{"role", "tool"}, {"tool_call_id", result->call_id}, {"content", text_of(*result)}});
    bool named = false;
    for (const auto& each : result->content) {
      const auto* image = std::get_if<Image>(&each);
      if (!image) continue;
      if (!named) content.push_back(text_part("Image from the tool " + result->name + ":"));
      named = true;
      content.push_back(image_part(endpoint, *image));
    }
  }
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) content.push_back(text_part(text->text));
    if (const auto* image = std::get_if<Image>(&part)) content.push_back(image_part(endpoint, *image));
  }
  if (content.empty()) return;
  // Mistral's models take no word of the user's directly behind a result, and its API none for any model.
  if ((endpoint.traits.turns || endpoint.api().name == "mistral") && !messages.empty() &&
      json::get_string(messages.back(), "role") == "tool")
    messages.push_back(json::Object{{"role", "assistant"}, {"content", "I have read the result."}});
  // A lone text as a plain string: every server takes that.
  const json::Object& first = content[0].get_object();
  const bool plain = content.size() == 1 && first.contains("text");
  messages.push_back(
      json::Object{{"role", "user"}, {"content", plain ? first.at("text") : json::Value(std::move(content))}});
}

// What it thought, where the model wants that back: others refuse it.
void add_reasoning(const Endpoint& endpoint, const Message& message, json::Object& out) {
  if (!endpoint.traits.echoes_reasoning) return;
  bool thought = false;
  std::string all;
  for (const Part& part : message.parts)
    if (const auto* opaque = std::get_if<Opaque>(&part); opaque && opaque->dialect == kDialect) {
      all += json::text_at(opaque->item, kReasoning);
      thought = true;
    }
  if (thought || endpoint.api().name == "deepseek") out[kReasoning] = all;
}

void append_assistant(const Endpoint& endpoint, const Message& message, json::Array& messages) {
  std::string text;
  json::Array calls;
  for (const Part& part : message.parts) {
    if (const auto* said = std::get_if<Text>(&part)) text += said->text;
    if (const auto* call = std::get_if<ToolCall>(&part))
      calls.push_back(json::Object{
          {"id", call->id},
          {"type", "function"},
          {"function", json::Object{{"name", sent_name(call->name)}, {"arguments", json::write(call->arguments)}}}});
  }
  json::Object out{{"role", "assistant"},
                   {"content", text.empty() && !calls.empty() ? json::Value() : json::Value(text)}};
  if (!calls.empty()) out["tool_calls"] = std::move(calls);
  add_reasoning(endpoint, message, out);
  messages.push_back(std::move(out));
}

void add_format(const Endpoint& endpoint, const Chat& chat, json::Object& body) {
  if (!chat.output) return;
  const JsonMode mode = endpoint.json_mode;
  if (mode == JsonMode::json_object) {
    body["response_format"] = json::Object{{"type", "json_object"}};
    return;
  }
  json::Object format{{"name", "response"}};
  if (mode == JsonMode::loose_schema) {
    format["schema"] = plain_form(chat.output->schema);
  } else {
    const auto strict =
        strict_form(chat.output->schema, mode == JsonMode::strict_bare ? Constraints::none : Constraints::some);
    format["strict"] = strict.has_value();
    format["schema"] = strict ? *strict : plain_form(chat.output->schema);
  }
  body["response_format"] = json::Object{{"type", "json_schema"}, {"json_schema", std::move(format)}};
}

// Short answers and little thinking: a forced JSON reply is a choice and not an essay.
void add_effort(const Endpoint& endpoint, const Chat& chat, json::Object& body) {
  const Traits& traits = endpoint.traits;
  const bool named = endpoint.api().name == "openai" && chat.output;
  if (named && !traits.verbosity.empty()) body["verbosity"] = traits.verbosity;
  const bool needed = traits.effort_beside_tools && !chat.tools.empty();
  if ((named || needed) && !traits.effort.empty()) body["reasoning_effort"] = traits.effort;
}

void add_tools(const Chat& chat, json::Object& body) {
  if (chat.tools.empty()) return;
  json::Array tools;
  for (const Tool& tool : chat.tools)
    tools.push_back(json::Object{{"type", "function"},
                                 {"function", json::Object{{"name", tool.name},
                                                           {"description", tool.description},
                                                           {"parameters", plain_form(tool.parameters)}}}});
  body["tools"] = std::move(tools);
  switch (chat.tool_choice.how) {
    case ToolChoice::How::may:
      body["tool_choice"] = "auto";
      break;
    case ToolChoice::How::must:
      body["tool_choice"] = "required";
      break;
    case ToolChoice::How::named:
      body["tool_choice"] =
          json::Object{{"type", "function"}, {"function", json::Object{{"name", chat.tool_choice.name}}}};
      break;
  }
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  const bool reasoning = endpoint.traits.openai_reasoning;
  json::Array messages;
  if (const std::string system = system_text(endpoint, chat); !system.empty())
    messages.push_back(json::Object{{"role", reasoning ? "developer" : "system"}, {"content", system}});
  for (const Message& message : chat.messages)
    if (message.role == Role::user)
      append_user(endpoint, message, messages);
    else
      append_assistant(endpoint, message, messages);
  json::Object body{{"model", endpoint.model}, {"messages", std::move(messages)}};
  add_format(endpoint, chat, body);
  add_effort(endpoint, chat, body);
  add_tools(chat, body);
  if (chat.max_tokens) body[reasoning ? "max_completion_tokens" : "max_tokens"] = *chat.max_tokens;
  if (chat.temperature && endpoint.traits.temperature) body["temperature"] = *chat.temperature;
  return post(endpoint, std::move(body));
}

void take_content(const json::Value& message, Reply& reply) {
  if (const auto thought = json::get_string(message, kReasoning); thought && !thought->empty())
    reply.parts.push_back(Opaque{std::string(kDialect), json::Object{{kReasoning, *thought}}});
  if (const auto text = json::get_text(message, "content"); text && !text->empty()) reply.parts.push_back(Text{*text});
  if (const json::Array* parts = json::get_array(message, "content"))
    for (const json::Value& part : *parts)
      if (const auto text = json::get_text(part, "text")) reply.parts.push_back(Text{*text});
  if (const auto refusal = json::get_text(message, "refusal"); refusal && !refusal->empty()) {
    reply.parts.push_back(Text{*refusal});
    reply.stop = Stop::refused;
  }
}

Usage usage_of(const json::Value& body) {
  Usage usage{.input = count_at(body, "usage.prompt_tokens"),
              .output = count_at(body, "usage.completion_tokens"),
              .reasoning = count_at(body, "usage.completion_tokens_details.reasoning_tokens"),
              .cached = count_at(body, "usage.prompt_tokens_details.cached_tokens")};
  // DeepSeek and Mistral count their caches in fields of their own.
  for (const std::string_view path :
       {"usage.prompt_cache_hit_tokens", "usage.num_cached_tokens", "usage.prompt_token_details.cached_tokens"})
    usage.cached = std::max(usage.cached, count_at(body, path));
  // xAI counts reasoning beside the completion and not within, and has done so with what came from its cache. The
  // total tells.
  if (usage.cached > usage.input) usage.input += usage.cached;
  const std::int64_t total = count_at(body, "usage.total_tokens");
  if (usage.reasoning > usage.output || (usage.reasoning > 0 && total >= usage.input + usage.output + usage.reasoning))
    usage.output += usage.reasoning;
  return usage;
}

base::Result<Reply> decode(const json::Value& body) {
  const json::Array* choices = json::get_array(body, "choices");
  if (!choices || choices->empty()) return no_reply("without a choice");
  const json::Value& choice = (*choices)[0];
  const json::Value* message = json::find(choice, "message");
  if (!message || !message->is_object()) return no_reply("without a message");
  Reply reply;
  take_content(*message, reply);
  ArgumentReader arguments;
  if (const json::Array* calls = json::get_array(*message, "tool_calls"))
    for (const json::Value& call : *calls) {
      // Servers that give no id still want each result to have its call's.
      std::string id = json::get_text(call, "id").value_or("");
      if (id.empty()) id = "call_" + std::to_string(reply.parts.size());
      TRY(Part part,
          tool_call(arguments.read({.id = std::move(id), .name = json::get_text(call, "function.name").value_or("")},
                                   json::find(call, "function.arguments"))));
      reply.parts.push_back(std::move(part));
    }
  const auto why = json::get_string(choice, "finish_reason").value_or("");
  if (why == "error" || why == "insufficient_system_resource") return broken_off(why);
  if (why == "length")
    reply.stop = Stop::length;
  else if (why == "model_length")
    reply.stop = Stop::window;
  else if (why == "content_filter")
    reply.stop = Stop::refused;
  else if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  if (why == "content_filter") reply.reason = why;
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace openai_chat

constinit const Codec kOpenAiChat{&openai_chat::encode, &openai_chat::decode, &openai_chat::usage_of};

}  // namespace llm::provider
