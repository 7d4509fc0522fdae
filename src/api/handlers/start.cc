// POST /v1/sessions/start.
#include "api/schemas/start.h"

#include "aio/race.h"
#include "api/handlers/stream_header.h"
#include "api/service.h"
#include "json/write.h"

namespace api {
namespace {

std::string started_json(const std::string& session_id, const std::string& cdp_url) {
  std::string out = R"({"success":true,"data":{"sessionId":)";
  json::append_string(out, session_id);
  out += R"(,"available":true,"cdpUrl":)";
  json::append_string(out, cdp_url);
  return out + "}}";
}

// What must hold beyond the schema, in the reference's order.
std::optional<net::HttpResponse> refuse_beyond_schema(const json::Value& body, const GuardSettings& guard,
                                                      const net::HttpRequest& http) {
  if (auto message = schemas::refuse_start(body, http.headers.find("x-language"))) return failure_reply(400, *message);
  if (schemas::is_local(body)) return std::nullopt;
  if (browserbase_key(guard, http).empty())
    return failure_reply(400, "Missing required headers for browserbase sessions");
  return failed_reply(Operation::start, {.status = 501,
                                         .message = "Browserbase sessions are not available in this version of Belay; "
                                                    "use browser.type \"local\""});
}

using Started = std::expected<session::Lease, session::Failure>;

// Into a slot of the caller's and not returned: what a race does not choose would be lost, and with it a session.
aio::Task<void> start_into(session::Manager& sessions, aio::Context ctx, engine::SessionConfig config,
                           engine::EventSink& events, std::optional<Started>& out) {
  out.emplace(co_await sessions.start(ctx, std::move(config), std::nullopt, events, "start"));
}

}  // namespace

aio::Task<int> Service::start(Request& request) {
  if (json::Issues issues = schemas::check_start_body(request.body); !issues.empty())
    co_return co_await send(request, issues_reply(json::to_array(std::move(issues))));
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  if (auto refusal = refuse_beyond_schema(request.body, settings_.guard, request.http()))
    co_return co_await send(request, std::move(*refusal));

  engine::SessionConfig config = schemas::session_config(request.body);
  const auto* attach = std::get_if<engine::AttachOptions>(&config.browser);
  const std::string verbatim_url = attach && !config.eager ? attach->cdp_url : "";
  const aio::Context ctx = context(request.id);
  engine::NullSink nobody;
  // A client that leaves while its session is being made can never learn its id: the start is given up.
  std::optional<Started> started;
  auto first = co_await aio::race(start_into(sessions_, ctx, std::move(config), nobody, started),
                                  request.exchange.client_left());
  static_cast<void>(first);
  if (!started) co_return 499;  // cancelled: the manager ends what it was making
  if (!*started)
    co_return co_await send(request, failed_reply(Operation::start, failed(Operation::start, started->error())));

  // It may have left in the very moment in which the start came out: then too nobody knows the id.
  session::Lease lease = std::move(**started);
  const std::string cdp_url = verbatim_url.empty() ? lease.engine().cdp_url() : verbatim_url;
  if (!request.exchange.client_gone() &&
      co_await request.exchange.send(json_reply(200, started_json(lease.id(), cdp_url))))
    co_return 200;
  static_cast<void>(co_await sessions_.end(ctx, lease.id(), session::EndReason::client));
  co_return 499;
}

}  // namespace api
