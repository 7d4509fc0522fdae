#include "llm/same.h"

#include <functional>
#include <string_view>

#include "base/text.h"
#include "json/write.h"

namespace llm {
namespace {

constexpr std::size_t kComparedInAStep = 64;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b;
  x ^= x >> 32;
  return x * 0xd6e8feb86659fd93ULL;
}

std::uint64_t hash_of_text(std::string_view text) { return std::hash<std::string_view>()(text); }

void write_some(std::string& out, const json::Value& value, std::size_t limit) {
  if (out.size() > limit) return;
  if (const auto* text = value.if_string()) {
    // Cut at a byte: what is cut is beyond the limit, and not looked at again.
    json::append_string(out, base::truncate(json::view(*text), limit + 8));
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size() && out.size() <= limit; ++i) {
      if (i > 0) out += ',';
      write_some(out, (*array)[i], limit);
    }
    out += ']';
  } else if (const auto* object = value.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, inner] : *object) {
      if (out.size() > limit) break;
      if (!first) out += ',';
      first = false;
      json::append_string(out, base::truncate(std::string_view(key.data(), key.size()), limit + 8));
      out += ':';
      write_some(out, inner, limit);
    }
    out += '}';
  } else {
    json::append(out, value);
  }
}

}  // namespace

bool same(const json::Value& a, const json::Value& b, base::Budget& budget) {
  if (!budget.spend()) return false;
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.kind() != b.kind()) return false;
  if (const auto* text = a.if_string())
    return text->size() == b.get_string().size() && budget.spend(text->size() / kComparedInAStep) &&
           *text == b.get_string();
  if (const auto* array = a.if_array()) {
    const json::Array& other = b.get_array();
    if (array->size() != other.size()) return false;
    for (std::size_t i = 0; i < array->size(); ++i)
      if (!same((*array)[i], other[i], budget)) return false;
    return true;
  }
  if (const auto* object = a.if_object()) {
    const json::Object& other = b.get_object();
    if (object->size() != other.size()) return false;
    for (const auto& [key, inner] : *object) {
      const json::Value* twin = other.if_contains(key);
      if (!twin || !same(inner, *twin, budget)) return false;
    }
    return true;
  }
  return a == b;
}

std::uint64_t hash_of(const json::Value& value, base::Budget& budget) {
  if (!budget.spend()) return 0;
  if (value.is_number()) return mix(1, std::hash<double>()(value.to_number<double>()));
  if (const auto* text = value.if_string())
    return budget.spend(text->size() / kComparedInAStep) ? mix(2, hash_of_text(json::view(*text))) : 0;
  std::uint64_t out = mix(3, static_cast<std::uint64_t>(value.kind()));
  if (const auto* array = value.if_array())
    for (const json::Value& each : *array) out = mix(out, hash_of(each, budget));
  if (const auto* object = value.if_object())
    for (const auto& [key, inner] : *object)  // a sum, for it has no order
      out += mix(hash_of_text({key.data(), key.size()}), hash_of(inner, budget));
  if (const bool* flag = value.if_bool()) out = mix(out, *flag ? 1 : 0);
  return out;
}

bool spend_on(const json::Value& value, base::Budget& budget) {
  if (!budget.spend()) return false;
  if (const auto* text = value.if_string()) return budget.spend(text->size() / kComparedInAStep);
  if (const auto* array = value.if_array())
    for (const json::Value& each : *array)
      if (!spend_on(each, budget)) return false;
  if (const auto* object = value.if_object())
    for (const auto& [key, inner] : *object)
      if (!budget.spend(key.size() / kComparedInAStep) || !spend_on(inner, budget)) return false;
  return true;
}

std::string brief(const json::Value& value, std::size_t limit) {
  std::string out;
  write_some(out, value, limit);
  return base::truncate(out, limit);
}

}  // namespace llm
