// extract: data from the page, in the caller's form.
#pragma once
#include "engine/model_call.h"
#include "engine_api/types.h"

namespace engine {

// Without an instruction, no model is asked: {pageText}, folded to max_chars as a model's view is (0: whole). Without a
// schema: {extraction}. Otherwise a value that fits the schema, addresses included, or an error (Kind::upstream) that
// says what did not.
aio::Task<base::Result<json::Value>> extract_text(const aio::Context& ctx, Sight& sight, const ExtractRequest& request,
                                                  std::size_t max_chars);
aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, ModelCall& call, const ExtractRequest& request);

}  // namespace engine
