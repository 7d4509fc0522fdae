// References between URIs (RFC 3986 §5.2), as the identifiers of schemas need it: nothing is fetched.
#pragma once
#include <string>
#include <string_view>

namespace llm {

// What the reference means beside the base. Neither has a fragment; an empty base leaves a relative reference as it is.
std::string resolve_uri(std::string_view base, std::string_view reference);

}  // namespace llm
