// JSON Schema (2020-12, and draft 7 by its $schema): does a value fit, and if not, why, in a sentence that a model can
// act on.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/budget.h"
#include "json/value.h"

namespace llm {

// What a check of a caller's schema and a model's reply may cost; it runs off the loop (aio/compute.h).
inline constexpr std::uint64_t kSchemaSteps = 20'000'000;
inline constexpr base::Milliseconds kSchemaTime{2000};
// On the loop: for what is known to be small.
inline constexpr std::uint64_t kSchemaStepsOnTheLoop = 100'000;

// One document, for many checks. It outlives the checker and does not change, nor does the budget, which is that of all
// checks together.
class SchemaChecker {
 public:
  enum class Formats {
    urls,  // uri and url have to be absolute URLs; other formats say nothing
    none,  // as the standard has it where nothing else is said
  };
  SchemaChecker(const json::Value& document, base::Budget& budget, Formats formats = Formats::urls);
  ~SchemaChecker();
  SchemaChecker(const SchemaChecker&) = delete;
  SchemaChecker& operator=(const SchemaChecker&) = delete;

  // Nothing when it fits, else the first misfit with its path: `items[2].price must be a number, not a string`. All
  // keywords of the two drafts are known, and the older spellings in the newer; others are ignored, as the standard
  // asks. A schema that refers to itself without end fits nothing. With a budget that is over it is `… schema is too
  // costly to check: …`, whatever the value is.
  std::optional<std::string> misfit(const json::Value& value);
  // The same for a part of the document.
  std::optional<std::string> misfit(const json::Value& value, const json::Value& schema);
  bool fits(const json::Value& value, const json::Value& schema) { return !misfit(value, schema); }

  // What the $ref of a part of the document leads to, or its $dynamicRef when nothing else is around it; null without
  // one, and when it leads nowhere.
  const json::Value* target(const json::Value& schema);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The same for one check.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema, base::Budget& budget);
// The same on the loop: for what is known to be small, with a budget of a few milliseconds.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema);

// "The reply's schema is too costly to check: it takes more than 20000000 steps".
std::string too_costly(const base::Budget& budget);

// What makes a schema of no use whatever the reply is: a reference that leads nowhere, a pattern that is no regular
// expression. `The schema's property "a": its $ref refers to "#/nowhere", which is not in the schema (…)`.
std::optional<std::string> fault_of(const json::Value& schema, base::Budget& budget);

}  // namespace llm
