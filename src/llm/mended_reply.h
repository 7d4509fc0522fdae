// Slips of a reply that have one meaning under its schema, put right here instead of by another call of a model.
#pragma once
#include <optional>
#include <string>

#include "json/value.h"
#include "llm/json_schema.h"

namespace llm {

// For a reply that does not fit, under the checker's document. What there is of it when the budget is over.
//   - an optional property that is null and may not be: left out
//   - a required one that is missing, or null and may not be: its `default`, or null where null is allowed
//   - a property that additionalProperties forbids: left out
//   - a text with space, brackets or quotes around what would fit; a number or a boolean as text
// Of several forms the one that loses least. What does not fit after this is wrong in a way that only its author knows.
// Returns how many members were left out.
std::size_t mend_reply(json::Value& reply, const json::Value& document, SchemaChecker& checker, base::Budget& budget);

// Mends a value that does not fit, and says what is wrong with it still.
std::optional<std::string> misfit_after_mending(json::Value& value, const json::Value& schema, base::Budget& budget);
// The same on the loop, as misfit without a budget.
std::optional<std::string> misfit_after_mending(json::Value& value, const json::Value& schema);

}  // namespace llm
