#include "browser/departure.h"

namespace browser {
namespace {

constexpr auto kAnswer = std::chrono::seconds(2);  // of a page that its action has not made busy

// Answered when the timers have had their turn that an action has set: in our own world, where a page cannot have put
// others in their place. A hidden page's timers are slow.
json::Object after_timers(const Page& page) {
  json::Object out{{"expression", "document.hidden || new Promise((done) => setTimeout(() => setTimeout(done)))"},
                   {"awaitPromise", true}};
  if (const int world = page.tree().world(page.main_frame_id()); world != 0) out["contextId"] = world;
  return out;
}

}  // namespace

aio::Task<void> wait_departure(const aio::Context& ctx, Page& page, base::TimePoint acted) {
  const Traffic& traffic = page.activity().traffic();
  cdp::Session& session = page.session();
  // The page tells what its handlers have asked for before it answers this.
  if (!traffic.began_since(acted) && !page.timers_had_turn())
    static_cast<void>(co_await session.call(ctx.within(kAnswer), "Runtime.evaluate", after_timers(page)));
  while (!session.is_gone() && !page.crashed() && traffic.began_since(acted)) {
    const Traffic::Pending pending = traffic.pending(ctx.now());
    const base::TimePoint until = std::min(pending.navigation_until, ctx.deadline);
    if (ctx.now() >= until) break;
    auto event = aio::race(page.activity().changed(), session.gone().wait());
    co_await aio::race(std::move(event), ctx.clock->sleep_until(until));
  }
}

aio::Task<void> give_up_departure(const aio::Context& ctx, Page& page, base::TimePoint began, base::TimePoint at) {
  co_await ctx.clock->sleep_until(at);
  const auto since = page.activity().traffic().navigating_since();
  if (since && *since < began && ctx.now() - *since >= Traffic::kNavigation && !page.session().is_gone()) {
    ctx.log->warn("navigation given up", {{"reqId", ctx.request_id},
                                          {"waitedMs", base::to_ms(ctx.now() - *since)},
                                          {"reason", "no server has answered, and the page is acted on"}});
    page.session().post("Page.stopLoading");
  }
  co_await ctx.clock->sleep_until(base::kNever);
}

}  // namespace browser
