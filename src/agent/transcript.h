// A run's conversation as clients read it in the last frame of a stream: messages of the AI SDK's shape (user,
// assistant, tool), pictures left out.
#pragma once
#include <string>

#include "agent/history.h"
#include "json/value.h"

namespace agent {

json::Value user_message(std::string_view text);
// The model's part, and, when tools were used, what they gave.
json::Array step_messages(const Step& step);

}  // namespace agent
