// JSON Schema (draft 7 and 2020-12 as far as people write it for models): does a value fit, and if not, why, in a
// sentence that a model can act on.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/budget.h"
#include "json/value.h"

namespace llm {

// What a check of a caller's schema and a model's reply may cost; it runs off the loop (aio/compute.h).
inline constexpr std::uint64_t kSchemaSteps = 20'000'000;
inline constexpr base::Milliseconds kSchemaTime{2000};

// Nothing when it fits, else the first misfit with its path: `items[2].price must be a number, not a string`. Known are
// type, enum, const, the object, array, string and number keywords, format uri and url, allOf, anyOf, oneOf, not and
// $ref within the document; other keywords are ignored, as the standard asks. A schema that refers to itself without
// end fits nothing. With a budget that is over it is `… schema is too costly to check: …`, whatever the value is.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema, base::Budget& budget);
// The same for a part of a schema, whose references lead into the document.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema, const json::Value& document,
                                  base::Budget& budget);
// The same on the loop: for what is known to be small, with a budget of a few milliseconds.
std::optional<std::string> misfit(const json::Value& value, const json::Value& schema);

// "The reply's schema is too costly to check: it takes more than 20000000 steps".
std::string too_costly(const base::Budget& budget);

// What "#/$defs/name" in the document means; null when it leads nowhere.
const json::Value* follow_ref(const json::Value& document, std::string_view ref);

// Calls f for each schema directly inside this one.
void for_each_subschema(json::Object& schema, const std::function<void(json::Value&)>& f);

// True when a $ref leads back to a schema that contains it.
bool is_recursive(const json::Value& schema);

}  // namespace llm
