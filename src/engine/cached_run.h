// An agent run that may be a replay, and may be kept: what the cache has to do with it (docs/wire/agent_cache.md).
#pragma once
#include <memory>
#include <string>

#include "agent/cache.h"
#include "agent/replay.h"
#include "engine_api/agent.h"

namespace engine {

class CachedRun {
 public:
  // All outlive this. place and hand are the session's own.
  CachedRun(agent::Cache& cache, const AgentRequest& request, AgentRecord& record, agent::Workplace& place,
            agent::Hand& hand);

  // Why this run has nothing to do with the cache; "" when it has.
  static std::string bypass(const agent::Cache& cache, AgentMode mode);

  // What a toolbox works with, so that it is noted what it does.
  agent::Workplace& place() { return noted_place_; }
  agent::Hand& hand() { return noted_hand_; }

  // Which models play: the agent's by its name, both by what they are (ChosenModel::identity).
  struct Players {
    std::string model;
    std::string model_identity;
    std::string execution_model_identity = {};
  };
  // Before the run: replays what is kept for it.
  aio::Task<base::Result<agent::Replayed>> replay(const aio::Context& ctx, AgentMode mode, Players players,
                                                  EventSink& events);
  // After it: keeps it, renews it, forgets it.
  void settle(const AgentResult& result, const agent::Replayed& replayed, bool went_on, base::WallTime now);

 private:
  void tell(CacheStatus status, std::string reason);

  agent::Cache& cache_;
  const AgentRequest& request_;
  AgentRecord& record_;
  agent::Workplace& below_;
  agent::Hand& hand_below_;
  agent::Recording recording_;
  agent::RecordingWorkplace noted_place_;
  agent::RecordingHand noted_hand_;
  agent::CacheSubject subject_;
  std::string key_;
  std::optional<base::WallTime> kept_at_;  // of what was replayed
};

// Told in metadata by runs that wished for the cache.
void tell_cache(AgentRecord& record, CacheStatus status, std::string reason);

}  // namespace engine
