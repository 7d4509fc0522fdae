// The Engine on real Chromium.
#pragma once
#include <memory>

#include "browser/browser.h"
#include "engine_api/engine.h"

namespace engine {

class BrowserEngineFactory final : public EngineFactory {
 public:
  // What services refers to outlives the factory and its engines.
  explicit BrowserEngineFactory(browser::Services services) : services_(services) {}
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& events) override;

 private:
  browser::Services services_;
};

}  // namespace engine
