#include "json/value.h"

#include <cmath>
#include <limits>

namespace json {

const Value* find(const Value& value, std::string_view path) {
  const Object* object = value.if_object();
  return object == nullptr ? nullptr : find(*object, path);
}

const Value* find(const Object& object, std::string_view path) {
  const auto dot = path.find('.');
  const Value* first = object.if_contains(path.substr(0, dot));
  return first == nullptr || dot == std::string_view::npos ? first : find(*first, path.substr(dot + 1));
}

namespace {

std::optional<std::string_view> as_string(const Value* at) {
  if (at == nullptr || !at->is_string()) return std::nullopt;
  return view(at->get_string());
}

std::optional<bool> as_bool(const Value* at) {
  if (at == nullptr || !at->is_bool()) return std::nullopt;
  return at->get_bool();
}

std::optional<std::string> owned(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

std::optional<std::int64_t> to_int(const Value& value) {
  if (const auto* i = value.if_int64()) return *i;
  if (const auto* u = value.if_uint64()) {
    if (*u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(*u);
  }
  if (const auto* d = value.if_double()) {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    if (std::trunc(*d) == *d && *d >= -kLimit && *d < kLimit) return static_cast<std::int64_t>(*d);
  }
  return std::nullopt;
}

std::optional<std::string_view> get_string(const Value& value, std::string_view path) {
  return as_string(find(value, path));
}
std::optional<std::string_view> get_string(const Object& object, std::string_view path) {
  return as_string(find(object, path));
}

std::optional<std::int64_t> get_int(const Value& value, std::string_view path) {
  const auto* at = find(value, path);
  if (at == nullptr) return std::nullopt;
  return to_int(*at);
}

std::optional<double> get_double(const Value& value, std::string_view path) {
  const auto* at = find(value, path);
  if (at == nullptr || !at->is_number()) return std::nullopt;
  return at->to_number<double>();
}

std::optional<bool> get_bool(const Value& value, std::string_view path) { return as_bool(find(value, path)); }
std::optional<bool> get_bool(const Object& object, std::string_view path) { return as_bool(find(object, path)); }

const Object* get_object(const Value& value, std::string_view path) {
  const auto* at = find(value, path);
  return at == nullptr ? nullptr : at->if_object();
}

const Array* get_array(const Value& value, std::string_view path) {
  const auto* at = find(value, path);
  return at == nullptr ? nullptr : at->if_array();
}

std::optional<std::string> get_text(const Value& value, std::string_view path) {
  return owned(get_string(value, path));
}
std::optional<std::string> get_text(const Object& object, std::string_view path) {
  return owned(get_string(object, path));
}

std::string text_at(const Value& value, std::string_view path) { return get_text(value, path).value_or(""); }

}  // namespace json
