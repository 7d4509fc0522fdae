// The schemas of a run's tools: looked at once, before a model is paid for calls that can never fit.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "aio/context.h"
#include "json/shared.h"
#include "llm/chat.h"

namespace engine {

// What is wrong with each whatever the arguments are (llm::fault_of), in their order. All of them share one budget:
// those behind its end are too costly.
aio::Task<std::vector<std::optional<std::string>>> faults_of(const aio::Context& ctx,
                                                             const std::vector<json::Shared>& schemas);

// A call's arguments under its tool's schema.
struct FittedCall {
  std::optional<llm::ToolCall> mended = {};  // in place of the call, where slips were put right (llm/mended_reply.h)
  std::optional<std::string> misfit = {};    // what is wrong still
};
aio::Task<FittedCall> fitted(const aio::Context& ctx, const llm::ToolCall& call, const json::Shared& schema);

}  // namespace engine
