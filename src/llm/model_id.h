// Model names as callers write them: "provider/model" (split at the first slash), or one of the bare names that older
// clients send.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/provider.h"

namespace llm {

struct ModelId {
  const Provider* provider;
  std::string model;
  bool bare = false;  // written without a provider
};

// `provider` is what a caller says beside the name; it counts for names that have no slash and are none of the bare
// ones. Unlisted providers are known only where a screen is to be used: they do nothing else. Errors (Kind::invalid) in
// the words that clients know: which providers there are, or how to write a model.
enum class Use { text, screen };
base::Result<ModelId> parse_model(std::string_view name, std::string_view provider = {}, Use use = Use::text);

}  // namespace llm
