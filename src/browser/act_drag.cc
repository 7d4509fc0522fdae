// dragAndDrop: the source is lifted, and dropped where the target is then.
#include <algorithm>

#include "browser/act_steps.h"

namespace browser {
namespace {

// For a target that is not shown while nothing is dragged: where one is to appear once something is, it is not waited
// for any longer.
constexpr base::Milliseconds kBeforeLift{1000};

// Before anything is pressed: the target, where it is to be seen already, has to be within reach. (Where it is, is
// asked again under way, because bringing the source into view may have moved it.) The time that the source is held for
// is not spent on it: an act that is cut off by its timeout after it has pressed says nothing of what was wrong.
aio::Task<base::Result<void>> look_at_target(const aio::Context& ctx, const Place& goal, const ActCall& call) {
  const std::int64_t left = base::to_ms(call.until - ctx.now() - kDragHold);
  json::Object how{{"timeout", std::clamp<std::int64_t>(left / 2, 0, kBeforeLift.count())}};
  const auto visible = co_await ask(ctx, goal, call, "visible", {std::move(how)});
  if (!visible && is_final(visible.error())) co_return std::unexpected(visible.error());
  if (!visible) co_return base::Result<void>();
  CO_TRY_VOID(co_await point_of(ctx, goal, call, "hover"));
  co_return base::Result<void>();
}

// Answers with what the press met instead of the source; nothing is dragged then.
aio::Task<base::Result<std::optional<Missed>>> drag_once(const aio::Context& ctx, const Place& place, const Place& goal,
                                                         const ActCall& call) {
  Page& page = place.frame.page();
  CO_TRY(const Spot from, co_await point_of(ctx, place, call, "click", {.count = 1}));
  CO_TRY(const Frame::World world, co_await place.frame.world(ctx));
  Drag drag(page);
  CO_TRY_VOID(co_await drag.press(ctx, from));
  if (auto wrong = co_await missed(ctx, page, world, true)) co_return std::move(wrong);
  CO_TRY_VOID(co_await drag.lift(ctx));
  CO_TRY(const Spot to, co_await point_of(ctx, goal, call, "drop"));
  CO_TRY_VOID(co_await drag.drop(ctx, to));
  co_return std::nullopt;
}

}  // namespace

Outcome drag_and_drop(const aio::Context& ctx, Place place, ActCall call) {
  const std::string target = argument(call, 0);
  if (target.empty())
    co_return base::fail(base::Kind::invalid, "dragAndDrop needs the selector of its target as argument");
  CO_TRY(const Place goal, co_await locate(ctx, place.frame.page(), target, call.until));
  CO_TRY_VOID(co_await look_at_target(ctx, goal, call));
  for (;;) {
    auto wrong = co_await drag_once(ctx, place, goal, call);
    if (!wrong) co_return std::unexpected(std::move(wrong).error());
    if (!*wrong) co_return base::Result<void>();
    CO_TRY_VOID(co_await try_again(ctx, call, std::move(**wrong)));
  }
}

}  // namespace browser
