// An agent run on a session: which mode and model it is, what it works with, and the loop.
#pragma once
#include "browser/browser.h"
#include "engine/agent_settings.h"
#include "engine/models.h"
#include "engine/page_view.h"
#include "engine/web_search.h"
#include "engine_api/engine.h"

namespace engine {

// What a session has that a run needs. Everything outlives the run.
struct AgentHouse {
  Engine& verbs;
  browser::Browser& browser;
  const ModelSource& models;
  const ModelChoice& session_model;
  const WebSearch& search;
  const AgentSettings& settings;
  agent::Cache& cache;
  PageView view;
  base::Milliseconds settle;
  browser::FileUrls file_urls;
  net::HttpClient* tools_http;  // for callers' own tools; null: there are none here
};

// Errors are those of Engine::run_agent; Kind::invalid and Kind::not_found before anything was done.
aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentHouse house, AgentRequest request,
                                               AgentRecord& record, EventSink& events);

// The mode of a request that names none.
AgentMode default_mode(std::string_view model);

}  // namespace engine
