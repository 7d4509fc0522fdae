#include "engine_api/agent.h"

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
