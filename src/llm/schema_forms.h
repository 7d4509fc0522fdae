// A caller's JSON Schema in the forms that providers take. The reply is checked against the caller's own schema
// afterwards, so a form may be looser than the schema but never tighter in what a caller would miss.
#pragma once
#include <optional>

#include "base/budget.h"
#include "json/value.h"

namespace llm {

// As it is, without what is about the document and not about values ($schema, $id).
json::Value plain_form(const json::Value& schema);

// OpenAI's strict mode: every object closed, every property required, the optional ones nullable (drop_added_nulls
// undoes that). Constraints that the server does not know are told in the description. Nothing when the schema cannot
// be said strictly: maps with free keys, values of any type, not, allOf.
enum class Constraints {
  some,  // patterns, ranges of numbers and lengths of lists, as OpenAI takes them
  none,
};
std::optional<json::Value> strict_form(const json::Value& schema, Constraints known = Constraints::some);

// Anthropic's structured output: objects closed, constraints told in the description. Nothing for maps with free keys
// and for recursive schemas.
std::optional<json::Value> anthropic_form(const json::Value& schema);

// Gemini's responseSchema, a subset of OpenAPI's: references put in place, null as `nullable`. Nothing for recursive
// schemas.
std::optional<json::Value> gemini_form(const json::Value& schema);

// Takes out of a reply the nulls that stand for "left out": of properties that are optional and may not be null. Not
// all of them when the budget is over.
void drop_added_nulls(json::Value& reply, const json::Value& schema, base::Budget& budget);

}  // namespace llm
