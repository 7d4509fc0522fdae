// Documents that send their reader on: <meta http-equiv="refresh" content="0;url=…">, or a header of that name.
#pragma once
#include <string>

#include "browser/page.h"

namespace browser {

// Whether the document that is shown goes to another one by itself as soon as it is loaded. `header` is that of its
// response, or "". A document that only loads itself anew, or later, stays; so does one that does not answer in a
// moment.
aio::Task<bool> sends_on(const aio::Context& ctx, Page& page, std::string header);

}  // namespace browser
