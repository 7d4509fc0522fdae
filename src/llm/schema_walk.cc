#include <algorithm>
#include <vector>

#include "llm/json_schema.h"

namespace llm {

const json::Value* follow_ref(const json::Value& document, std::string_view ref) {
  if (!ref.starts_with('#')) return nullptr;
  boost::system::error_code error;
  return document.find_pointer(ref.substr(1), error);
}

void for_each_subschema(json::Object& schema, const std::function<void(json::Value&)>& f) {
  for (const std::string_view key : {"properties", "patternProperties", "$defs", "definitions"})
    if (json::Value* map = schema.if_contains(key); map && map->is_object())
      for (auto& entry : map->get_object()) f(entry.value());
  for (const std::string_view key : {"anyOf", "oneOf", "allOf", "prefixItems"})
    if (json::Value* list = schema.if_contains(key); list && list->is_array())
      for (json::Value& each : list->get_array()) f(each);
  for (const std::string_view key : {"items", "additionalProperties", "additionalItems", "not"}) {
    json::Value* one = schema.if_contains(key);
    if (one && one->is_object()) f(*one);
    if (one && one->is_array())
      for (json::Value& each : one->get_array()) f(each);
  }
}

namespace {

constexpr int kMaxFollowed = 10'000;
constexpr std::size_t kMaxOpen = 400;

// A schema too large to follow counts as recursive: nobody should copy its references into place.
bool leads_back(const json::Value& document, json::Value& schema, std::vector<const json::Value*>& open, int& steps) {
  if (!schema.is_object()) return false;
  if (++steps > kMaxFollowed || open.size() > kMaxOpen || std::ranges::find(open, &schema) != open.end()) return true;
  open.push_back(&schema);
  bool found = false;
  if (const auto ref = json::get_string(schema, "$ref"))
    if (const json::Value* target = follow_ref(document, *ref))
      found = leads_back(document, const_cast<json::Value&>(*target), open, steps);
  for_each_subschema(schema.get_object(), [&](json::Value& inner) {
    if (!found) found = leads_back(document, inner, open, steps);
  });
  open.pop_back();
  return found;
}

}  // namespace

bool is_recursive(const json::Value& schema) {
  json::Value copy = schema;
  std::vector<const json::Value*> open;
  int steps = 0;
  return leads_back(copy, copy, open, steps);
}

}  // namespace llm
