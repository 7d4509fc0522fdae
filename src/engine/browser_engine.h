// The Engine on real Chromium.
#pragma once
#include <memory>

#include "browser/browser.h"
#include "engine/model_verbs.h"
#include "engine_api/engine.h"

namespace engine {

class BrowserEngineFactory final : public EngineFactory {
 public:
  // models and what services refers to outlive the factory and its engines.
  BrowserEngineFactory(browser::Services services, const ModelSource& models, PageView view)
      : services_(services), models_(models), view_(view) {}
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& events) override;

 private:
  browser::Services services_;
  const ModelSource& models_;
  PageView view_;
};

}  // namespace engine
