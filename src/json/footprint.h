// footprint: what a value takes of the memory.
#pragma once
#include <cstddef>

#include "json/value.h"

namespace json {

// About how many bytes the allocator has given out for it, itself included. It walks over all of it, in less time than
// reading its text took.
std::size_t footprint(const Value& value);

}  // namespace json
