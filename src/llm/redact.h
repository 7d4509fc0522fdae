// Words of a provider, or of what is between it and us, on their way into an error: without keys.
#pragma once
#include <string>
#include <string_view>

#include "base/redactor.h"
#include "llm/endpoint.h"

namespace llm {

// What of an endpoint is secret: its key, headers and accounts, and what of a credential stands in its URL.
base::Redactor redactor_of(const Endpoint& endpoint);

// The text without the endpoint's secrets, however spelt (base/redactor.h), and without anything that looks like a key
// or a masked one (providers like to repeat the first and last letters of a refused key).
std::string redact(std::string_view text, const base::Redactor& secrets);

}  // namespace llm
