// Watch: notices a run that goes round in circles or nowhere. Decides only; the loop tells it of every step.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace agent {

struct WatchRules {
  int repeats_nudge = 3;  // the same call on the same page
  int repeats_stop = 6;
  int still_nudge = 5;  // steps meant to change something after which the page was the same
  int still_stop = 10;
  int failures_nudge = 3;  // calls that failed, one after the other
  int failures_stop = 8;
  std::size_t window = 20;  // steps that are remembered
};

// One call of a tool and what the page was like after it.
struct Trace {
  std::string call;        // tool and arguments
  std::uint64_t page = 0;  // fingerprint of the page after it
  bool failed = false;
  bool meant_to_change = false;
};

struct Verdict {
  enum class What { go_on, nudge, stop } what = What::go_on;
  std::string words = {};  // for the model, or for the caller when it is over
};

class Watch {
 public:
  explicit Watch(WatchRules rules = {}) : rules_(rules) {}

  Verdict saw(Trace trace);

 private:
  WatchRules rules_;
  std::deque<Trace> seen_;
  int still_ = 0;
  int failures_ = 0;
};

}  // namespace agent
