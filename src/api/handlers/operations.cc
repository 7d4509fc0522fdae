// The five operations on a session: validation, session, then the work in a run that the connection watches.
#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "api/caller.h"
#include "api/handlers/again.h"
#include "api/handlers/agent.h"
#include "api/handlers/operation_requests.h"
#include "api/handlers/stream_header.h"
#include "api/schemas/model_choice.h"
#include "api/service.h"
#include "base/id.h"
#include "base/text.h"
#include "json/write.h"
#include "llm/crypto.h"

namespace api {
namespace {

OnLeave on_leave(const net::HttpRequest& http) {
  const auto wish = http.headers.find("x-on-disconnect");
  return wish && *wish == "cancel" ? OnLeave::cancel : OnLeave::run_on;
}

// The body's streamResponse decides, true or false; without one the header does.
bool wants_stream(const json::Value& body, const net::HttpRequest& http) {
  if (body.is_object())
    if (const auto* wish = body.get_object().if_contains("streamResponse"); wish && wish->is_bool())
      return wish->get_bool();
  return http.headers.find("x-stream-response") == "true";
}

engine::Progress waiting_for(std::size_t ahead) {
  return {.category = "session",
          .message = fmt::format("waiting for {} earlier operation{} on this session", ahead, ahead == 1 ? "" : "s"),
          .level = 2};
}

// Measures how long a run waits for its turn; one that never gets it waits until it ends.
class Queueing {
 public:
  Queueing(Run& run, const aio::Clock& clock) : run_(run), clock_(clock), since_(clock.now()) {}
  Queueing(const Queueing&) = delete;
  Queueing& operator=(const Queueing&) = delete;
  ~Queueing() { over(); }
  void over() {
    if (!run_.queue_time) run_.queue_time = clock_.now() - since_;
  }

 private:
  Run& run_;
  const aio::Clock& clock_;
  base::TimePoint since_;
};

// What the engine is asked for. It takes parts of the body over by copying, and nobody needs the body any more then: it
// goes with the work, and to free a large one takes its time as well.
template <class Make>
aio::Task<std::invoke_result_t<Make, const json::Value&, base::Secret>> taken_over(Offload& offload, json::Value& body,
                                                                                   const base::Secret& model_key,
                                                                                   Make make) {
  const bool large = Offload::is_large(body);
  co_return co_await offload.run(large, [body = std::move(body), &model_key, make]() mutable {
    const json::Value here = std::move(body);
    return make(here, model_key);
  });
}

std::optional<std::string> frame_id_of(const json::Value& body) {
  auto id = json::get_text(body, "frameId");
  return id && !id->empty() ? id : std::nullopt;
}

// A rented browser is driven by who rented it. Other sessions ask for nothing.
std::optional<net::HttpResponse> refuse_credential(const engine::SessionConfig& config, const base::Secret& shown) {
  if (config.credential.empty()) return std::nullopt;
  if (shown.empty())
    return bare_error_reply(400, "Browserbase API key and resolved project ID are required for browserbase sessions");
  if (config.credential == shown) return std::nullopt;
  return failure_reply(401, "x-bb-api-key is not the key that this session was started with");
}

}  // namespace

aio::Task<int> Service::operate(Request& request) {
  const Operation operation = request.route.operation;
  const Examined& examined = *request.examined;
  if (examined.issues) co_return co_await send(request, issues_reply(*examined.issues));
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  const std::string& id = request.route.session_id;
  if (id.empty()) co_return co_await send(request, message_reply(400, "Missing session id"));

  const std::optional<std::uint64_t> generation = sessions_.generation_of(id);
  if (!generation) {
    co_return co_await send(request, failed_reply(operation, failed(sessions_.unknown(id))));
  }
  if (auto refusal = refuse_credential(*sessions_.config_of(id), browserbase_key(settings_.guard, request.http())))
    co_return co_await send(request, std::move(*refusal));
  if (examined.refusal) co_return co_await send(request, failure_reply(400, *examined.refusal));

  co_return co_await run_or_join(request, *generation);
}

// A request that may be another try of an earlier one gets that one's run.
aio::Task<int> Service::run_or_join(Request& request, std::uint64_t generation) {
  const net::HttpRequest& http = request.http();
  const Operation operation = request.route.operation;
  if (auto refusal = refuse_again(http)) co_return co_await send(request, std::move(*refusal));
  const Again again = again_of(http);
  const std::string digest = request.examined->digest;
  const std::size_t bytes = request.examined->bytes;
  const RunKey key{.generation = generation,
                   .credentials = credentials_digest(settings_.guard, http),
                   .request = again.idempotent ? idempotency_digest(idempotency_key(http)) : digest};
  const Found found = runs_.find(key, digest, again);
  if (auto refusal = refuse_found(found)) co_return co_await send(request, std::move(*refusal));

  std::shared_ptr<Run> run = found.run;
  const bool stream = wants_stream(request.body, http);
  const std::string caller = caller_key(settings_.guard, http, request.exchange.peer());
  if (auto full = run ? runs_.crowded(*run) : runs_.full(generation, caller, bytes)) {
    count_refused(*full);
    co_return co_await send(request, failed_reply(operation, full->reply));
  }
  if (run) {
    run->attempt = std::max(run->attempt, again.attempt);
    // The run has its own. Without a wait, in which somebody else might join it.
    offload_.discard(std::exchange(request.body, nullptr));
    request.examined.reset();
    log_.info("retry joined",
              {{"reqId", request.id}, {"sessionId", request.route.session_id}, {"route", pattern(operation)}});
    retries_joined_.add();
  } else {
    run = begin(request, {.key = key,
                          .request = digest,
                          .caller = caller,
                          .attempt = again.attempt,
                          .idempotent = again.idempotent,
                          .bytes = bytes});
  }
  co_return co_await watch(request, std::move(run), stream);
}

// Takes the request's body and what is known of it.
std::shared_ptr<Run> Service::begin(Request& request, Runs::Asked asked) {
  Examined examined = std::move(*request.examined);
  request.examined.reset();
  const bool should_cache = json::get_bool(request.body, "shouldCache").value_or(false);
  const auto order = std::make_shared<Order>(request.route.session_id, request.id, std::move(request.body),
                                             schemas::model_key(request.exchange.request()), should_cache, asked.caller,
                                             std::move(examined.parameters), std::move(examined.mask), clock_.wall());
  return runs_.start(
      request.route.operation, std::move(asked),
      [&](std::shared_ptr<Run> fresh) { return perform(std::move(fresh), order); },
      [this, order](const Run& run, const Outcome& outcome) { return conclude(run, outcome, order); });
}

aio::Task<int> Service::watch(Request& request, std::shared_ptr<Run> run, bool stream) {
  // Refused before anything began (the session went away this very moment, or the server is full): a plain answer,
  // and nothing for a retry to join.
  if (run->refused()) {
    runs_.forget(*run);
    co_return co_await send(request, failed_reply(run->operation(), std::get<Failed>(*run->outcome())));
  }
  const OnLeave leave = on_leave(request.http());
  if (stream)
    co_await answer_stream(request.exchange, runs_, run, framing_for(request.http()), leave,
                           std::string(last_event_id(request.http())));
  else
    co_await answer_json(request.exchange, runs_, run, leave);
  request.queue_time = run->queue_time;
  if (!stream && request.exchange.gave_way()) co_return 503;
  if (!run->outcome()) co_return 499;
  if (stream) co_return 200;
  const auto* failure = std::get_if<Failed>(&*run->outcome());
  co_return failure ? failure->status : 200;
}

// The lease is given back before the outcome is seen, so a client that reads it finds an idle session.
aio::Task<Outcome> Service::perform(std::shared_ptr<Run> run, std::shared_ptr<Order> order) {
  const Operation operation = run->operation();
  const aio::Context whole = context(order->request_id);
  const engine::SessionConfig* config = sessions_.config_of(order->session_id);
  const base::Milliseconds timeout =
      operation_timeout(operation, order->body, config ? config->act_timeout : std::nullopt);
  const aio::Context ctx = timeout.count() > 0 ? whole.within(timeout) : whole;

  auto leased = co_await sessions_.lease(ctx, order->session_id, *run, std::string(pattern(operation)));
  if (!leased) {
    Failed why = failed(operation, leased.error());
    const auto* error = std::get_if<base::Error>(&leased.error());
    if (error && error->kind == base::Kind::timeout)
      why.message = timeout_message(operation, timeout, "the browser to open");
    co_return why;
  }
  run->connected();
  session::Lease lease = std::move(*leased);
  if (const std::size_t ahead = sessions_.ahead(lease); ahead > 0) run->progress(waiting_for(ahead));
  std::shared_ptr<void> waits;
  if (operation == Operation::navigate) waits = lease.engine().navigate_waits(frame_id_of(order->body));
  Queueing queueing(*run, clock_);
  auto result = co_await sessions_.run(ctx, lease, [&] {
    queueing.over();
    waits.reset();
    runs_.got_turn(*run);
    return in_turn(ctx, lease, *run, *order);
  });
  if (result) co_return std::move(*result);
  base::Error error = std::move(result).error();
  if (error.kind == base::Kind::timeout && timeout.count() > 0 &&
      !error.message.starts_with(timeout_message(operation, timeout, "")))
    error.message = timeout_message(operation, timeout, "an earlier operation on this session");
  log_.warn("operation failed", {{"reqId", order->request_id},
                                 {"sessionId", order->session_id},
                                 {"operation", pattern(operation)},
                                 {"error", logged(error)},
                                 {"detail", error.detail}});
  Failed out = failed(operation, error);
  if (out.status == 500) out.result = co_await run->told_so_far(error);
  co_return out;
}

aio::Task<base::Result<Succeeded>> Service::in_turn(aio::Context ctx, session::Lease& lease, Run& run, Order& order) {
  // The turn may come from an operation that was cancelled along with this one: nothing begins then any more.
  if (run.cancelled()) co_await clock_.sleep_until(base::kNever);
  co_return co_await carry_out(ctx, lease, run, order);
}

aio::Task<base::Result<Succeeded>> Service::carry_out(aio::Context ctx, session::Lease& lease, Run& run, Order& order) {
  engine::Engine& engine = lease.engine();
  Succeeded out{.result = "", .action_id = base::uuid_v4()};
  switch (run.operation()) {
    case Operation::navigate: {
      const auto make = [](const json::Value& body, base::Secret) { return navigate_request(body); };
      auto request = co_await taken_over(offload_, order.body, order.model_key, make);
      CO_TRY(engine::NavigateResult done, co_await engine.navigate(ctx, std::move(request), run));
      out.result = co_await offload_.write(std::move(done.response));
      break;
    }
    case Operation::observe: {
      auto request = co_await taken_over(offload_, order.body, order.model_key, observe_request);
      CO_TRY(const std::vector<engine::Action> found, co_await engine.observe(ctx, std::move(request), run));
      co_await offload_.run_always(Offload::is_large(length_of(found)), [&] {
        out.result = json::write(actions_json(found, KeyOrder::selector_first));
        out.stream_result = json::write(actions_json(found, KeyOrder::selector_last));
        return true;
      });
      break;
    }
    case Operation::extract: {
      auto request = co_await taken_over(offload_, order.body, order.model_key, extract_request);
      CO_TRY(json::Value data, co_await engine.extract(ctx, std::move(request), run));
      out.result = co_await offload_.write(std::move(data));
      break;
    }
    case Operation::agent_execute:
      co_return co_await run_agent(ctx, engine, run, order);
    default: {
      engine::ActRequest request = co_await taken_over(offload_, order.body, order.model_key, act_request);
      if (request.instruction) request.cache = cache_wish(order);
      CO_TRY(const engine::ActResult done, co_await engine.act(ctx, std::move(request), run));
      if (done.cache) out.cache_status = engine::to_string(done.cache->status);
      count_cache(done.cache);
      const std::size_t length = done.message.size() + done.action_description.size() + length_of(done.actions);
      out.result =
          co_await offload_.run_always(Offload::is_large(length), [&] { return json::write(act_result_json(done)); });
    }
  }
  co_return out;
}

aio::Task<base::Result<Succeeded>> Service::run_agent(const aio::Context& ctx, engine::Engine& engine, Run& run,
                                                      Order& order) {
  const auto record = std::make_shared<engine::AgentRecord>();
  // A run that is cut off has an end too: what was done and what it cost.
  run.when_cancelled([this, record]() -> aio::Task<Outcome> {
    const auto end = cut_off(engine::StopReason::cancelled, "it was canceled", *record);
    count_agent_run(end, *record);
    co_return co_await offload_.run_always(is_large(*record), [&] { return agent_outcome(end, *record); });
  });
  run.when_cut_off([this, record](base::Error error) -> aio::Task<std::string> {
    const bool closed = error.kind == base::Kind::gone;
    if (!closed && error.kind != base::Kind::browser) co_return "";  // it did not begin
    const auto reason = closed ? engine::StopReason::session_closed : engine::StopReason::browser_crashed;
    const auto end = cut_off(reason, error.message, *record);
    count_agent_run(end, *record);
    co_return co_await offload_.run_always(is_large(*record),
                                           [&] { return json::write(agent_result_json(end, *record)); });
  });
  engine::AgentRequest request = co_await taken_over(offload_, order.body, order.model_key, agent_request);
  request.cache = cache_wish(order);
  CO_TRY(const engine::AgentResult result, co_await engine.run_agent(ctx, std::move(request), *record, run));
  count_agent_run(result, *record);
  count_cache(record->cache);
  co_return co_await offload_.run_always(is_large(*record), [&] { return agent_outcome(result, *record); });
}

void Service::count_agent_run(const engine::AgentResult& result, const engine::AgentRecord& record) {
  metrics_
      .counter("belay_agent_runs_total", "Agent runs that came to an end, by why.",
               {{"stop_reason", std::string(engine::to_string(result.stop))}})
      .add();
  agent_steps_.add(record.steps);
}

// What one caller did is never done again for another. The model's own key and host are for the engine to look at.
std::optional<engine::CacheWish> Service::cache_wish(const Order& order) const {
  if (!order.should_cache) return std::nullopt;
  const engine::SessionConfig* config = sessions_.config_of(order.session_id);
  const std::string rented = config ? std::string(config->credential.reveal()) : "";
  return engine::CacheWish{.owner = llm::hex(llm::sha256(order.caller + " " + rented))};
}

void Service::count_cache(const std::optional<engine::CacheTold>& told) {
  if (!told) return;
  metrics_
      .counter("belay_agent_cache_total", "Agent runs and acts that wished for the cache, by what it had for them.",
               {{"result", base::to_lower_ascii(engine::to_string(told->status))}})
      .add();
}

void Service::count_looks(const Run& run) {
  for (const engine::Look& look : run.accounted().looks) {
    snapshot_seconds_.observe(std::chrono::duration<double>(look.took).count());
    snapshot_chars_.observe(static_cast<double>(look.chars));
  }
}

void Service::count_refused(const Runs::Full& full) {
  metrics_
      .counter("belay_operations_refused_total", "Operations refused because too many were under way, by the limit.",
               {{"limit", std::string(full.limit)}})
      .add();
}

void Service::count_queue(const Run& run) {
  if (run.queue_time) queue_seconds_.observe(std::chrono::duration<double>(*run.queue_time).count());
}

aio::Task<void> Service::conclude(const Run& run, const Outcome& outcome, std::shared_ptr<Order> order) {
  count_looks(run);
  count_queue(run);
  if (!refused(outcome)) co_await remember(run, outcome, *order);
  co_await offload_.drop(std::move(order->body));  // of one that never had its turn
}

aio::Task<void> Service::remember(const Run& run, const Outcome& outcome, const Order& order) {
  ReplayAction action{.method = std::string(verb(run.operation())),
                      .parameters = order.parameters,
                      .result = {},
                      .mask = order.mask,
                      .began = order.began,
                      .ended = clock_.wall(),
                      .url = run.accounted().page_url,
                      .input_tokens = run.accounted().input_tokens,
                      .output_tokens = run.accounted().output_tokens,
                      .reasoning_tokens = run.accounted().reasoning_tokens,
                      .cached_tokens = run.accounted().cached_tokens,
                      .model_time = std::chrono::duration_cast<base::Milliseconds>(run.accounted().model_time),
                      .model_calls = run.accounted().model_calls};
  action.mask.add(run.passwords());
  std::string failure;
  if (const auto* done = std::get_if<Succeeded>(&outcome)) {
    action.result = done->result;
  } else {
    failure = json::write(json::Object{{"error", std::get<Failed>(outcome).message}});
    action.result = failure;
  }
  const Replays::Draft draft = replays_.draft(order.session_id, std::move(action));
  auto written = co_await offload_.run_always(Offload::is_large(draft.work()), [&] { return draft.written(); });
  replays_.keep(order.session_id, std::move(written));
}

}  // namespace api
