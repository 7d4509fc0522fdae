// agentExecute: from a validated body to what engines take, and from a run's record to what clients read
// (docs/wire/agent.md).
#pragma once
#include <optional>
#include <string>

#include "api/run.h"
#include "engine_api/agent.h"
#include "json/value.h"

namespace api {

// What the shape cannot say: limits that make no sense. 400.
std::optional<std::string> refuse_agent(const json::Value& body);

engine::AgentRequest agent_request(const json::Value& body, base::Secret model_key);

// A run that has an end of its own. `stream` has the conversation too, and the keys in the order of the work.
json::Value agent_result_json(const engine::AgentResult& result, const engine::AgentRecord& record);
json::Value agent_stream_json(const engine::AgentResult& result, const engine::AgentRecord& record);

// Whether writing it belongs to the workers: each part has its share of what may be written in place.
bool is_large(const engine::AgentRecord& record);

Succeeded agent_outcome(const engine::AgentResult& result, const engine::AgentRecord& record);

// A run that was cut off: what it came to, for the caller of a cancelled one and for those whose session ended.
engine::AgentResult cut_off(engine::StopReason reason, std::string why, const engine::AgentRecord& record);

}  // namespace api
