#include "browser/quiet.h"

namespace browser {
namespace {

using namespace std::chrono_literals;

constexpr auto kAfter = 50ms;      // from the end of a request to what the page makes of it
constexpr auto kRest = 100ms;      // without a change: the document is at rest
constexpr auto kMoving = 1500ms;   // a document that moves for longer is taken as it is
constexpr auto kLoading = 5s;      // the same for one that is loading, counted from its beginning
constexpr auto kLookAgain = 50ms;  // while it is loading

}  // namespace

Quiet::Verdict Quiet::of(const Traffic& traffic, base::TimePoint now) const {
  const Traffic::Pending pending = traffic.pending(now);
  if (!pending.what.empty()) return {.what = pending.what, .again = pending.until};
  if (const auto end = traffic.last_end(); end && now < *end + kAfter)
    return {.what = "request", .again = *end + kAfter};
  return {.what = "", .again = now};
}

Quiet::Verdict Quiet::of(const Movement& movement, base::TimePoint now) {
  if (movement.loading && movement.age < kLoading) return {.what = "document", .again = now + kLookAgain};
  if (movement.rest >= kRest) return {.what = "", .again = now};
  if (!moving_since_) moving_since_ = now;
  if (now - *moving_since_ >= kMoving) return {.what = "", .again = now, .given_up = true};
  return {.what = "mutations", .again = now + (kRest - movement.rest)};
}

}  // namespace browser
