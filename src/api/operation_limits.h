// OperationLimits: how many operations may be under way, those included that wait for their session's turn: of all
// callers, on one session, of one caller. A client can leave its operation and send the next, so connections alone
// bound nothing; what their bodies take is bounded by HeldBytes. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "api/held_bytes.h"
#include "base/time.h"
#include "session/hold_times.h"

namespace api {

struct OperationLimits {
  std::size_t all = 1000;
  std::size_t per_session = 100;
  std::size_t per_caller = 0;  // 0: half of all
  std::size_t bytes = HeldBytes::kMost;
  std::size_t of_caller() const { return per_caller > 0 ? per_caller : (all + 1) / 2; }
};

class OperationCounts {
 public:
  explicit OperationCounts(OperationLimits limits) : limits_(limits) {}

  enum class Full { session, caller, all };
  // Which limit a further operation would break, the narrowest first; nothing when there is a place.
  std::optional<Full> full(std::uint64_t generation, const std::string& caller) const;
  std::size_t limit(Full which) const;

  void began(std::uint64_t generation, const std::string& caller);
  // It has its session's turn, after those before it: how long it takes counts from here.
  void got_turn(base::TimePoint now) { times_.taken(now); }
  // `turn`: when it had its turn, if it came to that.
  void ended(std::uint64_t generation, const std::string& caller, std::optional<base::TimePoint> turn,
             base::TimePoint now);

  // Whole seconds until a place is likely free, as for starts: from how long operations lately took, or have been at it
  // by now.
  std::chrono::seconds retry_after(base::TimePoint now) const { return times_.retry_after(now); }
  std::size_t under_way() const { return all_; }

 private:
  const OperationLimits limits_;
  std::size_t all_ = 0;
  std::map<std::uint64_t, std::size_t> sessions_;
  std::map<std::string, std::size_t> callers_;
  session::HoldTimes times_;
};

}  // namespace api
