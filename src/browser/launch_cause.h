// Why a Chromium gave up at its start, out of what it wrote to stderr: the line that tells is seldom the last one.
#pragma once
#include <string>
#include <string_view>

namespace browser {

// The cause of a known line with what to do about it; else the first fatal line, else the last error that is not noise
// of every start, else the last line; "it said nothing" where there is none. For the end of "the browser …: ".
std::string launch_cause(std::string_view words);

// The same of lines that are known to mean that it will never be ready though it runs on. "" when there is none.
std::string hopeless_cause(std::string_view words);

}  // namespace browser
