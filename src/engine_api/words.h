// Sentences of errors that several layers know.
#pragma once
#include <string_view>

namespace engine {

// The beginning of the error of a reply that does not fit its schema. What follows may quote the page.
inline constexpr std::string_view kNoFit = "No object generated: response did not match schema.";

}  // namespace engine
