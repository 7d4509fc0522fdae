#include "engine/tool_schemas.h"

#include <utility>

#include "llm/json_schema.h"
#include "llm/mended_reply.h"
#include "llm/schema_budget.h"

namespace engine {

aio::Task<std::vector<std::optional<std::string>>> faults_of(const aio::Context& ctx,
                                                             const std::vector<json::Shared>& schemas) {
  co_return co_await llm::with_schema_budget(ctx, [&](base::Budget& budget) {
    std::vector<std::optional<std::string>> out;
    for (const json::Shared& schema : schemas) out.push_back(llm::fault_of(schema, budget));
    return out;
  });
}

aio::Task<FittedCall> fitted(const aio::Context& ctx, const llm::ToolCall& call, const json::Shared& schema) {
  co_return co_await llm::with_schema_budget(ctx, [&](base::Budget& budget) {
    FittedCall out{.misfit = llm::misfit(call.arguments, schema, budget)};
    if (!out.misfit || budget.over()) return out;
    json::Value arguments = call.arguments;
    out.misfit = llm::misfit_after_mending(arguments, schema, budget);
    if (out.misfit || !arguments.is_object()) return out;
    out.mended = call;
    out.mended->arguments = std::move(arguments.get_object());
    return out;
  });
}

}  // namespace engine
