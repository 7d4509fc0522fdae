#include "browser/settle.h"

#include "browser/departure.h"
#include "browser/moving.h"
#include "browser/quiet.h"

namespace browser {
namespace {

constexpr int kTurns = 2;  // of the page's own tasks, for what an action's handlers have put off

// Until the page's network has done something, or the time has come.
aio::Task<void> happens(const aio::Context& ctx, Page& page, base::TimePoint until) {
  auto event = aio::race(page.activity().changed(), page.session().gone().wait());
  co_await aio::race(std::move(event), ctx.clock->sleep_until(until));
}

// Returns what is left at ctx.deadline.
aio::Task<std::string_view> rest(const aio::Context& ctx, Page& page) {
  const Traffic& traffic = page.activity().traffic();
  Quiet quiet;
  Quiet::Verdict document{.what = "document", .again = ctx.now()};  // its latest word
  for (;;) {
    Quiet::Verdict verdict = quiet.of(traffic, ctx.now());
    if (verdict.what.empty() && ctx.now() < document.again) verdict = document;
    if (verdict.what.empty()) {
      if (traffic.navigating()) co_return "navigation";  // for longer than it is waited for; nothing would answer
      const auto movement = co_await ask_movement(ctx, page);
      if (!movement) co_return page.session().is_gone() || page.crashed() ? "" : "document";
      // What has begun while the document was asked comes first: the document is about to change.
      if (!quiet.of(traffic, ctx.now()).what.empty()) continue;
      verdict = document = quiet.of(*movement, ctx.now());
      if (verdict.given_up) static_cast<void>(co_await ask_movement(ctx, page, {{"tired", true}}));
      if (verdict.what.empty()) co_return verdict.given_up ? "mutations" : "";
    }
    if (page.session().is_gone()) co_return "";
    if (ctx.now() >= ctx.deadline) co_return verdict.what;
    co_await happens(ctx, page, std::min(verdict.again, ctx.deadline));
  }
}

}  // namespace

aio::Task<Settled> wait_settled(const aio::Context& ctx, Page& page, base::Duration budget) {
  const base::TimePoint began = ctx.now();
  if (budget <= base::Duration::zero()) co_return Settled{};
  const std::string_view left = co_await rest(ctx.within(budget), page);
  co_return Settled{.took = ctx.now() - began, .left = left};
}

aio::Task<Settled> wait_consequence(const aio::Context& ctx, Page& page, base::TimePoint acted, base::Duration budget) {
  const base::TimePoint began = ctx.now();
  if (budget <= base::Duration::zero()) co_return Settled{};
  co_await wait_departure(ctx, page, acted);
  const aio::Context bounded = ctx.within(budget);
  const Traffic& traffic = page.activity().traffic();
  if (!traffic.began_since(acted)) {
    const auto movement = co_await ask_movement(bounded, page, {{"turns", kTurns}});
    const bool moved = movement && movement->rest <= ctx.now() - acted;
    if (!traffic.began_since(acted) && (!movement || !moved)) co_return Settled{.took = ctx.now() - began, .left = ""};
  }
  const std::string_view left = co_await rest(bounded, page);
  co_return Settled{.took = ctx.now() - began, .left = left};
}

}  // namespace browser
