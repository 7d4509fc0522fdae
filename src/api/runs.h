// Runs: every operation under way, and its coroutine. They live in a Scope of their own: they outlive their
// connections.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aio/context.h"
#include "aio/scope.h"
#include "api/kept_runs.h"
#include "api/operation_limits.h"

namespace api {

// What a request asks for: SHA-256 of its operation and its body without streamResponse.
std::string request_digest(Operation operation, const json::Value& body);
// What it is known by when it has an Idempotency-Key, whatever it asks for.
std::string idempotency_digest(std::string_view key);

class Runs {
 public:
  // The clock outlives this.
  Runs(aio::Executor executor, aio::Clock& clock, OperationLimits limits = {}, KeptRunsLimits kept = {})
      : clock_(clock),
        counts_(limits),
        bytes_(limits.bytes),
        kept_(kept),
        scope_(std::move(executor), "a run's supervision") {}

  // Why no further operation of this caller may start on this session now; nothing when it may.
  struct Full {
    Failed reply;
    std::string_view limit;  // session, caller, all, run, caller_bytes, all_bytes, caller_requests
  };
  // `bytes`: what it holds until it has ended.
  std::optional<Full> full(std::uint64_t generation, const std::string& caller, std::size_t bytes = 0) const;
  // Why nothing that holds so much may begin; starts hold some too.
  std::optional<Full> too_heavy(const std::string& caller, std::size_t bytes) const;
  // REQUIRES: not too heavy.
  HeldBytes::Hold hold(std::string caller, std::size_t bytes) { return bytes_.hold(std::move(caller), bytes); }
  // Likewise why nobody else may watch this run now.
  std::optional<Full> crowded(const Run& run) const;

  // What a request is told whose caller has so many already that wait.
  Full too_many_places(std::size_t limit) const;

  // Which run a request means.
  Found find(const RunKey& key, std::string_view request, const Again& again) {
    return kept_.find(key, request, again, clock_.now());
  }

  struct Asked {
    RunKey key;
    std::string request = {};
    std::string caller = {};
    int attempt = 0;
    bool idempotent = false;
    std::size_t bytes = 0;
  };
  using Work = std::function<aio::Task<Outcome>(std::shared_ptr<Run>)>;
  using Settling = std::function<aio::Task<void>(const Run&, const Outcome&)>;
  // REQUIRES: not full. Starts work for a new run; it has begun when this returns. Cancelled, it is unwound. `settling`
  // is called with what it will end with, of a cancelled run too, and awaited before the run has it and anybody is
  // answered.
  std::shared_ptr<Run> start(Operation operation, Asked asked, const Work& work, Settling settling = {});

  // It has its session's turn: it waits for nobody any more.
  void got_turn(Run& run);
  // Now and then: what is too old is not kept until somebody asks.
  void prune() { kept_.prune(clock_.now()); }
  // A connection stopped watching.
  void left(Run& run);
  // Takes a run out that nobody may join: it was refused.
  void forget(const Run& run) { kept_.forget(run); }

  // Cancels what runs on this session and what waits there for its turn. Returns, when all of it has stopped, how many
  // were cancelled; one that came to its own end first is none of them.
  aio::Task<std::size_t> cancel_session(std::uint64_t generation);

  aio::Task<void> finish_all() { return scope_.finish(); }
  std::size_t running() const { return scope_.size(); }
  std::size_t kept() const { return kept_.size(); }
  aio::Clock& clock() const { return clock_; }

 private:
  aio::Task<void> supervise(std::shared_ptr<Run> run, aio::Task<Outcome> work, Settling settling);
  void settle(const std::shared_ptr<Run>& run, Outcome outcome);

  aio::Clock& clock_;
  OperationCounts counts_;
  HeldBytes bytes_;  // before the runs, which hold some
  KeptRuns kept_;
  aio::Scope scope_;  // last: its tasks use the runs
};

}  // namespace api
