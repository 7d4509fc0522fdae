// The words of failures, as callers are told them.
#pragma once
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "session/end_reason.h"

namespace session::testing {

inline constexpr std::string_view kLost = "The connection to the browser was lost";
inline constexpr std::string_view kOpeningTooLate = "timed out waiting for the browser to open";
inline constexpr std::string_view kTurnTooLate = "timed out waiting for an earlier operation on this session";

inline std::string ended_words(EndReason reason, const std::string& cause) {
  if (reason == EndReason::crashed) return cause.empty() ? "The browser crashed" : cause;
  return fmt::format("Session was closed: {}", to_string(reason));
}

// What an opening is told to have failed with, which returned an error or threw.
inline bool is_failed_opening(const std::string& words) {
  return words.starts_with("connect ECONNREFUSED") || words.starts_with("An internal error");
}

}  // namespace session::testing
