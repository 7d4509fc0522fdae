// Server: builds everything, in order, owns it, and runs it from the first line of its log to its last.
#pragma once
#include <string>
#include <vector>

#include "aio/clock.h"
#include "aio/loop.h"
#include "aio/workers.h"
#include "api/service.h"
#include "app/bind_policy.h"
#include "app/descriptors.h"
#include "app/incident_reports.h"
#include "app/memory.h"
#include "app/model_metrics.h"
#include "app/options.h"
#include "app/session_metrics.h"
#include "base/log.h"
#include "base/memory_budget.h"
#include "browser/pending_removals.h"
#include "browser/settings.h"
#include "browserbase/rentals.h"
#include "engine/browser_engine.h"
#include "engine/models.h"
#include "llm/http_llm.h"
#include "metrics/registry.h"
#include "net/http_server.h"
#include "os/orphans.h"
#include "os/reaper.h"
#include "os/watchdog.h"
#include "session/manager.h"

namespace app {

// REQUIRES: os::Watchdog::block_signals() before the first thread.
// A server from the look-up of its HOST on; until there is one, a signal to end is the end. The exit status; what is
// wrong goes to stderr. Mostly the process leaves from here, without a return: see leave().
int serve(Options options, std::vector<std::string> environment);

class Server {
 public:
  // The watchdog outlives it, and has its hooks meanwhile.
  Server(Options options, std::vector<std::string> environment, Host host, os::Watchdog& watchdog);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Serves until SIGTERM or SIGINT and the drain that follows.
  int run();

 private:
  aio::Task<void> serve();
  aio::Task<void> sweep();
  void look_for_orphans();
  aio::Task<void> look_while_asked();
  os::Watchdog::Hooks hooks();
  void cut_off(const os::Watchdog::Cut& cut) const;
  int leave();
  aio::Task<void> give_memory_back(std::shared_ptr<MemoryRelease> release);
  void say_hello(const std::vector<net::Endpoint>& endpoints);

  Options options_;
  Host host_;
  os::Watchdog& watchdog_;
  std::size_t descriptors_;
  Fit fit_;
  std::unique_ptr<base::Logger> log_;
  base::MemoryBudget browsers_memory_;                                // for what they send
  base::MemoryBudget answers_memory_{base::MemoryBudget::kMost / 2};  // likewise servers of models and tools
  browser::PendingRemovals pending_removals_;                         // before the loop, whose tasks hold browsers
  aio::Loop loop_;
  aio::SteadyClock clock_;
  aio::Workers workers_{2};
  aio::Workers compute_{2, aio::Workers::LongJobs::apart};
  aio::Workers sweeper_{1};  // apart: leftovers that cannot be removed must not hold up the folders of sessions
  metrics::Registry metrics_;
  IncidentReports incidents_;
  SessionMetrics session_metrics_;
  ModelMetrics model_metrics_;
  std::unique_ptr<net::HttpClient> http_client_;
  std::unique_ptr<net::HttpClient> model_http_;  // apart: under a policy, and through proxies
  std::unique_ptr<net::HttpClient> tools_http_;  // null: callers bring no tools
  llm::Models models_;
  engine::ModelSource model_source_;
  browser::Settings browser_settings_;
  os::Orphans orphans_;
  bool looking_ = false;     // for orphans,
  bool look_again_ = false;  // and once more
  os::Reaper reaper_;        // before everything that launches
  engine::BrowserEngineFactory engines_;
  browserbase::Rentals rentals_;  // before the sessions, which give back what they have
  session::Manager sessions_;
  api::Service service_;
  net::HttpServer http_;
  aio::Latch stop_;   // the first signal
  aio::Latch hurry_;  // the second
};

}  // namespace app
