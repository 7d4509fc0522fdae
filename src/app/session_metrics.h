// What the session layer tells the metrics (docs/guide/metrics.md).
#pragma once
#include "metrics/registry.h"
#include "session/manager.h"

namespace app {

class SessionMetrics final : public session::Observer {
 public:
  // All are there from the beginning, so that a first event is seen as a change.
  explicit SessionMetrics(metrics::Registry& registry)
      : registry_(registry),
        started_(registry.counter("belay_sessions_started_total", "Sessions started.")),
        pin_alarms_(
            registry.counter("belay_pin_alarms_total", "Sessions reported as in use for longer than --pin-alarm.")) {
    for (const session::EndReason reason : session::kEndReasons) ended_of(reason).add(0);
    for (const auto why : {session::Refused::Why::full, session::Refused::Why::draining}) refused_of(why).add(0);
  }
  void started() override { started_.add(); }
  void ended(session::EndReason reason) override { ended_of(reason).add(); }
  void refused(session::Refused::Why why) override { refused_of(why).add(); }
  void pin_alarm() override { pin_alarms_.add(); }

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
  metrics::Counter& ended_of(session::EndReason reason) {
    return registry_.counter("belay_sessions_ended_total", "Sessions ended, by reason.",
                             {{"reason", std::string(session::to_string(reason))}});
  }
  metrics::Counter& refused_of(session::Refused::Why why) {
    return registry_.counter("belay_starts_refused_total", "Starts refused, by cause.",
                             {{"cause", why == session::Refused::Why::draining ? "draining" : "full"}});
  }

  metrics::Registry& registry_;
  metrics::Counter& started_;
  metrics::Counter& pin_alarms_;
};

}  // namespace app
