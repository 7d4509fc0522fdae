// Engine: what one session offers, behind an interface, so that sessions know no browser. EngineFactory makes one.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aio/context.h"
#include "engine_api/agent.h"
#include "engine_api/event_sink.h"
#include "engine_api/types.h"

namespace engine {

// Lives on the loop. Verbs may be called one at a time (the session layer keeps the order). Each verb ends by
// ctx.deadline and can be cancelled at any wait.
class Engine {
 public:
  virtual ~Engine() = default;  // REQUIRES: closed or killed

  virtual aio::Task<base::Result<NavigateResult>> navigate(const aio::Context& ctx, NavigateRequest request,
                                                           EventSink& events) = 0;
  // A navigate of this page (absent: the active one) has been asked for, and waits for its turn until what is returned
  // is gone. A navigate that is under way there for 5 s, and an action that has waited for as long and done nothing to
  // the page yet, make room: they end with an error that says so. Null where nothing ever makes room.
  virtual std::shared_ptr<void> navigate_waits(std::optional<std::string> /*frame_id*/) { return nullptr; }
  virtual aio::Task<base::Result<ActResult>> act(const aio::Context& ctx, ActRequest request, EventSink& events) = 0;
  virtual aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, ObserveRequest request,
                                                               EventSink& events) = 0;
  virtual aio::Task<base::Result<boost::json::value>> extract(const aio::Context& ctx, ExtractRequest request,
                                                              EventSink& events) = 0;

  // Works on until the goal is reached or a limit is. `record` is kept up to date under way and outlives the call; an
  // error (the session is over) or a cancellation leaves in it what was done.
  virtual aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentRequest request,
                                                         AgentRecord& record, EventSink& events) = 0;

  // The DevTools endpoint that clients may connect to themselves.
  virtual std::string cdp_url() const = 0;

  // Called at most once, on the loop, when the browser or the connection to it dies by itself (never for close or
  // kill). The error's message is for callers, its detail for the log.
  virtual void on_death(std::function<void(const base::Error& cause)> callback) = 0;

  // Ends the browser in good order and removes what belongs to it. Bounded by ctx.deadline at best effort; the caller
  // kills when it is late. Errors are for the log.
  virtual aio::Task<base::Result<void>> close(const aio::Context& ctx) = 0;

  // Ends everything at once and without waiting: the process group is killed, the profile handed to the remover.
  // Idempotent; after it, pending verbs fail promptly.
  virtual void kill() = 0;
};

class EngineFactory {
 public:
  virtual ~EngineFactory() = default;
  // Launches or attaches; ready means that a round trip was answered. On error or cancellation nothing is left behind.
  virtual aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                                EventSink& events) = 0;
};

}  // namespace engine
