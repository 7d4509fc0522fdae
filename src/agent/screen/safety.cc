#include "agent/screen/safety.h"

#include <fmt/format.h>

namespace agent::screen {

std::optional<SafetyPolicy> safety_policy(std::string_view word) {
  if (word == "stop") return SafetyPolicy::stop;
  if (word == "acknowledge") return SafetyPolicy::acknowledge;
  return {};
}

std::string stopped_by(const std::vector<llm::SafetyCheck>& checks) {
  std::string which;
  for (const llm::SafetyCheck& check : checks) {
    if (!which.empty()) which += "; ";
    which += check.code.empty() ? "safety check" : check.code;
    if (!check.message.empty()) which += ": " + check.message;
  }
  return fmt::format(
      "Stopped before an action for which the model's provider asks a person to consent ({}). Nothing of it was done.",
      which);
}

json::Array told(const std::vector<llm::SafetyCheck>& checks) {
  json::Array out;
  for (const llm::SafetyCheck& check : checks)
    out.push_back(json::Object{{"id", check.id}, {"code", check.code}, {"message", check.message}});
  return out;
}

}  // namespace agent::screen
