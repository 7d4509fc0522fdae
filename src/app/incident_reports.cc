#include "app/incident_reports.h"

#include "aio/turn_meter.h"

namespace app {
namespace {

metrics::Counter& stalls(metrics::Registry& registry, const char* kind) {
  return registry.counter("belay_loop_stalls_total", "Turns of the loop that kept everybody else waiting.",
                          {{"kind", kind}});
}

}  // namespace

IncidentReports::IncidentReports(const base::Logger& log, metrics::Registry& registry)
    : log_(log),
      errors_(registry.counter("belay_internal_errors_total", "Exceptions that were survived.")),
      long_turns_(stalls(registry, "busy")),
      blocked_turns_(stalls(registry, "blocked")) {
  aio::listen_for_incidents(this);
}

IncidentReports::~IncidentReports() { aio::listen_for_incidents(nullptr); }

void IncidentReports::survived(std::string_view where, std::string_view what, std::string_view about) {
  errors_.add();
  log_.error("internal error", {{"where", where}, {"error", what}, {"about", about}});
}

void IncidentReports::stalled(const aio::Stall& stall) {
  const bool busy = stall.cpu >= aio::kLongestTurn;
  (busy ? long_turns_ : blocked_turns_).add();
  log_.warn("loop stalled", {{"kind", busy ? "busy" : "blocked"},
                             {"cpuMs", base::to_ms(stall.cpu)},
                             {"blockedMs", base::to_ms(stall.blocked)},
                             {"pageFaults", stall.faults},
                             {"during", stall.during}});
}

}  // namespace app
