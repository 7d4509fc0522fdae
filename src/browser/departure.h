// Departures: a page that is on its way to another document, seen by whoever acts on it.
#pragma once
#include "browser/page.h"

namespace browser {

// After an action: until the navigation that it has begun, if any, has brought its document, has failed or has come to
// nothing, so that the caller finds the page where the action led it. A server that lets the page wait is waited for as
// long as settle.h does, and by ctx.deadline. Never fails.
aio::Task<void> wait_departure(const aio::Context& ctx, Page& page, base::TimePoint acted);

// Gives up a navigation of the page at `at`, if one is under way that began before `began` and that no server has
// answered for as long as settle.h waits for one: the page that is shown answers nobody until then. Then sleeps until
// it is cancelled.
aio::Task<void> give_up_departure(const aio::Context& ctx, Page& page, base::TimePoint began, base::TimePoint at);

}  // namespace browser
