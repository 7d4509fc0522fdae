// Departures: a page that is on its way to another document, seen by whoever acts on it.
#pragma once
#include <string_view>

#include "browser/page.h"

namespace browser {

// Why such a page answers nobody.
inline constexpr std::string_view kDeparting =
    "the page is on its way to another document and does not answer until it is there";

// After an action: until the navigation that it has begun, if any, has brought its document, has failed or has come to
// nothing, so that the caller finds the page where the action led it. A server that lets the page wait is waited for as
// long as settle.h does, and by ctx.deadline. Never fails.
aio::Task<void> wait_departure(const aio::Context& ctx, Page& page, base::TimePoint acted);

// Gives up navigations of the page that no server has answered for as long as settle.h waits for one: the page that is
// shown answers nobody until then. None is given up before four fifths of `patience` are over, for the page that is to
// come is most likely the one that is meant, none that input sent since this began may have begun, and none that may
// have an effect on its server (Traffic::sending). Until it is cancelled.
aio::Task<void> give_up_departures(const aio::Context& ctx, Page& page, base::Duration patience);

// Work that the page has to answer: as long as it lasts, departures are given up.
template <class T>
aio::Task<T> despite_departures(const aio::Context& ctx, Page& page, base::Duration patience, aio::Task<T> work) {
  auto first = co_await aio::race(std::move(work), give_up_departures(ctx, page, patience));
  if constexpr (!std::is_void_v<T>) co_return std::get<0>(std::move(first));
}

}  // namespace browser
