// What a Manager does by the clock: ends sessions that were idle for too long, trims, serves the queue when a session
// has become old enough to go, reports leases that are held for long.
#include <algorithm>

#include "session/manager.h"

namespace session {

base::TimePoint Manager::next_chore() const {
  base::TimePoint next = store_.next_expiry();
  // That serves starts that wait as well: where they cannot have any age, max_sessions are in work, so that whatever is
  // idle stands above max_sessions.
  if (store_.size() > store_.max_sessions()) next = std::min(next, store_.next_ripe());
  if (!held_.empty()) next = std::min(next, base::after(held_.front().since, limits_.pin_alarm));
  return next;
}

// Makes sure that keep_house looks again no later than the next chore is due.
void Manager::note_chore() {
  if (draining()) return;
  const base::TimePoint next = next_chore();
  if (next >= next_look_) return;
  next_look_ = next;
  if (housekeeper_)
    chores_.wake_all();
  else
    housekeeper_ = scope_.spawn(aio::persistently("keeping house", clock_, [this] { return keep_house(); }));
}

aio::Task<void> Manager::keep_house() {
  for (;;) {
    if (next_look_ == base::kNever) {
      co_await chores_.wait();
    } else {
      auto first = co_await aio::race(clock_.sleep_until(next_look_), chores_.wait());
      static_cast<void>(first);
    }
    if (clock_.now() < next_look_) continue;
    end_all(store_.sweep(clock_.now()));
    make_even();
    report_long_pins();
    next_look_ = next_chore();
  }
}

void Manager::report_long_pins() {
  const base::TimePoint now = clock_.now();
  while (!held_.empty() && now - held_.front().since >= limits_.pin_alarm) {
    Held& held = held_.front();
    held.reported = true;
    reported_.splice(reported_.end(), held_, held_.begin());
    observer_->pin_alarm();
    log_.warn("session in use for long",
              {{"sessionId", held.ref.id}, {"owner", held.owner}, {"heldMs", base::to_ms(now - held.since)}});
  }
}

}  // namespace session
