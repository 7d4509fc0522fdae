// PUT /v1/capacity: the capacity of the running server. Only where the operator opened it: who lowers it ends idle
// sessions of others.
#include <cmath>

#include <fmt/format.h>

#include "api/service.h"
#include "json/shape.h"

namespace api {
namespace {

constexpr double kMost = 1'000'000;

const json::Shape& shape() {
  static const json::Shape shape =
      json::strict_object({{"maxSessions", json::number()}, {"maxSessionsHard", json::optional(json::number())}});
  return shape;
}

std::optional<std::size_t> count_in(const json::Value& body, std::string_view name) {
  const auto number = json::get_double(body, name);
  if (!number || *number < 1 || *number > kMost || std::floor(*number) != *number) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

}  // namespace

aio::Task<int> Service::set_capacity(Request& request) {
  if (auto issues = shape().check(&request.body); !issues.empty())
    co_return co_await send(request, issues_reply(json::to_array(std::move(issues))));
  session::Limits limits = sessions_.limits();
  for (const std::string_view name : {"maxSessions", "maxSessionsHard"})
    if (json::get_double(request.body, name) && !count_in(request.body, name))
      co_return co_await send(request,
                              failure_reply(422, fmt::format("{} must be a whole number from 1 to {}", name, kMost)));
  limits.max_sessions = *count_in(request.body, "maxSessions");
  limits.max_sessions_hard = count_in(request.body, "maxSessionsHard").value_or(2 * limits.max_sessions);
  if (!sessions_.set_limits(limits))
    co_return co_await send(request, failure_reply(422, "maxSessionsHard must not be below maxSessions"));
  log_.info("capacity changed", {{"reqId", request.id},
                                 {"maxSessions", limits.max_sessions},
                                 {"maxSessionsHard", limits.max_sessions_hard},
                                 {"sessions", sessions_.sessions()},
                                 {"inUse", sessions_.pinned()}});
  co_return co_await send(
      request, json_reply(200, fmt::format(R"({{"success":true,"data":{{"maxSessions":{},"maxSessionsHard":{},)"
                                           R"("sessions":{},"inUse":{}}}}})",
                                           limits.max_sessions, limits.max_sessions_hard, sessions_.sessions(),
                                           sessions_.pinned())));
}

}  // namespace api
