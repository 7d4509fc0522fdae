// An agent run on a session: which mode and model it is, what it works with, and the loop.
#pragma once
#include "browser/browser.h"
#include "engine/agent_settings.h"
#include "engine/models.h"
#include "engine/page_view.h"
#include "engine/web_search.h"
#include "engine_api/engine.h"

namespace engine {

// What all runs of a server share. Outlives them.
struct AgentServices {
  const ModelSource& models;
  const WebSearch& search;
  const AgentSettings& settings;
  agent::Cache& cache;
  net::HttpClient* tools_http;  // for callers' own tools; null: there are none here
};

// What a session was started with, as far as runs and remembered acts need it.
struct AgentSession {
  ModelChoice model;
  std::string system_prompt;
  PageView view;
  base::Milliseconds settle;
  std::optional<base::Milliseconds> act_timeout = {};  // of acts that set none of their own
  bool use_touch = false;
};

// What a run works in. Everything outlives it.
struct AgentHouse {
  Engine& verbs;
  browser::Browser& browser;
  const AgentServices& services;
  const AgentSession& session;
};

// Errors are those of Engine::run_agent; Kind::invalid and Kind::not_found before anything was done.
aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentHouse house, AgentRequest request,
                                               AgentRecord& record, EventSink& events);

// The mode of a request that names none.
AgentMode default_mode(std::string_view model);

}  // namespace engine
