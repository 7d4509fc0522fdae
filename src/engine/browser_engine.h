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
        agent_services_{models_, search_, agents_, cache_, tools_http} {}
  BrowserEngineFactory(const BrowserEngineFactory&) = delete;
  BrowserEngineFactory& operator=(const BrowserEngineFactory&) = delete;
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& events) override;

 private:
  browser::Services services_;
  const ModelSource& models_;
  PageView view_;
  AgentSettings agents_;
  WebSearch search_;
  agent::Cache cache_;  // of all sessions; what callers may not share is in its keys
  AgentServices agent_services_;
};

}  // namespace engine
