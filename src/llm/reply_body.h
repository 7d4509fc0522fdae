// The body of a provider's answer: JSON, or what gateways make of it.
#pragma once
#include <string_view>

#include "base/result.h"
#include "json/read.h"
#include "json/value.h"

namespace llm {

// The JSON of the body; after lines of comments, which keep connections open while a model thinks (": PROCESSING", "//
// …"), and of an event stream that nobody asked for: its only event, the last one's `response` (OpenAI's Responses), or
// what the pieces of a chat completion make together. Errors as json::read.
base::Result<json::Value> read_body(std::string_view body, json::ReadLimits limits);

}  // namespace llm
