// The body of POST /v1/sessions/start: its issues, the rules beyond its shape, and the session it asks for.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine_api/types.h"
#include "json/shape.h"

namespace api::schemas {

// Every issue of the body: its shape, then the rules across fields, then values of launchOptions that no browser takes.
json::Issues check_start_body(const json::Value& body);

// These take a body without issues.

// What is wrong beyond the shape, in the reference's order: x-language, an empty model name, an unknown provider.
std::optional<std::string> refuse_start(const json::Value& body, std::optional<std::string_view> x_language);
bool is_local(const json::Value& body);
// The Browserbase session to resume, or nothing when a new one is wanted.
std::optional<std::string> browserbase_session_id(const json::Value& body);
// model_key: x-model-api-key.
engine::SessionConfig session_config(const json::Value& body, base::Secret model_key);

}  // namespace api::schemas
