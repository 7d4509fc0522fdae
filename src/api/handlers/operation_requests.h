// From validated bodies to what engines take, and back. Bodies have passed check_operation.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/router.h"
#include "base/time.h"
#include "engine_api/types.h"
#include "json/value.h"

namespace api {

// "act", "observe", "extract", "navigate", "agentExecute". REQUIRES: is_operation(operation).
std::string_view verb(Operation operation);

// The issues of the route's schema, or nothing.
std::optional<json::Array> check_operation(Operation operation, const json::Value& body);

// What the shape cannot say, in the reference's words: 400.
std::optional<std::string> refuse_operation(Operation operation, const json::Value& body);

// How long the whole operation may take; 0 for no limit. `acts`: the session's limit for those that set none.
base::Milliseconds operation_timeout(Operation operation, const json::Value& body,
                                     std::optional<base::Milliseconds> acts = {});

// "navigate timed out after 500ms waiting for <what>", "act() timed out after 500ms" and so on for the others.
std::string timeout_message(Operation operation, base::Milliseconds timeout, std::string_view what);

// What options say about variables: each name's value as it is typed, and what it is for.
std::map<std::string, base::Secret> variables_of(const json::Value& options);
std::map<std::string, std::string> variable_descriptions_of(const json::Value& options);
// null, absent and "" all mean the active page.
std::optional<std::string> frame_id(const json::Value& body);

engine::NavigateRequest navigate_request(const json::Value& body);
engine::ActRequest act_request(const json::Value& body, base::Secret model_key);
engine::ObserveRequest observe_request(const json::Value& body, base::Secret model_key);
engine::ExtractRequest extract_request(const json::Value& body, base::Secret model_key);

// About how long they are as JSON.
std::size_t length_of(const std::vector<engine::Action>& actions);

json::Value act_result_json(const engine::ActResult& result);
// What observe found. In a stream the keys of an Action come in another order than in a JSON answer, as on the wire.
enum class KeyOrder { selector_first, selector_last };
json::Value actions_json(const std::vector<engine::Action>& actions, KeyOrder order);

}  // namespace api
