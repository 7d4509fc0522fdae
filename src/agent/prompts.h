// What an agent's model is told. Texts of our own. What is the same in every run stands in the system text, what
// belongs to one run in its first message: providers keep the longest beginning that they have seen before.
#pragma once
#include <string>
#include <string_view>

#include "base/time.h"
#include "engine_api/agent.h"

namespace agent {

// Of the modes dom and hybrid. `thousandths`: in which the model counts, instead of pixels.
std::string system_text(engine::AgentMode mode, const engine::AgentRequest& request, bool can_search, bool thousandths);
// Of a screen.
std::string screen_text(const engine::AgentRequest& request);
// The first message.
std::string goal_text(std::string_view instruction, std::string_view url, base::WallTime now);

inline constexpr std::string_view kFinalQuestion =
    "The run ends here. Look at what was done and at the page as it is now, and call done: was the whole goal reached, "
    "and what shows it? Claim nothing that you have not seen.";
inline constexpr std::string_view kNothingCame =
    "Your last reply was empty. Use a tool, or call done when there is nothing left to do.";
inline constexpr std::string_view kCutOff = "Your last reply was cut off for its length. Be brief, and use a tool.";

}  // namespace agent
