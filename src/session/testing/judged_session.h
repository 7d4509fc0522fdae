// JudgedSession: what the judge knows of a session.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "session/end_reason.h"

namespace session::testing {

struct JudgedSession {
  std::string id;
  std::uint64_t call = 0;
  bool starting = true;
  int uses = 0;
  base::TimePoint last_used{};
  std::uint64_t order = 0;  // of its last use among all
  std::optional<EndReason> ended = {};
  std::string cause = {};  // of a crash, in words for callers
  base::TimePoint ended_at{};
  std::uint64_t ended_step = 0;
  bool in_use() const { return starting || uses > 0; }
};

}  // namespace session::testing
