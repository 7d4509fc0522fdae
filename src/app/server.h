// Server: builds everything, in order, owns it, and runs it from the first line of its log to its last.
#pragma once
#include <string>
#include <vector>

#include <boost/asio/signal_set.hpp>

#include "aio/clock.h"
#include "aio/loop.h"
#include "aio/workers.h"
#include "api/service.h"
#include "app/model_metrics.h"
#include "app/options.h"
#include "app/session_metrics.h"
#include "base/log.h"
#include "browser/settings.h"
#include "browserbase/rentals.h"
#include "engine/browser_engine.h"
#include "engine/models.h"
#include "llm/http_llm.h"
#include "metrics/registry.h"
#include "net/http_server.h"
#include "os/reaper.h"
#include "session/manager.h"

namespace app {

class Server {
 public:
  Server(Options options, std::vector<std::string> environment);

  // Serves until SIGTERM or SIGINT and the drain that follows. The exit status; what is wrong goes to stderr.
  int run();

 private:
  aio::Task<void> serve();
  aio::Task<void> wait_for_signals();
  void say_hello(const std::vector<net::Endpoint>& endpoints);

  Options options_;
  std::unique_ptr<base::Logger> log_;
  aio::Loop loop_;
  aio::SteadyClock clock_;
  aio::Workers workers_{2};
  metrics::Registry metrics_;
  SessionMetrics session_metrics_;
  ModelMetrics model_metrics_;
  std::unique_ptr<net::HttpClient> http_client_;
  std::unique_ptr<net::HttpClient> model_http_;  // apart: under a policy, and through proxies
  std::unique_ptr<net::HttpClient> tools_http_;  // null: callers bring no tools
  llm::Models models_;
  engine::ModelSource model_source_;
  browser::Settings browser_settings_;
  os::Reaper reaper_;  // before everything that launches
  engine::BrowserEngineFactory engines_;
  browserbase::Rentals rentals_;  // before the sessions, which give back what they have
  session::Manager sessions_;
  api::Service service_;
  net::HttpServer http_;
  aio::Latch stop_;   // the first signal
  aio::Latch hurry_;  // the second
  boost::asio::signal_set signals_;
};

}  // namespace app
