// Live: one generation of a session, from its start until its browser is gone. Shared by the store's entry, the leases
// on it and the task that closes it; whoever lets go last frees it.
#pragma once
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aio/latch.h"
#include "aio/scope.h"
#include "aio/semaphore.h"
#include "engine_api/engine.h"
#include "session/end_reason.h"
#include "session/store.h"

namespace session {

// Passes the progress of one opening to everyone who waits for it; they come and go while it runs.
class SinkRelay final : public engine::EventSink {
 public:
  void progress(engine::Progress line) override {
    for (engine::EventSink* sink : sinks_) sink->progress(line);
  }
  void add(engine::EventSink* sink) { sinks_.push_back(sink); }
  void remove(engine::EventSink* sink) {
    for (auto it = sinks_.begin(); it != sinks_.end(); ++it)
      if (*it == sink) {
        sinks_.erase(it);
        return;
      }
  }

 private:
  std::list<engine::EventSink*> sinks_;
};

// What is told of a session whose browser died.
inline constexpr std::string_view kCrashed = "The browser crashed";

// One opening under way, shared by all who need the engine (clause 22).
struct Opening {
  aio::Latch done;                   // opened, failed, or the session ended
  std::optional<base::Error> error;  // why not
  SinkRelay sinks;
  int waiters = 0;
  bool given_up = false;  // everybody left: it ends soon, and until then nobody may open another
  aio::Scope::ChildId task = 0;
};

struct Live {
  explicit Live(engine::SessionConfig c) : config(std::move(c)) {}

  Ref ref;
  engine::SessionConfig config;
  std::unique_ptr<engine::Engine> engine;  // null until open; stays after the end, for verbs that still unwind
  std::shared_ptr<Opening> opening;        // null unless one is under way
  aio::Semaphore turn{1};                  // operations on one session run in order
  aio::Latch ended;                        // left the index
  std::optional<EndReason> reason;
  std::string cause;  // of a crash, for callers, when that is known better than kCrashed
  aio::Latch closed;  // and its engine is gone
};

}  // namespace session
