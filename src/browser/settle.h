// Waiting until a page is at rest: before it is looked at, and after it was acted on.
#pragma once
#include "browser/page.h"

namespace browser {

struct Settled {
  base::Duration took{0};
  std::string_view left;  // what was still under way when the budget was used up (quiet.h); "" when nothing was
};

// Waits for what is under way in the page and may change it: a navigation, young requests for code and data, a document
// that is loading or still building itself. A page at rest costs one round trip; polls, requests that hang and
// documents that never rest are recognised. Never fails: a page that is gone or crashed says so to the next who asks.
aio::Task<Settled> wait_settled(const aio::Context& ctx, Page& page, base::Duration budget);

// The same for what an action has begun at or after `acted`; returns at once when that is nothing. A navigation that
// the action has begun is waited for as departure.h does, whatever the budget: the rest is for the document that it
// brings.
aio::Task<Settled> wait_consequence(const aio::Context& ctx, Page& page, base::TimePoint acted, base::Duration budget);

}  // namespace browser
