// read: text to Value, taking exactly what ECMAScript's JSON.parse takes (ECMA-262 §25.5.1), within limits.
#pragma once
#include <cstddef>
#include <limits>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace json {

struct ReadLimits {
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
  int max_depth = 2000;  // arrays and objects inside each other; bounds the stack that reading and destroying need
  // Arrays, objects and what is in them: a byte or two of text become a value of 24 bytes.
  std::size_t max_values = std::numeric_limits<std::size_t>::max();
};

// Differs from JSON.parse only where a byte string has to become text: a UTF-8 byte order mark is skipped, bytes that
// are no UTF-8 and surrogates without a partner ("\ud83d", which Chromium sends) become U+FFFD. Of equal keys the last
// wins. Whole numbers within ±2^53 are int64, all others double (rounded correctly; too big is infinity). Errors:
// Kind::invalid, with the byte offset in the message and no part of the text; Kind::full for more than max_values.
base::Result<Value> read(std::string_view text, ReadLimits limits = {});

// True when an object anywhere in it has a key `__proto__`, or a key `constructor` whose object has a key `prototype`:
// text that pollutes prototypes in ECMAScript programs, refused as if it were no JSON.
bool is_poisoned(const Value& value);

}  // namespace json
