// EventSink: where a verb reports its progress. One sink a request, never shared (docs/internals/session-life.md,
// clause 24).
#pragma once
#include <string>
#include <utility>
#include <vector>

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

class EventSink {
 public:
  virtual ~EventSink() = default;
  // Never waits and never fails; a slow reader costs the oldest lines, not the work.
  virtual void progress(Progress line) = 0;
};

// For work that nobody listens to.
class NullSink final : public EventSink {
 public:
  void progress(Progress) override {}
};

}  // namespace engine
