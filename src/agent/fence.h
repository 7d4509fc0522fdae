// Words of a page among ours.
#pragma once
#include <algorithm>
#include <string>

namespace agent {

// On one line, and without what could end the fence that it stands in.
inline std::string harmless(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '<' || c == '>' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace agent
