// The Engine on real Chromium.
#pragma once
#include <memory>

#include "browser/browser.h"
#include "engine/models.h"
#include "engine_api/engine.h"

namespace engine {

class BrowserEngineFactory final : public EngineFactory {
 public:
  // models and what services refers to outlive the factory and its engines. page_chars: how much of a page a model is
  // shown; 0: all.
  BrowserEngineFactory(browser::Services services, const ModelSource& models, std::size_t page_chars)
      : services_(services), models_(models), page_chars_(page_chars) {}
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& events) override;

 private:
  browser::Services services_;
  const ModelSource& models_;
  std::size_t page_chars_;
};

}  // namespace engine
