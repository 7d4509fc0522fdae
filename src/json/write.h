// write: Value to text, byte for byte as ECMAScript's JSON.stringify (ECMA-262 §25.5.2) without indentation.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "json/value.h"

namespace json {

// Compact, keys in their order in the object. Strings must be UTF-8. Numbers as Number::toString: 1.5, 1e21, -0 as 0;
// NaN and infinities are null.
std::string write(const Value& value);
void append(std::string& out, const Value& value);

// Whether the text has more than so many bytes, about: numbers count alike and escapes do not count. Looks at no more
// of the value than it needs to know.
bool takes_more_than(const Value& value, std::size_t bytes);
bool takes_more_than(const Object& object, std::size_t bytes);

// The text as a JSON string with its quotes: escapes only `"`, `\` and what is below U+0020.
void append_string(std::string& out, std::string_view text);
// A number as ECMAScript prints it.
void append_number(std::string& out, double number);

}  // namespace json
