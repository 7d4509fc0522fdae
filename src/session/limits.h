// The limits of the session layer, with their defaults (docs/session-contract.md, C and E).
#pragma once
#include <cstddef>

#include "base/time.h"

namespace session {

struct Limits {
  std::size_t max_sessions = 100;       // what eviction aims for; REQUIRES: > 0
  std::size_t max_sessions_hard = 200;  // sessions and closing browsers together never exceed it
  base::Duration idle_ttl{};            // 0: sessions do not expire
  // A session idle for less is not taken to make room, except for what clause 18 names; at most admission_timeout.
  base::Duration min_idle = std::chrono::seconds(5);
  base::Duration close_timeout = std::chrono::seconds(2);
  base::Duration admission_timeout = std::chrono::seconds(5);
  std::size_t admission_waiters = 100;
  base::Duration pin_alarm = std::chrono::minutes(10);
  base::Duration drain_timeout = std::chrono::seconds(2);

  // A start that waits is to find a session that has become old enough meanwhile.
  base::Duration bounded_min_idle() const { return min_idle < admission_timeout ? min_idle : admission_timeout; }
};

}  // namespace session
