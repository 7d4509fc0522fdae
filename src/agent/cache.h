// Cache: runs that reached their goal, kept as what was done to the page, so that the same wish can be met again
// without a model at each step (docs/wire/agent_cache.md). Decides only: keys, what is kept, what goes first.
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/gesture.h"
#include "base/time.h"
#include "engine_api/agent.h"
#include "json/value.h"

namespace agent {

// What two runs must have in common for one to be done as the other was. Holds no secret: of variables their names.
struct CacheSubject {
  std::string kind;  // agent, act
  std::string owner = {};
  std::string instruction = {};
  std::string url = {};  // where it began
  std::string mode = {};
  int max_steps = 0;
  std::string model = {};
  // Digests: whose account on which machine. What one model was led to do is not done for those who asked another.
  std::string model_identity = {};
  std::string execution_model = {};
  std::string execution_model_identity = {};
  std::string system_prompt = {};
  std::vector<std::string> variables = {};  // names
};
// Changes with the tools that runs are made of: what older servers meant by a step is never replayed.
inline constexpr std::string_view kToolSet = "1";

std::string cache_key(const CacheSubject& subject);  // 64 hexadecimal digits
// Query parameters in order, without a fragment.
std::string normal_url(std::string_view url);
// The same without the values of the query: where a step leads is compared by it.
std::string place_of(std::string_view url);
// Whether two places are of one kind: numbers in their paths (of an order, say) may differ.
bool same_kind_of_place(std::string_view a, std::string_view b);

// --- what is kept of a run -------------------------------------------------------------------------------------------

struct ByElement {
  std::string tool;  // element, act
  engine::Action action;
};
struct ByHand {
  Gesture gesture;
  engine::Identity focus = {};  // of keys: what had the focus
};
struct DialogAnswer {
  bool accept = false;
  std::string text = {};
};
struct TabMove {
  std::string what;  // open, switch, close
  std::size_t number = 0;
  std::string url = {};
};
// Data was read here that later steps may depend on: a replay goes no further.
struct Reading {
  std::string tool;
};

struct KeptStep {
  std::variant<ByElement, ByHand, DialogAnswer, TabMove, Reading> what;
  std::string place_before = {};
  std::optional<std::string> place_after = {};  // absent: not known
};

struct KeptRun {
  std::vector<KeptStep> steps = {};
  std::string description = {};  // of an act
  base::WallTime kept_at{};
};

// The tool's name, in words of the wire.
std::string_view tool_of(const KeptStep& step);
std::size_t bytes_of(const KeptRun& run);
// As clients are told of it.
json::Value entry_json(const CacheSubject& subject, const KeptRun& run);

struct CacheLimits {
  std::size_t entries = 256;  // 0: nothing is kept
  std::size_t bytes = 16 * 1024 * 1024;
};

class Cache {
 public:
  explicit Cache(CacheLimits limits = {}) : limits_(limits) {}

  bool on() const { return limits_.entries > 0; }
  std::optional<KeptRun> find(const std::string& key);  // and it has been used now
  // In place of the one of this key. False when it is larger than all there is room for.
  bool keep(const std::string& key, KeptRun run);
  void forget(const std::string& key);

  std::size_t entries() const { return index_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    KeptRun run;
    std::size_t bytes;
  };
  const CacheLimits limits_;
  std::list<Entry> entries_;  // the one used last is first
  std::map<std::string, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace agent
