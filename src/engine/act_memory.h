// act with an instruction that was done before, without asking a model again (docs/wire/agent_cache.md).
#pragma once
#include <memory>
#include <string>

#include "agent/cache.h"
#include "engine/model_verbs.h"
#include "engine/page_turn.h"
#include "engine/page_view.h"

namespace engine {

// Everything outlives the act.
struct ActMemory {
  const ModelVerbs& verbs;
  agent::Cache& cache;
  std::string model;  // by name
  std::string system_prompt;
  PageView view;
  base::Milliseconds settle;
};

// REQUIRES: an instruction and a wish for the cache. What does not fit any more is asked of the model.
aio::Task<base::Result<ActResult>> act_by_memory(const aio::Context& ctx, ActMemory memory, PageTurn turn,
                                                 const ActRequest& request, EventSink& events);

}  // namespace engine
