// Percent-encoding of a part of a URL (RFC 3986 §2.1).
#pragma once
#include <string>
#include <string_view>

namespace llm {

// Everything but unreserved characters and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

}  // namespace llm
