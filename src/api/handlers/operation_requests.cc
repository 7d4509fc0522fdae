#include "api/handlers/operation_requests.h"

#include <fmt/format.h>

#include "api/schemas/model_choice.h"
#include "api/schemas/shapes.h"
#include "json/write.h"

namespace api {
namespace {

const json::Value& options_of(const json::Value& body) {
  static const json::Value none{json::Object()};
  const json::Value* options = json::find(body, "options");
  return options ? *options : none;
}

// null, absent and "" all mean the active page.
std::optional<std::string> frame_id(const json::Value& body) {
  auto id = json::get_text(body, "frameId");
  if (id && id->empty()) return std::nullopt;
  return id;
}

// A variable's plain or rich value as the text that is typed.
std::string variable_text(const json::Value& value) {
  const json::Value* inner = json::find(value, "value");
  const json::Value& plain = inner ? *inner : value;
  if (plain.is_string()) return std::string(plain.get_string());
  return json::write(plain);
}

}  // namespace

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

bool needs_model(Operation operation, const json::Value& body) {
  if (operation == Operation::navigate) return false;
  return operation != Operation::act || body.at("input").is_string();
}

base::Milliseconds operation_timeout(Operation operation, const json::Value& body) {
  constexpr base::Milliseconds kNavigate{15000};
  const auto given = json::get_double(options_of(body), "timeout");
  if (!given) return operation == Operation::navigate ? kNavigate : base::Milliseconds{0};
  // Zero and below mean no limit, as in the reference; a day is as good as none and safe to add to a clock.
  constexpr double kDay = 86'400'000;
  if (*given <= 0) return base::Milliseconds{0};
  return base::Milliseconds(static_cast<std::int64_t>(*given > kDay ? kDay : *given < 1 ? 1 : *given));
}

std::string timeout_message(Operation operation, base::Milliseconds timeout, std::string_view what) {
  if (operation == Operation::act) return fmt::format("act() timed out after {}ms", timeout.count());
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
  out.action.selector = *json::get_text(input, "selector");
  out.action.description = *json::get_text(input, "description");
  out.action.method = json::get_text(input, "method");
  if (const json::Value* arguments = json::find(input, "arguments"))
    for (const json::Value& argument : arguments->get_array()) out.action.arguments.emplace_back(argument.get_string());
  out.model = schemas::model_choice(body, std::move(model_key));
  const json::Value& options = options_of(body);
  if (const json::Value* variables = json::find(options, "variables"))
    for (const auto& [name, value] : variables->get_object())
      out.variables.emplace(name, base::Secret(variable_text(value)));
  const base::Milliseconds timeout = operation_timeout(Operation::act, body);
  if (timeout.count() > 0) out.timeout = timeout;
  out.frame_id = frame_id(body);
  return out;
}

json::Value act_result_json(const engine::ActResult& result) {
  json::Array actions;
  for (const engine::Action& action : result.actions) {
    json::Object item;
    item["selector"] = action.selector;
    item["description"] = action.description;
    if (action.method) item["method"] = *action.method;
    item["arguments"] = json::Array(action.arguments.begin(), action.arguments.end());
    actions.emplace_back(std::move(item));
  }
  json::Object out;
  out["success"] = result.success;
  out["message"] = result.message;
  out["actionDescription"] = result.action_description;
  out["actions"] = std::move(actions);
  return out;
}

}  // namespace api
