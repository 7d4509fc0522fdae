// A Chromium of this machine in the place of a Browserbase session (--browserbase-local).
#pragma once
#include <optional>
#include <string>

#include "engine_api/types.h"
#include "json/value.h"

namespace browserbase {

// These take the browserbaseSessionCreateParams of a start (null without any), which fit their shape.

// Why they cannot be had here: the first member that asks for what only Browserbase has, or a viewport that no browser
// takes. False and null ask for nothing, nor do projectId, userMetadata and what Browserbase would not be sent.
std::optional<std::string> refuse_here(const json::Value* params);

// browserSettings.viewport. Nothing where it is not given.
std::optional<engine::Viewport> viewport_here(const json::Value* params);

}  // namespace browserbase
