#include "cdp/message.h"

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

}  // namespace

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
