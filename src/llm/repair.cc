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
constexpr int kMaxStarts = 1000;
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

// Without commas directly before a closing bracket, and with control characters in strings as JSON writes them.
std::string mended_text(std::string_view text) {
  std::string out;
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    if (in_string) {
      if (static_cast<unsigned char>(c) < 0x20) {
        if (escaped) out.pop_back();  // a backslash at the end of a line
        out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : fmt::format("\\u{:04x}", c);
        escaped = false;
        continue;
      }
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
  return parse(mended_text(text), most);
}

class JsonFinder {
 public:
  JsonFinder(std::string_view text, const TakeJson& take, std::size_t most) : text_(text), take_(take), most_(most) {}

  base::Result<void> run() {
    if (!offer(parse(text_, most_), text_.size())) {
      // Models that think aloud do it first. What ends it may also stand in a string of the answer.
      constexpr std::string_view kEnd = "</think>";
      const std::size_t thought = text_.rfind(kEnd);
      if (thought != std::string_view::npos) look(0, thought);
      if (!done_) look(thought == std::string_view::npos ? 0 : thought + kEnd.size(), 0);
    }
    if (failed_) return std::unexpected(*failed_);
    if (!found_) return base::fail(base::Kind::upstream, "The model's reply is no JSON");
    return {};
  }

 private:
  // The values that begin at `from` or later, and reach beyond `beyond` from before it when that is given.
  void look(std::size_t from, std::size_t beyond) {
    for (int tries = 0; tries < kMaxStarts && walked_ < kMaxWalked && !done_; ++tries) {
      const std::size_t start = text_.find_first_of("{[", from);
      if (start == std::string_view::npos || (beyond > 0 && start > beyond)) return;
      const Walk found = walk(text_.substr(start));
      walked_ += std::min(found.end, text_.size() - start);
      from = start + 1;
      if (found.end != std::string_view::npos) {
        if (start + found.end <= beyond) continue;
        if (offer(parse_mended(text_.substr(start, found.end), most_), found.end)) from = start + found.end;
      } else if (!found.in_string && !found.open.empty() && text_.find_last_of("\"]}") == text_.size() - 1) {
        // Only brackets are missing, and no number or word may have been cut: nothing of the content is made up.
        const std::string closed =
            std::string(text_.substr(start)) + std::string(found.open.rbegin(), found.open.rend());
        if (offer(parse_mended(closed, most_), closed.size())) return;
      }
    }
  }

  // Whether it was a value.
  bool offer(Parsed value, std::size_t size) {
    if (!value) return false;
    if (!*value) {
      failed_ = std::move(value->error());
      done_ = true;
      return true;
    }
    found_ = true;
    done_ = take_(std::move(**value), size);
    return true;
  }

  std::string_view text_;
  const TakeJson& take_;
  std::size_t most_;
  std::size_t walked_ = 0;
  bool found_ = false;
  bool done_ = false;
  std::optional<base::Error> failed_;
};

}  // namespace

base::Result<void> for_each_json(std::string_view text, const TakeJson& take, std::size_t most) {
  return JsonFinder(base::trim(text), take, most).run();
}

base::Result<json::Value> read_reply(std::string_view text, std::size_t most) {
  json::Value out;
  TRY_VOID(for_each_json(
      text,
      [&](json::Value value, std::size_t) {
        out = std::move(value);
        return true;
      },
      most));
  return out;
}

}  // namespace llm
