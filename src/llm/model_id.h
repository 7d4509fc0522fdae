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

// What a model needs said differently. Looks only at the name, so it knows what was known when this was built;
// everything unknown is treated as an ordinary model.
struct Traits {
  bool openai_reasoning = false;      // "developer" for the system text, no temperature, max_completion_tokens
  bool anthropic_json_schema = true;  // takes output_config.format; otherwise a forced tool carries the schema
  bool forced_tools = true;           // takes a tool choice that leaves the model no other answer
  bool schema_in_prompt = false;      // follows a schema only when it reads it
  bool adaptive_thinking = false;     // of Anthropic's: decides itself how much it thinks
  bool screen_zoom = false;           // of Anthropic's: knows the newer of its two screen tools, which can zoom
  bool bedrock_cache = false;         // on Bedrock, which refuses cache points for models that it has no cache for
  int max_tokens = 0;                 // the most it can answer with, for dialects that must be told; 0: unknown
};
Traits traits_of(std::string_view model);

}  // namespace llm
