#include "api/handlers/again.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/reply.h"

namespace api {
namespace {

constexpr std::size_t kLongestIdempotencyKey = 255;

// How often the client has sent this request before, as the SDKs count.
int attempt_of(const net::HttpRequest& http) {
  const std::string_view count = http.headers.find("x-stainless-retry-count").value_or("");
  if (count.empty() || count.find_first_not_of("0123456789") != std::string_view::npos) return 0;
  constexpr std::size_t kDigits = 6;  // beyond them it says no more than "often"
  int out = 0;
  std::from_chars(count.data(), count.data() + std::min(count.size(), kDigits), out);
  return out;
}

}  // namespace

Again again_of(const net::HttpRequest& request) {
  return {.attempt = attempt_of(request),
          .last_event_id = last_event_id(request),
          .idempotent = !idempotency_key(request).empty()};
}

std::string_view last_event_id(const net::HttpRequest& request) {
  return request.headers.find("last-event-id").value_or("");
}

std::string_view idempotency_key(const net::HttpRequest& request) {
  return request.headers.find("idempotency-key").value_or("");
}

std::optional<net::HttpResponse> refuse_again(const net::HttpRequest& request) {
  if (idempotency_key(request).size() <= kLongestIdempotencyKey) return std::nullopt;
  return failure_reply(400, fmt::format("Idempotency-Key is longer than {} characters", kLongestIdempotencyKey));
}

std::optional<net::HttpResponse> refuse_found(const Found& found) {
  net::HttpResponse out;
  if (found.how == Found::How::unknown)
    out = failure_reply(409,
                        "Last-Event-ID names no frame of this request that is still kept; nothing was done. What was "
                        "done before is told by GET /v1/sessions/:id/replay; without Last-Event-ID it is done anew");
  else if (found.how == Found::How::mismatch)
    out = failure_reply(422, "Idempotency-Key was used for another request on this session; nothing was done");
  else
    return std::nullopt;
  out.headers.add("x-should-retry", "false");
  return out;
}

}  // namespace api
