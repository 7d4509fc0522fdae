// The shapes of the six request bodies and of the pieces they share. Fields stand in the reference's order, which is
// the order of its issues.
#pragma once
#include "json/shape.h"

namespace api::schemas {

// A list of headers by their names, which goes out with requests; servers refuse more than these.
const json::Shape& headers();
// A model by name or by configuration: generic, Vertex, Azure by key or by Entra id.
const json::Shape& model();
// name -> text, number, boolean, or {value, description?}.
const json::Shape& variables();
const json::Shape& browserbase_create_params();

const json::Shape& start();
const json::Shape& act();
const json::Shape& observe();
const json::Shape& extract();
const json::Shape& navigate();
const json::Shape& agent_execute();

}  // namespace api::schemas
