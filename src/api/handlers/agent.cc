#include "api/handlers/agent.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "api/handlers/operation_requests.h"
#include "api/offload.h"
#include "api/schemas/model_choice.h"
#include "base/id.h"
#include "json/write.h"

namespace api {
namespace {

constexpr int kSteps = 20;
constexpr int kScreenSteps = 10;
constexpr int kMostSteps = 10'000;
constexpr double kLongestTime = 86'400'000;  // ms: a day

// 0, absent and less are the default; a day is as good as for ever.
std::optional<base::Milliseconds> time_given(const json::Value& options, std::string_view name) {
  const double given = json::get_double(options, name).value_or(0);
  if (!(given > 0)) return std::nullopt;
  return base::Milliseconds(static_cast<std::int64_t>(std::ceil(std::min(given, kLongestTime))));
}

std::optional<engine::AgentMode> mode_of(const json::Value& config) {
  const std::string name = json::get_text(config, "mode").value_or("");
  if (name == "dom") return engine::AgentMode::dom;
  if (name == "hybrid") return engine::AgentMode::hybrid;
  if (name == "cua" || json::get_bool(config, "cua").value_or(false)) return engine::AgentMode::cua;
  return std::nullopt;
}

engine::AgentLimits limits_of(const json::Value& options, bool screen) {
  engine::AgentLimits out;
  out.steps = screen ? kScreenSteps : kSteps;
  if (const double steps = json::get_double(options, "maxSteps").value_or(0); steps > 0)
    out.steps = static_cast<int>(std::clamp(std::floor(steps), 1.0, double{kMostSteps}));
  out.tool = time_given(options, "toolTimeout").value_or(out.tool);
  out.time = time_given(options, "timeout");
  if (const double tokens = json::get_double(options, "maxTokens").value_or(0); tokens > 0)
    out.tokens = static_cast<std::int64_t>(std::min(tokens, 9e15));
  if (const double cost = json::get_double(options, "maxCost").value_or(0); cost > 0) out.cost = cost;
  if (const json::Value* prices = json::find(options, "prices")) {
    out.prices.input = json::get_double(*prices, "input").value_or(0);
    out.prices.cached_input = json::get_double(*prices, "cachedInput").value_or(out.prices.input);
    out.prices.output = json::get_double(*prices, "output").value_or(0);
  }
  return out;
}

void add_tool(const json::Value& tool, engine::AgentRequest& request) {
  std::map<std::string, base::Secret> headers;
  if (const json::Object* given = json::get_object(tool, "headers"))
    for (const auto& [name, value] : *given)
      headers.emplace(name, base::Secret(std::string(json::view(value.get_string()))));
  if (auto url = json::get_text(tool, "mcp")) {
    request.tool_servers.push_back({.url = std::move(*url), .headers = std::move(headers)});
    return;
  }
  request.tools.push_back({.name = *json::get_text(tool, "name"),
                           .description = json::get_text(tool, "description").value_or(""),
                           .parameters = tool.at("parameters"),
                           .url = *json::get_text(tool, "url"),
                           .headers = std::move(headers)});
}

json::Object bill_json(const engine::AgentBill& bill) {
  return {{"calls", bill.calls},
          {"input_tokens", bill.input_tokens},
          {"output_tokens", bill.output_tokens},
          {"reasoning_tokens", bill.reasoning_tokens},
          {"cached_input_tokens", bill.cached_input_tokens},
          {"inference_time_ms", base::to_ms(bill.time)}};
}

json::Object metadata_of(const engine::AgentResult& result, const engine::AgentRecord& record) {
  json::Object out{{"stopReason", engine::to_string(result.stop)},
                   {"steps", record.steps},
                   {"usage", json::Object{{"agent", bill_json(record.thinking)}, {"tools", bill_json(record.tools)}}}};
  for (const auto& [name, value] : record.notes) out[name] = value;
  return out;
}

// The members that the wire names come first, in its order; the rest follows as it is.
json::Object in_wire_order(const json::Object& action) {
  static constexpr std::string_view kFirst[] = {"type",   "reasoning", "taskCompleted", "action",
                                                "timeMs", "pageText",  "pageUrl",       "instruction"};
  json::Object out;
  for (const std::string_view name : kFirst)
    if (const json::Value* value = action.if_contains(name)) out[name] = *value;
  for (const auto& [name, value] : action)
    if (!out.contains(name)) out[name] = value;
  return out;
}

}  // namespace

std::optional<std::string> refuse_agent(const json::Value& body) {
  const json::Value& options = body.at("executeOptions");
  const bool limited = json::get_double(options, "maxCost").value_or(0) > 0;
  if (limited && !json::find(options, "prices"))
    return "executeOptions.maxCost needs executeOptions.prices (input and output, for a million tokens)";
  for (const std::string_view name : {"prices.input", "prices.cachedInput", "prices.output"})
    if (json::get_double(options, name).value_or(0) < 0) return fmt::format("executeOptions.{} is negative", name);
  return std::nullopt;
}

engine::AgentRequest agent_request(const json::Value& body, base::Secret model_key) {
  const json::Value& config = body.at("agentConfig");
  const json::Value& options = body.at("executeOptions");
  engine::AgentRequest out;
  out.instruction = *json::get_text(options, "instruction");
  out.mode = mode_of(config);
  out.limits = limits_of(options, out.mode == engine::AgentMode::cua);
  out.system_prompt = json::get_text(config, "systemPrompt").value_or("");
  out.use_search = json::get_bool(options, "useSearch").value_or(false);
  out.highlight_cursor = json::get_bool(options, "highlightCursor").value_or(true);
  out.variables = variables_of(options);
  out.variable_descriptions = variable_descriptions_of(options);
  out.model.key = model_key;
  if (const json::Value* model = json::find(config, "model")) out.model.settings = schemas::model_settings(*model);
  if (const json::Value* model = json::find(config, "executionModel"))
    out.execution_model = engine::ModelChoice{.settings = schemas::model_settings(*model), .key = std::move(model_key)};
  if (const json::Array* tools = json::get_array(config, "tools"))
    for (const json::Value& tool : *tools) add_tool(tool, out);
  out.frame_id = frame_id(body);
  return out;
}

json::Value agent_result_json(const engine::AgentResult& result, const engine::AgentRecord& record) {
  json::Array actions;
  for (const json::Object& action : record.actions) actions.push_back(in_wire_order(action));
  const engine::AgentBill bill = record.whole();
  return json::Object{{"success", result.success},
                      {"message", result.message},
                      {"actions", std::move(actions)},
                      {"completed", result.completed},
                      {"metadata", metadata_of(result, record)},
                      {"usage", json::Object{{"input_tokens", bill.input_tokens},
                                             {"output_tokens", bill.output_tokens},
                                             {"inference_time_ms", base::to_ms(bill.time)},
                                             {"reasoning_tokens", bill.reasoning_tokens},
                                             {"cached_input_tokens", bill.cached_input_tokens}}}};
}

json::Value agent_stream_json(const engine::AgentResult& result, const engine::AgentRecord& record) {
  const engine::AgentBill bill = record.whole();
  return json::Object{{"success", result.success},
                      {"message", result.message},
                      {"actions", json::Array(record.actions.begin(), record.actions.end())},
                      {"completed", result.completed},
                      {"metadata", metadata_of(result, record)},
                      {"usage", json::Object{{"input_tokens", bill.input_tokens},
                                             {"output_tokens", bill.output_tokens},
                                             {"reasoning_tokens", bill.reasoning_tokens},
                                             {"cached_input_tokens", bill.cached_input_tokens},
                                             {"inference_time_ms", base::to_ms(bill.time)}}},
                      {"messages", json::Array(record.messages.begin(), record.messages.end())}};
}

bool is_large(const engine::AgentRecord& record) {
  const std::size_t parts = record.actions.size() + record.messages.size() + 1;
  const auto large = [share = Offload::kInPlace / parts](const auto& part) {
    return json::takes_more_than(part, share);
  };
  return std::ranges::any_of(record.actions, large) || std::ranges::any_of(record.messages, large) ||
         (record.kept && large(*record.kept));
}

Succeeded agent_outcome(const engine::AgentResult& result, const engine::AgentRecord& record) {
  return {.result = json::write(agent_result_json(result, record)),
          .action_id = base::uuid_v4(),
          .stream_result = json::write(agent_stream_json(result, record)),
          .cache_status = record.cache ? std::string(engine::to_string(record.cache->status)) : "",
          .cache_entry = record.kept ? json::write(*record.kept) : ""};
}

engine::AgentResult cut_off(engine::StopReason reason, std::string why, const engine::AgentRecord& record) {
  std::string message = record.last_words.empty() ? fmt::format("Agent stopped: {}", why) : record.last_words;
  return {.success = false, .completed = false, .message = std::move(message), .stop = reason};
}

}  // namespace api
