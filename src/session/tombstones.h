// Tombstones: how sessions that are gone ended, for as long as somebody may ask: one hour, 10,000 at most
// (docs/session-contract.md, clause 14).
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "session/end_reason.h"

namespace session {

class Tombstones {
 public:
  struct Limits {
    base::Duration kept = std::chrono::hours(1);
    std::size_t count = 10'000;
  };
  explicit Tombstones(Limits limits) : limits_(limits) {}
  Tombstones() : Tombstones(Limits{}) {}

  void add(const std::string& id, EndReason reason, base::TimePoint now, std::string detail = {});
  // The reason's word, or "absent" for an id that is not known to have ended.
  std::string_view state(const std::string& id, base::TimePoint now);
  // What was said with the reason, for callers; "" for nothing.
  std::string detail(const std::string& id) const;
  std::size_t size() const { return reasons_.size(); }

 private:
  struct Grave {
    std::string id;
    base::TimePoint since;
  };
  struct Record {
    EndReason reason;
    base::TimePoint since;  // of the latest end under this id
    std::string detail;
  };
  void prune(base::TimePoint now);

  Limits limits_;
  std::deque<Grave> order_ = {};
  std::unordered_map<std::string, Record> reasons_ = {};
};

}  // namespace session
