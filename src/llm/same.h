// Equality of JSON values as JSON Schema has it, and short texts of them, at a price.
#pragma once
#include <cstdint>
#include <string>

#include "base/budget.h"
#include "json/value.h"

namespace llm {

// Numbers by their value, objects whatever the order of their keys. Each value looked at is a step. False with a budget
// that is over.
bool same(const json::Value& a, const json::Value& b, base::Budget& budget);

// Equal for values that are the same.
std::uint64_t hash_of(const json::Value& value, base::Budget& budget);

// Takes a step for each value inside and for each 64 bytes of text; false when that is too much.
bool spend_on(const json::Value& value, base::Budget& budget);

// The beginning of its JSON, as base::truncate cuts it; the rest is not written.
std::string brief(const json::Value& value, std::size_t limit);

}  // namespace llm
