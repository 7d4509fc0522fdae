#include "llm/schema_walk.h"

#include <algorithm>
#include <vector>

#include "base/budget.h"
#include "llm/schema_refs.h"

namespace llm {
namespace {

enum class Held { one, list, map };

struct Applicator {
  std::string_view keyword;
  Held held;
  bool describes = true;
};

constexpr Applicator kApplicators[] = {
    {"properties", Held::map},
    {"patternProperties", Held::map},
    {"$defs", Held::map},
    {"definitions", Held::map},
    {"dependentSchemas", Held::map, false},
    {"dependencies", Held::map, false},  // draft 7, beside lists of names
    {"anyOf", Held::list},
    {"oneOf", Held::list},
    {"allOf", Held::list},
    {"prefixItems", Held::list},
    {"items", Held::one},
    {"items", Held::list},  // draft 7
    {"additionalProperties", Held::one},
    {"additionalItems", Held::one},
    {"unevaluatedProperties", Held::one},
    {"unevaluatedItems", Held::one},
    {"contains", Held::one, false},
    {"propertyNames", Held::one, false},
    {"not", Held::one, false},
    {"if", Held::one, false},
    {"then", Held::one, false},
    {"else", Held::one, false},
    {"contentSchema", Held::one, false},
};

template <class ObjectType, class F>
void visit_subschemas(ObjectType& schema, const F& f, Subschemas which) {
  for (const Applicator& each : kApplicators) {
    if (which == Subschemas::describing && !each.describes) continue;
    auto* held = schema.if_contains(each.keyword);
    if (!held) continue;
    if (each.held == Held::map && held->is_object())
      for (auto& entry : held->get_object()) f(entry.value());
    if (each.held == Held::list && held->is_array())
      for (auto& one : held->get_array()) f(one);
    if (each.held == Held::one && held->is_object()) f(*held);
  }
}

constexpr std::uint64_t kMaxFollowed = 200'000;
constexpr std::size_t kMaxOpen = 400;

struct Looper {
  SchemaRefs& refs;
  base::Budget& budget;
  std::vector<const json::Value*> open = {};

  bool leads_back(const json::Value& schema) {
    if (!schema.is_object()) return false;
    if (!budget.spend(1 + open.size() / 8) || open.size() > kMaxOpen || std::ranges::find(open, &schema) != open.end())
      return true;
    open.push_back(&schema);
    bool found = schema.get_object().contains("$dynamicRef");
    if (const auto ref = json::get_string(schema, "$ref"))
      if (const auto target = refs.follow(schema, *ref, *refs.home(schema), budget))
        found = leads_back(*target->schema);
    for_each_subschema(schema.get_object(), [&](const json::Value& inner) { found = found || leads_back(inner); });
    open.pop_back();
    return found;
  }
};

}  // namespace

void for_each_subschema(json::Object& schema, const std::function<void(json::Value&)>& f, Subschemas which) {
  visit_subschemas(schema, f, which);
}

void for_each_subschema(const json::Object& schema, const std::function<void(const json::Value&)>& f,
                        Subschemas which) {
  visit_subschemas(schema, f, which);
}

bool is_recursive(const json::Value& schema) {
  base::Budget budget(kMaxFollowed);
  SchemaRefs refs(schema, budget);
  Looper looper{refs, budget};
  const bool back = looper.leads_back(schema);
  return back || budget.over();
}

}  // namespace llm
