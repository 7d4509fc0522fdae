// observe: what could be done on the page, as Actions that act takes.
#pragma once
#include "engine/model_call.h"
#include "engine_api/types.h"

namespace engine {

// Every selector that is returned leads to the element that the model named; elements that are gone by then, and ids
// that the page never had, are left out.
aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, ModelCall& call,
                                                     const ObserveRequest& request);

}  // namespace engine
