// selector_path: which frames a selector goes through, and what it asks for in the last of them. Plain text work; what
// a single step means is the page script's (script/selectors.js).
//
//   A >> B >> C                       A and B name iframe elements, each in the frame before it; C is looked for in B's
//   /html[1]/body[1]/iframe[2]/html[1]/body[1]/p[1], //iframe[@id='x']//input, (//iframe//a)[2]
//                                     XPath that goes on after an iframe or frame goes on in its document
//   …/iframe[1]                       ends in one: the element itself
//   @ref:<F>-<N>                      node N of the frame with ordinal F, as the text of a page names it
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace browser {

inline constexpr std::size_t kMostSelector = 16 * 1024;  // bytes

struct SelectorPath {
  std::optional<int> frame;       // where it begins when that is not the main frame
  std::vector<std::string> hops;  // iframe elements, each in the frame of the one before
  std::string last;               // within the last frame

  bool operator==(const SelectorPath&) const = default;
};

// Kind::invalid "invalid selector: …" for an empty hop, more than 16 KiB, and brackets nested deeper than 64 levels.
base::Result<SelectorPath> selector_path(std::string_view selector);

}  // namespace browser
