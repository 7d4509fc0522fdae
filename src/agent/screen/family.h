// Which models can use a screen, and in whose words they do.
#pragma once
#include <span>
#include <string_view>

#include "base/result.h"

namespace agent::screen {

enum class Family { openai, anthropic, google, fara };

// As callers write them, as far as clients know them: for words. family_of goes by the catalogue of models.
std::span<const std::string_view> models();

// The family of a model that is to use a screen. A provider that the caller names beside it counts, whatever the model
// is called; else the model must be known to use a screen (llm/catalogue.h), as all of models() are. Error
// (Kind::invalid): the text that clients know.
base::Result<Family> family_of(std::string_view model, std::string_view provider);

}  // namespace agent::screen
