#include <algorithm>
#include <string>
#include <utility>

#include "base/budget.h"
#include "llm/form_parts.h"
#include "llm/json_schema.h"
#include "llm/same.h"
#include "llm/schema_forms.h"
#include "llm/schema_walk.h"

namespace llm {
namespace {

using form::has_any;
using form::is_word;

// What responseSchema has no words for.
bool says_more_than_openapi(const json::Object& rules) {
  if (has_any(rules, {"allOf", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas",
                      "dependencies", "prefixItems", "$dynamicRef"}))
    return true;
  const json::Value* others = rules.if_contains("additionalProperties");
  return others && others->is_object();
}

class GeminiForm {
 public:
  GeminiForm(const json::Value& document, base::Budget& budget)
      : document_(document), budget_(budget), checker_(document, budget) {}

  std::optional<json::Value> make() {
    auto out = make(document_);
    if (!out || budget_.over()) return {};
    return json::Value(std::move(*out));
  }

 private:
  std::optional<json::Object> make(const json::Value& value) {
    if (!value.is_object() || !spend_on(value, budget_)) return {};
    if (const json::Object& given = value.get_object(); given.contains("$ref")) {
      const json::Value* target = checker_.target(value);
      auto out = target ? make(*target) : std::nullopt;
      if (const json::Value* text = given.if_contains("description"); out && text) (*out)["description"] = *text;
      return out;
    }
    const json::Object in = form::simplified(value.get_object(), checker_, budget_);
    if (says_more_than_openapi(in)) return {};
    json::Object out;
    form::Told told;
    if (!put_type(in, out)) return {};
    for (const auto& [key, each] : in) {
      const std::string_view keyword(key.data(), key.size());
      if (keyword == "description" || keyword == "title" || is_known_limit(keyword, each))
        out[keyword] = each;
      else if (form::is_tellable(keyword))
        told.add(keyword, each);
    }
    if (!put_values(in, out, told) || !put_items(in, out) || !put_properties(in, out) || !put_forms(in, out)) return {};
    if (!has_any(out, {"type", "anyOf"})) return {};
    if (is_word(out.if_contains("type"), "array") && !out.contains("items")) return {};
    if (is_word(out.if_contains("type"), "object") && !out.contains("properties")) return {};
    told.put_into(out);
    return out;
  }

  static bool is_known_limit(std::string_view keyword, const json::Value& value) {
    if (keyword == "format") return is_word(&value, "date-time") || is_word(&value, "enum");
    return value.is_number() &&
           (keyword == "minItems" || keyword == "maxItems" || keyword == "minimum" || keyword == "maximum");
  }

  // Of several types only one and null.
  static bool put_type(const json::Object& in, json::Object& out) {
    const json::Value* type = in.if_contains("type");
    if (!type) return true;
    if (type->is_string()) {
      out["type"] = *type;
      return true;
    }
    if (!type->is_array()) return false;
    json::Array types;
    for (const json::Value& each : type->get_array())
      if (is_word(&each, "null"))
        out["nullable"] = true;
      else
        types.push_back(each);
    if (types.size() == 1) out["type"] = types[0];
    if (types.size() > 1) {
      if (has_any(in, {"anyOf", "properties", "items", "enum", "const"})) return false;
      json::Array forms;
      for (const json::Value& each : types) {
        if (is_word(&each, "object") || is_word(&each, "array")) return false;
        forms.push_back(json::Object{{"type", each}});
      }
      out["anyOf"] = std::move(forms);
    }
    return !types.empty();
  }

  // Only words can be listed; other values are told beside their type.
  static bool put_values(const json::Object& in, json::Object& out, form::Told& told) {
    json::Array all;
    if (const json::Value* words = in.if_contains("enum"); words && words->is_array()) all = words->get_array();
    if (const json::Value* only = in.if_contains("const")) all = {*only};
    if (all.empty()) return true;
    json::Array types;
    for (const json::Value& each : form::types_of(all))
      if (is_word(&each, "null"))
        out["nullable"] = true;
      else
        types.push_back(each);
    if (types.size() != 1) return false;
    if (!out.contains("type")) out["type"] = types[0];
    if (!is_word(&types[0], "string")) {
      told.add("one of", all);
      return true;
    }
    json::Array words;
    for (json::Value& each : all)
      if (each.is_string()) words.push_back(std::move(each));
    out["enum"] = std::move(words);
    return true;
  }

  bool put_items(const json::Object& in, json::Object& out) {
    const json::Value* items = in.if_contains("items");
    if (!items) return true;
    auto made = make(*items);
    if (!made) return false;
    out["items"] = std::move(*made);
    return true;
  }

  bool put_properties(const json::Object& in, json::Object& out) {
    const json::Value* known = in.if_contains("properties");
    if (!known) return true;
    if (!known->is_object() || known->get_object().empty()) return false;
    json::Object properties;
    json::Array order;
    for (const auto& [key, inner] : known->get_object()) {
      auto made = make(inner);
      if (!made || budget_.over()) return false;
      properties[key] = std::move(*made);
      order.emplace_back(key);
    }
    out["properties"] = std::move(properties);
    json::Array required;
    for (const json::Value& name : order)
      if (required_here(in, name)) required.push_back(name);
    if (!required.empty()) out["required"] = std::move(required);
    if (order.size() > 1) out["propertyOrdering"] = std::move(order);
    return true;
  }

  bool required_here(const json::Object& in, const json::Value& name) {
    const json::Value* required = in.if_contains("required");
    return required && required->is_array() && budget_.spend(required->get_array().size()) &&
           std::ranges::find(required->get_array(), name) != required->get_array().end();
  }

  bool put_forms(const json::Object& in, json::Object& out) {
    const json::Value* any = in.if_contains("anyOf");
    if (!any) return true;
    if (!any->is_array() || has_any(in, {"properties", "items", "enum", "const"})) return false;
    json::Array forms;
    for (const json::Value& each : any->get_array()) {
      if (is_word(each.is_object() ? each.get_object().if_contains("type") : nullptr, "null")) {
        out["nullable"] = true;
        continue;
      }
      auto made = make(each);
      if (!made) return false;
      forms.emplace_back(std::move(*made));
    }
    if (forms.empty()) return false;
    if (forms.size() > 1) {
      out["anyOf"] = std::move(forms);
      return true;
    }
    for (const auto& [key, value] : forms[0].get_object())
      if (!out.contains(key)) out[key] = value;
    return true;
  }

  const json::Value& document_;
  base::Budget& budget_;
  SchemaChecker checker_;
};

// responseJsonSchema takes these.
bool gemini_documents(std::string_view keyword) {
  constexpr std::string_view kKnown[] = {
      "$id",      "$defs",       "$ref",  "$anchor", "type",       "format",
      "title",    "description", "enum",  "items",   "minItems",   "maxItems",
      "minimum",  "maximum",     "anyOf", "oneOf",   "properties", "additionalProperties",
      "required", "prefixItems"};
  return std::ranges::find(kKnown, keyword) != std::end(kKnown);
}

void keep_documented(json::Value& value) {
  json::Object* schema = value.if_object();
  if (!schema) return;
  json::Object out;
  form::Told told;
  json::Object given = std::move(*schema);
  for (auto& entry : given) {
    const std::string_view keyword(entry.key().data(), entry.key().size());
    if (keyword == "definitions")
      out["$defs"] = std::move(entry.value());
    else if (keyword == "const")
      out["enum"] = json::Array{std::move(entry.value())};
    else if (keyword == "$ref" && entry.value().is_string() &&
             json::view(entry.value().get_string()).starts_with("#/definitions/"))
      out["$ref"] = "#/$defs/" + std::string(json::view(entry.value().get_string()).substr(14));
    else if (gemini_documents(keyword))
      out[keyword] = std::move(entry.value());
    else if (form::is_tellable(keyword) || keyword == "allOf" || keyword == "patternProperties")
      told.add(keyword, entry.value());
  }
  told.put_into(out);
  for_each_subschema(out, keep_documented);
  value = std::move(out);
}

}  // namespace

std::optional<json::Value> gemini_form(const json::Value& schema) {
  if (is_recursive(schema)) return {};
  base::Budget budget(form::kFormSteps);
  return GeminiForm(schema, budget).make();
}

json::Value gemini_json_form(const json::Value& schema) {
  json::Value out = plain_form(schema);
  if (json::Object* object = out.if_object()) {
    base::Budget budget(form::kFormSteps);
    SchemaChecker checker(schema, budget);
    *object = form::simplified(*object, checker, budget);
  }
  keep_documented(out);
  return out;
}

}  // namespace llm
