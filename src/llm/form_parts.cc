#include "llm/form_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"
#include "llm/same.h"

namespace llm::form {
namespace {

constexpr std::size_t kMaxToldValue = 500;

void move_keyword(json::Object& schema, std::string_view from, std::string_view to) {
  const auto it = schema.find(from);
  if (it == schema.end() || schema.contains(to)) return;
  json::Object renamed(schema.storage());  // in its place
  for (auto& entry : schema)
    renamed.emplace(entry.key() == from ? to : std::string_view(entry.key().data(), entry.key().size()),
                    std::move(entry.value()));
  schema = std::move(renamed);
}

std::string_view type_of(const json::Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "boolean";
    case boost::json::kind::string:
      return "string";
    case boost::json::kind::array:
    case boost::json::kind::object:
      return "";
    default:
      return json::to_int(value) ? "integer" : "number";
  }
}

}  // namespace

bool is_word(const json::Value* value, std::string_view word) {
  return value && value->is_string() && json::view(value->get_string()) == word;
}

bool has_any(const json::Object& schema, std::initializer_list<std::string_view> keywords) {
  return std::ranges::any_of(keywords, [&](std::string_view each) { return schema.contains(each); });
}

json::Object simplified(const json::Object& schema) {
  json::Object out = schema;
  if (const json::Value* all = schema.if_contains("allOf"); all && all->is_array() && all->get_array().size() == 1)
    if (const json::Object* only = all->get_array()[0].if_object()) {
      out.stable_erase(out.find("allOf"));
      for (const auto& [key, value] : *only)
        if (!out.contains(key)) out[key] = value;
    }
  move_keyword(out, "oneOf", "anyOf");
  if (has_any(out, {"type", "anyOf", "$ref", "enum", "const"})) return out;
  if (out.contains("properties"))
    out["type"] = "object";
  else if (out.contains("items"))
    out["type"] = "array";
  return out;
}

bool is_of_type(const json::Object& schema, std::string_view wanted) {
  const json::Value* type = schema.if_contains("type");
  if (is_word(type, wanted)) return true;
  return type && type->is_array() &&
         std::ranges::any_of(type->get_array(), [&](const json::Value& t) { return is_word(&t, wanted); });
}

bool is_open_map(const json::Object& schema) {
  if (!is_of_type(schema, "object")) return false;
  if (schema.contains("patternProperties")) return true;
  for (const std::string_view keyword : {"additionalProperties", "unevaluatedProperties"})
    if (const json::Value* others = schema.if_contains(keyword); others && others->is_object()) return true;
  const json::Value* others = schema.if_contains("additionalProperties");
  const json::Value* known = schema.if_contains("properties");
  const bool none = !known || !known->is_object() || known->get_object().empty();
  return none && !(others && *others == json::Value(false));
}

json::Array types_of(const json::Array& values) {
  json::Array out;
  const auto add = [&](std::string_view type) {
    if (std::ranges::none_of(out, [&](const json::Value& each) { return is_word(&each, type); }))
      out.emplace_back(type);
  };
  bool fractions = false;
  for (const json::Value& each : values) {
    if (type_of(each).empty()) return {};
    fractions = fractions || type_of(each) == "number";
  }
  for (const json::Value& each : values) add(fractions && type_of(each) == "integer" ? "number" : type_of(each));
  return out;
}

void Told::add(std::string_view keyword, const json::Value& value) {
  text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", keyword, brief(value, kMaxToldValue));
}

void Told::put_into(json::Object& schema) const {
  if (text_.empty()) return;
  const json::Value* before = schema.if_contains("description");
  const std::string said = before && before->is_string() ? std::string(before->get_string()) + " " : "";
  schema["description"] = said + "(" + text_ + ")";
}

std::set<std::string, std::less<>> words_of(const json::Value* list) {
  std::set<std::string, std::less<>> out;
  if (list && list->is_array())
    for (const json::Value& each : list->get_array())
      if (each.is_string()) out.emplace(json::view(each.get_string()));
  return out;
}

bool is_tellable(std::string_view keyword) {
  constexpr std::string_view kTellable[] = {
      "pattern",          "format",           "minLength",  "maxLength", "minimum",     "maximum",
      "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",  "maxItems",    "uniqueItems",
      "minProperties",    "maxProperties",    "not",        "contains",  "minContains", "maxContains"};
  return std::ranges::find(kTellable, keyword) != std::end(kTellable);
}

}  // namespace llm::form
