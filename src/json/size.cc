#include "json/size.h"

#include "json/write.h"

namespace json {
namespace {

using Left = std::optional<std::size_t>;

Left take(Left from, std::size_t n) { return from && *from >= n ? Left(*from - n) : std::nullopt; }

Left left_of(Left bytes, const Value& value);

Left left_of(Left bytes, const Object& object) {
  Left left = take(bytes, 2);
  for (auto it = object.begin(); left && it != object.end(); ++it)
    left = left_of(take(left, it->key().size() + 4), it->value());
  return left;
}

Left left_of(Left bytes, const Value& value) {
  constexpr std::size_t kNumber = 8;
  if (const auto* text = value.if_string()) return take(bytes, text->size() + 2);
  if (const auto* object = value.if_object()) return left_of(bytes, *object);
  const auto* items = value.if_array();
  if (!items) return take(bytes, kNumber);
  Left left = take(bytes, 2 + items->size());  // brackets and commas
  for (auto it = items->begin(); left && it != items->end(); ++it) left = left_of(left, *it);
  return left;
}

}  // namespace

std::optional<std::size_t> left_after(std::size_t bytes, const Value& value) { return left_of(bytes, value); }
std::optional<std::size_t> left_after(std::size_t bytes, const Object& object) { return left_of(bytes, object); }

bool takes_more_than(const Value& value, std::size_t bytes) { return !left_of(bytes, value); }
bool takes_more_than(const Object& object, std::size_t bytes) { return !left_of(bytes, object); }

}  // namespace json
