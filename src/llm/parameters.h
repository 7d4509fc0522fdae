// Parameters that a request can do without. A model that refuses one by its name is asked once more without it.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "json/value.h"

namespace llm {

// Which of them a refusal (400 or 422) is about: `named` is what the provider says is wrong (error.param) or "". ""
// when it is about none.
std::string_view refused_parameter(int status, std::string_view named, std::string_view message);

// Takes them out of a request's body. Whether there were any.
bool leave_out(json::Value& body, std::span<const std::string> parameters);

}  // namespace llm
