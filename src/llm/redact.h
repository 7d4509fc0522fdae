// Provider's words on their way into an error: without keys.
#pragma once
#include <string>
#include <string_view>

#include "llm/endpoint.h"

namespace llm {

// The text without the endpoint's secrets, and without anything that looks like a key or a masked one (providers like
// to repeat the first and last letters of a refused key).
std::string redact(std::string_view text, const Endpoint& endpoint);

}  // namespace llm
