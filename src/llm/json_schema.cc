#include "llm/json_schema.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <boost/regex.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"

namespace llm {
namespace {

constexpr int kMaxDepth = 400;
constexpr int kMaxSteps = 100'000;
constexpr int kMaxFollowed = 10'000;
constexpr std::size_t kMaxPatternText = 64 * 1024;

using Misfit = std::optional<std::string>;

std::string_view name_of(json::Value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

bool has_type(const json::Value& value, std::string_view type) {
  if (type == "integer")
    return json::to_int(value).has_value() ||
           (value.is_double() && std::trunc(value.get_double()) == value.get_double());
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;
}

bool same(const json::Value& a, const json::Value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

// No fit is claimed for a pattern that is no regular expression or takes too long: it is not the model's fault.
bool matches(std::string_view text, std::string_view pattern) {
  if (text.size() > kMaxPatternText) return true;
  try {
    return boost::regex_search(std::string(text), boost::regex(std::string(pattern)));
  } catch (const std::runtime_error&) {
    return true;
  }
}

bool is_absolute_url(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || text.find_first_of(" \t\r\n") != std::string_view::npos)
    return false;
  return std::ranges::all_of(text.substr(0, colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  });
}

std::string shown(const json::Value& value) { return base::truncate(json::write(value), 200); }

class Checker {
 public:
  explicit Checker(const json::Value& document) : document_(document) {}

  Misfit check(const json::Value& value, const json::Value& schema, const std::string& path, int depth) {
    if (depth > kMaxDepth || ++steps_ > kMaxSteps) return path + " is nested or branched beyond what can be checked";
    if (const bool* flag = schema.if_bool()) return *flag ? Misfit() : path + " may not be there";
    const json::Object* rules = schema.if_object();
    if (!rules) return {};
    if (const auto ref = json::get_string(schema, "$ref")) {
      const json::Value* target = follow_ref(document_, *ref);
      if (!target) return fmt::format("{} has a schema that refers to nothing ({})", path, *ref);
      if (auto bad = check(value, *target, path, depth + 1)) return bad;
    }
    if (auto bad = check_kind(value, *rules, path)) return bad;
    if (const auto* text = value.if_string()) {
      if (auto bad = check_text(json::view(*text), *rules, path)) return bad;
    } else if (value.is_number()) {
      if (auto bad = check_number(value.to_number<double>(), *rules, path)) return bad;
    } else if (const auto* array = value.if_array()) {
      if (auto bad = check_array(*array, *rules, path, depth)) return bad;
    } else if (const auto* object = value.if_object()) {
      if (auto bad = check_object(*object, *rules, path, depth)) return bad;
    }
    return check_combined(value, *rules, path, depth);
  }

 private:
  static Misfit check_kind(const json::Value& value, const json::Object& rules, const std::string& path) {
    if (const json::Value* type = rules.if_contains("type")) {
      std::vector<std::string_view> types;
      if (const auto* one = type->if_string()) types.push_back(json::view(*one));
      if (const auto* many = type->if_array())
        for (const json::Value& each : *many)
          if (each.is_string()) types.push_back(json::view(each.get_string()));
      if (!types.empty() && std::ranges::none_of(types, [&](std::string_view t) { return has_type(value, t); }))
        return fmt::format("{} must be of type {}, not {}", path, fmt::join(types, " or "), name_of(value));
    }
    if (const json::Value* all = rules.if_contains("enum"); all && all->is_array())
      if (std::ranges::none_of(all->get_array(), [&](const json::Value& each) { return same(value, each); }))
        return fmt::format("{} must be one of {}, not {}", path, shown(*all), shown(value));
    if (const json::Value* only = rules.if_contains("const"); only && !same(value, *only))
      return fmt::format("{} must be {}, not {}", path, shown(*only), shown(value));
    return {};
  }

  static std::optional<double> number(const json::Object& rules, std::string_view key) {
    const json::Value* value = rules.if_contains(key);
    return value && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
  }

  static Misfit check_text(std::string_view text, const json::Object& rules, const std::string& path) {
    const auto length = static_cast<double>(code_points(text));
    if (const auto n = number(rules, "minLength"); n && length < *n)
      return fmt::format("{} must have at least {} characters", path, *n);
    if (const auto n = number(rules, "maxLength"); n && length > *n)
      return fmt::format("{} must have at most {} characters", path, *n);
    if (const json::Value* p = rules.if_contains("pattern");
        p && p->is_string() && !matches(text, json::view(p->get_string())))
      return fmt::format("{} must match the pattern {}", path, json::view(p->get_string()));
    if (const json::Value* f = rules.if_contains("format"); f && f->is_string())
      if ((f->get_string() == "uri" || f->get_string() == "url") && !is_absolute_url(text))
        return fmt::format("{} must be an absolute URL", path);
    return {};
  }

  static Misfit check_number(double value, const json::Object& rules, const std::string& path) {
    if (const auto n = number(rules, "minimum"); n && value < *n)
      return fmt::format("{} must be at least {}", path, *n);
    if (const auto n = number(rules, "maximum"); n && value > *n) return fmt::format("{} must be at most {}", path, *n);
    if (const auto n = number(rules, "exclusiveMinimum"); n && value <= *n)
      return fmt::format("{} must be more than {}", path, *n);
    if (const auto n = number(rules, "exclusiveMaximum"); n && value >= *n)
      return fmt::format("{} must be less than {}", path, *n);
    if (const auto n = number(rules, "multipleOf"); n && *n > 0)
      if (const double ratio = value / *n; std::abs(ratio - std::round(ratio)) > 1e-9)
        return fmt::format("{} must be a multiple of {}", path, *n);
    return {};
  }

  Misfit check_array(const json::Array& array, const json::Object& rules, const std::string& path, int depth) {
    const auto size = static_cast<double>(array.size());
    if (const auto n = number(rules, "minItems"); n && size < *n)
      return fmt::format("{} must have at least {} items", path, *n);
    if (const auto n = number(rules, "maxItems"); n && size > *n)
      return fmt::format("{} must have at most {} items", path, *n);
    if (const json::Value* unique = rules.if_contains("uniqueItems"); unique && *unique == json::Value(true)) {
      std::set<std::string> seen;
      for (const json::Value& each : array)
        if (!seen.insert(json::write(each)).second) return fmt::format("{} has the item {} twice", path, shown(each));
    }
    const json::Value* first = rules.if_contains("prefixItems");
    const json::Value* rest = rules.if_contains("items");
    if (rest && rest->is_array()) {  // draft 7 wrote tuples so
      first = rest;
      rest = rules.if_contains("additionalItems");
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
      const json::Value* schema =
          first && first->is_array() && i < first->get_array().size() ? &first->get_array()[i] : rest;
      if (!schema) continue;
      if (auto bad = check(array[i], *schema, fmt::format("{}[{}]", path, i), depth + 1)) return bad;
    }
    return {};
  }

  Misfit check_object(const json::Object& object, const json::Object& rules, const std::string& path, int depth) {
    const auto size = static_cast<double>(object.size());
    if (const auto n = number(rules, "minProperties"); n && size < *n)
      return fmt::format("{} must have at least {} properties", path, *n);
    if (const auto n = number(rules, "maxProperties"); n && size > *n)
      return fmt::format("{} must have at most {} properties", path, *n);
    if (const json::Value* required = rules.if_contains("required"); required && required->is_array())
      for (const json::Value& key : required->get_array())
        if (key.is_string() && !object.contains(key.get_string()))
          return fmt::format("{} lacks the required property \"{}\"", path, json::view(key.get_string()));
    const json::Value* known = rules.if_contains("properties");
    const json::Value* others = rules.if_contains("additionalProperties");
    const json::Value* patterns = rules.if_contains("patternProperties");
    for (const auto& [key, value] : object) {
      const std::string_view name(key.data(), key.size());
      const std::string inner = path == "The reply" ? std::string(name) : fmt::format("{}.{}", path, name);
      const json::Value* schema = known && known->is_object() ? known->get_object().if_contains(name) : nullptr;
      bool found = schema != nullptr;
      if (schema)
        if (auto bad = check(value, *schema, inner, depth + 1)) return bad;
      if (patterns && patterns->is_object())
        for (const auto& [pattern, by_pattern] : patterns->get_object()) {
          if (!matches(name, {pattern.data(), pattern.size()})) continue;
          found = true;
          if (auto bad = check(value, by_pattern, inner, depth + 1)) return bad;
        }
      if (found || !others) continue;
      if (*others == json::Value(false)) return fmt::format("{} has the unknown property \"{}\"", path, name);
      if (auto bad = check(value, *others, inner, depth + 1)) return bad;
    }
    return {};
  }

  Misfit check_combined(const json::Value& value, const json::Object& rules, const std::string& path, int depth) {
    if (const json::Value* all = rules.if_contains("allOf"); all && all->is_array())
      for (const json::Value& each : all->get_array())
        if (auto bad = check(value, each, path, depth + 1)) return bad;
    if (const json::Value* any = rules.if_contains("anyOf"); any && any->is_array())
      if (auto bad = check_any(value, any->get_array(), path, depth)) return bad;
    if (const json::Value* one = rules.if_contains("oneOf"); one && one->is_array()) {
      if (auto bad = check_any(value, one->get_array(), path, depth)) return bad;
      const auto fits = std::ranges::count_if(
          one->get_array(), [&](const json::Value& each) { return !check(value, each, path, depth + 1); });
      if (fits > 1) return fmt::format("{} fits more than one of the forms of which it must have exactly one", path);
    }
    if (const json::Value* no = rules.if_contains("not"); no && !check(value, *no, path, depth + 1))
      return fmt::format("{} has the form that it must not have", path);
    return {};
  }

  Misfit check_any(const json::Value& value, const json::Array& forms, const std::string& path, int depth) {
    std::string reasons;
    for (const json::Value& form : forms) {
      const Misfit bad = check(value, form, path, depth + 1);
      if (!bad) return {};
      reasons += (reasons.empty() ? "" : "; or ") + *bad;
    }
    if (forms.empty()) return {};
    return fmt::format("{} fits none of its {} forms: {}", path, forms.size(), base::truncate(reasons, 600));
  }

  const json::Value& document_;
  int steps_ = 0;
};

}  // namespace

Misfit misfit(const json::Value& value, const json::Value& schema) {
  return Checker(schema).check(value, schema, "The reply", 0);
}

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

// A schema too large to follow counts as recursive: nobody should copy its references into place.
bool leads_back(const json::Value& document, json::Value& schema, std::vector<const json::Value*>& open, int& steps) {
  if (!schema.is_object()) return false;
  if (++steps > kMaxFollowed || open.size() > kMaxDepth || std::ranges::find(open, &schema) != open.end()) return true;
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
