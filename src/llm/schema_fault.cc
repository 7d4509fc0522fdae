#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"
#include "llm/json_schema.h"
#include "llm/pattern.h"
#include "llm/schema_walk.h"

namespace llm {
namespace {

constexpr int kDeepestLooked = 400;
constexpr std::size_t kMaxTold = 200;  // of what a caller wrote, in a sentence

class FaultFinder {
 public:
  FaultFinder(const json::Value& document, base::Budget& budget) : budget_(budget), checker_(document, budget) {}

  // The schema that has it, as a path of keywords, and what it is.
  std::optional<std::string> look(const json::Value& schema, const json::Value* above, int depth) {
    if (!schema.is_object() || depth > kDeepestLooked || !budget_.spend()) return {};
    for (const std::string_view key : {"$ref", "$dynamicRef"})
      if (const auto ref = json::get_string(schema, key))
        if (!leads_somewhere(schema, key) && !budget_.over())
          return fmt::format("{} {} refers to {}, which is not in the schema ({})", title(schema, above), key,
                             base::truncate(json::write(json::Value(*ref)), kMaxTold), kHowToRefer);
    if (auto bad = look_at_patterns(schema, above)) return bad;
    std::optional<std::string> out;
    for_each_subschema(schema.get_object(), [&](const json::Value& inner) {
      if (!out) out = look(inner, &schema, depth + 1);
    });
    return out;
  }

 private:
  static constexpr std::string_view kHowToRefer =
      "put what it means into $defs and refer to it as \"#/$defs/NAME\"; the server fetches no schemas";

  bool leads_somewhere(const json::Value& schema, std::string_view key) {
    if (key == "$ref") return checker_.target(schema) != nullptr;
    return schema.get_object().contains("$ref") || checker_.target(schema) != nullptr;
  }

  std::optional<std::string> look_at_patterns(const json::Value& schema, const json::Value* above) {
    if (const auto pattern = json::get_string(schema, "pattern"))
      if (auto why = patterns_.fault_of(*pattern, budget_)) return told(title(schema, above), *pattern, *why);
    if (const json::Object* map = json::get_object(schema, "patternProperties"))
      for (const auto& [key, inner] : *map)
        if (auto why = patterns_.fault_of({key.data(), key.size()}, budget_))
          return told(title(schema, above), {key.data(), key.size()}, *why);
    return {};
  }

  static std::string told(std::string_view title, std::string_view pattern, std::string_view why) {
    return fmt::format("{} pattern {} is no regular expression that can be used: {}", title,
                       base::truncate(json::write(json::Value(pattern)), kMaxTold), why);
  }

  // `The schema's` or `The schema's property "a": its`
  static std::string title(const json::Value& schema, const json::Value* above) {
    for (const std::string_view key : {"properties", "$defs", "definitions"})
      if (const json::Object* map = above ? json::get_object(*above, key) : nullptr)
        for (const auto& [name, inner] : *map)
          if (&inner == &schema)
            return fmt::format("The schema's {} {}: its", key == "properties" ? "property" : "definition",
                               base::truncate(json::write(json::Value(name)), kMaxTold));
    return "The schema's";
  }

  base::Budget& budget_;
  SchemaChecker checker_;
  Patterns patterns_;
};

}  // namespace

std::optional<std::string> fault_of(const json::Value& schema, base::Budget& budget) {
  auto out = FaultFinder(schema, budget).look(schema, nullptr, 0);
  return budget.over() ? too_costly(budget) : std::move(out);
}

}  // namespace llm
