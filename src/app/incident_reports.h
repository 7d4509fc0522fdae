// What is survived and what takes too long, told to the log and to the metrics (docs/guide/log-events.md, metrics.md).
#pragma once
#include "aio/incidents.h"
#include "base/log.h"
#include "metrics/registry.h"

namespace app {

// There is one at a time: it is the process's listener from its construction to its destruction.
class IncidentReports final : public aio::IncidentListener {
 public:
  IncidentReports(const base::Logger& log, metrics::Registry& registry);
  IncidentReports(const IncidentReports&) = delete;
  IncidentReports& operator=(const IncidentReports&) = delete;
  ~IncidentReports() override;

  void survived(std::string_view where, std::string_view what, std::string_view about) override;
  void stalled(const aio::Stall& stall) override;

 private:
  const base::Logger& log_;
  metrics::Counter& errors_;
  metrics::Counter& long_turns_;
  metrics::Counter& blocked_turns_;
};

}  // namespace app
