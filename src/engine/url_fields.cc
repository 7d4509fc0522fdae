#include "engine/url_fields.h"

#include <algorithm>
#include <unordered_set>

#include "llm/json_schema.h"
#include "llm/pattern.h"
#include "llm/schema_walk.h"

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

bool has_null(const json::Value* list, const json::Value& null, base::Budget& budget) {
  if (!list) return false;
  if (!list->is_array()) return *list == null;
  return budget.spend(list->get_array().size()) &&
         std::ranges::find(list->get_array(), null) != list->get_array().end();
}

bool names_null(const json::Value& schema, base::Budget& budget) {
  const json::Object& rules = schema.get_object();
  return has_null(rules.if_contains("type"), "null", budget) || has_null(rules.if_contains("enum"), nullptr, budget) ||
         has_null(rules.if_contains("const"), nullptr, budget) || (!rules.contains("type") && wants_url(schema));
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
  Finder(const json::Value& document, base::Budget& budget) : budget_(budget), checker_(document, budget) {}

  void look(json::Value& value, const Schemas& given, bool optional, int depth) {
    if (depth > kDeepest || given.empty() || budget_.over()) return;
    const Schemas schemas = with_all_they_lead_to(given);
    if (value.is_string() && std::ranges::any_of(schemas, [](const json::Value* each) { return wants_url(*each); }))
      found.push_back({&value, optional || all_take_null(given, schemas)});
    if (json::Object* object = value.if_object())
      for (auto& [name, inner] : *object) {
        if (budget_.over()) return;
        look(inner, of_property(schemas, name), !is_required(schemas, name), depth + 1);
      }
    if (json::Array* array = value.if_array())
      for (std::size_t i = 0; i < array->size() && !budget_.over(); ++i)
        look((*array)[i], of_item(schemas, i), false, depth + 1);
  }

  std::vector<UrlPlace> found;

 private:
  // The schemas and what they refer to, are joined of or depend on, each once.
  Schemas with_all_they_lead_to(const Schemas& given) {
    Schemas out;
    std::unordered_set<const json::Value*> seen;
    const auto add = [&](const json::Value& schema) {
      if (budget_.spend() && schema.is_object() && seen.insert(&schema).second) out.push_back(&schema);
    };
    for (const json::Value* schema : given) add(*schema);
    for (std::size_t i = 0; i < out.size() && !budget_.over(); ++i) {
      const json::Value& schema = *out[i];
      if (const json::Value* target = checker_.target(schema)) add(*target);
      for (const std::string_view key : {"anyOf", "oneOf", "allOf"})
        if (const json::Array* branches = json::get_array(schema, key))
          for (const json::Value& branch : *branches) add(branch);
      for (const std::string_view key : {"then", "else"})
        if (const json::Object* branch = json::get_object(schema, key); branch != nullptr)
          add(schema.get_object().at(key));
      if (const json::Object* dependent = json::get_object(schema, "dependentSchemas"))
        for (const auto& [name, branch] : *dependent) add(branch);
    }
    return out;
  }

  // Asked of the checker only where one of them names null, for it goes every way that leads to it.
  bool all_take_null(const Schemas& schemas, const Schemas& inside) {
    return std::ranges::any_of(inside, [&](const json::Value* each) { return names_null(*each, budget_); }) &&
           std::ranges::all_of(schemas, [&](const json::Value* each) { return checker_.fits(nullptr, *each); });
  }

  bool is_required(const Schemas& schemas, std::string_view name) {
    return budget_.spend(schemas.size()) && std::ranges::any_of(schemas, [&](const json::Value* schema) {
             const json::Array* required = json::get_array(*schema, "required");
             return required && budget_.spend(required->size()) &&
                    std::ranges::any_of(*required, [&](const json::Value& each) {
                      return each.is_string() && json::view(each.get_string()) == name;
                    });
           });
  }

  Schemas of_property(const Schemas& schemas, std::string_view name) {
    Schemas out;
    for (const json::Value* schema : schemas) {
      if (!budget_.spend()) return {};
      const json::Object* properties = json::get_object(*schema, "properties");
      const json::Value* own = properties ? properties->if_contains(name) : nullptr;
      if (own) out.push_back(own);
      bool known = own != nullptr;
      if (const json::Object* patterns = json::get_object(*schema, "patternProperties"))
        for (const auto& [pattern, inner] : *patterns)
          if (patterns_.found(name, {pattern.data(), pattern.size()}, budget_)) {
            known = true;
            out.push_back(&inner);
          }
      for (const std::string_view key : {"additionalProperties", "unevaluatedProperties"})
        if (const json::Value* others = schema->get_object().if_contains(key); others && !known) out.push_back(others);
    }
    std::erase_if(out, [](const json::Value* each) { return !each->is_object(); });
    return out;
  }

  Schemas of_item(const Schemas& schemas, std::size_t index) {
    Schemas out;
    if (!budget_.spend(schemas.size())) return out;
    for (const json::Value* schema : schemas) {
      const json::Object& rules = schema->get_object();
      const json::Value* first = rules.if_contains("prefixItems");
      const json::Value* rest = rules.if_contains("items");
      if (rest && rest->is_array()) {  // draft 7
        first = rest;
        rest = rules.if_contains("additionalItems");
      }
      const bool own = first && first->is_array() && index < first->get_array().size();
      for (const json::Value* each : {own ? &first->get_array()[index] : rest, rules.if_contains("contains")})
        if (each && each->is_object()) out.push_back(each);
    }
    return out;
  }

  base::Budget& budget_;
  llm::SchemaChecker checker_;
  llm::Patterns patterns_;
};

}  // namespace

IdSchema with_ids_for_urls(const json::Value& schema) {
  IdSchema out{schema};
  replace(out.schema, out.has_urls);
  return out;
}

std::vector<UrlPlace> url_places(json::Value& value, const json::Value& schema, base::Budget& budget) {
  Finder finder(schema, budget);
  finder.look(value, {&schema}, false, 0);
  return std::move(finder.found);
}

}  // namespace engine
