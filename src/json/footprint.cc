#include "json/footprint.h"

#include <algorithm>

namespace json {
namespace {

// As glibc gives it out: eight bytes of its own, in steps of sixteen.
std::size_t block(std::size_t bytes) { return std::max<std::size_t>(32, (bytes + 8 + 15) / 16 * 16); }

constexpr std::size_t kHeader = 16;         // of an array's or an object's entries
constexpr std::size_t kSmallObject = 18;    // entries; beyond them it has an index
constexpr std::size_t kInPlaceString = 14;  // characters

// What hangs on it.
std::size_t beyond(const Value& value) {
  if (const String* text = value.if_string())
    return text->capacity() > kInPlaceString ? block(kHeader + text->capacity()) : 0;
  std::size_t out = 0;
  if (const Array* array = value.if_array()) {
    if (array->capacity() > 0) out += block(kHeader + array->capacity() * sizeof(Value));
    for (const Value& item : *array) out += beyond(item);
  } else if (const Object* object = value.if_object()) {
    const std::size_t room = object->capacity();
    const std::size_t index = room > kSmallObject ? room * sizeof(std::uint32_t) : 0;
    if (room > 0) out += block(kHeader + room * sizeof(Object::value_type) + index);
    for (const auto& [name, member] : *object) out += block(name.size() + 1) + beyond(member);
  }
  return out;
}

}  // namespace

std::size_t footprint(const Value& value) { return sizeof(Value) + beyond(value); }

}  // namespace json
