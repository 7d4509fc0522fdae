#include "browser/departure.h"

namespace browser {
namespace {

constexpr auto kAnswer = std::chrono::seconds(2);  // of a page that its action has not made busy

// Percent of the time that an answer has, after which a navigation that no server answers is given up, for the work to
// have the rest.
constexpr int kShareForDeparture = 80;

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

aio::Task<void> give_up_departures(const aio::Context& ctx, Page& page, base::Duration patience) {
  const base::TimePoint began = ctx.now();
  const std::uint64_t inputs = page.inputs();
  const Traffic& traffic = page.activity().traffic();
  std::optional<base::TimePoint> given_up;
  co_await ctx.clock->sleep_until(base::after(began, patience / 100 * kShareForDeparture));
  while (!page.session().is_gone()) {
    const auto since = traffic.navigating_since();
    const bool may_be_of_the_work = since && *since >= began && page.inputs() != inputs;
    base::TimePoint until = base::kNever;
    // A form that has been sent is not taken back: whoever saw the old page again would send it once more.
    if (since && since != given_up && !may_be_of_the_work && !traffic.sending()) {
      until = *since + Traffic::kNavigation;
      if (ctx.now() >= until) {
        ctx.log->warn("navigation given up",
                      {{"reqId", ctx.request_id},
                       {"waitedMs", base::to_ms(ctx.now() - *since)},
                       {"reason", "no server has answered, and the page that is shown is needed"}});
        page.session().post("Page.stopLoading");
        given_up = since;
        until = base::kNever;
      }
    }
    co_await aio::race(page.activity().changed(), ctx.clock->sleep_until(until));
  }
  co_await ctx.clock->sleep_until(base::kNever);
}

}  // namespace browser
