#include "llm/form_parts.h"

#include <algorithm>
#include <optional>

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

namespace {

constexpr int kDeepestMerged = 8;

bool is_about_the_schema(std::string_view keyword) {
  constexpr std::string_view kWords[] = {"title",    "description", "default",  "examples", "example",    "deprecated",
                                         "readOnly", "writeOnly",   "$comment", "$defs",    "definitions"};
  return std::ranges::find(kWords, keyword) != std::end(kWords);
}

bool only_says(const json::Object& schema, auto&& says) {
  return std::ranges::all_of(schema, [&](const auto& entry) {
    const std::string_view keyword(entry.key().data(), entry.key().size());
    return is_about_the_schema(keyword) || says(keyword, entry.value());
  });
}

// An object with properties, open for others.
bool is_plain_object(const json::Object& schema) {
  return only_says(schema, [](std::string_view keyword, const json::Value& value) {
    if (keyword == "type") return is_word(&value, "object");
    if (keyword == "properties") return value.is_object();
    if (keyword == "required") return value.is_array();
    return keyword == "additionalProperties" && value == json::Value(true);
  });
}

bool take_plain(const json::Object& part, json::Object& out, base::Budget& budget) {
  if (const json::Value* properties = part.if_contains("properties")) {
    json::Value& known = out["properties"];
    if (!known.is_object()) known = json::Object();
    for (const auto& [key, value] : properties->get_object()) {
      const auto it = known.get_object().find(key);
      if (it == known.get_object().end())
        known.get_object()[key] = value;
      else if (!same(it->value(), value, budget))
        return false;
    }
  }
  if (const json::Value* names = part.if_contains("required")) {
    json::Value& known = out["required"];
    if (!known.is_array()) known = json::Array();
    for (const json::Value& name : names->get_array()) known.get_array().push_back(name);
  }
  return true;
}

// The schema without its allOf, where that says no more.
std::optional<json::Object> merged(const json::Object& schema, const json::Array& all, SchemaChecker& checker,
                                   base::Budget& budget, int depth) {
  json::Object out = schema;
  out.stable_erase(out.find("allOf"));
  const auto says_nothing = [](std::string_view keyword, const json::Value&) {
    return keyword == "$schema" || keyword == "$id";
  };
  if (all.size() == 1 && all[0].is_object() && only_says(out, says_nothing)) {
    for (const auto& [key, value] : all[0].get_object())
      if (!out.contains(key)) out[key] = value;
    return out;
  }
  const auto is_plain = [&](std::string_view keyword, const json::Value& value) {
    return says_nothing(keyword, value) || (keyword == "unevaluatedProperties" && value == json::Value(false)) ||
           is_plain_object({{keyword, value}});
  };
  if (depth >= kDeepestMerged || all.empty() || !only_says(out, is_plain)) return {};
  for (const json::Value& each : all) {
    const json::Value* target = &each;
    if (each.is_object() && each.get_object().contains("$ref")) {
      const auto is_ref = [](std::string_view keyword, const json::Value&) { return keyword == "$ref"; };
      if (!only_says(each.get_object(), is_ref)) return {};
      target = checker.target(each);
    }
    if (!target || !target->is_object() || !spend_on(*target, budget)) return {};
    const json::Object part = simplified(target->get_object(), checker, budget, depth + 1);
    if (!is_plain_object(part) || !take_plain(part, out, budget)) return {};
  }
  out["type"] = "object";
  return out;
}

}  // namespace

json::Object simplified(const json::Object& schema, SchemaChecker& checker, base::Budget& budget, int depth) {
  json::Object out = schema;
  if (const json::Value* all = schema.if_contains("allOf"); all && all->is_array())
    if (auto one = merged(schema, all->get_array(), checker, budget, depth)) out = std::move(*one);
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
