// The HTTP edge: what comes off a socket, through the reader, the router, the guard, the body and the schemas, as the
// server does it, and without one. The first byte says in pieces of what size the rest arrives: where a piece ends must
// never matter, so the same bytes are read a second time in one go and must give the same requests.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/body.h"
#include "api/guard.h"
#include "api/handlers/operation_requests.h"
#include "api/handlers/stream_header.h"
#include "api/replays.h"
#include "api/reply.h"
#include "api/router.h"
#include "api/runs.h"
#include "api/schemas/start.h"
#include "base/check.h"
#include "base/text.h"
#include "net/http_reader.h"

namespace {

struct Seen {
  std::vector<net::HttpRequest> requests = {};
  std::optional<net::ProtocolError> refused = {};
  int continues = 0;
  bool waits = false;  // for the rest of a request
};

Seen read_all(std::string_view bytes, std::size_t piece, const net::HttpServerConfig& config) {
  net::HttpReader reader(config);
  Seen seen;
  for (;;) {
    const auto step = reader.next();
    if (step == net::HttpReader::Step::ready) {
      seen.requests.push_back(reader.take());
      CHECK(seen.requests.back().body.size() <= config.max_body_bytes, "a body beyond the limit");
    } else if (step == net::HttpReader::Step::expects_continue) {
      ++seen.continues;
    } else if (step == net::HttpReader::Step::refused) {
      seen.refused = reader.error();
      return seen;
    } else {
      if (bytes.empty()) {
        seen.waits = reader.mid_request();
        return seen;
      }
      const auto room = reader.room();
      CHECK(!room.empty(), "the reader wants more and has no room");
      const std::size_t n = std::min({piece, room.size(), bytes.size()});
      std::copy_n(bytes.data(), n, room.data());
      reader.came(n);
      bytes.remove_prefix(n);
    }
  }
}

void same(const Seen& a, const Seen& b) {
  CHECK(a.requests.size() == b.requests.size(), "the pieces change how many requests there are");
  // A head that is not whole may be refused at once or only once it is; whoever waits for the rest has not decided.
  CHECK(a.refused.has_value() == b.refused.has_value() || a.waits || b.waits, "the pieces change what is refused");
  for (std::size_t i = 0; i < a.requests.size(); ++i) {
    const auto& one = a.requests[i];
    const auto& other = b.requests[i];
    CHECK(one.method == other.method && one.target == other.target && one.body == other.body &&
              one.version == other.version && std::ranges::equal(one.headers, other.headers),
          "the pieces change a request");
  }
}

// Everything that judges a request before a session is touched.
void judge(const net::HttpRequest& http) {
  static const api::GuardSettings guard{
      .allowed_hosts = {"belay.example"}, .allowed_origins = {"https://app.example"}, .token = base::Secret("t0ken")};
  const api::Routed routed = api::route(http.method, http.target);
  const auto* route = std::get_if<api::Route>(&routed);
  if (auto refusal = api::refuse(guard, http, route ? std::optional(route->operation) : std::nullopt))
    CHECK(refusal->status == 403 || refusal->status == 401, "the guard has two answers");
  static_cast<void>(api::browserbase_key(guard, http));
  static_cast<void>(api::check_stream_header(http));
  CHECK(base::is_valid_utf8(api::no_route_reply(http.method, http.target).body) || !base::is_valid_utf8(http.target),
        "an answer that is no text");
  auto body = api::parse_body(http);
  const auto* value = std::get_if<json::Value>(&body);
  if (!route || !value) return;
  if (route->operation == api::Operation::start) {
    if (!api::schemas::check_start_body(*value).empty()) return;
    if (!api::schemas::refuse_start(*value, http.headers.find("x-language")) && api::schemas::is_local(*value))
      static_cast<void>(api::schemas::session_config(*value, {}));
    return;
  }
  if (api::check_operation(route->operation, *value)) return;
  static_cast<void>(api::request_digest(api::Operation::act, *value));
  if (route->operation == api::Operation::navigate) static_cast<void>(api::navigate_request(*value));
  if (api::refuse_operation(route->operation, *value)) return;
  if (route->operation == api::Operation::act) static_cast<void>(api::act_request(*value, {}));
  if (route->operation == api::Operation::observe) static_cast<void>(api::observe_request(*value, {}));
  if (route->operation == api::Operation::extract) static_cast<void>(api::extract_request(*value, {}));
  static_cast<void>(api::replay_parameters(*value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // Small limits, so that the fuzzer reaches them.
  static const net::HttpServerConfig config{.max_header_bytes = 512, .max_body_bytes = 1024};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Seen whole = read_all(bytes, bytes.size() + 1, config);
  same(whole, read_all(bytes, 1U + data[0], config));
  for (const net::HttpRequest& request : whole.requests) judge(request);
  return 0;
}
