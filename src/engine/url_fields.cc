#include "engine/url_fields.h"

#include <algorithm>
#include <unordered_set>

#include "llm/json_schema.h"

namespace engine {
namespace {

constexpr int kDeepest = 64;  // of nested values; deeper ones keep what they have

bool wants_url(const json::Value& schema) {
  const auto format = json::get_string(schema, "format");
  if (format != "uri" && format != "url") return false;
  const json::Value* type = json::find(schema, "type");
  if (!type || !type->is_array()) return !type || *type == json::Value("string");
  for (const json::Value& one : type->get_array())
    if (one == json::Value("string")) return true;
  return false;
}

void replace(json::Value& schema, bool& any) {
  json::Object* object = schema.if_object();
  if (!object) return;
  if (wants_url(schema)) {
    any = true;
    object->erase("format");
    object->erase("pattern");
    object->erase("minLength");
    object->erase("maxLength");
    const auto said = json::get_text(schema, "description");
    (*object)["pattern"] = R"(^\d+-\d+$)";
    (*object)["description"] = (said ? *said + ". " : "") + "The id of the line that has this address, such as 0-17";
  }
  llm::for_each_subschema(*object, [&any](json::Value& inner) { replace(inner, any); });
}

using Schemas = std::vector<const json::Value*>;

// Walks over the value and takes along all schemas that hold where it is, so that each place is looked at once,
// however often the schemas name each other.
class Finder {
 public:
  Finder(const json::Value& document, base::Budget& budget) : document_(document), budget_(budget) {}

  void look(json::Value& value, const Schemas& given, int depth) {
    if (depth > kDeepest || given.empty() || budget_.over()) return;
    const Schemas schemas = with_all_they_lead_to(given);
    if (value.is_string() && std::ranges::any_of(schemas, [](const json::Value* each) { return wants_url(*each); }))
      found.push_back(&value);
    if (json::Object* object = value.if_object())
      for (auto& [name, inner] : *object) look(inner, of_property(schemas, name), depth + 1);
    if (json::Array* array = value.if_array()) {
      const Schemas items = of_items(schemas);
      for (json::Value& one : *array) look(one, items, depth + 1);
    }
  }

  std::vector<json::Value*> found;

 private:
  // The schemas and what they refer to or are joined of, each once.
  Schemas with_all_they_lead_to(const Schemas& given) {
    Schemas out;
    std::unordered_set<const json::Value*> seen;
    const auto add = [&](const json::Value& schema) {
      if (budget_.spend() && schema.is_object() && seen.insert(&schema).second) out.push_back(&schema);
    };
    for (const json::Value* schema : given) add(*schema);
    for (std::size_t i = 0; i < out.size() && !budget_.over(); ++i) {
      const json::Value& schema = *out[i];
      if (const auto ref = json::get_string(schema, "$ref"))
        if (const json::Value* target = llm::follow_ref(document_, *ref)) add(*target);
      for (const std::string_view key : {"anyOf", "oneOf", "allOf"})
        if (const json::Array* branches = json::get_array(schema, key))
          for (const json::Value& branch : *branches) add(branch);
    }
    return out;
  }

  Schemas of_property(const Schemas& schemas, std::string_view name) {
    Schemas out;
    for (const json::Value* schema : schemas) {
      if (!budget_.spend()) return {};
      const json::Object* properties = json::get_object(*schema, "properties");
      const json::Value* own = properties ? properties->if_contains(name) : nullptr;
      if (!own) own = schema->get_object().if_contains("additionalProperties");
      if (own && own->is_object()) out.push_back(own);
    }
    return out;
  }

  Schemas of_items(const Schemas& schemas) {
    Schemas out;
    for (const json::Value* schema : schemas)
      if (const json::Value* items = schema->get_object().if_contains("items"); items && items->is_object())
        out.push_back(items);
    return out;
  }

  const json::Value& document_;
  base::Budget& budget_;
};

}  // namespace

IdSchema with_ids_for_urls(const json::Value& schema) {
  IdSchema out{schema};
  replace(out.schema, out.has_urls);
  return out;
}

std::vector<json::Value*> url_values(json::Value& value, const json::Value& schema, base::Budget& budget) {
  Finder finder(schema, budget);
  finder.look(value, {&schema}, 0);
  return std::move(finder.found);
}

}  // namespace engine
