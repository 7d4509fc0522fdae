// JSON Schema (draft 7 and 2020-12 as far as people write it for models): does a value fit, and if not, why, in a
// sentence that a model can act on.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace llm {

// Nothing when it fits, else the first misfit with its path: `items[2].price must be a number, not a string`. Known are
// type, enum, const, the object, array, string and number keywords, format uri and url, allOf, anyOf, oneOf, not and
// $ref within the document; other keywords are ignored, as the standard asks. A schema that refers to itself without
// end fits nothing.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema);

// What "#/$defs/name" in the document means; null when it leads nowhere.
const json::Value* follow_ref(const json::Value& document, std::string_view ref);

// Calls f for each schema directly inside this one.
void for_each_subschema(json::Object& schema, const std::function<void(json::Value&)>& f);

// True when a $ref leads back to a schema that contains it.
bool is_recursive(const json::Value& schema);

}  // namespace llm
