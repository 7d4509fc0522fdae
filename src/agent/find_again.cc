#include "agent/find_again.h"

namespace agent {

Found find_again(const aio::Context& ctx, base::Duration patience, engine::Identity identity,
                 std::function<Found()> at_its_place, std::function<Found()> by_identity) {
  const base::TimePoint end = base::after(ctx.now(), patience);
  for (;;) {
    auto there = co_await at_its_place();
    if (!there && there.error().kind == base::Kind::gone) co_return there;
    if (there && *there && (*there)->identity == identity) co_return there;
    auto elsewhere = co_await by_identity();
    if (!elsewhere && elsewhere.error().kind == base::Kind::gone) co_return elsewhere;
    if (elsewhere && *elsewhere) co_return elsewhere;
    if (ctx.now() >= end || ctx.now() >= ctx.deadline) co_return std::optional<Recognized>();
    co_await ctx.clock->sleep(kLookAgain);
  }
}

}  // namespace agent
