// How long values are as text, without writing it.
#pragma once
#include <cstddef>
#include <optional>

#include "json/value.h"

namespace json {

// What is left of so many bytes when the value's text has taken its own, as takes_more_than counts (json/write.h);
// nothing when it takes more. Looks at no more of the value than it needs to know.
std::optional<std::size_t> left_after(std::size_t bytes, const Value& value);
std::optional<std::size_t> left_after(std::size_t bytes, const Object& object);

}  // namespace json
