#include <algorithm>
#include <vector>

#include "llm/json_schema.h"
#include "llm/same.h"
#include "llm/schema_forms.h"

namespace llm {
namespace {

constexpr int kMaxDepthOfNulls = 300;

bool requires_key(const json::Object& schema, std::string_view key, base::Budget& budget) {
  const json::Value* required = schema.if_contains("required");
  return required && required->is_array() && budget.spend(required->get_array().size()) &&
         std::ranges::any_of(required->get_array(), [&](const json::Value& each) {
           return each.is_string() && json::view(each.get_string()) == key;
         });
}

// Most replies have none: nothing of them is copied or tried.
bool has_null(const json::Value& value, base::Budget& budget) {
  if (!budget.spend()) return false;
  if (const auto* array = value.if_array())
    return std::ranges::any_of(*array, [&](const json::Value& each) { return has_null(each, budget); });
  if (const auto* object = value.if_object())
    return std::ranges::any_of(*object, [&](const auto& member) { return has_null(member.value(), budget); });
  return value.is_null();
}

class NullDropper {
 public:
  NullDropper(const json::Value& document, base::Budget& budget) : document_(document), budget_(budget) {}

  void walk(json::Value& reply, const json::Value& schema, int depth) {
    std::vector<const json::Value*> seen;
    walk(reply, schema, depth, seen);
  }

 private:
  // `seen`: the schemas that this value was walked with already; a schema may lead to itself without leading inside.
  void walk(json::Value& reply, const json::Value& schema, int depth, std::vector<const json::Value*>& seen) {
    if (depth > kMaxDepthOfNulls || !schema.is_object() || !budget_.spend(1 + seen.size() / 8)) return;
    if (std::ranges::find(seen, &schema) != seen.end()) return;
    seen.push_back(&schema);
    if (const auto ref = json::get_string(schema, "$ref"))
      if (const json::Value* target = follow_ref(document_, *ref)) walk(reply, *target, depth + 1, seen);
    const json::Object& rules = schema.get_object();
    if (json::Object* object = reply.if_object()) walk_object(*object, rules, depth);
    if (json::Array* array = reply.if_array())
      if (const json::Value* items = rules.if_contains("items"))
        for (json::Value& each : *array) walk(each, *items, depth + 1);
    for (const std::string_view key : {"anyOf", "oneOf"})
      if (const json::Value* forms = rules.if_contains(key); forms && forms->is_array())
        walk_forms(reply, forms->get_array(), depth);
    if (const json::Value* all = rules.if_contains("allOf"); all && all->is_array())
      for (const json::Value& each : all->get_array()) walk(reply, each, depth + 1, seen);
  }

  void walk_object(json::Object& object, const json::Object& rules, int depth) {
    const json::Value* known = rules.if_contains("properties");
    if (!known || !known->is_object()) return;
    for (const auto& [key, schema] : known->get_object()) {
      if (!budget_.spend()) return;
      const std::string_view name(key.data(), key.size());
      const auto it = object.find(name);
      if (it == object.end()) continue;
      if (it->value().is_null() && !requires_key(rules, name, budget_) && !fits(it->value(), schema))
        object.stable_erase(it);
      else
        walk(it->value(), schema, depth + 1);
    }
  }

  // The form that fits once its nulls are gone.
  void walk_forms(json::Value& reply, const json::Array& forms, int depth) {
    if (!has_null(reply, budget_)) return;
    for (const json::Value& form : forms) {
      if (!spend_on(reply, budget_)) return;
      json::Value tried = reply;
      walk(tried, form, depth + 1);
      if (!fits(tried, form)) continue;
      reply = std::move(tried);
      return;
    }
  }

  bool fits(const json::Value& value, const json::Value& schema) {
    if (!schema.is_object()) return true;
    return !misfit(value, schema, document_, budget_);
  }

  const json::Value& document_;
  base::Budget& budget_;
};

}  // namespace

void drop_added_nulls(json::Value& reply, const json::Value& schema, base::Budget& budget) {
  if (has_null(reply, budget)) NullDropper(schema, budget).walk(reply, schema, 0);
}

}  // namespace llm
