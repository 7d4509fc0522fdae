#include "api/handlers/operation_requests.h"

#include <fmt/format.h>

#include "api/handlers/agent.h"
#include "api/schemas/model_choice.h"
#include "api/schemas/shapes.h"
#include "api/schemas/time_limit.h"
#include "json/write.h"

namespace api {
namespace {

const json::Value& options_of(const json::Value& body) {
  static const json::Value none{json::Object()};
  const json::Value* options = json::find(body, "options");
  return options ? *options : none;
}

// A variable's plain or rich value as the text that is typed.
std::string variable_text(const json::Value& value) {
  const json::Value* inner = json::find(value, "value");
  const json::Value& plain = inner ? *inner : value;
  if (plain.is_string()) return std::string(plain.get_string());
  return json::write(plain);
}

std::vector<std::string> texts(const json::Value& options, std::string_view name) {
  std::vector<std::string> out;
  if (const json::Array* list = json::get_array(options, name))
    for (const json::Value& one : *list) out.emplace_back(one.get_string());
  return out;
}

std::optional<base::Milliseconds> timeout(Operation operation, const json::Value& body) {
  const base::Milliseconds given = operation_timeout(operation, body);
  return given.count() > 0 ? std::optional(given) : std::nullopt;
}

engine::Action action(const json::Value& input) {
  engine::Action out;
  out.selector = *json::get_text(input, "selector");
  out.description = *json::get_text(input, "description");
  out.method = json::get_text(input, "method");
  out.arguments = texts(input, "arguments");
  return out;
}

}  // namespace

std::map<std::string, base::Secret> variables_of(const json::Value& options) {
  std::map<std::string, base::Secret> out;
  if (const json::Object* given = json::get_object(options, "variables"))
    for (const auto& [name, value] : *given) out.emplace(name, base::Secret(variable_text(value)));
  return out;
}

std::map<std::string, std::string> variable_descriptions_of(const json::Value& options) {
  std::map<std::string, std::string> out;
  if (const json::Object* given = json::get_object(options, "variables"))
    for (const auto& [name, value] : *given)
      if (auto text = json::get_text(value, "description")) out.emplace(name, std::move(*text));
  return out;
}

std::optional<std::string> frame_id(const json::Value& body) {
  auto id = json::get_text(body, "frameId");
  if (id && id->empty()) return std::nullopt;
  return id;
}

std::string_view verb(Operation operation) {
  switch (operation) {
    case Operation::act:
      return "act";
    case Operation::observe:
      return "observe";
    case Operation::extract:
      return "extract";
    case Operation::navigate:
      return "navigate";
    default:
      return "agentExecute";
  }
}

std::optional<json::Array> check_operation(Operation operation, const json::Value& body) {
  const json::Shape* shape = nullptr;
  switch (operation) {
    case Operation::act:
      shape = &schemas::act();
      break;
    case Operation::observe:
      shape = &schemas::observe();
      break;
    case Operation::extract:
      shape = &schemas::extract();
      break;
    case Operation::navigate:
      shape = &schemas::navigate();
      break;
    case Operation::agent_execute:
      shape = &schemas::agent_execute();
      break;
    default:
      return std::nullopt;
  }
  json::Issues issues = shape->check(&body);
  if (issues.empty()) return std::nullopt;
  return json::to_array(std::move(issues));
}

std::optional<std::string> refuse_operation(Operation operation, const json::Value& body) {
  if (operation == Operation::agent_execute) return refuse_agent(body);
  if (operation != Operation::extract || json::get_text(body, "instruction").value_or("").empty()) return std::nullopt;
  if (const json::Object* properties = json::get_object(body, "schema.properties"))
    for (const auto& [name, schema] : *properties)
      if (schema.is_null()) return fmt::format("Property {} is not defined in the schema", std::string_view(name));
  return std::nullopt;
}

base::Milliseconds operation_timeout(Operation operation, const json::Value& body,
                                     std::optional<base::Milliseconds> acts) {
  constexpr base::Milliseconds kNavigate{15000};
  constexpr base::Milliseconds kNone{0};
  if (const auto given = json::get_double(options_of(body), "timeout")) return schemas::time_limit(*given);
  if (operation == Operation::navigate) return kNavigate;
  return operation == Operation::act ? acts.value_or(kNone) : kNone;
}

std::string timeout_message(Operation operation, base::Milliseconds timeout, std::string_view what) {
  if (operation != Operation::navigate)
    return fmt::format("{}() timed out after {}ms", verb(operation), timeout.count());
  return fmt::format("navigate timed out after {}ms waiting for {}", timeout.count(), what);
}

engine::NavigateRequest navigate_request(const json::Value& body) {
  const json::Value& options = options_of(body);
  engine::NavigateRequest out;
  out.url = *json::get_text(body, "url");
  out.referer = json::get_text(options, "referer");
  out.timeout = operation_timeout(Operation::navigate, body);
  const std::string until = json::get_text(options, "waitUntil").value_or("domcontentloaded");
  out.wait_until = until == "load"          ? engine::WaitUntil::load
                   : until == "networkidle" ? engine::WaitUntil::networkidle
                                            : engine::WaitUntil::domcontentloaded;
  out.frame_id = frame_id(body);
  return out;
}

engine::ActRequest act_request(const json::Value& body, base::Secret model_key) {
  const json::Value& input = body.at("input");
  engine::ActRequest out;
  if (input.is_string())
    out.instruction = std::string(input.get_string());
  else
    out.action = action(input);
  out.model = schemas::model_choice(body, std::move(model_key));
  out.variables = variables_of(options_of(body));
  if (json::get_double(options_of(body), "timeout")) out.timeout = operation_timeout(Operation::act, body);
  out.frame_id = frame_id(body);
  return out;
}

engine::ObserveRequest observe_request(const json::Value& body, base::Secret model_key) {
  const json::Value& options = options_of(body);
  engine::ObserveRequest out;
  out.instruction = json::get_text(body, "instruction").value_or("");
  out.variables = variables_of(options);
  out.variable_descriptions = variable_descriptions_of(options);
  out.selector = json::get_text(options, "selector").value_or("");
  out.ignore_selectors = texts(options, "ignoreSelectors");
  out.model = schemas::model_choice(body, std::move(model_key));
  out.timeout = timeout(Operation::observe, body);
  out.frame_id = frame_id(body);
  return out;
}

engine::ExtractRequest extract_request(const json::Value& body, base::Secret model_key) {
  const json::Value& options = options_of(body);
  engine::ExtractRequest out;
  out.instruction = json::get_text(body, "instruction").value_or("");
  if (const json::Value* schema = json::find(body, "schema")) out.schema = *schema;
  out.selector = json::get_text(options, "selector").value_or("");
  out.ignore_selectors = texts(options, "ignoreSelectors");
  out.screenshot = json::get_bool(options, "screenshot").value_or(false);
  out.model = schemas::model_choice(body, std::move(model_key));
  out.timeout = timeout(Operation::extract, body);
  out.frame_id = frame_id(body);
  return out;
}

std::size_t length_of(const std::vector<engine::Action>& actions) {
  constexpr std::size_t kKeys = 60;
  std::size_t out = 0;
  for (const engine::Action& action : actions) {
    out += kKeys + action.selector.size() + action.description.size() + (action.method ? action.method->size() : 0);
    for (const std::string& argument : action.arguments) out += argument.size() + 3;
  }
  return out;
}

json::Value actions_json(const std::vector<engine::Action>& actions, KeyOrder order) {
  json::Array out;
  for (const engine::Action& action : actions) {
    json::Object item;
    if (order == KeyOrder::selector_first) item["selector"] = action.selector;
    item["description"] = action.description;
    if (action.method) item["method"] = *action.method;
    item["arguments"] = json::Array(action.arguments.begin(), action.arguments.end());
    if (order == KeyOrder::selector_last) item["selector"] = action.selector;
    out.emplace_back(std::move(item));
  }
  return out;
}

json::Value act_result_json(const engine::ActResult& result) {
  json::Object out;
  out["success"] = result.success;
  out["message"] = result.message;
  out["actionDescription"] = result.action_description;
  out["actions"] = actions_json(result.actions, KeyOrder::selector_first);
  return out;
}

}  // namespace api
