#include "api/router.h"

#include <optional>

#include "base/text.h"

namespace api {
namespace {

constexpr std::size_t kMaxId = 100;
constexpr std::string_view kSessions = "/v1/sessions/";

struct Entry {
  std::string_view method;
  std::string_view path;  // after /v1/sessions/:id when in_session
  bool in_session;
  Operation operation;
  bool head;
};

constexpr Entry kRoutes[] = {
    {"GET", "/healthz", false, Operation::healthz, true},
    {"GET", "/readyz", false, Operation::readyz, true},
    {"GET", "/metrics", false, Operation::metrics, false},
    {"GET", "/demo", false, Operation::demo, false},
    {"PUT", "/v1/capacity", false, Operation::capacity, false},
    {"POST", "/v1/sessions/start", false, Operation::start, false},
    {"POST", "/act", true, Operation::act, false},
    {"POST", "/extract", true, Operation::extract, false},
    {"POST", "/observe", true, Operation::observe, false},
    {"POST", "/navigate", true, Operation::navigate, false},
    {"POST", "/agentExecute", true, Operation::agent_execute, false},
    {"POST", "/end", true, Operation::end, false},
    {"POST", "/cancel", true, Operation::cancel, false},
    {"GET", "/replay", true, Operation::replay, true},
    {"GET", "", true, Operation::browserbase_session, false},
    {"POST", "", true, Operation::browserbase_update, false},
};

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex(text[i + 1]);
    const int low = hex(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::is_valid_utf8(out)) return std::nullopt;
  return out;
}

bool method_fits(const Entry& entry, std::string_view method) {
  return method == entry.method || (entry.head && method == "HEAD");
}

}  // namespace

Routed route(std::string_view method, std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.find('%') != std::string_view::npos && !percent_decode(path)) return BadUrl{std::string(path)};
  for (const Entry& entry : kRoutes)
    if (!entry.in_session && path == entry.path && method_fits(entry, method)) return Route{entry.operation};

  if (!path.starts_with(kSessions)) return NoRoute{};
  const std::string_view rest = path.substr(kSessions.size());
  const std::string_view id = rest.substr(0, rest.find('/'));
  const std::string_view verb = rest.substr(id.size());
  for (const Entry& entry : kRoutes) {
    if (!entry.in_session || verb != entry.path || !method_fits(entry, method)) continue;
    if (verb.empty() && (id.empty() || id == "start" || id.size() > kMaxId)) return NoRoute{};
    if (id.size() > kMaxId) return IdTooLong{std::string(path)};
    // What has an escape was seen to decode. Raw bytes that are no UTF-8 name no session, and may be logged.
    return Route{entry.operation, percent_decode(id).value_or(base::repair_utf8(id))};
  }
  return NoRoute{};
}

std::string_view pattern(Operation operation) {
  switch (operation) {
    case Operation::healthz:
      return "/healthz";
    case Operation::readyz:
      return "/readyz";
    case Operation::metrics:
      return "/metrics";
    case Operation::demo:
      return "/demo";
    case Operation::capacity:
      return "/v1/capacity";
    case Operation::start:
      return "/v1/sessions/start";
    case Operation::act:
      return "/v1/sessions/:id/act";
    case Operation::extract:
      return "/v1/sessions/:id/extract";
    case Operation::observe:
      return "/v1/sessions/:id/observe";
    case Operation::navigate:
      return "/v1/sessions/:id/navigate";
    case Operation::agent_execute:
      return "/v1/sessions/:id/agentExecute";
    case Operation::end:
      return "/v1/sessions/:id/end";
    case Operation::cancel:
      return "/v1/sessions/:id/cancel";
    case Operation::replay:
      return "/v1/sessions/:id/replay";
    case Operation::browserbase_session:
    case Operation::browserbase_update:
      return "/v1/sessions/:id";
  }
  return "";
}

bool is_operation(Operation operation) {
  switch (operation) {
    case Operation::act:
    case Operation::extract:
    case Operation::observe:
    case Operation::navigate:
    case Operation::agent_execute:
      return true;
    default:
      return false;
  }
}

}  // namespace api
