// Which URLs read the server's own files. What counts is how Chromium reads them, not how they are spelt.
#pragma once
#include <string_view>

namespace browser {

// True for file: as the WHATWG URL parser reads a scheme (white space and control characters in front, tabs and line
// breaks anywhere and letter case do not count), bare, behind view-source:, or inside filesystem: and blob:.
bool reads_a_file(std::string_view url);

}  // namespace browser
