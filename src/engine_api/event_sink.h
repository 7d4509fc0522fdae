// EventSink: where a verb reports its progress. One sink a request, never shared (docs/session-contract.md,
// clause 24).
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace engine {

// Progress as clients see it in `running` frames. level: 0 error or warning, 1 info, 2 debug.
struct Progress {
  struct Auxiliary {
    std::string key;
    std::string value;
    std::string type;  // object, string, html, integer, float, boolean
  };
  std::string category;
  std::string message;
  int level = 1;
  std::vector<Auxiliary> auxiliary = {};
};

// One look at a page: how long the browser took to tell it, and how long the text was.
struct Look {
  base::Duration took{0};
  std::size_t chars = 0;
};

// What a verb cost and where it left the page.
struct Account {
  std::string page_url = {};
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;  // part of the output
  std::int64_t cached_tokens = 0;     // part of the input
  int model_calls = 0;
  base::Duration model_time{0};
  std::vector<Look> looks = {};
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  // Never waits and never fails; a slow reader costs the oldest lines, not the work.
  virtual void progress(Progress line) = 0;
  // Told once at the end of a verb, also of one that failed. For the record of the session (replay).
  virtual void account(Account) {}
  // Typed into a password field: whoever keeps a record masks it there.
  virtual void typed_password(const base::Secret&) {}
};

// For work that nobody listens to.
class NullSink final : public EventSink {
 public:
  void progress(Progress) override {}
};

}  // namespace engine
