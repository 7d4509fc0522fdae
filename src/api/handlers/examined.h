// All that must be known of an operation's body before it may begin. Found out on the thread that parsed it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "api/replay_mask.h"
#include "api/router.h"
#include "json/value.h"

namespace api {

struct Examined {
  std::optional<json::Array> issues = {};   // check_operation
  std::optional<std::string> refusal = {};  // refuse_operation
  std::string digest = {};                  // request_digest
  std::string parameters = {};              // replay_parameters
  ReplayMask mask = {};                     // of the values of its variables
  std::size_t bytes = 0;                    // about what the body and these take
};

// REQUIRES: is_operation(operation).
Examined examine(Operation operation, const json::Value& body);

}  // namespace api
