#include "api/schemas/shapes.h"
#include "llm/json_schema.h"

namespace api::schemas {

using namespace json;

namespace {

// What no reply could fit is told before a model is asked. That may be done on the loop, so it is for some hundred
// patterns: a schema that is too costly for this is looked at again by whoever uses it, on a worker.
constexpr std::uint64_t kSchemaLookSteps = 50'000;
constexpr base::Milliseconds kSchemaLookTime{10};

Shape json_schema() {
  return Shape([map = map_of(any())](const Value* value) {
    Issues issues = map.check(value);
    if (!issues.empty() || !value) return issues;
    base::Budget budget(kSchemaLookSteps, kSchemaLookTime);
    if (auto fault = llm::fault_of(*value, budget); fault && !budget.over()) issues.push_back(custom_issue({}, *fault));
    return issues;
  });
}

}  // namespace

const json::Shape& act() {
  static const Shape action = object({{"selector", string()},
                                      {"description", string()},
                                      {"backendNodeId", optional(number())},
                                      {"method", optional(string())},
                                      {"arguments", optional(array_of(string()))}});
  static const Shape options =
      object({{"model", optional(model())}, {"variables", optional(variables())}, {"timeout", optional(number())}});
  static const Shape shape = object({{"input", either({string(), action})},
                                     {"options", optional(options)},
                                     {"frameId", nullable(string())},
                                     {"streamResponse", optional(boolean())},
                                     {"shouldCache", optional(boolean())}});
  return shape;
}

const json::Shape& observe() {
  static const Shape options = object({{"model", optional(model())},
                                       {"variables", optional(variables())},
                                       {"timeout", optional(number())},
                                       {"selector", optional(string())},
                                       {"ignoreSelectors", optional(array_of(string()))}});
  static const Shape shape = object({{"instruction", optional(string())},
                                     {"options", optional(options)},
                                     {"frameId", nullable(string())},
                                     {"streamResponse", optional(boolean())}});
  return shape;
}

const json::Shape& extract() {
  static const Shape options = object({{"model", optional(model())},
                                       {"timeout", optional(number())},
                                       {"selector", optional(string())},
                                       {"ignoreSelectors", optional(array_of(string()))},
                                       {"screenshot", optional(boolean())}});
  static const Shape shape = object({{"instruction", optional(string())},
                                     {"schema", optional(json_schema())},
                                     {"options", optional(options)},
                                     {"frameId", nullable(string())},
                                     {"streamResponse", optional(boolean())}});
  return shape;
}

const json::Shape& navigate() {
  static const Shape options = object({{"referer", optional(string())},
                                       {"timeout", optional(number())},
                                       {"waitUntil", optional(one_of({"load", "domcontentloaded", "networkidle"}))}});
  static const Shape shape = object({{"url", string()},
                                     {"options", optional(options)},
                                     {"frameId", nullable(string())},
                                     {"streamResponse", optional(boolean())}});
  return shape;
}

const json::Shape& agent_execute() {
  static const Shape callback = object({{"name", string()},
                                        {"description", optional(string())},
                                        {"parameters", map_of(any())},
                                        {"url", url()},
                                        {"headers", optional(schemas::headers())}});
  static const Shape server = object({{"mcp", url()}, {"headers", optional(schemas::headers())}});
  static const Shape config =
      object({{"provider", optional(one_of({"openai", "anthropic", "google", "microsoft", "bedrock"}))},
              {"model", optional(model())},
              {"systemPrompt", optional(string())},
              {"cua", optional(boolean())},
              {"mode", optional(one_of({"dom", "hybrid", "cua"}))},
              {"executionModel", optional(model())},
              {"tools", optional(array_of(either({callback, server})))}});
  static const Shape prices = object({{"input", number()}, {"output", number()}, {"cachedInput", optional(number())}});
  static const Shape options = object({{"instruction", string()},
                                       {"maxSteps", optional(number())},
                                       {"highlightCursor", optional(boolean())},
                                       {"useSearch", optional(boolean())},
                                       {"toolTimeout", optional(number())},
                                       {"variables", optional(variables())},
                                       {"timeout", optional(number())},
                                       {"maxTokens", optional(number())},
                                       {"maxCost", optional(number())},
                                       {"prices", optional(prices)}});
  static const Shape shape = object({{"agentConfig", config},
                                     {"executeOptions", options},
                                     {"frameId", nullable(string())},
                                     {"streamResponse", optional(boolean())},
                                     {"shouldCache", optional(boolean())}});
  return shape;
}

}  // namespace api::schemas
