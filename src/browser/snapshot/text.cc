#include "browser/snapshot/text.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace browser {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The code point of one whole UTF-8 sequence. Text from JSON is valid.
std::uint32_t code_point(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  std::uint32_t out = first & (0xFFU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) out = (out << 6) | (static_cast<unsigned char>(c) & 0x3F);
  return out;
}

bool is_space(std::uint32_t c) {
  if (c <= 0x20 || (c >= 0x7F && c <= 0xA0)) return true;
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || (c >= 0x2028 && c <= 0x202F) || c == 0x205F || c == 0x2060 ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == 0xFEFF;
}

bool is_icon(std::uint32_t c) { return (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0x10FFFD); }

}  // namespace

std::string as_printed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (std::size_t at = 0, size = 1; at < text.size(); at += size, size = 1) {
    while (at + size < text.size() && is_continuation(text[at + size])) ++size;
    const std::uint32_t c = code_point(text.substr(at, size));
    if (is_icon(c)) continue;
    if (is_space(c)) {
      space = true;
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += text.substr(at, size);
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string cut(std::string_view text, std::size_t limit) {
  const std::size_t length = characters(text);
  if (length <= limit) return std::string(text);
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at)
    if (!is_continuation(text[at]) && seen++ == limit) break;
  return fmt::format("{}… ({} characters)", text.substr(0, at), length);
}

}  // namespace browser
