// Text as a snapshot prints it: what keeps a page's words on one line.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace browser {

// White space and control characters become one space, none at the ends; private-use characters (icons of icon fonts)
// go. The same as tidy() in browser/script/names.js.
std::string as_printed(std::string_view text);

// In quotes, with \ before quotes and backslashes.
std::string in_quotes(std::string_view text);

// The first `limit` characters, with the length when something was cut.
std::string cut(std::string_view text, std::size_t limit);

std::size_t characters(std::string_view text);

}  // namespace browser
