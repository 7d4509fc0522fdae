#include "agent/ending.h"

#include <fmt/format.h>

namespace agent {
namespace {

constexpr std::string_view kNothingSaid = "Task execution completed";

// Its own words to the caller come before its reasons for ending.
std::string words_of(const LastWord& word) {
  if (!word.text.empty()) return word.text;
  if (word.finished && !word.finished->words.empty()) return word.finished->words;
  return "";
}

}  // namespace

engine::AgentResult ended_by_model(const LastWord& word) {
  // Without an assessment nobody says that the goal was met.
  const bool complete = word.finished && word.finished->complete;
  const std::string words = words_of(word);
  return {.success = complete,
          .completed = true,
          .message = words.empty() ? std::string(kNothingSaid) : words,
          .stop = engine::StopReason::done};
}

engine::AgentResult ended_by_limit(engine::StopReason reason, std::string why, const LastWord& word) {
  const bool complete = word.finished && word.finished->complete;
  const std::string words = words_of(word);
  return {.success = complete,
          .completed = false,
          .message = words.empty() ? fmt::format("Agent stopped: {}", why) : words,
          .stop = reason};
}

engine::AgentResult ended_by_error(const base::Error& error) {
  return {.success = false,
          .completed = false,
          .message = "Failed to execute task: " + error.message,
          .stop = engine::StopReason::model_error};
}

double cost_of(const engine::AgentBill& bill, const engine::TokenPrices& prices) {
  const auto fresh = static_cast<double>(bill.input_tokens - bill.cached_input_tokens);
  return (fresh * prices.input + static_cast<double>(bill.cached_input_tokens) * prices.cached_input +
          static_cast<double>(bill.output_tokens) * prices.output) /
         1e6;
}

std::string doubt(const Finished& claim, const std::string& last_failure) {
  if (!claim.complete || last_failure.empty()) return "";
  return fmt::format(
      "Not yet: the last thing that you did to the page failed ({}). If the goal is reached all the same, "
      "call done again and say what on the page shows it. Otherwise go on, or call done with taskComplete "
      "false.",
      last_failure);
}

}  // namespace agent
