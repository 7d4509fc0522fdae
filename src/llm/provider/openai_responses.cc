// OpenAI's Responses API, and Perplexity's agent endpoint, which speaks a part of it.
#include <algorithm>
#include <set>

#include "json/write.h"
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/provider/openai_screen.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace openai_responses {
namespace {

constexpr std::string_view kDialect = "openai_responses";

json::Object image_part(const Image& image) {
  return {{"type", "input_image"}, {"image_url", data_url(image)}, {"detail", "auto"}};
}

json::Value tool_output(const ToolResult& result) {
  bool images = false;
  for (const auto& each : result.content) images = images || std::holds_alternative<Image>(each);
  if (!images) return json::Value(text_of(result));
  json::Array all;
  for (const auto& each : result.content)
    if (const auto* text = std::get_if<Text>(&each))
      all.push_back(json::Object{{"type", "input_text"}, {"text", text->text}});
    else
      all.push_back(image_part(std::get<Image>(each)));
  return all;
}

using ScreenCalls = std::set<std::string>;  // ids of those so far

// What the model said goes back as plain text with its phase: the form of its own items wants ids, which nothing stored
// has.
json::Object said_item(const Text& text) {
  json::Object item{{"role", "assistant"}, {"content", text.text}};
  if (!text.phase.empty()) item["phase"] = text.phase;
  return item;
}

// A message's texts and images are one item; calls, results and reasoning are items of their own.
void append_message(const Message& message, ScreenCalls& screen, json::Array& input) {
  json::Array content;
  json::Array words;  // of results that have no place for any: behind them all, for results must stand behind calls
  const auto flush = [&] {
    if (content.empty()) return;
    input.push_back(json::Object{{"role", "user"}, {"content", std::move(content)}});
    content = {};
  };
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) {
      if (message.role == Role::assistant)
        input.push_back(said_item(*text));
      else
        content.push_back(json::Object{{"type", "input_text"}, {"text", text->text}});
    } else if (const auto* image = std::get_if<Image>(&part)) {
      content.push_back(image_part(*image));
    } else if (const auto* call = std::get_if<ToolCall>(&part); call && is_screen_call(*call)) {
      flush();
      screen.insert(call->id);
      input.push_back(call->native);
    } else if (call) {
      flush();
      input.push_back(json::Object{{"type", "function_call"},
                                   {"call_id", call->id},
                                   {"name", sent_name(call->name)},
                                   {"arguments", json::write(call->arguments)}});
    } else if (const auto* result = std::get_if<ToolResult>(&part)) {
      flush();
      if (!screen.contains(result->call_id)) {
        input.push_back(json::Object{
            {"type", "function_call_output"}, {"call_id", result->call_id}, {"output", tool_output(*result)}});
        continue;
      }
      input.push_back(screen_output(*result));
      std::string told = text_of(*result);
      if (!result->url.empty()) told += (told.empty() ? "" : "\n") + ("The address of the page: " + result->url);
      if (!told.empty()) words.push_back(json::Object{{"type", "input_text"}, {"text", std::move(told)}});
    } else if (const auto* opaque = std::get_if<Opaque>(&part); opaque && opaque->dialect == kDialect) {
      flush();
      input.push_back(opaque->item);
    }
  }
  for (json::Value& each : words) content.push_back(std::move(each));
  flush();
}

json::Object format_of(const JsonOutput& output, Constraints known) {
  const auto strict = strict_form(output.schema, known);
  return {{"type", "json_schema"},
          {"name", "response"},
          {"strict", strict.has_value()},
          {"schema", strict ? *strict : plain_form(output.schema)}};
}

void add_tools(const Endpoint& endpoint, const Chat& chat, json::Object& body) {
  if (chat.tools.empty() && !chat.screen) return;
  json::Array tools;
  if (chat.screen) {
    const bool newer = has_newer_screen_tool(endpoint);
    tools.push_back(screen_tool(*chat.screen, newer));
    if (!newer) body["truncation"] = "auto";  // which the older tool asks for
  }
  for (const Tool& tool : chat.tools)
    tools.push_back(json::Object{{"type", "function"},
                                 {"name", tool.name},
                                 {"description", tool.description},
                                 {"parameters", plain_form(tool.parameters)},
                                 {"strict", false}});
  body["tools"] = std::move(tools);
  switch (chat.tool_choice.how) {
    case ToolChoice::How::may:
      body["tool_choice"] = "auto";
      break;
    case ToolChoice::How::must:
      body["tool_choice"] = "required";
      break;
    case ToolChoice::How::named:
      body["tool_choice"] = json::Object{{"type", "function"}, {"name", chat.tool_choice.name}};
      break;
  }
}

// Short answers and little thinking: a forced JSON reply is a choice and not an essay.
void add_effort(const Endpoint& endpoint, const Chat& chat, json::Object& body) {
  if (!chat.output) return;
  if (!endpoint.traits.verbosity.empty()) body["text"].get_object()["verbosity"] = endpoint.traits.verbosity;
  if (!endpoint.traits.effort.empty()) body["reasoning"] = json::Object{{"effort", endpoint.traits.effort}};
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Array input;
  if (const std::string system = system_text(endpoint, chat); !system.empty())
    input.push_back(
        json::Object{{"role", endpoint.traits.openai_reasoning ? "developer" : "system"}, {"content", system}});
  ScreenCalls screen;
  for (const Message& message : chat.messages) append_message(message, screen, input);
  json::Object body{{"model", endpoint.model}, {"input", std::move(input)}};
  if (chat.output)
    body["text"] = json::Object{{"format", endpoint.json_mode == JsonMode::json_object
                                               ? json::Object{{"type", "json_object"}}
                                               : format_of(*chat.output, Constraints::some)}};
  add_effort(endpoint, chat, body);
  add_tools(endpoint, chat, body);
  body["store"] = false;  // what pages show is not left with the provider
  if (endpoint.traits.openai_reasoning) body["include"] = json::Array{"reasoning.encrypted_content"};
  if (chat.max_tokens) body["max_output_tokens"] = *chat.max_tokens;
  if (chat.temperature && endpoint.traits.temperature) body["temperature"] = *chat.temperature;
  return post(endpoint, std::move(body));
}

// Results of functions are text there; their pictures follow in a message of the user's.
Message without_pictures_in_results(const Message& message) {
  Message out{.role = message.role};
  std::vector<Part> pictures;
  for (const Part& part : message.parts) {
    const auto* result = std::get_if<ToolResult>(&part);
    out.parts.push_back(part);
    if (!result) continue;
    auto& content = std::get<ToolResult>(out.parts.back()).content;
    std::erase_if(content, [](const auto& each) { return std::holds_alternative<Image>(each); });
    if (content.size() == result->content.size()) continue;
    pictures.push_back(Text{"Image from the tool " + result->name + ":"});
    for (const auto& each : result->content)
      if (const auto* image = std::get_if<Image>(&each)) pictures.push_back(*image);
  }
  // In front of what the user says beside the results, behind the results.
  const auto behind = std::ranges::find_if(out.parts.rbegin(), out.parts.rend(),
                                           [](const Part& part) { return std::holds_alternative<ToolResult>(part); });
  out.parts.insert(behind.base(), pictures.begin(), pictures.end());
  return out;
}

// "provider/model", or one of the combinations of model and tools that have a name; Perplexity's own model has both.
void name_model(const std::string& model, json::Object& body) {
  constexpr std::string_view kPreset = "preset/";
  const std::string name = model.starts_with(kPreset) ? model.substr(kPreset.size()) : model;
  if (name == "sonar")
    body["model"] = "perplexity/sonar";
  else if (name.find('/') == std::string::npos)
    body["preset"] = name;
  else
    body["model"] = name;
}

net::HttpCall encode_perplexity(const Endpoint& endpoint, const Chat& chat) {
  json::Array items;
  if (const std::string system = system_text(endpoint, chat); !system.empty())
    items.push_back(json::Object{{"role", "system"}, {"content", system}});
  ScreenCalls screen;
  for (const Message& message : chat.messages) append_message(without_pictures_in_results(message), screen, items);
  json::Array input;
  for (json::Value& item : items) {
    if (json::get_string(item, "type") == "reasoning") continue;  // of another provider; this one knows none
    json::Object typed;
    if (!item.get_object().contains("type")) typed["type"] = "message";
    for (auto& entry : item.get_object()) typed[entry.key()] = std::move(entry.value());
    if (json::Array* parts = typed["content"].if_array())
      for (json::Value& part : *parts) part.get_object().erase("detail");  // which it does not know
    if (typed["content"].is_null()) typed.erase("content");
    typed.erase("phase");
    input.push_back(std::move(typed));
  }
  json::Object body;
  name_model(endpoint.model, body);
  body["input"] = std::move(input);
  if (chat.output && endpoint.json_mode != JsonMode::json_object) {
    json::Object format = format_of(*chat.output, Constraints::none);
    format.erase("type");
    body["response_format"] = json::Object{{"type", "json_schema"}, {"json_schema", std::move(format)}};
  }
  add_tools(endpoint, chat, body);
  body.erase("tool_choice");  // nor this, nor a temperature
  if (chat.max_tokens) body["max_output_tokens"] = *chat.max_tokens;
  return post(endpoint, std::move(body));
}

base::Result<void> take_item(const json::Value& item, ArgumentReader& arguments, Reply& reply) {
  const auto type = json::get_string(item, "type").value_or("");
  if (type == "function_call") {
    TRY(Part call, tool_call(arguments.read({.id = json::get_text(item, "call_id").value_or(""),
                                             .name = json::get_text(item, "name").value_or("")},
                                            json::find(item, "arguments"))));
    reply.parts.push_back(std::move(call));
  } else if (type == "computer_call") {
    reply.parts.push_back(screen_call(item));
  } else if (type == "reasoning") {
    reply.parts.push_back(Opaque{std::string(kDialect), item});
  } else if (const json::Array* content = json::get_array(item, "content"); content && type == "message") {
    const std::string phase = json::text_at(item, "phase");
    for (const json::Value& part : *content) {
      if (const auto text = json::get_text(part, "text")) reply.parts.push_back(Text{.text = *text, .phase = phase});
      if (const auto refusal = json::get_text(part, "refusal")) {
        reply.parts.push_back(Text{*refusal});
        reply.stop = Stop::refused;
      }
    }
  }
  return {};
}

// Perplexity's name for what came from its cache is another.
Usage usage_of(const json::Value& body) {
  const std::int64_t cached = count_at(body, "usage.input_tokens_details.cached_tokens");
  const std::int64_t read = count_at(body, "usage.input_tokens_details.cache_read_input_tokens");
  return {.input = count_at(body, "usage.input_tokens"),
          .output = count_at(body, "usage.output_tokens"),
          .reasoning = count_at(body, "usage.output_tokens_details.reasoning_tokens"),
          .cached = std::max(cached, read)};
}

// Words on the way and nothing else: the model has not come to its answer.
bool is_on_the_way(const Reply& reply) {
  bool words = false;
  for (const Part& part : reply.parts) {
    if (std::holds_alternative<ToolCall>(part)) return false;
    if (const auto* text = std::get_if<Text>(&part)) {
      if (text->phase != kCommentary) return false;
      words = true;
    }
  }
  return words;
}

base::Result<Reply> decode(const json::Value& body) {
  const auto status = json::get_string(body, "status").value_or("completed");
  if (status == "failed" || status == "cancelled" || status == "queued" || status == "in_progress")
    return broken_off(status, json::text_at(body, "error.message"));
  const json::Array* output = json::get_array(body, "output");
  if (!output) return no_reply("without an output");
  Reply reply;
  ArgumentReader arguments;
  for (const json::Value& item : *output) TRY_VOID(take_item(item, arguments, reply));
  if (reply.calls_tools())
    reply.stop = Stop::tool_calls;
  else if (is_on_the_way(reply) && reply.stop == Stop::finished)
    reply.stop = Stop::paused;
  if (status == "incomplete") {
    const std::string why = json::text_at(body, "incomplete_details.reason");
    reply.stop = why == "content_filter" ? Stop::refused : Stop::length;
    if (reply.stop == Stop::refused) reply.reason = why;
  }
  reply.usage = usage_of(body);
  return reply;
}

}  // namespace
}  // namespace openai_responses

constinit const Codec kOpenAiResponses{&openai_responses::encode, &openai_responses::decode,
                                       &openai_responses::usage_of};
constinit const Codec kPerplexity{&openai_responses::encode_perplexity, &openai_responses::decode,
                                  &openai_responses::usage_of};

}  // namespace llm::provider
