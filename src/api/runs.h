// Runs: every operation under way or lately finished, and which retry joins which. Runs live in a Scope of their own:
// they outlive their connections.
#pragma once
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "aio/context.h"
#include "aio/scope.h"
#include "api/run.h"
#include "base/time.h"

namespace api {

// What makes two requests the same: the session's generation (an id can come back), the route and the body without
// streamResponse, since a JSON and an SSE client may join each other.
struct RunKey {
  std::uint64_t generation;
  Operation operation;
  std::string body_digest;  // SHA-256, raw
  friend auto operator<=>(const RunKey&, const RunKey&) = default;
};

// SHA-256 of the body's JSON without its streamResponse.
std::string body_digest(const json::Value& body);

struct RunsLimits {
  base::Duration kept = std::chrono::minutes(10);  // after a run finished unanswered
  std::size_t finished = 256;                      // kept at once; then the oldest go
  std::size_t finished_bytes = 64 * 1024 * 1024;   // of their frames and outcomes; likewise
  std::size_t running = 1000;                      // at once, those included that wait for their session's turn
};

class Runs {
 public:
  // The clock outlives this.
  Runs(aio::Executor executor, aio::Clock& clock, RunsLimits limits = {})
      : clock_(clock), limits_(limits), scope_(std::move(executor)) {}

  // No further run may start now. A client can leave its run and send the next, so connections alone bound nothing.
  bool full() const { return scope_.size() >= limits_.running; }

  // The oldest run with this key whose client is gone without the full answer; null when there is none. Never one that
  // was cancelled: who asks again wants it done. Of several the one that sent the frame of this id goes first.
  std::shared_ptr<Run> join(const RunKey& key, std::string_view last_event_id = {});

  using Work = std::function<aio::Task<Outcome>(std::shared_ptr<Run>)>;
  using Settled = std::function<void(const Run&)>;
  // REQUIRES: not full(). Starts work for a new run; it has begun when this returns. Cancelled, it is unwound.
  // `settled` is called with the outcome there, of a cancelled run too, before anybody is answered.
  std::shared_ptr<Run> start(RunKey key, const Work& work, Settled settled = {});

  // A connection stopped watching. A finished run that was answered is forgotten.
  void left(Run& run);
  // Takes a run out that nobody may join: it was refused.
  void forget(const Run& run);

  // Cancels what runs on this session and what waits there for its turn. Returns, when all of it has stopped, how many
  // were cancelled; one that came to its own end first is none of them.
  aio::Task<std::size_t> cancel_session(std::uint64_t generation);

  aio::Task<void> finish_all() { return scope_.finish(); }
  std::size_t running() const { return scope_.size(); }
  std::size_t kept() const { return entries_.size(); }

 private:
  struct Entry {
    RunKey key;
    std::shared_ptr<Run> run;
  };
  aio::Task<void> supervise(std::shared_ptr<Run> run, aio::Task<Outcome> work, Settled settled);
  void prune();

  aio::Clock& clock_;
  RunsLimits limits_;
  std::list<Entry> entries_;  // oldest first
  aio::Scope scope_;          // last: its tasks use the runs
};

}  // namespace api
