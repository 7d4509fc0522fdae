// POST /v1/sessions/start.
#include "api/schemas/start.h"

#include <fmt/format.h>

#include "aio/race.h"
#include "api/caller.h"
#include "api/handlers/stream_header.h"
#include "api/schemas/model_choice.h"
#include "api/service.h"
#include "base/activity.h"
#include "browserbase/create_params.h"
#include "browserbase/here.h"
#include "json/write.h"

namespace api {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCreateParams = "browserbaseSessionCreateParams";

session::Refused refused_by_drain() { return {session::Refused::Why::draining, "", 1s}; }

std::string started_json(const std::string& session_id, const std::string& cdp_url) {
  std::string out = R"({"success":true,"data":{"sessionId":)";
  json::append_string(out, session_id);
  out += R"(,"available":true,"cdpUrl":)";
  json::append_string(out, cdp_url);
  return out + "}}";
}

// What a session that is meant for Browserbase cannot be on this machine.
std::optional<net::HttpResponse> refuse_here(const json::Value& body) {
  if (schemas::browserbase_session_id(body))
    return failure_reply(400,
                         "browserbaseSessionID is not available: this server gives Chromium of its own machine "
                         "(--browserbase-local), and each start a new one");
  if (auto message = browserbase::refuse_here(json::find(body, kCreateParams))) return failure_reply(400, *message);
  return std::nullopt;
}

// What must hold beyond the schema, in the reference's order. `here`: sessions for Browserbase are ones of this
// machine.
std::optional<net::HttpResponse> refuse_beyond_schema(const json::Value& body, const base::Secret& browserbase_key,
                                                      const net::HttpRequest& http, bool here) {
  if (auto message = schemas::refuse_start(body, http.headers.find("x-language"))) return failure_reply(400, *message);
  if (schemas::is_local(body)) return std::nullopt;
  if (here) return refuse_here(body);
  if (!browserbase_key.empty()) return std::nullopt;
  return failure_reply(400, "Missing required headers for browserbase sessions");
}

json::Issues check(const json::Value& body) {
  const base::Activity activity("examining a request's body");
  return schemas::check_start_body(body);
}

struct Wanted {
  engine::SessionConfig config;
  std::optional<browserbase::Wish> browserbase = {};  // absent: a local browser
};

Wanted wanted(const json::Value& body, base::Secret browserbase_key, base::Secret model_key, bool here) {
  Wanted out{.config = schemas::session_config(body, std::move(model_key))};
  if (schemas::is_local(body)) return out;
  if (here) {
    auto* launch = std::get_if<engine::LaunchOptions>(&out.config.browser);
    if (launch && !launch->viewport) launch->viewport = browserbase::viewport_here(json::find(body, kCreateParams));
    return out;
  }
  out.browserbase = browserbase::Wish{.key = std::move(browserbase_key),
                                      .id = schemas::browserbase_session_id(body),
                                      .params = browserbase::create_params(json::find(body, kCreateParams))};
  return out;
}

struct Started {
  std::expected<session::Lease, session::Failure> lease;
  std::string browserbase_id = {};
  std::shared_ptr<browserbase::Rental> rental = nullptr;
};

// Into a slot of the caller's and not returned: what a race does not choose would be lost, and with it a session.
aio::Task<void> start_into(session::Manager& sessions, browserbase::Rentals& rentals, aio::Context ctx, Wanted wanted,
                           engine::EventSink& events, std::string caller, std::optional<Started>& out) {
  browserbase::Rented rented;
  if (wanted.browserbase) {
    const base::Secret key = wanted.browserbase->key;
    auto first = co_await aio::race(rentals.rent(ctx, std::move(*wanted.browserbase)), sessions.drain_begun());
    if (first.index() == 1) {
      out.emplace(Started{std::unexpected(refused_by_drain())});
      co_return;
    }
    auto made = std::get<0>(std::move(first));
    if (!made) {
      out.emplace(Started{std::unexpected(std::move(made).error())});
      co_return;
    }
    rented = std::move(*made);
    wanted.config.browser = engine::AttachOptions{.cdp_url = std::string(rented.connect_url.reveal())};
    wanted.config.eager = false;
    wanted.config.rental = rented.rental;
    wanted.config.credential = key;
  }
  const auto id = rented.rental ? std::optional(rented.id) : std::nullopt;
  auto lease = co_await sessions.start(ctx, std::move(wanted.config), id, events, "start", std::move(caller));
  out.emplace(Started{std::move(lease), rented.id, rented.rental});
}

Failed failed_start(const Started& started) {
  Failed out = failed(Operation::start, started.lease.error());
  const auto* refused = std::get_if<session::Refused>(&started.lease.error());
  if (refused && refused->why == session::Refused::Why::exists) out.message += ": " + started.browserbase_id;
  return out;
}

// What a lazy session will connect to is told as it was given; what a browser of ours listens on, only it knows.
std::string cdp_url(const session::Lease& lease, const engine::SessionConfig& config) {
  const auto* attach = std::get_if<engine::AttachOptions>(&config.browser);
  return attach && !config.eager ? attach->cdp_url : lease.engine().cdp_url();
}

}  // namespace

aio::Task<int> Service::start(Request& request) {
  const bool large = Offload::is_large(request.http().body.size());
  json::Issues wrong = co_await offload_.run(large, [&] { return check(request.body); });
  if (!wrong.empty()) co_return co_await send(request, issues_reply(json::to_array(std::move(wrong))));
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  base::Secret key = browserbase_key(settings_.guard, request.http());
  if (auto refusal = refuse_beyond_schema(request.body, key, request.http(), settings_.browserbase_local))
    co_return co_await send(request, std::move(*refusal));
  base::Secret model_key = schemas::model_key(request.http());
  Wanted wish = co_await offload_.run(
      large, [&] { return wanted(request.body, std::move(key), std::move(model_key), settings_.browserbase_local); });
  // Asked again by the session layer, but before that nothing should have been rented.
  if (sessions_.draining())
    co_return co_await send(request, failed_reply(Operation::start, failed(refused_by_drain())));
  // What it looks at may never answer.
  auto looked = co_await aio::race(refuse_launch(wish.config), request.exchange.client_left());
  if (looked.index() == 1) co_return 499;
  if (auto refusal = std::get<0>(std::move(looked))) co_return co_await send(request, std::move(*refusal));
  engine::NullSink nobody;
  // A client that leaves while its session is being made can never learn its id: the start is given up.
  std::optional<Started> started;
  std::string caller = caller_key(settings_.guard, request.http(), request.exchange.peer());
  auto first = co_await aio::race(
      start_into(sessions_, rentals_, context(request.id), std::move(wish), nobody, std::move(caller), started),
      request.exchange.client_left());
  static_cast<void>(first);
  if (!started) co_return 499;  // cancelled: whoever was making something ends it
  // The drain may have begun in the very moment in which the start came out: its session is ending already.
  if (started->lease && sessions_.draining()) started->lease = std::unexpected(refused_by_drain());
  if (!started->lease) {
    net::HttpResponse refusal = failed_reply(Operation::start, failed_start(*started));
    started.reset();  // what was rented goes back now, however slowly the client reads
    co_return co_await send(request, std::move(refusal));
  }
  co_return co_await tell(request, std::move(*started->lease), std::move(started->rental));
}

// Folders that cannot be had are told as other values that no browser can take.
aio::Task<std::optional<net::HttpResponse>> Service::refuse_launch(const engine::SessionConfig& config) {
  const auto* launch = std::get_if<engine::LaunchOptions>(&config.browser);
  if (!launch || !settings_.launch_check) co_return std::nullopt;
  const auto checked = co_await settings_.launch_check(*launch);
  if (!checked) co_return failed_reply(Operation::start, failed(Operation::start, checked.error()));
  const auto& unusable = *checked;
  if (!unusable) co_return std::nullopt;
  json::Issues issues;
  issues.push_back(json::custom_issue({"browser", "launchOptions", json::Value(unusable->option)},
                                      fmt::format("{} must be {}", unusable->option, unusable->why)));
  co_return issues_reply(json::to_array(std::move(issues)));
}

aio::Task<int> Service::tell(Request& request, session::Lease lease, std::shared_ptr<browserbase::Rental> rental) {
  // The client may have left in the very moment in which the start came out: then too nobody knows the id.
  if (!request.exchange.client_gone()) {
    // Before the answer is out, since the session's end may come back faster than the news of it.
    if (rental) rental->set_told(true);
    const std::string answer = started_json(lease.id(), cdp_url(lease, lease.config()));
    if (co_await request.exchange.send(json_reply(200, answer))) co_return 200;
    if (rental) rental->set_told(false);
  }
  // It may have ended already, and a start that names the same Browserbase session have taken the id.
  if (sessions_.generation_of(lease.id()) == lease.generation())
    static_cast<void>(co_await sessions_.end(context(request.id), lease.id(), session::EndReason::client));
  co_return 499;
}

}  // namespace api
