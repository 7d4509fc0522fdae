// What all browsers of a server share. Outlives them.
#pragma once
#include "aio/context.h"
#include "aio/workers.h"
#include "base/memory_budget.h"
#include "browser/pending_removals.h"
#include "browser/settings.h"
#include "net/http_client.h"
#include "os/reaper.h"

namespace browser {

struct Services {
  const Settings& settings;
  const base::Logger& log;
  os::Reaper& reaper;
  aio::Workers& workers;
  net::HttpClient& http;
  aio::Clock& clock;
  aio::Workers* compute = nullptr;       // beside `workers`, so that no closing session waits for a computation
  base::MemoryBudget* memory = nullptr;  // for what browsers send
  PendingRemovals* pending_removals = nullptr;
};

}  // namespace browser
