// Which operation a request line names. Pure: text in, route or refusal out.
#pragma once
#include <string>
#include <string_view>
#include <variant>

namespace api {

enum class Operation {
  healthz,
  readyz,
  metrics,
  demo,
  capacity,
  start,
  act,
  extract,
  observe,
  navigate,
  agent_execute,
  end,
  cancel,
  replay,
  browserbase_session,
  browserbase_update
};

struct Route {
  Operation operation;
  std::string session_id = {};  // percent-decoded; may be empty ("/v1/sessions//act")
};

struct NoRoute {};  // 404
struct BadUrl {
  std::string path;
};  // 400: percent-encoding that does not decode to UTF-8
struct IdTooLong {
  std::string path;
};  // 414: more than 100 characters in the id segment

using Routed = std::variant<Route, NoRoute, BadUrl, IdTooLong>;

// What only some servers have (demo, capacity, browserbase_*) is named like the rest. method as sent; target with its
// query string, which is ignored. HEAD is known for healthz, readyz and replay only.
Routed route(std::string_view method, std::string_view target);

// One of the five that a session's engine carries out.
bool is_operation(Operation operation);

// "/v1/sessions/:id/act": the label of metrics and logs.
std::string_view pattern(Operation operation);

}  // namespace api
