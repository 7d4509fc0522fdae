// Regular expressions of ECMA-262 as PCRE2 writes them.
#pragma once
#include <string>
#include <string_view>

namespace llm {

// The same expression for PCRE2 with PCRE2_UTF, PCRE2_ALT_BSUX and PCRE2_EXTRA_ALT_BSUX, read as with the flag u. What
// ECMA-262 does not know stays as it is: whoever writes \A or (?i) means what PCRE2 means.
std::string pcre_of(std::string_view pattern);

}  // namespace llm
