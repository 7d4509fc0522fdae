// The places of a JSON Schema in which further schemas stand.
#pragma once
#include <functional>

#include "json/value.h"

namespace llm {

enum class Subschemas {
  all,
  describing,  // those that say what a value is: not conditions, what must not be, names and what has to be among items
};

// Calls f for each schema directly inside this one.
void for_each_subschema(json::Object& schema, const std::function<void(json::Value&)>& f,
                        Subschemas which = Subschemas::all);
void for_each_subschema(const json::Object& schema, const std::function<void(const json::Value&)>& f,
                        Subschemas which = Subschemas::all);

// True when a $ref leads back to a schema that contains it, and for a schema too large to follow.
bool is_recursive(const json::Value& schema);

}  // namespace llm
