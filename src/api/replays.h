// Replays: what was done on each session, page by page, with what it cost: GET /v1/sessions/:id/replay. In memory and
// bounded; it outlives the session, so that one can look at what an ended session did.
#pragma once
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace api {

// One operation that has ended.
struct ReplayAction {
  std::string method;      // "act"
  json::Value parameters;  // of the request, without secrets
  std::string result;      // JSON
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

// The parameters of a request as they may be kept: keys of models and values of variables are left out.
json::Value without_secrets(const json::Value& body);

struct ReplayLimits {
  std::size_t sessions = 200;  // the longest untouched ones go
  std::size_t actions = 1000;  // of one session; the oldest go
  std::size_t action_bytes =
      64 * 1024;  // longer parameters, or a longer result, are replaced by {"omitted": their size}
  std::size_t bytes = 64 * 1024 * 1024;  // of all sessions together
};

class Replays {
 public:
  explicit Replays(ReplayLimits limits = {}) : limits_(limits) {}

  void record(const std::string& session_id, ReplayAction action);
  // {"pages":[{url,timestamp,duration,actions:[…]}]}: a page is a stretch of actions that ended on one URL. Timestamps
  // are milliseconds since 1970, durations milliseconds. Empty for an id that is not known.
  std::string json(std::string_view session_id) const;

 private:
  struct Kept {
    std::string json;  // as it goes out
    std::string url;
    std::int64_t began = 0;
    std::int64_t ended = 0;
  };
  struct Session {
    std::string id;
    std::vector<Kept> actions;
    std::size_t bytes = 0;
  };
  void drop_oldest(Session& session);
  void trim();

  const ReplayLimits limits_;
  std::list<Session> sessions_;                                               // the longest untouched first
  std::unordered_map<std::string_view, std::list<Session>::iterator> index_;  // keys live in the sessions
  std::size_t bytes_ = 0;
};

}  // namespace api
