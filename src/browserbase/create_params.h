// What a new Browserbase session is asked to be.
#pragma once
#include "json/value.h"

namespace browserbase {

// The members of browserbaseSessionCreateParams, which fit their shape, that Browserbase knows.
json::Object known_params(const json::Value& given);

// The body of POST /v1/sessions from the browserbaseSessionCreateParams of a start (null without any), which fit their
// shape: known members only, a default viewport, and the mark by which Browserbase tells such sessions from others.
json::Object create_params(const json::Value* given);

}  // namespace browserbase
