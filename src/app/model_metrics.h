// What calls to language models tell the metrics (docs/guide/metrics.md).
#pragma once
#include <set>
#include <string>

#include "llm/http_llm.h"
#include "metrics/registry.h"

namespace app {

// Callers choose the names of models, and label values are never forgotten: the first kModels that answer get a label
// of their own, every other is "other".
class ModelMetrics final : public llm::Observer {
 public:
  static constexpr std::size_t kModels = 50;

  explicit ModelMetrics(metrics::Registry& registry) : registry_(registry) {}
  void exchanged(const llm::Exchange& exchange) override;

 private:
  std::string label_of(const llm::Exchange& exchange);

  metrics::Registry& registry_;
  std::set<std::string> known_;
};

}  // namespace app
