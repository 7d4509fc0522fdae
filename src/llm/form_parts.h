// What the forms of schemas for providers (schema_forms.h) have in common.
#pragma once
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "base/budget.h"
#include "json/value.h"
#include "llm/json_schema.h"

namespace llm::form {

inline constexpr std::uint64_t kFormSteps = 2'000'000;  // a schema that takes more is sent as it is

bool is_word(const json::Value* value, std::string_view word);
bool has_any(const json::Object& schema, std::initializer_list<std::string_view> keywords);

// The schema with its allOf in place where that is one more of its own words, or plain objects (also by $ref) that say
// nothing else of each other's properties; oneOf as anyOf, and the type that it clearly means. What cannot be put
// together stays in its allOf.
json::Object simplified(const json::Object& schema, SchemaChecker& checker, base::Budget& budget, int depth = 0);

// Whether `type` has the word, alone or in a list.
bool is_of_type(const json::Object& schema, std::string_view wanted);

// A map with keys of the reply's own choosing.
bool is_open_map(const json::Object& schema);

// The types of the values as `type` names them, each once; empty when one has none that can be listed.
json::Array types_of(const json::Array& values);

// Adds `(pattern: "^a$", maxLength: 3)` to the description.
class Told {
 public:
  void add(std::string_view keyword, const json::Value& value);
  void put_into(json::Object& schema) const;

 private:
  std::string text_;
};

std::set<std::string, std::less<>> words_of(const json::Value* list);

// Keywords that say something about values which no provider enforces.
bool is_tellable(std::string_view keyword);

}  // namespace llm::form
