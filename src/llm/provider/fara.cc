// Fara: a small model that uses a screen over plain Chat Completions. Its tool stands in the system text, and it calls
// it in its own: thoughts, then <tool_call>{…}</tool_call>.
#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/repair.h"
#include "llm/smart_resize.h"

namespace llm::provider {
namespace fara {
namespace {

constexpr std::string_view kTool = "computer_use";
constexpr std::string_view kOpen = "<tool_call>";
constexpr std::string_view kClose = "</tool_call>";

json::Object string_type(std::string_view words) { return {{"type", "string"}, {"description", words}}; }
json::Object number_type(std::string_view words) { return {{"type", "number"}, {"description", words}}; }
json::Object flag_type(std::string_view words) { return {{"type", "boolean"}, {"description", words}}; }
json::Object list_type(std::string_view of, std::string_view words) {
  return {{"type", "array"}, {"items", json::Object{{"type", of}}}, {"description", words}};
}

json::Object parameters() {
  const json::Array actions{"key",
                            "type",
                            "mouse_move",
                            "left_click",
                            "scroll",
                            "visit_url",
                            "web_search",
                            "history_back",
                            "wait",
                            "terminate",
                            "pause_and_memorize_fact"};
  json::Object properties;
  properties["action"] = json::Object{{"type", "string"}, {"enum", actions}, {"description", "What to do."}};
  properties["keys"] = list_type("string", "For key: the keys, pressed together.");
  properties["text"] = string_type("For type: the text.");
  properties["press_enter"] = flag_type("For type: whether Enter follows the text.");
  properties["delete_existing_text"] = flag_type("For type: whether what the field holds is removed first.");
  properties["coordinate"] =
      list_type("number", "[x, y] from the upper left corner. For left_click, mouse_move, type and scroll.");
  properties["pixels"] = number_type("For scroll: how far. Positive numbers go up, negative ones down.");
  properties["url"] = string_type("For visit_url: the address.");
  properties["query"] = string_type("For web_search: what to search for.");
  properties["fact"] = string_type("For pause_and_memorize_fact: what to keep in mind.");
  properties["time"] = number_type("For wait: seconds.");
  properties["status"] = json::Object{{"type", "string"},
                                      {"enum", json::Array{"success", "failure"}},
                                      {"description", "For terminate: how the task ended."}};
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", json::Array{"action"}}};
}

std::string screen_text(const Screen& screen) {
  const SeenSize seen = smart_resize(screen.width, screen.height);
  const json::Object tool{
      {"type", "function"},
      {"function", json::Object{{"name", kTool},
                                {"description",
                                 fmt::format("Uses a web browser by its mouse and keyboard. Its page is {}x{} pixels "
                                             "large. Each call does one action; a picture of the page follows.",
                                             seen.width, seen.height)},
                                {"parameters", parameters()}}}};
  return fmt::format(
      "# Tools\n\nThere is one function:\n<tools>\n{}\n</tools>\n\nSay briefly what you see and intend, then call it, "
      "once "
      "in each answer, in exactly this form:\n{}\n{{\"name\": \"{}\", \"arguments\": {{\"action\": …}}}}\n{}\n\nWhen "
      "the "
      "task is done, or cannot be done, give the answer in your words and call terminate.",
      json::write(tool), kOpen, kTool, kClose);
}

json::Object text_part(const std::string& text) { return {{"type", "text"}, {"text", text}}; }
json::Object image_part(const Image& image) {
  return {{"type", "image_url"}, {"image_url", json::Object{{"url", data_url(image)}}}};
}

void append_result(const ToolResult& result, json::Array& content) {
  for (const auto& each : result.content)
    if (const auto* text = std::get_if<Text>(&each))
      content.push_back(text_part(text->text));
    else
      content.push_back(image_part(std::get<Image>(each)));
  if (!result.url.empty()) content.push_back(text_part("Current URL: " + result.url));
}

json::Object user_message(const Message& message) {
  json::Array content;
  for (const Part& part : message.parts)
    if (const auto* text = std::get_if<Text>(&part))
      content.push_back(text_part(text->text));
    else if (const auto* image = std::get_if<Image>(&part))
      content.push_back(image_part(*image));
    else if (const auto* result = std::get_if<ToolResult>(&part))
      append_result(*result, content);
  return {{"role", "user"}, {"content", std::move(content)}};
}

json::Object assistant_message(const Message& message) {
  std::string all;
  const auto add = [&all](std::string_view text) {
    if (!all.empty()) all += '\n';
    all += text;
  };
  for (const Part& part : message.parts)
    if (const auto* text = std::get_if<Text>(&part))
      add(text->text);
    else if (const auto* call = std::get_if<ToolCall>(&part))
      add(call->native.is_string()
              ? std::string(json::view(call->native.get_string()))
              : fmt::format("{}\n{}\n{}", kOpen,
                            json::write(json::Object{{"name", call->name}, {"arguments", call->arguments}}), kClose));
  return {{"role", "assistant"}, {"content", std::move(all)}};
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  std::string system = system_text(endpoint, chat);
  if (chat.screen) system += (system.empty() ? "" : "\n\n") + screen_text(*chat.screen);
  json::Array messages;
  if (!system.empty()) messages.push_back(json::Object{{"role", "system"}, {"content", system}});
  for (const Message& message : chat.messages)
    messages.push_back(message.role == Role::user ? user_message(message) : assistant_message(message));
  json::Object body{{"model", endpoint.model}, {"messages", std::move(messages)}};
  if (chat.max_tokens) body["max_tokens"] = *chat.max_tokens;
  body["temperature"] = chat.temperature.value_or(0);
  return post(endpoint, std::move(body));
}

// The arguments of the call in this text; nothing when they cannot be made out.
std::optional<json::Object> arguments_in(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with("{{")) text.remove_prefix(1);  // a slip of the model's own
  auto value = read_reply(text);
  if (!value || !value->is_object()) return {};
  json::Object& object = value->get_object();
  json::Value* arguments = object.if_contains("arguments");
  if (!arguments) return object.contains("action") ? std::optional(std::move(object)) : std::nullopt;
  if (arguments->is_object()) return std::move(arguments->get_object());
  if (!arguments->is_string()) return {};
  auto inner = read_reply(json::view(arguments->get_string()));
  if (!inner || !inner->is_object()) return {};
  return std::move(inner->get_object());
}

base::Result<Reply> decode(const json::Value& body) {
  TRY(Reply reply, kOpenAiChat.decode(body));
  const std::string text = reply.text();
  const std::size_t open = text.find(kOpen);
  if (open == std::string::npos || reply.stop == Stop::refused) return reply;
  const std::size_t begin = open + kOpen.size();
  const std::size_t close = text.find(kClose, begin);
  reply.parts.clear();
  if (const std::string_view thoughts = base::trim(std::string_view(text).substr(0, open)); !thoughts.empty())
    reply.parts.push_back(Text{std::string(thoughts)});
  const std::size_t length = close == std::string::npos ? std::string::npos : close - begin;
  ToolCall call{.id = "call_0", .name = std::string(kTool)};
  const std::string_view written = std::string_view(text).substr(begin, length);
  if (auto arguments = arguments_in(written)) {
    call.arguments = std::move(*arguments);
  } else {
    call.unreadable = written.empty() ? "nothing" : std::string(written);
    call.native = json::Value(std::string_view(text).substr(open));
  }
  reply.parts.push_back(std::move(call));
  if (close != std::string::npos || reply.stop != Stop::length) reply.stop = Stop::tool_calls;
  return reply;
}

Usage usage_of(const json::Value& body) { return kOpenAiChat.usage(body); }

}  // namespace
}  // namespace fara

constinit const Codec kFara{&fara::encode, &fara::decode, &fara::usage_of};

}  // namespace llm::provider
