// dragAndDrop: the source is lifted, and dropped where the target is then.
#include <algorithm>

#include "browser/act_steps.h"

namespace browser {
namespace {

// For a target that is not shown while nothing is dragged: where one is to appear once something is, it is not waited
// for any longer.
constexpr base::Milliseconds kBeforeLift{1000};

// Before anything is pressed: the target, where it is to be seen already, has to be within reach. (Where it is, is
// asked again under way, because bringing the source into view may have moved it.)
aio::Task<base::Result<void>> look_at_target(const aio::Context& ctx, const Place& goal, const ActCall& call) {
  json::Object how{{"timeout", std::min(json::get_int(json::Value(wishes(ctx, call)), "timeout").value_or(0) / 2,
                                        std::int64_t{kBeforeLift.count()})}};
  const auto visible = co_await ask(ctx, goal, call, "visible", {std::move(how)});
  if (!visible && is_final(visible.error())) co_return std::unexpected(visible.error());
  if (!visible) co_return base::Result<void>();
  CO_TRY_VOID(co_await point_of(ctx, goal, call, "hover"));
  co_return base::Result<void>();
}

}  // namespace

Outcome drag_and_drop(const aio::Context& ctx, Place place, ActCall call) {
  const std::string target = argument(call, 0);
  if (target.empty())
    co_return base::fail(base::Kind::invalid, "dragAndDrop needs the selector of its target as argument");
  CO_TRY(const Place goal, co_await locate(ctx, place.frame.page(), target, call.until));
  CO_TRY_VOID(co_await look_at_target(ctx, goal, call));
  CO_TRY(const Spot from, co_await point_of(ctx, place, call, "click"));
  Drag drag(place.frame.page());
  CO_TRY_VOID(co_await drag.lift(ctx, from));
  CO_TRY(const Spot to, co_await point_of(ctx, goal, call, "drop"));
  co_return co_await drag.drop(ctx, to);
}

}  // namespace browser
