// Graves: what docs/session-contract.md says of sessions that are gone (clause 14): the reason of an id's last end
// is told for an hour, of the last 10,000 ends. The plainest way to say that: all of them, looked through for each
// question.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "session/end_reason.h"

namespace session::testing {

class Graves {
 public:
  static constexpr auto kKept = std::chrono::hours(1);
  static constexpr std::size_t kCount = 10'000;

  struct Grave {
    std::string id;
    EndReason reason;
    std::string detail;
    base::TimePoint since;
  };
  void add(Grave grave) { all_.push_back(std::move(grave)); }
  const std::vector<Grave>& all() const { return all_; }

  // The last end under this id that is still told of, or null.
  const Grave* find(std::string_view id, base::TimePoint now) const {
    const auto newest = std::ranges::find(all_.rbegin(), all_.rend(), id, &Grave::id);
    if (newest == all_.rend() || now - newest->since >= kKept) return nullptr;
    if (static_cast<std::size_t>(newest - all_.rbegin()) >= kCount) return nullptr;
    return &*newest;
  }
  std::string state(std::string_view id, base::TimePoint now) const {
    const Grave* grave = find(id, now);
    return grave ? std::string(to_string(grave->reason)) : "absent";
  }

 private:
  std::vector<Grave> all_;
};

}  // namespace session::testing
