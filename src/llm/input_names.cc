#include "llm/input_names.h"

#include <algorithm>

#include <fmt/format.h>

namespace llm {
namespace {

constexpr std::size_t kLongest = 64;

bool is_usual(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// What can still be read of it, and a number that no other name has.
std::string usual_form(std::string_view name, std::size_t number) {
  std::string out;
  for (const char c : name.substr(0, kLongest / 2))
    if (is_usual(c)) out += c;
  return fmt::format("{}_{}", out.empty() ? "member" : out, number);
}

const json::Object* properties_of(std::string_view key, const json::Value& value) {
  return key == "properties" ? value.if_object() : nullptr;
}

}  // namespace

bool is_usual_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, is_usual);
}

bool has_unusual_names(const json::Value& schema) {
  if (const json::Array* list = schema.if_array()) return std::ranges::any_of(*list, has_unusual_names);
  const json::Object* object = schema.if_object();
  if (!object) return false;
  for (const auto& [key, value] : *object) {
    if (const json::Object* properties = properties_of(key, value))
      for (const auto& [name, rules] : *properties)
        if (!is_usual_name(name)) return true;
    if (has_unusual_names(value)) return true;
  }
  return false;
}

InputNames::InputNames(Chat& chat) {
  for (const Tool& tool : chat.tools) find(tool.parameters);
  if (sent_.empty()) return;
  for (Tool& tool : chat.tools)
    if (has_unusual_names(tool.parameters)) tool.parameters = sent(tool.parameters);
  for (Message& message : chat.messages)
    for (Part& part : message.parts)
      if (auto* call = std::get_if<ToolCall>(&part)) {
        json::Value arguments = std::move(call->arguments);
        rename(arguments, sent_);
        call->arguments = std::move(arguments.get_object());
      }
}

void InputNames::restore(Reply& reply) const {
  if (given_.empty()) return;
  for (Part& part : reply.parts)
    if (auto* call = std::get_if<ToolCall>(&part)) {
      json::Value arguments = std::move(call->arguments);
      rename(arguments, given_);
      call->arguments = std::move(arguments.get_object());
    }
}

void InputNames::find(const json::Value& schema) {
  if (const json::Array* list = schema.if_array())
    for (const json::Value& each : *list) find(each);
  const json::Object* object = schema.if_object();
  if (!object) return;
  for (const auto& [key, value] : *object) {
    if (const json::Object* properties = properties_of(key, value))
      for (const auto& [name, rules] : *properties)
        if (!is_usual_name(name) && !sent_.contains(std::string_view(name))) {
          std::string form = usual_form(name, sent_.size() + 1);
          given_.emplace(form, name);
          sent_.emplace(name, std::move(form));
        }
    find(value);
  }
}

json::Value InputNames::sent(const json::Value& schema) const {
  const auto form = [this](std::string_view name) {
    const auto it = sent_.find(name);
    return it == sent_.end() ? std::string(name) : it->second;
  };
  if (const json::Array* list = schema.if_array()) {
    json::Array out;
    for (const json::Value& each : *list) out.push_back(sent(each));
    return out;
  }
  const json::Object* object = schema.if_object();
  if (!object) return schema;
  json::Object out;
  for (const auto& [key, value] : *object) {
    if (const json::Object* properties = properties_of(key, value)) {
      json::Object renamed;
      for (const auto& [name, rules] : *properties) renamed[form(name)] = sent(rules);
      out[key] = std::move(renamed);
    } else if (const json::Array* names = value.if_array(); names && key == "required") {
      json::Array renamed;
      for (const json::Value& name : *names)
        renamed.push_back(name.is_string() ? json::Value(form(json::view(name.get_string()))) : name);
      out[key] = std::move(renamed);
    } else {
      out[key] = sent(value);
    }
  }
  return out;
}

void InputNames::rename(json::Value& value, const Names& names) {
  if (json::Array* list = value.if_array())
    for (json::Value& each : *list) rename(each, names);
  json::Object* object = value.if_object();
  if (!object) return;
  json::Object out;
  for (auto& [key, inner] : *object) {
    rename(inner, names);
    const auto it = names.find(std::string_view(key));
    out[it == names.end() ? std::string_view(key) : std::string_view(it->second)] = std::move(inner);
  }
  *object = std::move(out);
}

}  // namespace llm
