// A caller's JSON Schema in the forms that providers take, made of what each is known to allow. The reply is checked
// against the caller's own schema afterwards, so a form may be looser than the schema but never tighter in what a
// caller would miss. What it does not say is told in the description, as far as it is about values.
#pragma once
#include <optional>

#include "json/value.h"

namespace llm {

// As it is, without what is about the document and not about values ($schema, $id).
json::Value plain_form(const json::Value& schema);

// OpenAI's strict mode: every object closed, every property required, the optional ones nullable (mend_reply undoes
// that), a type for everything, no more than its documented limits. Nothing when the schema cannot be said so: maps
// with free keys, values of any type, tuples, conditions, allOf, references to elsewhere than the definitions.
enum class Constraints {
  some,  // patterns, ranges of numbers and lengths of lists, as OpenAI takes them
  none,
};
std::optional<json::Value> strict_form(const json::Value& schema, Constraints known = Constraints::some);

// Anthropic's structured output: objects closed, constraints told in the description. Nothing for maps with free keys
// and for recursive schemas.
std::optional<json::Value> anthropic_form(const json::Value& schema);

// Gemini's responseSchema, a subset of OpenAPI's: references put in place, null as `nullable`. Nothing for what it
// cannot say: recursive schemas, maps, tuples, conditions, lists of unlike values, anything without a type.
std::optional<json::Value> gemini_form(const json::Value& schema);

// Gemini's responseJsonSchema, which takes more: the keywords that it documents.
json::Value gemini_json_form(const json::Value& schema);

}  // namespace llm
