#include "llm/schema_forms.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/budget.h"
#include "llm/form_parts.h"
#include "llm/json_schema.h"
#include "llm/same.h"
#include "llm/schema_walk.h"

namespace llm {
namespace {

using form::has_any;
using form::is_of_type;
using form::is_word;

// What OpenAI documents as the most that a strict schema may have.
constexpr std::size_t kMaxProperties = 5000;
constexpr std::size_t kMaxNesting = 10;
constexpr std::size_t kMaxEnumValues = 1000;
constexpr std::size_t kMaxNamesBytes = 120'000;  // of properties, definitions and listed values
constexpr std::size_t kLongEnum = 250;           // a list with more values than this …
constexpr std::size_t kMaxLongEnumBytes = 15'000;

bool has_advanced_pattern(const json::Value& pattern) {
  if (!pattern.is_string()) return true;
  const std::string_view text = json::view(pattern.get_string());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') {
      if ((text[i + 1] >= '1' && text[i + 1] <= '9') || text[i + 1] == 'k') return true;  // what a group has matched
      ++i;
    } else if (text.substr(i).starts_with("(?=") || text.substr(i).starts_with("(?!") ||
               text.substr(i).starts_with("(?<=") || text.substr(i).starts_with("(?<!")) {
      return true;
    }
  }
  return false;
}

bool openai_knows(std::string_view constraint, const json::Value& value) {
  constexpr std::string_view kFormats[] = {"date-time", "time", "date", "duration", "email",
                                           "hostname",  "ipv4", "ipv6", "uuid"};
  if (constraint == "format")
    return std::ranges::any_of(kFormats, [&](std::string_view format) { return is_word(&value, format); });
  if (constraint == "pattern") return !has_advanced_pattern(value);
  constexpr std::string_view kNumbers[] = {"minimum",    "maximum",  "exclusiveMinimum", "exclusiveMaximum",
                                           "multipleOf", "minItems", "maxItems"};
  return value.is_number() && std::ranges::find(kNumbers, constraint) != std::end(kNumbers);
}

// What such a form leaves out would be missed, or said with too little: values of whatever kind.
bool says_too_much(const json::Object& rules) {
  return has_any(rules, {"allOf", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas",
                         "dependencies", "prefixItems", "additionalItems", "unevaluatedItems", "$dynamicRef"});
}

// Built of what is allowed, `depth` objects deep; whatever else the schema has is told, or is about the document and
// left out.
class ClosedForm {
 public:
  enum class For { openai, anthropic };
  ClosedForm(const json::Value& document, For whom, Constraints known, base::Budget& budget)
      : document_(document), whom_(whom), known_(known), budget_(budget), checker_(document, budget) {}

  std::optional<json::Value> make() {
    auto out = make(document_, 0);
    if (!out || budget_.over() || (whom_ == For::openai && !within_limits())) return {};
    return json::Value(std::move(*out));
  }

 private:
  std::optional<json::Object> make(const json::Value& value, std::size_t depth) {
    if (!value.is_object() || !spend_on(value, budget_)) return {};
    const json::Object rules = form::simplified(value.get_object(), checker_, budget_);
    if (says_too_much(rules) || form::is_open_map(rules)) return {};
    const json::Value* properties = rules.if_contains("properties");
    if (properties && !properties->is_object()) return {};  // no schema, whatever its author meant
    const bool is_root = &value == &document_;
    if (rules.contains("$ref")) return make_reference(rules, is_root);
    const bool is_union = rules.contains("anyOf");
    if (is_union && (is_root || has_any(rules, {"properties", "items", "enum", "const", "type"}))) return {};
    const bool is_object = is_of_type(rules, "object");
    if (is_object && depth >= kMaxNesting && whom_ == For::openai) return {};
    json::Object out;
    form::Told told;
    for (const auto& [key, each] : rules) {
      const std::string_view keyword(key.data(), key.size());
      if (keyword == "$defs" || keyword == "definitions") {
        if (is_root && !put_definitions(keyword, each, out)) return {};
      } else if (!put(keyword, each, rules, depth, out, told)) {
        return {};
      }
    }
    if (!is_union && !put_type(out)) return {};
    if (is_of_type(out, "array") && !out.contains("items")) return {};
    if (is_object) close(out);
    told.put_into(out);
    if (is_object && whom_ == For::openai) require_all(out);
    return out;
  }

  // May have nothing beside it.
  std::optional<json::Object> make_reference(const json::Object& rules, bool is_root) {
    const json::Value& ref = rules.at("$ref");
    const std::string_view to = ref.is_string() ? json::view(ref.get_string()) : std::string_view();
    if (to != "#" && !to.starts_with("#/$defs/") && !to.starts_with("#/definitions/")) return {};
    json::Object out{{"$ref", ref}};
    for (const std::string_view key : {"$defs", "definitions"})
      if (const json::Value* each = rules.if_contains(key); each && is_root)
        if (!put_definitions(key, *each, out)) return {};
    return out;
  }

  // False when there is no such form.
  bool put(std::string_view keyword, const json::Value& value, const json::Object& rules, std::size_t depth,
           json::Object& out, form::Told& told) {
    if (keyword == "type" || keyword == "const" || keyword == "enum") return put_kind(keyword, value, out);
    if (keyword == "description" || keyword == "title") {
      if (value.is_string()) out[keyword] = value;
      return true;
    }
    if (keyword == "properties") return put_properties(value.get_object(), rules, depth, out);
    if (keyword == "items" || keyword == "anyOf") return put_inner(keyword, value, depth, out);
    if (keyword == "additionalProperties" && is_of_type(rules, "object")) out[keyword] = false;
    if (keyword == "required" && is_of_type(rules, "object")) put_required(value, rules, out);
    if (!form::is_tellable(keyword)) return true;
    if (whom_ == For::openai && known_ == Constraints::some && openai_knows(keyword, value))
      out[keyword] = value;
    else
      told.add(keyword, value);
    return true;
  }

  bool put_kind(std::string_view keyword, const json::Value& value, json::Object& out) {
    if (keyword == "enum") {
      if (!value.is_array() || value.get_array().empty() || !budget_.spend(value.get_array().size())) return false;
      if (form::types_of(value.get_array()).empty()) return false;
      std::size_t bytes = 0;
      for (const json::Value& each : value.get_array())
        if (each.is_string()) bytes += each.get_string().size();
      names_bytes_ += bytes;
      enum_values_ += value.get_array().size();
      if (value.get_array().size() > kLongEnum && bytes > kMaxLongEnumBytes) enum_values_ = kMaxEnumValues + 1;
    }
    if (keyword == "const") {
      if (form::types_of({value}).empty()) return false;
      if (value.is_string()) names_bytes_ += value.get_string().size();
    }
    out[keyword] = value;
    return true;
  }

  // What lists its values and not its type.
  bool put_type(json::Object& out) const {
    if (const json::Value* type = out.if_contains("type")) return type->is_string() || type->is_array();
    if (!has_any(out, {"enum", "const"})) return false;  // a value of any type
    const json::Value* list = out.if_contains("enum");
    json::Array types = form::types_of(list ? list->get_array() : json::Array{out.at("const")});
    out["type"] = types.size() == 1 ? std::move(types[0]) : json::Value(std::move(types));
    return true;
  }

  bool put_properties(const json::Object& properties, const json::Object& rules, std::size_t depth, json::Object& out) {
    const auto required = form::words_of(rules.if_contains("required"));
    json::Object made;
    for (const auto& [key, inner] : properties) {
      auto form = make(inner, depth + 1);
      if (!form || budget_.over()) return false;
      ++properties_;
      names_bytes_ += key.size();
      json::Value value(std::move(*form));
      const bool optional = !required.contains(std::string_view(key.data(), key.size()));
      if (whom_ == For::openai && optional && !checker_.fits(nullptr, inner)) allow_null(value);
      made[key] = std::move(value);
    }
    out["properties"] = std::move(made);
    return true;
  }

  bool put_inner(std::string_view keyword, const json::Value& value, std::size_t depth, json::Object& out) {
    if (keyword == "items") {
      auto inner = make(value, depth);
      if (!inner) return false;
      out[keyword] = std::move(*inner);
      return true;
    }
    if (!value.is_array() || value.get_array().empty()) return false;
    json::Array forms;
    for (const json::Value& each : value.get_array()) {
      auto inner = make(each, depth);
      if (!inner) return false;
      forms.emplace_back(std::move(*inner));
    }
    out[keyword] = std::move(forms);
    return true;
  }

  bool put_definitions(std::string_view keyword, const json::Value& value, json::Object& out) {
    if (!value.is_object()) return true;
    json::Object made;
    for (const auto& [key, inner] : value.get_object()) {
      auto form = make(inner, 1);
      if (!form) return false;
      names_bytes_ += key.size();
      made[key] = std::move(*form);
    }
    out[keyword] = std::move(made);
    return true;
  }

  // Names that there are not are no part of a closed object.
  void put_required(const json::Value& value, const json::Object& rules, json::Object& out) const {
    const json::Value* known = rules.if_contains("properties");
    json::Array names;
    if (value.is_array() && known)
      for (const json::Value& each : value.get_array())
        if (each.is_string() && known->get_object().contains(each.get_string())) names.push_back(each);
    out["required"] = std::move(names);
  }

  static void close(json::Object& out) {
    if (!out.contains("properties")) out["properties"] = json::Object();
    out["additionalProperties"] = false;
  }

  static void require_all(json::Object& out) {
    json::Array names;
    for (const auto& [key, inner] : out["properties"].get_object()) names.emplace_back(key);
    out["required"] = std::move(names);
  }

  static void allow_null(json::Value& value) {
    json::Object& schema = value.get_object();
    if (json::Value* any = schema.if_contains("anyOf"); any && any->is_array()) {
      any->get_array().push_back(json::Object{{"type", "null"}});
      return;
    }
    json::Value* type = schema.if_contains("type");
    if (!type || schema.contains("const")) {
      json::Value before = value;
      value = json::Object{{"anyOf", json::Array{std::move(before), json::Object{{"type", "null"}}}}};
      return;
    }
    if (type->is_string()) *type = json::Array{*type};
    if (!is_of_type(schema, "null")) type->get_array().push_back("null");
    if (json::Value* words = schema.if_contains("enum")) words->get_array().push_back(nullptr);
  }

  bool within_limits() const {
    return properties_ <= kMaxProperties && enum_values_ <= kMaxEnumValues && names_bytes_ <= kMaxNamesBytes;
  }

  const json::Value& document_;
  For whom_;
  Constraints known_;
  base::Budget& budget_;
  SchemaChecker checker_;
  std::size_t properties_ = 0;
  std::size_t enum_values_ = 0;
  std::size_t names_bytes_ = 0;
};

}  // namespace

json::Value plain_form(const json::Value& schema) {
  json::Value out = schema;
  if (json::Object* object = out.if_object())
    for (const std::string_view key : {"$schema", "$id"})
      if (auto it = object->find(key); it != object->end()) object->stable_erase(it);
  return out;
}

std::optional<json::Value> strict_form(const json::Value& schema, Constraints known) {
  base::Budget budget(form::kFormSteps);
  return ClosedForm(schema, ClosedForm::For::openai, known, budget).make();
}

std::optional<json::Value> anthropic_form(const json::Value& schema) {
  if (is_recursive(schema)) return {};
  base::Budget budget(form::kFormSteps);
  return ClosedForm(schema, ClosedForm::For::anthropic, Constraints::none, budget).make();
}

}  // namespace llm
