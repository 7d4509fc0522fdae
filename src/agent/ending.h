// How a run ends: what its caller is told in each case (the table of docs/wire/agent.md). Decides only.
#pragma once
#include <string>

#include "agent/toolbox.h"
#include "engine_api/agent.h"

namespace agent {

// The model's last word, when it was asked for one or gave it by itself.
struct LastWord {
  std::optional<Finished> finished = {};  // its own assessment; none when it could not be had
  std::string text = {};                  // what it said besides
};

// The loop came to its end by the model's will.
engine::AgentResult ended_by_model(const LastWord& word);
// It was ended by a limit after `word`, for the reason that `why` puts in words.
engine::AgentResult ended_by_limit(engine::StopReason reason, std::string why, const LastWord& word);
// The model cannot be had.
engine::AgentResult ended_by_error(const base::Error& error);

// What the tokens of a bill cost.
double cost_of(const engine::AgentBill& bill, const engine::TokenPrices& prices);

// Whether a claim that all is done has something against it, in words for the model; "" when not. `last_failure` is
// that of the last step that was meant to change the page, "" when it went well.
std::string doubt(const Finished& claim, const std::string& last_failure);

}  // namespace agent
