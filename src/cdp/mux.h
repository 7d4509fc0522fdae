// Mux: the bookkeeping of one CDP connection: command ids, who waits for which reply, which sessions exist, why it all
// ended. Neither reads sockets nor clocks; connection.h feeds it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aio/latch.h"
#include "base/result.h"
#include "cdp/close_reason.h"
#include "cdp/payload.h"
#include "json/value.h"

namespace cdp {

// A command on its way, shared by who waits and who will know.
struct Call {
  explicit Call(std::string_view what) : method(what) {}

  std::string method;
  aio::Latch done = {};
  std::optional<base::Result<Payload>> result = {};             // once done is set, until who waits takes it
  std::function<void(const base::Result<Payload>&)> then = {};  // called once, by who settles

  void settle(base::Result<Payload> outcome);  // the first outcome counts
};

class Mux {
 public:
  struct Command {
    std::uint64_t id = 0;
    std::string text;
  };

  // The text of a command for a session, with an id that was never used before. Its reply goes to call; null when
  // nobody wants it. Error: the session or the connection has ended (error_of its reason).
  base::Result<Command> command(const std::string& session_id, std::string_view method, const json::Object& params,
                                std::shared_ptr<Call> call);

  bool waits_for(std::uint64_t id) const { return pending_.contains(id); }
  // Who waits for this reply, once; null when nobody does (any more).
  std::shared_ptr<Call> take(std::uint64_t id);
  // Nobody waits any more; a late reply is ignored.
  void forget(std::uint64_t id) { take(id); }

  // Target.attachedToTarget, seen by the session `parent`. False when it tells nothing new, for one session has one
  // target and one parent for its whole life: the id is attached already, or is none. Error: more than cdp/limits.h
  // allows.
  base::Result<bool> attached(const std::string& parent, std::string session_id, std::string target_id);
  // Ends a session and those attached through it; their calls fail. Returns their ids, the named one first; none when
  // it is unknown.
  std::vector<std::string> detached(const std::string& session_id);
  // The renderer is gone: calls fail, the session stays.
  void crashed(const std::string& session_id);
  // Ends everything; what is called later fails likewise. The first reason counts.
  void close(CloseReason reason, std::string detail = {});

  bool knows(const std::string& session_id) const { return session_id.empty() || sessions_.contains(session_id); }
  // The session that is attached to this target; "" when there is none.
  std::string session_of(std::string_view target_id) const;
  CloseReason why() const { return why_; }
  std::size_t pending() const { return pending_.size(); }

 private:
  struct Waiting {
    std::string session_id;
    std::shared_ptr<Call> call;
  };
  struct Attached {
    std::string parent;
    std::string target_id;
  };
  bool forget_session(const std::string& session_id);  // false when it is not known
  void fail_calls_of(const std::string& session_id, const base::Error& error);

  std::uint64_t last_id_ = 0;
  // Each with an index beside it (no set in one is empty): an end costs what it ends, not what there is.
  std::map<std::uint64_t, Waiting> pending_;
  std::map<std::string, std::set<std::uint64_t>> calls_of_;  // session -> its pending calls
  std::map<std::string, Attached> sessions_;                 // without the browser's own
  std::map<std::string, std::set<std::string>> below_;       // session -> those attached through it
  CloseReason why_ = CloseReason::none;
  std::string detail_;
};

}  // namespace cdp
