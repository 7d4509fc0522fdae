#include "api/service.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "api/caller.h"
#include "api/demo_page.h"
#include "api/watched_exchange.h"
#include "base/id.h"
#include "base/time.h"

namespace api {
namespace {

using namespace std::chrono_literals;

const std::vector<double> kSeconds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

double in_ms(base::Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

base::Fields with(base::Fields fields, const base::Fields& more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace

Service::Service(aio::Executor executor, aio::Clock& clock, const base::Logger& log, session::Manager& sessions,
                 browserbase::Rentals& rentals, metrics::Registry& metrics, Settings settings)
    : clock_(clock),
      log_(log),
      sessions_(sessions),
      rentals_(rentals),
      metrics_(metrics),
      retries_joined_(
          metrics.counter("belay_retries_joined_total", "Retries that joined a run instead of doing it again.")),
      agent_steps_(
          metrics.counter("belay_agent_steps_total", "Steps of agent runs: replies of the model that were followed.")),
      queue_seconds_(metrics.histogram("belay_operation_queue_seconds",
                                       "How long an operation waited for earlier ones on its session.", {},
                                       {.001, .01, .1, 1, 10, 60, 300})),
      snapshot_seconds_(metrics.histogram("belay_snapshot_seconds", "How long the browser took to tell a page as text.",
                                          {}, {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5})),
      snapshot_chars_(metrics.histogram("belay_snapshot_chars", "Length of a page's text, as models are shown it.", {},
                                        {1e3, 3e3, 1e4, 3e4, 1e5, 2e5, 4e5, 1e6, 3e6})),
      settings_(std::move(settings)),
      offload_(settings_.workers),
      bodies_(offload_),
      runs_(executor, clock, settings_.operations),
      places_(settings_.connections),
      // As many as there may be, so that no session in use loses its own.
      replays_({.sessions = std::max(ReplayLimits().sessions, sessions.limits().max_sessions_hard)}),
      answers_(std::move(executor), "watching a start's answer") {}

aio::Task<void> Service::finish() {
  co_await runs_.finish_all();
  co_await answers_.cancel();
}

aio::Context Service::context(std::string request_id) const {
  return aio::Context{.clock = &clock_, .log = &log_, .request_id = std::move(request_id)};
}

aio::Task<void> Service::handle(net::Exchange& exchange) {
  const base::TimePoint began = clock_.now();
  Told told{.request_id = base::uuid_v4()};
  WatchedExchange watched(exchange, settings_.guard);
  const int status = co_await answer(watched, told);
  told.refusal = watched.refusal();
  record(exchange.request(), told, status, began);
}

aio::Task<int> Service::answer(net::Exchange& exchange, Told& told) {
  const net::HttpRequest& http = exchange.request();
  Routed routed = route(http.method, http.target);
  told.operation = operation_of(routed);
  const Route* known = told.operation ? std::get_if<Route>(&routed) : nullptr;

  Request request{exchange, known ? *known : Route{Operation::healthz}, told.request_id, told.queue_time};
  if (auto refusal = refuse(settings_.guard, http, told.operation))
    co_return co_await send(request, std::move(*refusal));
  if (is_preflight(settings_.guard, http)) co_return co_await send(request, preflight_reply(http));
  if (known)
    if (const auto generation = sessions_.generation_of(known->session_id)) unread_starts_.named(*generation);
  auto read = co_await bodies_.parse(http, [&](json::Value body) {
    if (known) take(request, std::move(body));
    return std::monostate();
  });
  if (!read) co_return co_await send(request, protocol_error(net::ProtocolError::crowded_out));
  exchange.drop_body();
  if (auto* refusal = std::get_if<net::HttpResponse>(&*read)) co_return co_await send(request, std::move(*refusal));
  if (known) co_return co_await dispatch(std::move(request));

  net::HttpResponse response = no_route_reply(http.method, http.target);
  if (const auto* bad = std::get_if<BadUrl>(&routed)) response = bad_url_reply(bad->path);
  if (const auto* long_id = std::get_if<IdTooLong>(&routed)) response = id_too_long_reply(long_id->path);
  co_return co_await send(request, std::move(response));
}

// On the thread that parsed it.
void Service::take(Request& request, json::Value body) const {
  const Operation operation = request.route.operation;
  if (operation == Operation::start) {
    request.start =
        read_start(body, request.http(), browserbase_key(settings_.guard, request.http()), settings_.browserbase_local);
    return;
  }
  if (is_operation(operation)) request.examined = examine(operation, body);
  request.body = std::move(body);
}

// Nothing where this server has no such route.
std::optional<Operation> Service::operation_of(const Routed& routed) const {
  const Route* known = std::get_if<Route>(&routed);
  return known && serves(known->operation) ? std::optional(known->operation) : std::nullopt;
}

bool Service::lets_in(const net::HttpRequest& head) {
  return !refuse(settings_.guard, head, operation_of(route(head.method, head.target)));
}

// What probes and the operator ask; whoever is at work, they are told.
bool Service::is_brief(const net::HttpRequest& head) {
  const auto operation = operation_of(route(head.method, head.target));
  return operation == Operation::healthz || operation == Operation::readyz || operation == Operation::metrics;
}

// A body that asks for something else than the end does not count against it: this is asked before it is read.
bool Service::frees_places(const net::HttpRequest& head) {
  const auto operation = operation_of(route(head.method, head.target));
  return operation == Operation::end || operation == Operation::cancel || operation == Operation::browserbase_update;
}

// Some routes are there only where the operator wants them.
bool Service::serves(Operation operation) const {
  switch (operation) {
    case Operation::demo:
      return settings_.demo_page;
    case Operation::capacity:
      return settings_.capacity_route;
    case Operation::browserbase_session:
    case Operation::browserbase_update:
      return settings_.browserbase_local;
    default:
      return true;
  }
}

namespace {

bool waits(Operation operation) {
  using enum Operation;
  return operation != healthz && operation != readyz && operation != metrics && operation != demo;
}

// What others decide about takes as long as they like. What frees places is never refused for want of them.
bool may_wait_long(Operation operation) { return is_operation(operation) || operation == Operation::start; }

}  // namespace

// However many wishes one caller has, and however many times it waits for each, others find a place.
aio::Task<int> Service::dispatch(Request request) {
  const Operation operation = request.route.operation;
  if (!waits(operation)) co_return co_await small(request);
  std::string caller = caller_key(settings_.guard, request.http(), request.exchange.peer());
  if (may_wait_long(operation) && places_.full(caller, 1) == HeldBytes::Full::caller) {
    const Runs::Full full = runs_.too_many_places(places_.limit(HeldBytes::Full::caller));
    count_refused(full);
    co_return co_await send(request, failed_reply(operation, full.reply));
  }
  const HeldBytes::Hold place = places_.hold(std::move(caller), 1);
  co_return co_await dispatch_counted(std::move(request));
}

aio::Task<int> Service::dispatch_counted(Request request) {
  switch (request.route.operation) {
    case Operation::start:
      co_return co_await start(request);
    case Operation::end:
      co_return co_await end(request);
    case Operation::cancel:
      co_return co_await cancel(request);
    case Operation::capacity:
      co_return co_await set_capacity(request);
    case Operation::replay:
      co_return co_await replay(request);
    case Operation::browserbase_session:
      co_return co_await browserbase_session(request);
    case Operation::browserbase_update:
      co_return co_await browserbase_update(request);
    case Operation::act:
    case Operation::extract:
    case Operation::observe:
    case Operation::navigate:
    case Operation::agent_execute:
      co_return co_await operate(request);
    case Operation::healthz:
    case Operation::readyz:
    case Operation::metrics:
    case Operation::demo:
      break;
  }
  co_return 0;
}

aio::Task<int> Service::send(Request& request, net::HttpResponse response) {
  const int status = response.status;
  // Nothing counts it, and a client takes its answer as slowly as it likes.
  request.examined.reset();
  co_await offload_.drop(std::exchange(request.body, nullptr));
  co_await request.exchange.send(std::move(response));
  co_return status;
}

aio::Task<int> Service::small(Request& request) {
  net::HttpResponse response;
  switch (request.route.operation) {
    case Operation::readyz: {
      const bool draining = draining_.is_set();
      response.status = draining ? 503 : 200;
      response.headers.add("content-type", "text/plain; charset=utf-8");
      response.body = draining ? "Service Unavailable" : "Ready";
      break;
    }
    case Operation::metrics:
      response.headers.add("content-type", "text/plain; version=0.0.4; charset=utf-8");
      response.body = exposition_.text(clock_.now());
      break;
    case Operation::demo:
      response.headers.add("content-type", "text/html; charset=utf-8");
      response.body = demo_page();
      break;
    default:
      response = json_reply(200, R"({"status":"ok","timestamp":")" + base::iso8601(clock_.wall()) + R"("})");
  }
  co_return co_await send(request, std::move(response));
}

void Service::record(const net::HttpRequest& request, const Told& told, int status, base::TimePoint began) {
  const std::optional<Operation>& operation = told.operation;
  const double seconds = std::chrono::duration<double>(clock_.now() - began).count();
  if (operation)
    metrics_
        .histogram("stagehand_api_http_request_duration_seconds", "Time from the request's arrival to its answer.",
                   {{"method", request.method},
                    {"route", std::string(pattern(*operation))},
                    {"status_code", std::to_string(status)}},
                   kSeconds)
        .observe(seconds);
  const bool probe = operation == Operation::healthz || operation == Operation::readyz;
  const base::Level level = probe ? base::Level::debug : base::Level::info;
  if (!log_.enabled(level)) return;
  const auto given = [](bool is, base::Fields fields) { return is ? fields : base::Fields(); };
  log_.log(level, "request completed",
           with(with({{"reqId", told.request_id},
                      {"method", request.method},
                      {"route", operation ? pattern(*operation) : std::string_view("unknown")},
                      {"statusCode", status},
                      {"responseTime", seconds * 1000}},
                     given(told.queue_time.has_value(), {{"queueTime", in_ms(told.queue_time.value_or(0s))}})),
                given(!told.refusal.empty(), {{"refusal", told.refusal}})));
}

net::HttpResponse Service::protocol_error(net::ProtocolError error) {
  switch (error) {
    case net::ProtocolError::body_too_large: {
      net::HttpResponse out = error_reply(413, "Request body is too large");
      out.headers.add_first("connection", "close");
      return out;
    }
    case net::ProtocolError::headers_too_large:
      return raw_error_reply(431, "Request Header Fields Too Large", "Exceeded maximum allowed HTTP header size");
    case net::ProtocolError::header_timeout:
    case net::ProtocolError::body_timeout:
      return raw_error_reply(408, "Request Timeout", "Client Timeout");
    case net::ProtocolError::crowded_out: {
      net::HttpResponse out = raw_error_reply(503, "Service Unavailable",
                                              "Too many connections or unfinished requests; send the request again");
      out.headers.add("Connection", "close");
      out.headers.add("Retry-After", "1");
      return out;
    }
    case net::ProtocolError::missing_host:
      return missing_host_reply(base::http_date(clock_.wall()));
    case net::ProtocolError::malformed:
      break;
  }
  return raw_error_reply(400, "Bad Request", "Client Error");
}

}  // namespace api
