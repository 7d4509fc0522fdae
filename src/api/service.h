// Service: the API itself. Takes a request from a connection, decides which operation it names, and answers it.
// The walk of a request is in ARCHITECTURE.md; one file under handlers/ for each group of operations.
#pragma once
#include <string>

#include "aio/context.h"
#include "aio/scope.h"
#include "api/body.h"
#include "api/guard.h"
#include "api/handlers/examined.h"
#include "api/handlers/start_request.h"
#include "api/offload.h"
#include "api/replays.h"
#include "api/reply.h"
#include "api/router.h"
#include "api/runs.h"
#include "api/unread_starts.h"
#include "api/view.h"
#include "base/flag.h"
#include "browserbase/rentals.h"
#include "engine_api/launch_check.h"
#include "metrics/exposition.h"
#include "metrics/registry.h"
#include "net/http_server.h"
#include "session/manager.h"

namespace api {

struct Settings {
  GuardSettings guard = {};
  bool demo_page = false;       // GET /demo, for ./run demo
  bool capacity_route = false;  // PUT /v1/capacity
  OperationLimits operations = {};
  std::size_t connections = 4096;  // that there may be; requests of one caller take half of them at most
  bool browserbase_local = false;  // Browserbase sessions are Chromiums of this machine, found at GET /v1/sessions/:id
  engine::LaunchCheck launch_check = {};  // none: every start goes to the engine
  aio::Workers* workers = nullptr;        // for what is large (api/offload.h); outlive the Service
};

// One parsed request on its way to its handler.
struct Request {
  net::Exchange& exchange;
  Route route;
  std::string id;                             // of the request, in every log line
  std::optional<base::Duration>& queue_time;  // for the log, where an operation waited for its turn
  json::Value body = nullptr;                 // not of a start
  std::optional<Examined> examined = {};      // of an operation's body
  std::optional<ReadStart> start = {};        // from a start's body
  const net::HttpRequest& http() const { return exchange.request(); }
};

class Service final : public net::HttpHandler {
 public:
  // Everything outlives the Service.
  Service(aio::Executor executor, aio::Clock& clock, const base::Logger& log, session::Manager& sessions,
          browserbase::Rentals& rentals, metrics::Registry& metrics, Settings settings);

  aio::Task<void> handle(net::Exchange& exchange) override;
  bool lets_in(const net::HttpRequest& head) override;
  bool is_brief(const net::HttpRequest& head) override;
  bool frees_places(const net::HttpRequest& head) override;
  net::HttpResponse protocol_error(net::ProtocolError error) override;

  // From now on /readyz says 503; starts are refused by the session layer. From any thread: the loop may be busy when
  // the signal comes, and a probe that waits for it must not be told Ready afterwards.
  void begin_drain() { draining_.set(); }
  // To be called now and then: lets go of what is kept for clients that came not back.
  void prune() { runs_.prune(); }
  // How much work was large enough for the workers.
  std::size_t offloaded() const { return offload_.given_away(); }
  // Waits until no operation runs. Call after the sessions have been drained: that ends what still runs.
  aio::Task<void> finish();

 private:
  // Each sends one answer and returns its status, for log and metrics.
  // What a request turns out to be, for its line in the log and its metrics.
  struct Told {
    std::string request_id;
    std::optional<Operation> operation = {};
    std::optional<base::Duration> queue_time = {};
    std::string refusal = {};  // the answer's body, where that says what is wrong with the request
  };
  aio::Task<int> answer(net::Exchange& exchange, Told& told);
  void take(Request& request, json::Value body) const;
  aio::Task<int> dispatch(Request request);
  aio::Task<int> dispatch_counted(Request request);
  bool serves(Operation operation) const;
  std::optional<Operation> operation_of(const Routed& routed) const;
  aio::Task<int> start(Request& request);
  aio::Task<std::optional<net::HttpResponse>> refuse_launch(const engine::SessionConfig& config);
  aio::Task<int> tell(Request& request, session::Lease lease, std::shared_ptr<browserbase::Rental> rental);
  void watch_answer(Request& request, session::Ref ref, std::shared_ptr<browserbase::Rental> rental);
  aio::Task<void> end_when_lost(std::shared_ptr<const net::Receipt> receipt, std::string request_id, session::Ref ref,
                                std::shared_ptr<browserbase::Rental> rental);
  aio::Task<void> end_untold(std::string request_id, session::Ref ref, std::shared_ptr<browserbase::Rental> rental);
  aio::Task<int> operate(Request& request);
  aio::Task<int> end(Request& request);
  aio::Task<int> cancel(Request& request);
  aio::Task<int> set_capacity(Request& request);
  aio::Task<int> replay(Request& request);
  aio::Task<int> browserbase_session(Request& request);
  aio::Task<int> browserbase_update(Request& request);
  aio::Task<int> small(Request& request);  // healthz, readyz, metrics, demo

  aio::Task<int> run_or_join(Request& request, std::uint64_t generation);
  std::shared_ptr<Run> begin(Request& request, Runs::Asked asked);
  aio::Task<int> watch(Request& request, std::shared_ptr<Run> run, bool stream);
  // What an operation needs of its request, which it may outlive.
  struct Order {
    std::string session_id;
    std::string request_id;
    json::Value body;        // null as soon as the engine is asked
    base::Secret model_key;  // x-model-api-key
    bool should_cache;
    std::string caller;      // api/caller.h
    std::string parameters;  // replay_parameters
    ReplayMask mask;         // of the values of its variables
    base::WallTime began;
  };
  aio::Task<Outcome> perform(std::shared_ptr<Run> run, std::shared_ptr<Order> order);
  aio::Task<base::Result<Succeeded>> in_turn(aio::Context ctx, session::Lease& lease, Run& run, Order& order);
  aio::Task<base::Result<Succeeded>> carry_out(aio::Context ctx, session::Lease& lease, Run& run, Order& order);
  aio::Task<base::Result<Succeeded>> run_agent(const aio::Context& ctx, engine::Engine& engine, Run& run, Order& order);
  std::optional<engine::CacheWish> cache_wish(const Order& order) const;
  void count_cache(const std::optional<engine::CacheTold>& told);
  void count_agent_run(const engine::AgentResult& result, const engine::AgentRecord& record);
  aio::Task<void> conclude(const Run& run, const Outcome& outcome, std::shared_ptr<Order> order);
  aio::Task<void> remember(const Run& run, const Outcome& outcome, const Order& order);
  void count_looks(const Run& run);
  void count_queue(const Run& run);
  void count_refused(const Runs::Full& full);

  aio::Task<int> send(Request& request, net::HttpResponse response);  // lets go of the request's body first
  void record(const net::HttpRequest& request, const Told& told, int status, base::TimePoint began);
  aio::Context context(std::string request_id) const;

  aio::Clock& clock_;
  const base::Logger& log_;
  session::Manager& sessions_;
  browserbase::Rentals& rentals_;
  metrics::Registry& metrics_;
  metrics::Exposition exposition_{metrics_};
  // There from the beginning, so that a first event is seen as a change.
  metrics::Counter& retries_joined_;
  metrics::Counter& agent_steps_;
  metrics::Histogram& queue_seconds_;
  metrics::Histogram& snapshot_seconds_;
  metrics::Histogram& snapshot_chars_;
  Settings settings_;
  base::Flag draining_;
  Offload offload_;
  BodyParser bodies_;
  Runs runs_;
  HeldBytes places_;  // not bytes: places that requests of a caller take while they wait
  Replays replays_;
  UnreadStarts unread_starts_;
  aio::Scope answers_;  // of starts, that may yet be lost; last: its tasks use everything above
};

}  // namespace api
