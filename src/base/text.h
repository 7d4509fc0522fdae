// Small text helpers that the standard library lacks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace base {

bool is_valid_utf8(std::string_view text);

// Every byte that is not part of a valid sequence becomes U+FFFD.
std::string repair_utf8(std::string_view text);

// The first `limit` bytes at most, cut at a code point, with "…" added when something was cut.
std::string truncate(std::string_view text, std::size_t limit);

std::string to_lower_ascii(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // ASCII white space, both ends
std::vector<std::string_view> split(std::string_view text, char separator);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string base64(std::string_view bytes);

// The name in `known` that is nearest to `word` by edit distance, or "" when none is within a third of its length
// (at least two edits). For "did you mean".
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace base
