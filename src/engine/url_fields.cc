#include "engine/url_fields.h"

#include "llm/json_schema.h"

namespace engine {
namespace {

constexpr int kDeepest = 64;  // of nested values and references; deeper ones keep what they have

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

class Finder {
 public:
  explicit Finder(const json::Value& document) : document_(document) {}

  void look(json::Value& value, const json::Value& schema, int depth) {
    if (depth > kDeepest) return;
    if (const auto ref = json::get_string(schema, "$ref"))
      if (const json::Value* target = llm::follow_ref(document_, *ref)) look(value, *target, depth + 1);
    if (value.is_string() && wants_url(schema)) add(value);
    for (const std::string_view key : {"anyOf", "oneOf", "allOf"})
      if (const json::Value* branches = json::find(schema, key); branches && branches->is_array())
        for (const json::Value& branch : branches->get_array()) look(value, branch, depth + 1);
    if (json::Object* object = value.if_object()) in_object(*object, schema, depth);
    if (json::Array* array = value.if_array())
      if (const json::Value* items = json::find(schema, "items"); items && items->is_object())
        for (json::Value& one : *array) look(one, *items, depth + 1);
  }

  std::vector<json::Value*> found;

 private:
  void in_object(json::Object& object, const json::Value& schema, int depth) {
    const json::Value* properties = json::find(schema, "properties");
    const json::Value* others = json::find(schema, "additionalProperties");
    for (auto& [name, inner] : object) {
      const json::Value* own =
          properties && properties->is_object() ? properties->get_object().if_contains(name) : nullptr;
      if (own)
        look(inner, *own, depth + 1);
      else if (others && others->is_object())
        look(inner, *others, depth + 1);
    }
  }
  void add(json::Value& value) {
    for (const json::Value* known : found)
      if (known == &value) return;
    found.push_back(&value);
  }

  const json::Value& document_;
};

}  // namespace

IdSchema with_ids_for_urls(const json::Value& schema) {
  IdSchema out{schema};
  replace(out.schema, out.has_urls);
  return out;
}

std::vector<json::Value*> url_values(json::Value& value, const json::Value& schema) {
  Finder finder(schema);
  finder.look(value, schema, 0);
  return std::move(finder.found);
}

}  // namespace engine
