#include "engine_api/agent.h"

#include "base/text.h"
#include "json/size.h"

namespace engine {

std::string_view to_string(AgentMode mode) {
  return mode == AgentMode::dom ? "dom" : mode == AgentMode::hybrid ? "hybrid" : "cua";
}

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::done:
      return "done";
    case StopReason::max_steps:
      return "max_steps";
    case StopReason::loop_detected:
      return "loop_detected";
    case StopReason::budget:
      return "budget";
    case StopReason::timeout:
      return "timeout";
    case StopReason::cancelled:
      return "cancelled";
    case StopReason::session_closed:
      return "session_closed";
    case StopReason::browser_crashed:
      return "browser_crashed";
    case StopReason::model_error:
      return "model_error";
    case StopReason::captcha:
      return "captcha";
  }
  return "done";
}

AgentBill& AgentBill::operator+=(const AgentBill& other) {
  calls += other.calls;
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  reasoning_tokens += other.reasoning_tokens;
  cached_input_tokens += other.cached_input_tokens;
  time += other.time;
  return *this;
}

void AgentRecord::add(json::Object action) {
  const auto left = json::left_after(left_, action);
  if (!left) return leave_out("actions", 1);
  left_ = *left;
  actions.push_back(std::move(action));
}

void AgentRecord::add(json::Array more) {
  std::optional<std::size_t> left = left_;
  for (auto it = more.begin(); left && it != more.end(); ++it) left = json::left_after(*left, *it);
  if (!left) return leave_out("messages", more.size());
  left_ = *left;
  for (json::Value& message : more) messages.push_back(std::move(message));
}

void AgentRecord::add_end(json::Object action) {
  if (json::Value& words = action["reasoning"]; words.is_string() && words.get_string().size() > kMaxWords)
    words = base::truncate(json::view(words.get_string()), kMaxWords);
  actions.push_back(std::move(action));
}

void AgentRecord::said(std::string_view words) { last_words = base::truncate(words, kMaxWords); }

void AgentRecord::leave_out(std::string_view what, std::size_t count) {
  if (!notes.contains("leftOut"))
    notes["leftOut"] = json::Object{{"actions", 0}, {"messages", 0}, {"maxBytes", kMaxBytes}};
  json::Value& told = notes["leftOut"].get_object()[what];
  told = told.as_int64() + static_cast<std::int64_t>(count);
}

AgentBill AgentRecord::whole() const {
  AgentBill out = thinking;
  out += tools;
  return out;
}

std::string_view to_string(CacheStatus status) {
  switch (status) {
    case CacheStatus::hit:
      return "HIT";
    case CacheStatus::partial:
      return "PARTIAL";
    case CacheStatus::bypass:
      return "BYPASS";
    case CacheStatus::miss:
      break;
  }
  return "MISS";
}

}  // namespace engine
