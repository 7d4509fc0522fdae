// An action as clients are told of it.
#pragma once
#include "engine_api/types.h"
#include "json/value.h"

namespace agent {

json::Object action_json(const engine::Action& action);

}  // namespace agent
