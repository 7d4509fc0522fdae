// Text as it may have been escaped on its way: percent-encoding, escapes of JSON and JavaScript, HTML entities. Undone
// a layer at a time, and each byte still knows where it came from.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace base {

// A byte and the part of the original text that stands for it.
struct SourcedByte {
  char byte = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
using SourcedText = std::vector<SourcedByte>;

// REQUIRES: text.size() < 4 GiB.
SourcedText sourced(std::string_view text);

// One layer of escapes undone, in one pass: false, and text as it was, when there was none.
bool unescape_once(SourcedText& text);

}  // namespace base
