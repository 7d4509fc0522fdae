#include "cdp/message.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "cdp/limits.h"
#include "json/read.h"
#include "json/write.h"

namespace cdp {
namespace {

base::Result<json::Value> read_part(std::string_view part) {
  if (part.empty()) return json::Value(json::Object());
  auto value = json::read(part, {.max_values = kMaxValues});
  if (!value && value.error().kind == base::Kind::full)
    return base::fail(base::Kind::full,
                      fmt::format("the browser sent a message of more than the {} JSON values allowed", kMaxValues));
  if (!value) return base::fail(base::Kind::upstream, "the browser sent what is not JSON", value.error().message);
  return value;
}

// Reads members whose values are whole numbers or plain strings, which is how messages begin.
class Members {
 public:
  explicit Members(std::string_view text) : left_(text) {}

  bool take(char c) {
    skip_space();
    if (!left_.starts_with(c)) return false;
    left_.remove_prefix(1);
    return true;
  }
  std::optional<std::string_view> string() {
    if (!take('"')) return std::nullopt;
    const auto end = left_.find_first_of("\"\\");
    if (end == left_.npos || left_[end] != '"') return std::nullopt;
    const std::string_view out = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    return out;
  }
  std::optional<std::uint64_t> number() {
    skip_space();
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), out);
    if (error != std::errc{}) return std::nullopt;
    left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    skip_space();
    if (!left_.starts_with(',') && !left_.starts_with('}')) return std::nullopt;  // it goes on, or may go on
    return out;
  }

 private:
  void skip_space() { left_.remove_prefix(std::min(left_.find_first_not_of(" \t\r\n"), left_.size())); }

  std::string_view left_;
};

}  // namespace

Beginning beginning_of(std::string_view text) {
  Members members(text);
  if (!members.take('{')) return {};
  do {
    const auto key = members.string();
    if (!key || !members.take(':')) return {};
    if (const auto number = members.number()) {
      if (*key == "id") return {.id = number};
    } else if (const auto value = members.string()) {
      if (*key == "method") return {.method = *value};
    } else {
      return {};
    }
  } while (members.take(','));
  return {};
}

std::string command_text(std::uint64_t id, std::string_view session_id, std::string_view method,
                         const json::Object& params) {
  std::string text = fmt::format(R"({{"id":{},)", id);
  if (!session_id.empty()) {
    text += R"("sessionId":)";
    json::append_string(text, session_id);
    text += ',';
  }
  text += R"("method":)";
  json::append_string(text, method);
  text += R"(,"params":{)";
  for (bool first = true; const auto& [key, value] : params) {
    if (!std::exchange(first, false)) text += ',';
    json::append_string(text, std::string_view(key.data(), key.size()));
    text += ':';
    json::append(text, value);
  }
  text += "}}";
  return text;
}

base::Result<json::Value> outcome_of(const json::CdpFrame& reply) {
  if (reply.error.empty()) return read_part(reply.result);
  TRY(const json::Value error, read_part(reply.error));
  return base::fail(base::Kind::browser,
                    fmt::format("{} {}", json::get_int(error, "code").value_or(0),
                                json::get_string(error, "message").value_or("the browser gave no reason")),
                    json::get_text(error, "data").value_or(""));
}

base::Result<json::Value> params_of(const json::CdpFrame& event) { return read_part(event.params); }

base::Result<Payload> payload_of(const json::CdpFrame& message, aio::Workers* workers) {
  TRY(json::Value value, message.id ? outcome_of(message) : params_of(message));
  return Payload(std::move(value), workers);
}

}  // namespace cdp
