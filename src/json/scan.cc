#include "json/scan.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <simdjson.h>

namespace json {
namespace {

using simdjson::ondemand::value;

// Trees of documents nest deeper than simdjson's default of 1024.
constexpr std::size_t kMaxDepth = 100'000;

std::unexpected<base::Error> refuse(std::string_view what) {
  return base::fail(base::Kind::invalid, fmt::format("CDP frame: {}", what));
}

// The characters between the quotes of a raw string that holds no escape, or nothing. CDP names and ids never hold one.
std::optional<std::string_view> plain_string(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  raw = raw.substr(1, raw.size() - 2);
  if (raw.find('\\') != std::string_view::npos) return std::nullopt;
  return raw;
}

std::string_view trim_right(std::string_view raw) {
  const auto last = raw.find_last_not_of(" \t\r\n");
  return raw.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

struct Scanner::Impl {
  simdjson::ondemand::parser parser{std::numeric_limits<std::size_t>::max()};
  std::string padded;  // simdjson reads up to SIMDJSON_PADDING bytes past the end
};

Scanner::Scanner() : impl_(std::make_unique<Impl>()) {}
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;
Scanner::~Scanner() = default;

base::Result<CdpFrame> scan_cdp_frame(std::string_view text, Scanner& scanner) {
  auto& parser = scanner.impl_->parser;
  auto& padded = scanner.impl_->padded;
  padded.assign(text);
  padded.append(simdjson::SIMDJSON_PADDING, ' ');
  if (parser.capacity() < text.size() || parser.max_depth() < kMaxDepth)
    if (parser.allocate(std::max(text.size(), parser.capacity()), kMaxDepth)) return refuse("too large");

  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(padded.data(), text.size(), padded.size()).get(document)) return refuse("no JSON");
  if (document.get_object().get(object)) return refuse("not an object");

  // Where a view of the padded copy stands in the text.
  const auto in_text = [&](std::string_view raw) {
    raw = trim_right(raw);
    return text.substr(static_cast<std::size_t>(raw.data() - padded.data()), raw.size());
  };
  CdpFrame frame;
  for (auto member : object) {
    simdjson::ondemand::raw_json_string key;
    value at;
    std::string_view raw;
    if (member.key().get(key) || member.value().get(at)) return refuse("broken JSON");
    if (simdjson::to_json_string(at).get(raw)) return refuse("broken JSON");
    raw = in_text(raw);
    if (key == "id") {
      std::int64_t id = 0;
      const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), id);
      if (error != std::errc{} || end != raw.data() + raw.size()) return refuse("id is no integer");
      frame.id = id;
    } else if (key == "method" || key == "sessionId") {
      const auto plain = plain_string(raw);
      if (!plain) return refuse("method and sessionId must be plain strings");
      (key == "method" ? frame.method : frame.session_id) = *plain;
    } else if (key == "params") {
      frame.params = raw;
    } else if (key == "result") {
      frame.result = raw;
    } else if (key == "error") {
      frame.error = raw;
    }
  }
  return frame;
}

}  // namespace json
