#include "llm/json_schema.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "llm/pattern.h"
#include "llm/same.h"

namespace llm {
namespace {

constexpr int kMaxDepthChecked = 400;
constexpr std::uint64_t kStepsOnTheLoop = 100'000;
constexpr std::size_t kMaxShown = 200;  // of a value, a name or a pattern, in a sentence
constexpr std::size_t kMaxPath = 300;
constexpr std::size_t kMaxReasons = 600;

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

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
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

std::string shown(const json::Value& value) { return brief(value, kMaxShown); }
std::string shown(std::string_view text) { return base::truncate(text, kMaxShown); }

// Where in the value the checker is. Written only for a misfit: most of them are of forms that nobody takes.
struct Place {
  const Place* above = nullptr;
  std::string_view name = {};  // of a property; without one the index is meant
  std::size_t index = 0;

  std::string text() const {
    std::string out;
    if (above) out = above->text();
    if (out.size() > kMaxPath) return out.ends_with("…") ? out : out + "…";
    if (!above) return "The reply";
    if (name.data() == nullptr) return fmt::format("{}[{}]", out, index);
    return above->above ? fmt::format("{}.{}", out, shown(name)) : shown(name);
  }
};

class Checker {
 public:
  Checker(const json::Value& document, base::Budget& budget) : document_(document), budget_(budget) {}

  // What it says with a budget that is over means nothing.
  Misfit check(const json::Value& value, const json::Value& schema, const Place& path, int depth) {
    if (!budget_.spend()) return "";
    if (depth > kMaxDepthChecked) return path.text() + " is nested or branched beyond what can be checked";
    if (const bool* flag = schema.if_bool()) return *flag ? Misfit() : path.text() + " may not be there";
    const json::Object* rules = schema.if_object();
    if (!rules) return {};
    if (const auto ref = json::get_string(schema, "$ref")) {
      if (!budget_.spend(1 + ref->size() / 8)) return "";
      const json::Value* target = follow_ref(document_, *ref);
      if (!target) return fmt::format("{} has a schema that refers to nothing ({})", path.text(), shown(*ref));
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
  Misfit check_kind(const json::Value& value, const json::Object& rules, const Place& path) {
    if (const json::Value* type = rules.if_contains("type")) {
      std::vector<std::string_view> types;
      if (const auto* one = type->if_string()) types.push_back(json::view(*one));
      if (const auto* many = type->if_array())
        for (const json::Value& each : *many)
          if (budget_.spend() && each.is_string()) types.push_back(json::view(each.get_string()));
      if (!types.empty() && std::ranges::none_of(types, [&](std::string_view t) { return has_type(value, t); }))
        return fmt::format("{} must be of type {}, not {}", path.text(),
                           shown(fmt::to_string(fmt::join(types, " or "))), name_of(value));
    }
    if (const json::Value* all = rules.if_contains("enum"); all && all->is_array())
      if (std::ranges::none_of(all->get_array(), [&](const json::Value& each) { return same(value, each, budget_); }))
        return fmt::format("{} must be one of {}, not {}", path.text(), shown(*all), shown(value));
    if (const json::Value* only = rules.if_contains("const"); only && !same(value, *only, budget_))
      return fmt::format("{} must be {}, not {}", path.text(), shown(*only), shown(value));
    return {};
  }

  static std::optional<double> number(const json::Object& rules, std::string_view key) {
    const json::Value* value = rules.if_contains(key);
    return value && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
  }

  Misfit check_text(std::string_view text, const json::Object& rules, const Place& path) {
    if (!budget_.spend(text.size() / 1024)) return "";
    const auto length = static_cast<double>(code_points(text));
    if (const auto n = number(rules, "minLength"); n && length < *n)
      return fmt::format("{} must have at least {} characters", path.text(), *n);
    if (const auto n = number(rules, "maxLength"); n && length > *n)
      return fmt::format("{} must have at most {} characters", path.text(), *n);
    if (const json::Value* p = rules.if_contains("pattern");
        p && p->is_string() && !patterns_.found(text, json::view(p->get_string()), budget_))
      return fmt::format("{} must match the pattern {}", path.text(), shown(json::view(p->get_string())));
    if (const json::Value* f = rules.if_contains("format"); f && f->is_string())
      if ((f->get_string() == "uri" || f->get_string() == "url") && !is_absolute_url(text))
        return fmt::format("{} must be an absolute URL", path.text());
    return {};
  }

  static Misfit check_number(double value, const json::Object& rules, const Place& path) {
    if (const auto n = number(rules, "minimum"); n && value < *n)
      return fmt::format("{} must be at least {}", path.text(), *n);
    if (const auto n = number(rules, "maximum"); n && value > *n)
      return fmt::format("{} must be at most {}", path.text(), *n);
    if (const auto n = number(rules, "exclusiveMinimum"); n && value <= *n)
      return fmt::format("{} must be more than {}", path.text(), *n);
    if (const auto n = number(rules, "exclusiveMaximum"); n && value >= *n)
      return fmt::format("{} must be less than {}", path.text(), *n);
    if (const auto n = number(rules, "multipleOf"); n && *n > 0)
      if (const double ratio = value / *n; std::abs(ratio - std::round(ratio)) > 1e-9)
        return fmt::format("{} must be a multiple of {}", path.text(), *n);
    return {};
  }

  Misfit check_array(const json::Array& array, const json::Object& rules, const Place& path, int depth) {
    const auto size = static_cast<double>(array.size());
    if (const auto n = number(rules, "minItems"); n && size < *n)
      return fmt::format("{} must have at least {} items", path.text(), *n);
    if (const auto n = number(rules, "maxItems"); n && size > *n)
      return fmt::format("{} must have at most {} items", path.text(), *n);
    if (const json::Value* unique = rules.if_contains("uniqueItems"); unique && *unique == json::Value(true)) {
      if (const json::Value* twice = first_twin(array))
        return fmt::format("{} has the item {} twice", path.text(), shown(*twice));
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
      if (auto bad = check(array[i], *schema, {.above = &path, .index = i}, depth + 1)) return bad;
    }
    return {};
  }

  Misfit check_object(const json::Object& object, const json::Object& rules, const Place& path, int depth) {
    const auto size = static_cast<double>(object.size());
    if (const auto n = number(rules, "minProperties"); n && size < *n)
      return fmt::format("{} must have at least {} properties", path.text(), *n);
    if (const auto n = number(rules, "maxProperties"); n && size > *n)
      return fmt::format("{} must have at most {} properties", path.text(), *n);
    if (const json::Value* required = rules.if_contains("required"); required && required->is_array())
      for (const json::Value& key : required->get_array())
        if (budget_.spend() && key.is_string() && !object.contains(key.get_string()))
          return fmt::format("{} lacks the required property \"{}\"", path.text(), shown(json::view(key.get_string())));
    const json::Value* known = rules.if_contains("properties");
    const json::Value* others = rules.if_contains("additionalProperties");
    const json::Value* patterns = rules.if_contains("patternProperties");
    for (const auto& [key, value] : object) {
      if (!budget_.spend(1 + key.size() / 64)) return "";
      const std::string_view name(key.data(), key.size());
      const Place inner{.above = &path, .name = name};
      const json::Value* schema = known && known->is_object() ? known->get_object().if_contains(name) : nullptr;
      bool found = schema != nullptr;
      if (schema)
        if (auto bad = check(value, *schema, inner, depth + 1)) return bad;
      if (patterns && patterns->is_object())
        for (const auto& [pattern, by_pattern] : patterns->get_object()) {
          if (!patterns_.found(name, {pattern.data(), pattern.size()}, budget_)) continue;
          found = true;
          if (auto bad = check(value, by_pattern, inner, depth + 1)) return bad;
        }
      if (found || !others) continue;
      if (*others == json::Value(false))
        return fmt::format("{} has the unknown property \"{}\"", path.text(), shown(name));
      if (auto bad = check(value, *others, inner, depth + 1)) return bad;
    }
    return {};
  }

  Misfit check_combined(const json::Value& value, const json::Object& rules, const Place& path, int depth) {
    if (const json::Value* all = rules.if_contains("allOf"); all && all->is_array())
      for (const json::Value& each : all->get_array())
        if (auto bad = check(value, each, path, depth + 1)) return bad;
    if (const json::Value* any = rules.if_contains("anyOf"); any && any->is_array())
      if (auto bad = check_any(value, any->get_array(), path, depth)) return bad;
    if (const json::Value* one = rules.if_contains("oneOf"); one && one->is_array()) {
      if (auto bad = check_any(value, one->get_array(), path, depth)) return bad;
      const auto fits = std::ranges::count_if(
          one->get_array(), [&](const json::Value& each) { return !check(value, each, path, depth + 1); });
      if (fits > 1)
        return fmt::format("{} fits more than one of the forms of which it must have exactly one", path.text());
    }
    if (const json::Value* no = rules.if_contains("not"); no && !check(value, *no, path, depth + 1))
      return fmt::format("{} has the form that it must not have", path.text());
    return {};
  }

  Misfit check_any(const json::Value& value, const json::Array& forms, const Place& path, int depth) {
    std::string reasons;
    for (const json::Value& form : forms) {
      const Misfit bad = check(value, form, path, depth + 1);
      if (!bad) return {};
      if (budget_.over()) return "";
      if (reasons.size() <= kMaxReasons) reasons += (reasons.empty() ? "" : "; or ") + *bad;
    }
    if (forms.empty()) return {};
    return fmt::format("{} fits none of its {} forms: {}", path.text(), forms.size(),
                       base::truncate(reasons, kMaxReasons));
  }

  // The first item that is the same as one before it.
  const json::Value* first_twin(const json::Array& array) {
    std::vector<std::pair<std::uint64_t, std::size_t>> seen;  // hash and index
    for (std::size_t i = 0; i < array.size() && !budget_.over(); ++i) seen.emplace_back(hash_of(array[i], budget_), i);
    std::ranges::sort(seen);
    std::size_t first = array.size();
    for (auto begin = seen.begin(); begin != seen.end() && !budget_.over();) {
      const auto end = std::find_if(begin, seen.end(), [&](const auto& each) { return each.first != begin->first; });
      for (auto twin = begin; twin != end && twin->second < first; ++twin)
        for (auto before = begin; before != twin; ++before)
          if (same(array[before->second], array[twin->second], budget_)) first = std::min(first, twin->second);
      begin = end;
    }
    return first < array.size() ? &array[first] : nullptr;
  }

  const json::Value& document_;
  base::Budget& budget_;
  Patterns patterns_;
};

}  // namespace

Misfit misfit(const json::Value& value, const json::Value& schema, const json::Value& document, base::Budget& budget) {
  auto bad = Checker(document, budget).check(value, schema, Place(), 0);
  return budget.over() ? too_costly(budget) : std::move(bad);
}

Misfit misfit(const json::Value& value, const json::Value& schema, base::Budget& budget) {
  return misfit(value, schema, schema, budget);
}

Misfit misfit(const json::Value& value, const json::Value& schema) {
  base::Budget budget(kStepsOnTheLoop);
  return misfit(value, schema, budget);
}

std::string too_costly(const base::Budget& budget) {
  return fmt::format("The reply's schema is too costly to check: {}", budget.why());
}

}  // namespace llm
