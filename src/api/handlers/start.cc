// POST /v1/sessions/start.
#include <fmt/format.h>

#include "aio/race.h"
#include "api/caller.h"
#include "api/handlers/start_request.h"
#include "api/service.h"
#include "json/shape.h"
#include "json/write.h"

namespace api {
namespace {

using namespace std::chrono_literals;

session::Refused refused_by_drain() { return {session::Refused::Why::draining, "", 1s}; }

std::string started_json(const std::string& session_id, const std::string& cdp_url) {
  std::string out = R"({"success":true,"data":{"sessionId":)";
  json::append_string(out, session_id);
  out += R"(,"available":true,"cdpUrl":)";
  json::append_string(out, cdp_url);
  return out + "}}";
}

struct Started {
  std::expected<session::Lease, session::Failure> lease;
  std::string browserbase_id = {};
  std::shared_ptr<browserbase::Rental> rental = nullptr;
  std::string_view hint = {};
};

// Into a slot of the caller's and not returned: what a race does not choose would be lost, and with it a session.
aio::Task<void> start_into(session::Manager& sessions, browserbase::Rentals& rentals, aio::Context ctx,
                           StartWish wanted, engine::EventSink& events, std::string caller,
                           std::optional<Started>& out) {
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
      out.emplace(Started{.lease = std::unexpected(std::move(made).error()), .hint = kBrowserbaseHint});
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
  out.hint = started.hint;
  return out;
}

// What a lazy session will connect to is told as it was given; what a browser of ours listens on, only it knows.
std::string cdp_url(const session::Lease& lease, const engine::SessionConfig& config) {
  const auto* attach = std::get_if<engine::AttachOptions>(&config.browser);
  return attach && !config.eager ? attach->cdp_url : lease.engine().cdp_url();
}

}  // namespace

aio::Task<int> Service::start(Request& request) {
  ReadStart read = std::move(*request.start);
  request.start.reset();
  if (auto* refusal = std::get_if<net::HttpResponse>(&read)) co_return co_await send(request, std::move(*refusal));
  StartWish wish = std::get<StartWish>(std::move(read));
  // Asked again by the session layer, but before that nothing should have been rented.
  if (sessions_.draining())
    co_return co_await send(request, failed_reply(Operation::start, failed(refused_by_drain())));
  std::string caller = caller_key(settings_.guard, request.http(), request.exchange.peer());
  if (auto full = runs_.too_heavy(caller, wish.bytes)) {
    count_refused(*full);
    co_return co_await send(request, failed_reply(Operation::start, full->reply));
  }
  const HeldBytes::Hold hold = runs_.hold(caller, wish.bytes);
  // What it looks at may never answer.
  auto looked = co_await aio::race(refuse_launch(wish.config), request.exchange.client_left());
  if (looked.index() == 1) co_return 499;
  if (auto refusal = std::get<0>(std::move(looked))) co_return co_await send(request, std::move(*refusal));
  engine::NullSink nobody;
  // A client that leaves while its session is being made can never learn its id: the start is given up.
  std::optional<Started> started;
  auto first = co_await aio::race(
      start_into(sessions_, rentals_, context(request.id), std::move(wish), nobody, std::move(caller), started),
      request.exchange.client_left());
  static_cast<void>(first);
  if (!started) co_return 499;  // cancelled: whoever was making something ends it
  // The drain may have begun in the very moment in which the start came out: its session is ending already.
  if (started->lease && sessions_.draining()) started->lease = std::unexpected(refused_by_drain());
  if (!started->lease) {
    const auto* error = std::get_if<base::Error>(&started->lease.error());
    if (error && !started->hint.empty())
      log_.warn("browserbase session not created",
                {{"reqId", request.id}, {"error", error->message}, {"detail", error->detail}});
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
  const session::Ref ref{lease.id(), lease.generation()};
  // The client may have left in the very moment in which the start came out: then too nobody knows the id.
  if (!request.exchange.client_gone()) {
    // Before the answer is out, since the session's end may come back faster than the news of it.
    if (rental) rental->set_told(true);
    unread_starts_.sent(ref.generation);
    const std::string answer = started_json(lease.id(), cdp_url(lease, lease.config()));
    if (co_await request.exchange.send(json_reply(200, answer))) {
      lease = session::Lease();
      watch_answer(request, ref, std::move(rental));
      co_return 200;
    }
    static_cast<void>(unread_starts_.settled(ref.generation, true));
  }
  co_await end_untold(request.id, ref, std::move(rental));
  co_return 499;
}

void Service::watch_answer(Request& request, session::Ref ref, std::shared_ptr<browserbase::Rental> rental) {
  auto receipt = request.exchange.receipt();
  // A drain ends the session anyhow, and waits for nobody's word.
  if (receipt && !sessions_.draining())
    answers_.spawn(end_when_lost(std::move(receipt), request.id, std::move(ref), std::move(rental)));
  else
    static_cast<void>(unread_starts_.settled(ref.generation, true));
}

// The kernel took the answer, which says nothing of the client: it may have gone, or its network.
aio::Task<void> Service::end_when_lost(std::shared_ptr<const net::Receipt> receipt, std::string request_id,
                                       session::Ref ref, std::shared_ptr<browserbase::Rental> rental) {
  const bool acknowledged = co_await receipt->acknowledged();
  if (!unread_starts_.settled(ref.generation, acknowledged)) co_return;
  log_.info("answer of a start lost", {{"reqId", request_id}, {"sessionId", ref.id}});
  co_await end_untold(std::move(request_id), std::move(ref), std::move(rental));
}

// A session that nobody knows of.
aio::Task<void> Service::end_untold(std::string request_id, session::Ref ref,
                                    std::shared_ptr<browserbase::Rental> rental) {
  if (rental) rental->set_told(false);
  // It may have ended already, and a start that names the same Browserbase session have taken the id.
  if (sessions_.generation_of(ref.id) == ref.generation)
    static_cast<void>(co_await sessions_.end(context(std::move(request_id)), ref.id, session::EndReason::client));
}

}  // namespace api
