#include "agent/toolbox.h"

#include "json/write.h"

namespace agent {

Used failed_use(const llm::ToolCall& call, const std::string& why, bool changes_page) {
  Used out{.content = {llm::Text{json::write(json::Object{{"success", false}, {"error", why}})}},
           .failed = true,
           .error = why,
           .changes_page = changes_page};
  json::Object entry = action_of(call);
  entry["success"] = false;
  entry["error"] = why;
  out.actions.push_back(std::move(entry));
  return out;
}

bool ends_the_run(const aio::Context& ctx, const base::Error& error) {
  return error.kind == base::Kind::gone || (error.kind == base::Kind::timeout && ctx.now() >= ctx.deadline);
}

json::Object action_of(const llm::ToolCall& call) {
  json::Object out{{"type", call.name}};
  for (const auto& [name, value] : call.arguments)
    if (name != "type") out[name] = value;
  return out;
}

llm::Tool done_tool() {
  return {.name = std::string(kDone),
          .description = "Ends the task. Use it once, alone, when the goal is reached, or when it cannot be.",
          .parameters = json::Object{
              {"type", "object"},
              {"properties",
               json::Object{{"reasoning", json::Object{{"type", "string"},
                                                       {"description",
                                                        "Your answer to the user: what was done or found, and what on "
                                                        "the page shows it; or what is in the way."}}},
                            {"taskComplete", json::Object{{"type", "boolean"},
                                                          {"description", "Whether the whole goal is reached."}}}}},
              {"required", json::Array{"reasoning", "taskComplete"}},
              {"additionalProperties", false}}};
}

Finished read_done(const llm::ToolCall& call) {
  return {.complete = json::get_bool(call.arguments, "taskComplete").value_or(false),
          .words = json::get_text(call.arguments, "reasoning").value_or("")};
}

}  // namespace agent
