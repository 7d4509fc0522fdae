// Replays: what was done on each session, page by page, with what it cost: GET /v1/sessions/:id/replay. In memory and
// bounded; it outlives the session, so that one can look at what an ended session did.
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/replay_mask.h"
#include "base/time.h"
#include "json/value.h"

namespace api {

// One operation that has ended.
struct ReplayAction {
  std::string method;       // "act"
  std::string parameters;   // replay_parameters
  std::string_view result;  // JSON; only looked at, since it may be large
  ReplayMask mask = {};     // of parameters, result and url
  base::WallTime began{};
  base::WallTime ended{};
  std::string url;  // of the page afterwards; "" when there was none
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;  // part of the output
  std::int64_t cached_tokens = 0;     // part of the input
  base::Milliseconds model_time{0};
  int model_calls = 0;
};

struct ReplayLimits {
  std::size_t sessions = 200;  // the longest untouched ones go
  std::size_t actions = 1000;  // of one session; the oldest go
  std::size_t action_bytes =
      64 * 1024;                     // longer parameters, or a longer result, are replaced by {"omitted": their size}
  std::size_t url_bytes = 4 * 1024;  // a longer URL is shortened; a page may choose one of megabytes
  std::size_t bytes = 64 * 1024 * 1024;  // of all sessions together
};

// The parameters of a request as they may be kept, as JSON: keys of models and values of variables are left out.
std::string replay_parameters(const json::Value& body, std::size_t limit = ReplayLimits().action_bytes);

// The published API knows of an action's tokens what came in, what went out and how long it took. The TypeScript client
// reads two more members, and is alone in that.
enum class Tokens { published, all };

class Replays {
 private:
  struct Kept {
    std::string json;                    // as it goes out
    std::string::size_type more_at = 0;  // where what only some are shown begins in it,
    std::string::size_type more = 0;     // and how long that is
    std::string url;
    std::int64_t began = 0;
    std::int64_t ended = 0;
    std::size_t bytes() const { return json.size() + url.size(); }
  };

 public:
  explicit Replays(ReplayLimits limits = {}) : limits_(limits) {}

  // An operation that has ended, on its way to being kept: to write it takes time with its texts, and any thread may.
  class Draft {
   public:
    // How much there is to do: bytes of texts that may begin a value, times values.
    std::size_t work() const;
    // What it is kept as. The result is still looked at.
    std::shared_ptr<const Kept> written() const;

   private:
    friend class Replays;
    Draft(ReplayAction action, ReplayMask earlier, const ReplayLimits& limits)
        : action_(std::move(action)), earlier_(std::move(earlier)), limits_(limits) {}
    ReplayAction action_;
    ReplayMask earlier_;
    ReplayLimits limits_;
  };
  // What it hides is hidden in the session's later ones from now on, in whichever order they are written.
  Draft draft(const std::string& session_id, ReplayAction action);
  void keep(const std::string& session_id, std::shared_ptr<const Kept> written);

  // What is kept of one session at a moment. It can be many MB, and any thread may write it out.
  class Replay {
   public:
    // {"pages":[{url,timestamp,duration,actions:[…]}]}: a page is a stretch of actions that ended on one URL.
    // Timestamps are milliseconds since 1970, durations milliseconds. Empty for an id that is not known.
    std::string json(Tokens tokens = Tokens::published) const;
    std::size_t bytes() const { return bytes_; }

   private:
    friend class Replays;
    std::vector<std::shared_ptr<const Kept>> actions_ = {};
    std::size_t bytes_ = 0;
  };
  Replay of(std::string_view session_id) const;

 private:
  struct Session {
    std::string id;
    std::vector<std::shared_ptr<const Kept>> actions;
    std::size_t bytes = 0;  // of both
    ReplayMask mask = {};   // of all its operations so far
  };
  Session& used(const std::string& session_id);
  void count(Session& session, std::size_t came, std::size_t went = 0);
  void drop_oldest(Session& session);
  void trim();

  const ReplayLimits limits_;
  std::list<Session> sessions_;                                               // the longest untouched first
  std::unordered_map<std::string_view, std::list<Session>::iterator> index_;  // keys live in the sessions
  std::size_t bytes_ = 0;
};

}  // namespace api
