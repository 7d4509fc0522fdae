// KeptRuns: every run under way or lately ended, and which of them a request means that may be one's second try. Never
// twice for one wish, and never in place of a second wish: docs/decisions/0005-runs-outlive-connections.md. Pure.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/run.h"
#include "base/time.h"

namespace api {

struct KeptRunsLimits {
  base::Duration joined = std::chrono::seconds(60);  // by a retry, from when the client left
  base::Duration plain = std::chrono::minutes(2);    // from the run's end, where only a retry can mean it
  base::Duration kept = std::chrono::minutes(10);    // likewise, for Last-Event-ID and Idempotency-Key
  std::size_t ended = 4096;                          // kept at once
  std::size_t bytes = 16 * 1024 * 1024;              // of their frames and outcomes
  std::size_t equal = 16;                            // ended ones of one key
};

// How a request says that it may have been sent before.
struct Again {
  int attempt = 0;                      // x-stainless-retry-count
  std::string_view last_event_id = {};  // Last-Event-ID
  bool idempotent = false;              // it has an Idempotency-Key
};

struct Found {
  enum class How {
    none,      // a wish of its own
    this_one,  // it means `run`
    unknown,   // it names a frame of a run that is not kept
    mismatch,  // its Idempotency-Key belongs to another request
  };
  How how = How::none;
  std::shared_ptr<Run> run = nullptr;
};

class KeptRuns {
 public:
  explicit KeptRuns(KeptRunsLimits limits) : limits_(limits) {}

  void add(std::shared_ptr<Run> run);
  // It has an outcome; finished_at is set. What is beyond the limits then goes at once.
  void ended(const std::shared_ptr<Run>& run);
  void forget(const Run& run);
  // Drops what is too old, and beyond the limits first what was answered, then of the caller who has most.
  void prune(base::TimePoint now);

  // `request`: the digest of what is asked for, to be the same under one Idempotency-Key. A wish of its own retires the
  // runs of this key that were abandoned.
  Found find(const RunKey& key, std::string_view request, const Again& again, base::TimePoint now);

  // Those of a session that have no outcome.
  std::vector<std::shared_ptr<Run>> under_way(std::uint64_t generation) const;
  std::size_t size() const { return runs_.size(); }

 private:
  enum class State { watched, abandoned, over };
  State state(const Run& run, base::TimePoint now) const;
  Found retried(const RunKey& key, int attempt, base::TimePoint now) const;
  // Of ended ones in the order in which they go: those that only a retry can mean first, then by their ends.
  struct Place {
    bool resumable = false;
    std::uint64_t number = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  using Ended = std::map<Place, std::shared_ptr<Run>>;
  struct Caller {
    std::size_t bytes = 0;
    std::set<Place> places = {};
  };
  bool too_many() const { return ended_.size() > limits_.ended || bytes_ > limits_.bytes; }
  void drop_arrived();
  void drop_of_who_has_most();
  Ended::iterator drop(Ended::iterator entry);
  void count(const std::string& caller, Place place, std::size_t bytes, bool here);
  void take_out(const Run& run);

  const KeptRunsLimits limits_;
  std::multimap<RunKey, std::shared_ptr<Run>> runs_;  // of one key the oldest first
  Ended ended_;                                       // resumable: ids of its frames are known, or it has a key
  std::uint64_t next_ = 0;
  std::size_t bytes_ = 0;                                      // of the ended ones
  std::map<std::string, Caller> callers_;                      // likewise, by caller
  std::set<std::pair<std::size_t, std::string_view>> greedy_;  // callers by their bytes; the names live in callers_
};

}  // namespace api
