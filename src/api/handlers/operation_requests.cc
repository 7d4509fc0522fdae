#include "api/handlers/operation_requests.h"

#include <fmt/format.h>

#include "api/schemas/act.h"
#include "api/schemas/agent_execute.h"
#include "api/schemas/extract.h"
#include "api/schemas/navigate.h"
#include "api/schemas/observe.h"

namespace api {
namespace {

template <class T>
std::optional<json::Array> issues_of(std::variant<T, json::Array> read) {
  if (auto* issues = std::get_if<json::Array>(&read)) return std::move(*issues);
  return std::nullopt;
}

template <class T>
T valid(std::variant<T, json::Array> read) {
  return std::move(std::get<T>(read));
}

}  // namespace

std::optional<json::Array> check_operation(Operation operation, const json::Value& body) {
  switch (operation) {
    case Operation::act: return issues_of(schemas::read_act(&body));
    case Operation::observe: return issues_of(schemas::read_observe(&body));
    case Operation::extract: return issues_of(schemas::read_extract(&body));
    case Operation::navigate: return issues_of(schemas::read_navigate(&body));
    case Operation::agent_execute: return issues_of(schemas::read_agent_execute(&body));
    default: return std::nullopt;
  }
}

bool needs_model(Operation operation, const json::Value& body) {
  if (operation == Operation::navigate) return false;
  return operation != Operation::act || body.at("input").is_string();
}

std::string timeout_message(Operation operation, base::Milliseconds timeout, std::string_view what) {
  if (operation == Operation::act) return fmt::format("act() timed out after {}ms", timeout.count());
  return fmt::format("navigate timed out after {}ms waiting for {}", timeout.count(), what);
}

