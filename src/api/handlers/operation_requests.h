// From validated bodies to what engines take, and back. Bodies have passed check_operation.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/router.h"
#include "base/time.h"
#include "engine_api/types.h"
#include "json/value.h"

namespace api {

// The issues of the route's schema, or nothing.
std::optional<json::Array> check_operation(Operation operation, const json::Value& body);

// Whether this needs a language model: everything but navigate and act with an Action.
bool needs_model(Operation operation, const json::Value& body);

// How long the whole operation may take; 0 for no limit.
base::Milliseconds operation_timeout(Operation operation, const json::Value& body);

// "navigate timed out after 500ms waiting for <what>", "act() timed out after 500ms".
std::string timeout_message(Operation operation, base::Milliseconds timeout, std::string_view what);

engine::NavigateRequest navigate_request(const json::Value& body);
engine::ActRequest act_request(const json::Value& body, base::Secret model_key);
json::Value act_result_json(const engine::ActResult& result);

}  // namespace api
