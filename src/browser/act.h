// The methods that an Action may name, done on any frame of a page with real actionability.
#pragma once
#include <string>
#include <vector>

#include "browser/page.h"

namespace browser {

struct ActCall {
  std::string method;
  std::string selector;
  std::vector<std::string> arguments;  // variables already replaced
  base::Milliseconds patience;         // how long to wait until the element can be acted on
  bool secret = false;                 // what a field makes of the arguments is not told
  base::TimePoint until = {};          // the end of that, once it is being performed
};

bool is_known_method(const std::string& method);

// The error's message says what was in the way; it is what the caller of act reads.
aio::Task<base::Result<void>> perform(const aio::Context& ctx, Page& page, ActCall call);

}  // namespace browser
