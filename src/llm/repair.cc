#include "llm/repair.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "json/read.h"

namespace llm {
namespace {

constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
constexpr int kMaxDepth = 300;
constexpr int kMaxStarts = 50;
constexpr std::size_t kMaxWalked = 64 * 1024 * 1024;  // bytes, from all starts together

// A value or, with Kind::full, the end of all tries; nothing when the text is no JSON.
using Parsed = std::optional<base::Result<json::Value>>;

Parsed parse(std::string_view text, std::size_t most) {
  auto value = json::read(text, {.max_bytes = kMaxBytes, .max_depth = kMaxDepth, .max_values = most});
  if (value) return std::move(value);
  if (value.error().kind != base::Kind::full) return {};
  return base::fail(base::Kind::full,
                    fmt::format("The reply has more than {} JSON values, which is the limit", kMostReplyValues));
}

// Models that think aloud do it first.
std::string_view after_thinking(std::string_view text) {
  constexpr std::string_view kEnd = "</think>";
  const std::size_t end = text.rfind(kEnd);
  return end == std::string_view::npos ? text : base::trim(text.substr(end + kEnd.size()));
}

// A walk over JSON text that knows strings from structure. Where the value that begins at text[0] ends; npos when it
// does not, and then `open` holds the brackets that are missing.
struct Walk {
  std::size_t end = std::string_view::npos;
  std::string open = {};
  bool in_string = false;
};

Walk walk(std::string_view text) {
  Walk out;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (out.in_string) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        out.in_string = false;
      continue;
    }
    if (c == '"') out.in_string = true;
    if (c == '{') out.open += '}';
    if (c == '[') out.open += ']';
    if (c != '}' && c != ']') continue;
    if (out.open.empty() || out.open.back() != c) return out;
    out.open.pop_back();
    if (!out.open.empty()) continue;
    out.end = i + 1;
    return out;
  }
  return out;
}

// Commas directly before a closing bracket, outside strings.
std::string without_dangling_commas(std::string_view text) {
  std::string out;
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    if (in_string) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '}' || c == ']') {
      const std::size_t last = out.find_last_not_of(" \t\r\n");
      if (last != std::string::npos && out[last] == ',') out.erase(last, 1);
    }
    out += c;
  }
  return out;
}

Parsed parse_mended(std::string_view text, std::size_t most) {
  if (Parsed value = parse(text, most)) return value;
  return parse(without_dangling_commas(text), most);
}

}  // namespace

base::Result<json::Value> read_reply(std::string_view text, std::size_t most) {
  text = after_thinking(base::trim(text));
  if (Parsed value = parse(text, most)) return std::move(*value);
  std::size_t from = 0;
  std::size_t walked = 0;
  for (int tries = 0; tries < kMaxStarts && walked < kMaxWalked; ++tries) {
    const std::size_t start = text.find_first_of("{[", from);
    if (start == std::string_view::npos) break;
    const Walk found = walk(text.substr(start));
    walked += std::min(found.end, text.size() - start);
    if (found.end != std::string_view::npos) {
      if (Parsed value = parse_mended(text.substr(start, found.end), most)) return std::move(*value);
    } else if (!found.in_string && !found.open.empty() && text.find_last_of("\"]}") == text.size() - 1) {
      // Only brackets are missing, and no number or word may have been cut: nothing of the content is made up.
      const std::string closed = std::string(text.substr(start)) + std::string(found.open.rbegin(), found.open.rend());
      if (Parsed value = parse_mended(closed, most)) return std::move(*value);
    }
    from = start + 1;
  }
  return base::fail(base::Kind::upstream, "The model's reply is no JSON");
}

}  // namespace llm
