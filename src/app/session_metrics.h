// What the session layer tells the metrics (docs/guide/metrics.md).
#pragma once
#include "metrics/registry.h"
#include "session/manager.h"

namespace app {

class SessionMetrics final : public session::Observer {
 public:
  explicit SessionMetrics(metrics::Registry& registry) : registry_(registry) {}
  void started() override { registry_.counter("belay_sessions_started_total", "Sessions started.").add(); }
  void ended(session::EndReason reason) override {
    registry_
        .counter("belay_sessions_ended_total", "Sessions ended, by reason.",
                 {{"reason", std::string(session::to_string(reason))}})
        .add();
  }
  void refused(session::Refused::Why why) override {
    registry_
        .counter("belay_starts_refused_total", "Starts refused, by cause.",
                 {{"cause", why == session::Refused::Why::draining ? "draining" : "full"}})
        .add();
  }
  void pin_alarm() override {
    registry_.counter("belay_pin_alarms_total", "Sessions reported as in use for longer than --pin-alarm.").add();
  }

  // Gauges that ask the manager itself, so they cannot drift.
  void watch(const session::Manager& sessions) {
    registry_.gauge("belay_sessions", "Sessions that exist.", [&] { return static_cast<double>(sessions.sessions()); });
    registry_.gauge("belay_sessions_in_use", "Sessions with an operation on them.",
                    [&] { return static_cast<double>(sessions.pinned()); });
    registry_.gauge("belay_sessions_closing", "Browsers still closing.",
                    [&] { return static_cast<double>(sessions.closing()); });
    registry_.gauge("belay_starts_waiting", "Starts that wait for a place.",
                    [&] { return static_cast<double>(sessions.queued()); });
  }

 private:
  metrics::Registry& registry_;
};

}  // namespace app
