// What is done about a safety check: a call for which the model's provider wants a person's consent first.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/chat.h"

namespace agent::screen {

// stop: nobody is here to consent, so the run ends and tells which check it was.
// acknowledge: the operator has consented beforehand; each is logged, and told with the action.
enum class SafetyPolicy { stop, acknowledge };

std::optional<SafetyPolicy> safety_policy(std::string_view word);

// Why a run ends by these checks, for its caller.
std::string stopped_by(const std::vector<llm::SafetyCheck>& checks);
// As they stand in an action.
json::Array told(const std::vector<llm::SafetyCheck>& checks);

}  // namespace agent::screen
