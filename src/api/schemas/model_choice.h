// From a validated model of a body, and the x-model-api-key header beside it, to what engines take.
#pragma once
#include "engine_api/types.h"
#include "json/value.h"
#include "net/http.h"

namespace api::schemas {

// `model` passed schemas::model(): a name, or a configuration (generic, Vertex, Azure).
llm::ModelSettings model_settings(const json::Value& model);

// x-model-api-key; an empty one is none.
base::Secret model_key(const net::HttpRequest& request);

// The model of an operation: options.model of its body, and the key of its header.
engine::ModelChoice model_choice(const json::Value& body, base::Secret key);

}  // namespace api::schemas
