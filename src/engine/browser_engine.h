// The Engine on real Chromium.
#pragma once
#include <memory>

#include "browser/browser.h"
#include "engine/agent_run.h"
#include "engine/model_verbs.h"
#include "engine_api/engine.h"

namespace engine {

class BrowserEngineFactory final : public EngineFactory {
 public:
  // tools_http is for tools that callers bring, null where they may not. It, models and what services refers to outlive
  // the factory and its engines.
  BrowserEngineFactory(browser::Services services, const ModelSource& models, PageView view, AgentSettings agents,
                       net::HttpClient* tools_http)
      : services_(services),
        models_(models),
        view_(view),
        agents_(std::move(agents)),
        search_(services.http, agents_.search),
        cache_(agents_.cache),
        tools_http_(tools_http) {}
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& events) override;

 private:
  browser::Services services_;
  const ModelSource& models_;
  PageView view_;
  AgentSettings agents_;
  WebSearch search_;
  agent::Cache cache_;  // of all sessions; what callers may not share is in its keys
  net::HttpClient* tools_http_;
};

}  // namespace engine
