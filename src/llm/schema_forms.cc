#include "llm/schema_forms.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "json/write.h"
#include "llm/json_schema.h"
#include "llm/same.h"

namespace llm {
namespace {

constexpr std::uint64_t kFormSteps = 2'000'000;  // a schema that takes more is sent as it is

bool has(const json::Object& schema, std::string_view key) { return schema.contains(key); }

void drop(json::Object& schema, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (auto it = schema.find(key); it != schema.end()) schema.stable_erase(it);
}

void rename(json::Object& schema, std::string_view from, std::string_view to) {
  if (!has(schema, from) || has(schema, to)) return;
  json::Value value = std::move(schema[from]);
  drop(schema, {from});
  schema[to] = std::move(value);
}

bool is_word(const json::Value* value, std::string_view word) {
  return value && value->is_string() && json::view(value->get_string()) == word;
}

// Schemas without a type that clearly mean one.
void name_the_type(json::Object& schema) {
  if (has(schema, "type") || has(schema, "anyOf") || has(schema, "$ref") || has(schema, "enum") || has(schema, "const"))
    return;
  if (has(schema, "properties"))
    schema["type"] = "object";
  else if (has(schema, "items"))
    schema["type"] = "array";
}

bool is_of_type(const json::Object& schema, std::string_view wanted) {
  const json::Value* type = schema.if_contains("type");
  if (is_word(type, wanted)) return true;
  return type && type->is_array() &&
         std::ranges::any_of(type->get_array(), [&](const json::Value& t) { return is_word(&t, wanted); });
}

bool is_object_schema(const json::Object& schema) { return is_of_type(schema, "object"); }

// A map with keys of the reply's own choosing.
bool is_open_map(const json::Object& schema) {
  if (!is_object_schema(schema)) return false;
  if (has(schema, "patternProperties")) return true;
  const json::Value* others = schema.if_contains("additionalProperties");
  if (others && others->is_object()) return true;
  const json::Value* known = schema.if_contains("properties");
  const bool none = !known || !known->is_object() || known->get_object().empty();
  return none && !(others && *others == json::Value(false));
}

void close(json::Object& schema) {
  if (!is_object_schema(schema)) return;
  if (!has(schema, "properties")) schema["properties"] = json::Object();
  schema["additionalProperties"] = false;
}

// No schema at all, whatever its author meant.
bool has_odd_properties(const json::Object& schema) {
  const json::Value* known = schema.if_contains("properties");
  return known && !known->is_object();
}

// The only schema of an allOf stands for itself.
void unwrap_all_of(json::Object& schema) {
  json::Value* all = schema.if_contains("allOf");
  if (!all || !all->is_array() || all->get_array().size() != 1 || !all->get_array()[0].is_object()) return;
  json::Object only = std::move(all->get_array()[0].get_object());
  drop(schema, {"allOf"});
  for (auto& entry : only)
    if (!schema.contains(entry.key())) schema[entry.key()] = std::move(entry.value());
}

constexpr std::string_view kAllConstraints[] = {
    "pattern",          "format",     "minLength", "maxLength", "minimum",     "maximum",       "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems",  "maxItems",  "uniqueItems", "minProperties", "maxProperties"};

bool openai_knows(std::string_view constraint, const json::Value& value) {
  constexpr std::string_view kFormats[] = {"date-time", "time", "date", "duration", "email",
                                           "hostname",  "ipv4", "ipv6", "uuid"};
  if (constraint == "format")
    return std::ranges::any_of(kFormats, [&](std::string_view format) { return is_word(&value, format); });
  constexpr std::string_view kUnknown[] = {"minLength", "maxLength", "uniqueItems", "minProperties", "maxProperties"};
  return std::ranges::find(kUnknown, constraint) == std::end(kUnknown);
}

// Constraints that a provider would refuse are told in words; the reply is checked against them all the same.
void tell_constraints(json::Object& schema, Constraints known) {
  std::string told;
  for (const std::string_view key : kAllConstraints) {
    const json::Value* value = schema.if_contains(key);
    if (!value || (known == Constraints::some && openai_knows(key, *value))) continue;
    told += fmt::format("{}{}: {}", told.empty() ? "" : ", ", key, json::write(*value));
    drop(schema, {key});
  }
  if (told.empty()) return;
  const json::Value* before = schema.if_contains("description");
  const std::string text = before && before->is_string() ? std::string(before->get_string()) + " " : "";
  schema["description"] = text + "(" + told + ")";
}

std::set<std::string, std::less<>> words_of(const json::Value* list) {
  std::set<std::string, std::less<>> out;
  if (list && list->is_array())
    for (const json::Value& each : list->get_array())
      if (each.is_string()) out.emplace(json::view(each.get_string()));
  return out;
}

void allow_null(json::Value& value) {
  json::Object& schema = value.get_object();
  if (json::Value* any = schema.if_contains("anyOf"); any && any->is_array()) {
    any->get_array().push_back(json::Object{{"type", "null"}});
    return;
  }
  json::Value* type = schema.if_contains("type");
  if (!type || !(type->is_string() || type->is_array()) || has(schema, "$ref") || has(schema, "const")) {
    json::Value before = value;
    value = json::Object{{"anyOf", json::Array{std::move(before), json::Object{{"type", "null"}}}}};
    return;
  }
  if (type->is_string()) *type = json::Array{*type};
  type->get_array().push_back("null");
  if (json::Value* words = schema.if_contains("enum"); words && words->is_array())
    words->get_array().push_back(nullptr);
}

// --- OpenAI ----------------------------------------------------------------------------------------------------------

bool make_strict(const json::Value& document, json::Value& value, Constraints known, base::Budget& budget) {
  if (!value.is_object() || !budget.spend()) return false;
  json::Object& schema = value.get_object();
  unwrap_all_of(schema);
  rename(schema, "oneOf", "anyOf");
  name_the_type(schema);
  drop(schema, {"$schema", "$id", "default", "examples", "$comment"});
  for (const std::string_view key :
       {"allOf", "not", "if", "patternProperties", "dependentRequired", "dependentSchemas", "prefixItems"})
    if (has(schema, key)) return false;
  if (has(schema, "$ref")) {  // may have nothing beside it
    const json::Value ref = schema["$ref"];
    json::Object alone{{"$ref", ref}};
    for (const std::string_view key : {"$defs", "definitions"})
      if (has(schema, key)) alone[key] = schema[key];
    schema = std::move(alone);
  } else if (!has(schema, "type") && !has(schema, "anyOf") && !has(schema, "enum") && !has(schema, "const")) {
    return false;  // a value of any type
  }
  if (is_open_map(schema) || has_odd_properties(schema)) return false;
  if (is_of_type(schema, "array") && !(has(schema, "items") && schema["items"].is_object())) return false;
  close(schema);
  tell_constraints(schema, known);
  if (is_object_schema(schema)) {
    json::Array required;
    const std::set<std::string, std::less<>> required_keys = words_of(schema.if_contains("required"));
    for (auto& entry : schema["properties"].get_object()) {
      required.push_back(entry.key());
      if (!entry.value().is_object()) return false;
      const std::string_view key(entry.key().data(), entry.key().size());
      const bool required_here = required_keys.contains(key);
      if (!required_here && misfit(nullptr, entry.value(), document, budget)) allow_null(entry.value());
    }
    schema["required"] = std::move(required);
  }
  bool good = true;
  for_each_subschema(schema, [&](json::Value& inner) { good = good && make_strict(document, inner, known, budget); });
  return good;
}

// --- Anthropic -------------------------------------------------------------------------------------------------------

bool make_anthropic(json::Value& value) {
  if (!value.is_object()) return false;
  json::Object& schema = value.get_object();
  unwrap_all_of(schema);
  rename(schema, "oneOf", "anyOf");
  name_the_type(schema);
  drop(schema, {"$schema", "$id", "examples", "$comment"});
  for (const std::string_view key : {"not", "if", "prefixItems"})
    if (has(schema, key)) return false;
  if (is_open_map(schema) || has_odd_properties(schema)) return false;
  close(schema);
  tell_constraints(schema, Constraints::none);
  bool good = true;
  for_each_subschema(schema, [&](json::Value& inner) { good = good && make_anthropic(inner); });
  return good;
}

// --- Gemini ----------------------------------------------------------------------------------------------------------

class GeminiForm {
 public:
  GeminiForm(const json::Value& document, base::Budget& budget) : document_(document), budget_(budget) {}

  // What it gives with a budget that is over is of no use.
  json::Value make(const json::Value& value) {
    if (!value.is_object() || !spend_on(value, budget_)) return json::Object();
    json::Object in = value.get_object();
    unwrap_all_of(in);
    rename(in, "oneOf", "anyOf");
    if (const json::Value* ref = in.if_contains("$ref"); ref && ref->is_string())
      if (const json::Value* target = follow_ref(document_, json::view(ref->get_string()))) {
        json::Value out = make(*target);
        if (const json::Value* text = in.if_contains("description")) out.get_object()["description"] = *text;
        return out;
      }
    name_the_type(in);
    json::Object out;
    copy_type(in, out);
    for (const std::string_view key : {"description", "title", "minItems", "maxItems", "minimum", "maximum"})
      if (const json::Value* each = in.if_contains(key)) out[key] = *each;
    if (const json::Value* format = in.if_contains("format"); is_word(format, "date-time") || is_word(format, "enum"))
      out["format"] = *format;
    copy_words(in, out);
    if (const json::Value* items = in.if_contains("items")) out["items"] = make(*items);
    if (const json::Value* known = in.if_contains("properties"); known && known->is_object()) {
      json::Object properties;
      json::Array order;
      for (const auto& [key, inner] : known->get_object()) {
        properties[key] = make(inner);
        order.push_back(json::Value(key));
      }
      out["properties"] = std::move(properties);
      if (const json::Value* required = in.if_contains("required")) out["required"] = *required;
      if (order.size() > 1) out["propertyOrdering"] = std::move(order);
    }
    if (const json::Value* any = in.if_contains("anyOf"); any && any->is_array()) copy_forms(any->get_array(), out);
    return out;
  }

 private:
  static void copy_type(const json::Object& in, json::Object& out) {
    const json::Value* type = in.if_contains("type");
    if (!type) return;
    if (type->is_string()) {
      out["type"] = *type;
      return;
    }
    if (!type->is_array()) return;
    json::Array types;
    for (const json::Value& each : type->get_array())
      if (is_word(&each, "null"))
        out["nullable"] = true;
      else
        types.push_back(each);
    if (types.size() == 1) out["type"] = types[0];
    if (types.size() < 2) return;
    json::Array forms;
    for (const json::Value& each : types) forms.push_back(json::Object{{"type", each}});
    out["anyOf"] = std::move(forms);
  }

  // Only words can be listed; other constants are told.
  static void copy_words(const json::Object& in, json::Object& out) {
    json::Array all;
    if (const json::Value* words = in.if_contains("enum"); words && words->is_array()) all = words->get_array();
    if (const json::Value* only = in.if_contains("const")) all = {*only};
    if (all.empty()) return;
    json::Array words;
    bool others = false;
    for (const json::Value& each : all) {
      if (each.is_string())
        words.push_back(each);
      else if (each.is_null())
        out["nullable"] = true;
      else
        others = true;
    }
    if (!others) {
      if (!out.contains("type")) out["type"] = "string";
      out["enum"] = std::move(words);
      return;
    }
    const json::Value* text = out.if_contains("description");
    out["description"] = fmt::format(
        "{}(one of {})", text && text->is_string() ? std::string(text->get_string()) + " " : "", json::write(all));
    if (!out.contains("type") && words.empty() &&
        std::ranges::all_of(all, [](const json::Value& v) { return v.is_number(); }))
      out["type"] = "number";
  }

  void copy_forms(const json::Array& any, json::Object& out) {
    json::Array forms;
    for (const json::Value& each : any)
      if (is_word(each.is_object() ? each.get_object().if_contains("type") : nullptr, "null"))
        out["nullable"] = true;
      else
        forms.push_back(make(each));
    if (forms.size() != 1) {
      out["anyOf"] = std::move(forms);
      return;
    }
    for (const auto& [key, value] : forms[0].get_object())
      if (!out.contains(key)) out[key] = value;
  }

  const json::Value& document_;
  base::Budget& budget_;
};

}  // namespace

json::Value plain_form(const json::Value& schema) {
  json::Value out = schema;
  if (out.is_object()) drop(out.get_object(), {"$schema", "$id"});
  return out;
}

std::optional<json::Value> strict_form(const json::Value& schema, Constraints known) {
  json::Value out = schema;
  base::Budget budget(kFormSteps);
  if (!make_strict(schema, out, known, budget) || budget.over()) return {};
  return out;
}

std::optional<json::Value> anthropic_form(const json::Value& schema) {
  json::Value out = schema;
  if (is_recursive(schema) || !make_anthropic(out)) return {};
  return out;
}

std::optional<json::Value> gemini_form(const json::Value& schema) {
  if (is_recursive(schema)) return {};
  base::Budget budget(kFormSteps);
  json::Value out = GeminiForm(schema, budget).make(schema);
  if (budget.over()) return {};
  return out;
}

}  // namespace llm
