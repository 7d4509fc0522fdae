#include "llm/json_schema.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "llm/pattern.h"
#include "llm/same.h"
#include "llm/schema_marks.h"
#include "llm/schema_numbers.h"
#include "llm/schema_refs.h"

namespace llm {
namespace {

constexpr int kMaxDepthChecked = 400;
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
  std::string_view whole = "The reply";  // what has nothing above it

  std::string text() const {
    std::string out;
    if (above) out = above->text();
    if (out.size() > kMaxPath) return out.ends_with("…") ? out : out + "…";
    if (!above) return std::string(whole);
    if (name.data() == nullptr) return fmt::format("{}[{}]", out, index);
    return above->above ? fmt::format("{}.{}", out, shown(name)) : shown(name);
  }
};

// A schema with what around it decides about what it means.
struct Rules {
  const json::Object& keywords;
  const SchemaScope& scope;
  int depth;

  const json::Value* find(std::string_view keyword) const { return keywords.if_contains(keyword); }
  const json::Array* list(std::string_view keyword) const {
    const json::Value* value = find(keyword);
    return value ? value->if_array() : nullptr;
  }
  const json::Object* map(std::string_view keyword) const {
    const json::Value* value = find(keyword);
    return value ? value->if_object() : nullptr;
  }
  std::optional<double> number(std::string_view keyword) const {
    const json::Value* value = find(keyword);
    return value && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
  }
  std::optional<std::string_view> text(std::string_view keyword) const {
    const json::Value* value = find(keyword);
    return value && value->is_string() ? std::optional(json::view(value->get_string())) : std::nullopt;
  }
};

}  // namespace

class SchemaChecker::Impl {
 public:
  Impl(const json::Value& document, base::Budget& budget, Formats formats)
      : document_(document), budget_(budget), formats_(formats), refs_(document, budget) {}

  Misfit begin(const json::Value& value, const json::Value& schema) {
    const SchemaScope scope{nullptr, refs_.home(schema)};
    auto bad = check(value, schema, Place(), scope, 0, nullptr);
    return budget_.over() ? too_costly(budget_) : std::move(bad);
  }

  const json::Value* target(const json::Value& schema) {
    const SchemaScope scope{nullptr, refs_.home(schema)};
    std::optional<SchemaRefs::Target> out;
    if (const auto ref = json::get_string(schema, "$ref"))
      out = refs_.follow(schema, *ref, *scope.resource, budget_);
    else if (const auto dynamic = json::get_string(schema, "$dynamicRef"))
      out = refs_.follow_dynamic(*dynamic, scope, budget_);
    return out ? out->schema : nullptr;
  }

  const json::Value& document() const { return document_; }

 private:
  // What it says with a budget that is over means nothing. Marks are asked for by a schema around this one.
  Misfit check(const json::Value& value, const json::Value& schema, const Place& path, const SchemaScope& outer,
               int depth, Marks* marks) {
    if (!budget_.spend()) return "";
    if (depth > kMaxDepthChecked) return path.text() + " is nested or branched beyond what can be checked";
    if (const bool* flag = schema.if_bool()) return *flag ? Misfit() : path.text() + " may not be there";
    const json::Object* keywords = schema.if_object();
    if (!keywords) return {};
    const SchemaResource* resource = refs_.entered(schema, outer.resource);
    const SchemaScope inner{&outer, resource};
    const Rules rules{*keywords, resource == outer.resource ? outer : inner, depth};
    const bool is_legacy_ref = resource->legacy && rules.text("$ref");
    Marks own;
    const bool leaves_rest = keywords->contains("unevaluatedProperties") || keywords->contains("unevaluatedItems");
    Marks* const seen = (marks || leaves_rest) && value.is_structured() ? &own : nullptr;
    if (auto bad = check_references(value, schema, rules, path, seen)) return bad;
    if (is_legacy_ref) return {};
    if (!resource->only_describes)
      if (auto bad = check_kind(value, rules, path)) return bad;
    if (auto bad = check_content(value, rules, path, seen)) return bad;
    if (auto bad = check_combined(value, rules, path, seen)) return bad;
    if (auto bad = check_condition(value, rules, path, seen)) return bad;
    if (leaves_rest)
      if (auto bad = check_rest(value, rules, path, own)) return bad;
    if (marks && budget_.spend(own.cost())) marks->add(own);
    return {};
  }

  Misfit check(const json::Value& value, const json::Value& schema, const Place& path, const Rules& around,
               Marks* marks = nullptr) {
    return check(value, schema, path, around.scope, around.depth + 1, marks);
  }

  Misfit check_references(const json::Value& value, const json::Value& schema, const Rules& rules, const Place& path,
                          Marks* marks) {
    for (const bool dynamic : {false, true}) {
      const auto ref = rules.text(dynamic ? "$dynamicRef" : "$ref");
      if (!ref) continue;
      const auto target = dynamic ? refs_.follow_dynamic(*ref, rules.scope, budget_)
                                  : refs_.follow(schema, *ref, *rules.scope.resource, budget_);
      if (!target) return fmt::format("{} has a schema that refers to nothing ({})", path.text(), shown(*ref));
      const SchemaScope there{&rules.scope, target->resource};
      if (auto bad = check(value, *target->schema, path, there, rules.depth + 1, marks)) return bad;
    }
    return {};
  }

  Misfit check_kind(const json::Value& value, const Rules& rules, const Place& path) {
    if (const json::Value* type = rules.find("type")) {
      std::vector<std::string_view> types;
      if (const auto* one = type->if_string()) types.push_back(json::view(*one));
      if (const auto* many = type->if_array())
        for (const json::Value& each : *many)
          if (budget_.spend() && each.is_string()) types.push_back(json::view(each.get_string()));
      if (!types.empty() && std::ranges::none_of(types, [&](std::string_view t) { return has_type(value, t); }))
        return fmt::format("{} must be of type {}, not {}", path.text(),
                           shown(fmt::to_string(fmt::join(types, " or "))), name_of(value));
    }
    if (const json::Array* all = rules.list("enum"))
      if (std::ranges::none_of(*all, [&](const json::Value& each) { return same(value, each, budget_); }))
        return fmt::format("{} must be one of {}, not {}", path.text(), shown(*rules.find("enum")), shown(value));
    if (const json::Value* only = rules.find("const"); only && !same(value, *only, budget_))
      return fmt::format("{} must be {}, not {}", path.text(), shown(*only), shown(value));
    return {};
  }

  Misfit check_content(const json::Value& value, const Rules& rules, const Place& path, Marks* marks) {
    const bool asserts = !rules.scope.resource->only_describes;
    if (const auto* array = value.if_array()) {
      if (asserts)
        if (auto bad = check_size(*array, rules, path)) return bad;
      return check_items(*array, rules, path, marks);
    }
    if (const auto* object = value.if_object()) {
      if (asserts)
        if (auto bad = check_size(*object, rules, path)) return bad;
      return check_members(value, *object, rules, path, marks);
    }
    if (!asserts) return {};
    if (const auto* text = value.if_string()) return check_text(json::view(*text), rules, path);
    return value.is_number() ? check_number(value.to_number<double>(), rules, path) : Misfit();
  }

  Misfit check_text(std::string_view text, const Rules& rules, const Place& path) {
    if (!budget_.spend(text.size() / 1024)) return "";
    const auto length = static_cast<double>(code_points(text));
    if (const auto n = rules.number("minLength"); n && length < *n)
      return fmt::format("{} must have at least {} characters", path.text(), *n);
    if (const auto n = rules.number("maxLength"); n && length > *n)
      return fmt::format("{} must have at most {} characters", path.text(), *n);
    if (const auto pattern = rules.text("pattern"); pattern && !patterns_.found(text, *pattern, budget_))
      return fmt::format("{} must match the pattern {}", path.text(), shown(*pattern));
    if (const auto format = rules.text("format"); formats_ == Formats::urls && (format == "uri" || format == "url"))
      if (!is_absolute_url(text)) return fmt::format("{} must be an absolute URL", path.text());
    return {};
  }

  static Misfit check_number(double value, const Rules& rules, const Place& path) {
    if (const auto n = rules.number("minimum"); n && value < *n)
      return fmt::format("{} must be at least {}", path.text(), *n);
    if (const auto n = rules.number("maximum"); n && value > *n)
      return fmt::format("{} must be at most {}", path.text(), *n);
    if (const auto n = rules.number("exclusiveMinimum"); n && value <= *n)
      return fmt::format("{} must be more than {}", path.text(), *n);
    if (const auto n = rules.number("exclusiveMaximum"); n && value >= *n)
      return fmt::format("{} must be less than {}", path.text(), *n);
    if (const auto n = rules.number("multipleOf"); n && *n > 0 && !is_multiple(value, *n))
      return fmt::format("{} must be a multiple of {}", path.text(), *n);
    return {};
  }

  Misfit check_size(const json::Array& array, const Rules& rules, const Place& path) {
    const auto size = static_cast<double>(array.size());
    if (const auto n = rules.number("minItems"); n && size < *n)
      return fmt::format("{} must have at least {} items", path.text(), *n);
    if (const auto n = rules.number("maxItems"); n && size > *n)
      return fmt::format("{} must have at most {} items", path.text(), *n);
    if (const json::Value* unique = rules.find("uniqueItems"); unique && *unique == json::Value(true)) {
      if (const json::Value* twice = first_twin(array))
        return fmt::format("{} has the item {} twice", path.text(), shown(*twice));
    }
    return {};
  }

  Misfit check_items(const json::Array& array, const Rules& rules, const Place& path, Marks* marks) {
    const json::Array* first = rules.list("prefixItems");
    const json::Value* rest = rules.find("items");
    if (rest && rest->is_array()) {  // draft 7 wrote tuples so
      first = rest->if_array();
      rest = rules.find("additionalItems");
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
      const json::Value* schema = first && i < first->size() ? &(*first)[i] : rest;
      if (!schema) break;
      if (auto bad = check(array[i], *schema, {.above = &path, .index = i}, rules)) return bad;
      if (marks) marks->add(i);
    }
    const json::Value* contained = rules.find("contains");
    return contained ? check_contained(array, *contained, rules, path, marks) : Misfit();
  }

  Misfit check_contained(const json::Array& array, const json::Value& schema, const Rules& rules, const Place& path,
                         Marks* marks) {
    const bool counts = !rules.scope.resource->only_describes;
    const double least = counts ? rules.number("minContains").value_or(1) : 1;
    const auto most = counts ? rules.number("maxContains") : std::nullopt;
    double found = 0;
    for (std::size_t i = 0; i < array.size() && !budget_.over(); ++i) {
      if (!marks && found >= least && (!most || found > *most)) break;
      if (check(array[i], schema, {.above = &path, .index = i}, rules)) continue;
      ++found;
      if (marks) marks->add(i);
    }
    if (found < least && least <= 1) return fmt::format("{} has no item of the form that it must contain", path.text());
    if (found < least)
      return fmt::format("{} must have at least {} items of the form that it must contain", path.text(), least);
    if (most && found > *most)
      return fmt::format("{} must have at most {} items of the form that it may contain", path.text(), *most);
    return {};
  }

  Misfit check_size(const json::Object& object, const Rules& rules, const Place& path) {
    const auto size = static_cast<double>(object.size());
    if (const auto n = rules.number("minProperties"); n && size < *n)
      return fmt::format("{} must have at least {} properties", path.text(), *n);
    if (const auto n = rules.number("maxProperties"); n && size > *n)
      return fmt::format("{} must have at most {} properties", path.text(), *n);
    if (const json::Array* required = rules.list("required"))
      for (const json::Value& key : *required)
        if (budget_.spend() && key.is_string() && !object.contains(key.get_string()))
          return fmt::format("{} lacks the required property \"{}\"", path.text(), shown(json::view(key.get_string())));
    for (const std::string_view keyword : {"dependentRequired", "dependencies"})
      if (const json::Object* dependent = rules.map(keyword))
        for (const auto& [name, needed] : *dependent)
          if (budget_.spend() && needed.is_array() && object.contains(name))
            for (const json::Value& key : needed.get_array())
              if (budget_.spend() && key.is_string() && !object.contains(key.get_string()))
                return fmt::format("{} has the property \"{}\" and lacks the property \"{}\", which it then requires",
                                   path.text(), shown(std::string_view(name.data(), name.size())),
                                   shown(json::view(key.get_string())));
    return {};
  }

  Misfit check_members(const json::Value& whole, const json::Object& object, const Rules& rules, const Place& path,
                       Marks* marks) {
    const json::Object* known = rules.map("properties");
    const json::Object* patterns = rules.map("patternProperties");
    const json::Value* others = rules.find("additionalProperties");
    const json::Value* names = rules.find("propertyNames");
    std::size_t index = 0;
    for (const auto& [key, value] : object) {
      const std::size_t here = index++;
      if (!budget_.spend(1 + key.size() / 64)) return "";
      const std::string_view name(key.data(), key.size());
      const Place inner{.above = &path, .name = name};
      if (names)
        if (auto bad = check(json::Value(key), *names, {.whole = "its name"}, rules))
          return fmt::format("{} has the property \"{}\": {}", path.text(), shown(name), *bad);
      const json::Value* schema = known ? known->if_contains(name) : nullptr;
      bool found = schema != nullptr;
      if (schema)
        if (auto bad = check(value, *schema, inner, rules)) return bad;
      if (patterns)
        for (const auto& [pattern, by_pattern] : *patterns) {
          if (!patterns_.found(name, {pattern.data(), pattern.size()}, budget_)) continue;
          found = true;
          if (auto bad = check(value, by_pattern, inner, rules)) return bad;
        }
      if (!found && others) {
        if (auto bad = check_unknown(value, *others, inner, rules)) return bad;
        found = true;
      }
      if (found && marks) marks->add(here);
    }
    for (const std::string_view keyword : {"dependentSchemas", "dependencies"})
      if (const json::Object* dependent = rules.map(keyword))
        for (const auto& [name, schema] : *dependent)
          if (budget_.spend() && !schema.is_array() && object.contains(name))
            if (auto bad = check(whole, schema, path, rules, marks)) return bad;
    return {};
  }

  Misfit check_unknown(const json::Value& value, const json::Value& schema, const Place& place, const Rules& rules) {
    if (schema == json::Value(false))
      return fmt::format("{} has the unknown property \"{}\"", place.above->text(), shown(place.name));
    return check(value, schema, place, rules);
  }

  Misfit check_combined(const json::Value& value, const Rules& rules, const Place& path, Marks* marks) {
    if (const json::Array* all = rules.list("allOf"))
      for (const json::Value& each : *all)
        if (auto bad = check(value, each, path, rules, marks)) return bad;
    for (const std::string_view keyword : {"anyOf", "oneOf"})
      if (const json::Array* forms = rules.list(keyword); forms && !forms->empty())
        if (auto bad = check_forms(value, *forms, keyword == "oneOf", rules, path, marks)) return bad;
    if (const json::Value* no = rules.find("not"); no && !check(value, *no, path, rules))
      return fmt::format("{} has the form that it must not have", path.text());
    return {};
  }

  Misfit check_forms(const json::Value& value, const json::Array& forms, bool exactly_one, const Rules& rules,
                     const Place& path, Marks* marks) {
    std::string reasons;
    bool found = false;
    for (const json::Value& form : forms) {
      const Misfit bad = check(value, form, path, rules, marks);
      if (budget_.over()) return "";
      if (bad) {
        if (reasons.size() <= kMaxReasons) reasons += (reasons.empty() ? "" : "; or ") + *bad;
        continue;
      }
      if (found && exactly_one)
        return fmt::format("{} fits more than one of the forms of which it must have exactly one", path.text());
      found = true;
      if (!exactly_one && !marks) return {};
    }
    if (found) return {};
    return fmt::format("{} fits none of its {} forms: {}", path.text(), forms.size(),
                       base::truncate(reasons, kMaxReasons));
  }

  Misfit check_condition(const json::Value& value, const Rules& rules, const Place& path, Marks* marks) {
    const json::Value* condition = rules.find("if");
    if (!condition) return {};
    const bool holds = !check(value, *condition, path, rules, marks);
    const json::Value* then = rules.find(holds ? "then" : "else");
    return then && !budget_.over() ? check(value, *then, path, rules, marks) : Misfit();
  }

  // What no other keyword has looked at.
  Misfit check_rest(const json::Value& value, const Rules& rules, const Place& path, Marks& seen) {
    if (const json::Value* schema = rules.find("unevaluatedProperties"); schema && value.is_object()) {
      std::size_t index = 0;
      for (const auto& [key, member] : value.get_object())
        if (const std::size_t here = index++; budget_.spend() && !seen.has(here))
          if (auto bad = check_unknown(member, *schema, {.above = &path, .name = {key.data(), key.size()}}, rules))
            return bad;
      seen.add_all(index);
    }
    if (const json::Value* schema = rules.find("unevaluatedItems"); schema && value.is_array()) {
      const json::Array& array = value.get_array();
      for (std::size_t i = 0; i < array.size(); ++i)
        if (budget_.spend() && !seen.has(i))
          if (auto bad = check(array[i], *schema, {.above = &path, .index = i}, rules)) return bad;
      seen.add_all(array.size());
    }
    return {};
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
        for (auto before = begin; before != twin && !budget_.over(); ++before)
          if (same(array[before->second], array[twin->second], budget_)) first = std::min(first, twin->second);
      begin = end;
    }
    return first < array.size() ? &array[first] : nullptr;
  }

  const json::Value& document_;
  base::Budget& budget_;
  Formats formats_;
  SchemaRefs refs_;
  Patterns patterns_;
};

SchemaChecker::SchemaChecker(const json::Value& document, base::Budget& budget, Formats formats)
    : impl_(std::make_unique<Impl>(document, budget, formats)) {}
SchemaChecker::~SchemaChecker() = default;

Misfit SchemaChecker::misfit(const json::Value& value) { return impl_->begin(value, impl_->document()); }

Misfit SchemaChecker::misfit(const json::Value& value, const json::Value& schema) {
  return impl_->begin(value, schema);
}

const json::Value* SchemaChecker::target(const json::Value& schema) { return impl_->target(schema); }

Misfit misfit(const json::Value& value, const json::Value& schema, base::Budget& budget) {
  return SchemaChecker(schema, budget).misfit(value);
}

Misfit misfit(const json::Value& value, const json::Value& schema) {
  base::Budget budget(kSchemaStepsOnTheLoop);
  return misfit(value, schema, budget);
}

std::string too_costly(const base::Budget& budget) {
  return fmt::format("The reply's schema is too costly to check: {}", budget.why());
}

}  // namespace llm
