// What an agent run takes and gives (docs/wire/agent.md).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine_api/types.h"
#include "json/shared.h"
#include "json/value.h"

namespace engine {

// By elements of the page's text, by these and by coordinates on its picture, or by a screen alone.
enum class AgentMode { dom, hybrid, cua };
std::string_view to_string(AgentMode mode);

// What tokens cost, in whatever currency the limit is in.
struct TokenPrices {
  double input = 0;  // per million
  double cached_input = 0;
  double output = 0;
};

struct AgentLimits {
  int steps = 20;                               // calls of the model that may be followed by tools
  std::optional<base::Milliseconds> time = {};  // of the whole run; absent: the server's
  std::optional<std::int64_t> tokens = {};      // read and written, over all calls
  std::optional<double> cost = {};              // by `prices`
  TokenPrices prices = {};
  base::Milliseconds tool{45'000};  // of one use of a tool
};

// A tool of the caller's: called by POST with {"tool", "arguments"}.
struct OwnTool {
  std::string name;
  std::string description = {};
  json::Shared parameters;  // JSON Schema of an object
  std::string url;
  std::map<std::string, base::Secret> headers = {};
};

// A server of tools by the Model Context Protocol.
struct ToolServer {
  std::string url;
  std::map<std::string, base::Secret> headers = {};
};

struct AgentRequest {
  std::string instruction;
  std::optional<AgentMode> mode = {};  // absent: by the model's name
  AgentLimits limits = {};
  std::string system_prompt = {};
  bool use_search = false;
  bool highlight_cursor = true;
  std::map<std::string, base::Secret> variables = {};
  std::map<std::string, std::string> variable_descriptions = {};
  ModelChoice model = {};
  std::optional<ModelChoice> execution_model = {};  // of act, extract and fillForm; absent: the agent's own
  std::vector<OwnTool> tools = {};
  std::vector<ToolServer> tool_servers = {};
  std::optional<std::string> frame_id = {};
  std::optional<CacheWish> cache = {};
};

// Why a run is over.
enum class StopReason {
  done,
  max_steps,
  loop_detected,
  budget,
  timeout,
  cancelled,
  session_closed,
  browser_crashed,
  model_error,
  captcha,
};
std::string_view to_string(StopReason reason);

// Tokens and time of one kind of call.
struct AgentBill {
  int calls = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t cached_input_tokens = 0;
  base::Duration time{0};

  AgentBill& operator+=(const AgentBill& other);
};

// What a run has come to so far. It belongs to whoever asked for the run and is kept up to date under way, so a run
// that is cut off still has its actions and its costs told.
struct AgentRecord {
  // Of actions and messages together, as JSON, about. What would be more is left out, and `notes` say how much that
  // was.
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
  // Of the last words, and of those with which it ended.
  static constexpr std::size_t kMaxWords = 1024 * 1024;

  std::vector<json::Object> actions = {};  // as in the reply
  std::vector<json::Value> messages = {};  // the conversation, as in a stream's last frame
  int steps = 0;
  AgentBill thinking = {};  // the agent's own calls
  AgentBill tools = {};     // calls of its tools
  std::string last_words = {};
  json::Object notes = {};               // further members of metadata
  std::optional<CacheTold> cache = {};   // when it was wished for
  std::optional<json::Value> kept = {};  // {cacheKey, entry}: what is kept of it, or was replayed

  void add(json::Object action);
  // All of them or none: what was said has what it was answered.
  void add(json::Array messages);
  // That by which the model ends the run: always there.
  void add_end(json::Object action);
  void said(std::string_view words);

  AgentBill whole() const;

 private:
  void leave_out(std::string_view what, std::size_t count);

  std::size_t left_ = kMaxBytes;
};

struct AgentResult {
  bool success = false;    // the goal was met, as far as there is evidence
  bool completed = false;  // the run came to its own end
  std::string message;
  StopReason stop = StopReason::done;
};

}  // namespace engine
