// How agent runs are, for the whole server.
#pragma once
#include "agent/cache.h"
#include "agent/history.h"
#include "agent/screen/safety.h"
#include "base/time.h"
#include "engine/web_search.h"

namespace engine {

struct AgentSettings {
  base::Duration longest_run = std::chrono::minutes(30);  // of runs that set no time of their own; 0: no limit
  std::size_t view_chars = 40'000;                        // of the page's text after each step
  agent::HistoryRules history = {};
  SearchKeys search = {};
  agent::CacheLimits cache = {};
  agent::screen::SafetyPolicy safety_checks = agent::screen::SafetyPolicy::stop;
};

}  // namespace engine
