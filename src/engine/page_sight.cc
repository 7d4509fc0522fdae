#include "engine/page_sight.h"

#include <algorithm>

#include "aio/compute.h"
#include "browser/act.h"
#include "browser/gesture.h"
#include "browser/settle.h"
#include "browser/snapshot/mask.h"
#include "browser/snapshot/page_snapshot.h"
#include "engine/choice.h"

namespace engine {
namespace {

constexpr auto kConsequenceOfAction = std::chrono::milliseconds(1000);  // for what an action has begun, at most

}  // namespace

aio::Task<base::Result<std::string>> PageSight::look(const aio::Context& ctx, LookOptions options) {
  browser::SnapshotOptions wanted{.source = source_};
  wanted.scope = std::move(options.selectors);
  wanted.ignore = std::move(options.ignored_selectors);
  if (options.max_chars > 0) wanted.max_chars = options.max_chars;
  const base::TimePoint began = ctx.now();
  auto taken = co_await answered(ctx, browser::take_page_snapshot(ctx, *page_, wanted));
  // As on the wire: a selector that leads nowhere means the whole page.
  const bool misled = !taken && taken.error().kind != base::Kind::gone && !PageTurn::made_room(taken.error());
  if (misled && !wanted.scope.empty() && ctx.now() < ctx.deadline) {
    wanted.scope.clear();
    taken = co_await answered(ctx, browser::take_page_snapshot(ctx, *page_, wanted));
  }
  if (!taken) co_return std::unexpected(std::move(taken).error());
  looks_.push_back({ctx.now() - began, taken->text.size()});
  const std::size_t size = taken->text.size();
  std::string text = co_await aio::compute(
      ctx, size, [&](const std::stop_token&) { return browser::masked(std::move(taken->text), variables_); });
  co_return text;
}

// In CSS pixels, whatever the device's scale: what a model sees is then what coordinates mean.
aio::Task<base::Result<llm::Image>> PageSight::picture(const aio::Context& ctx) {
  CO_TRY(const browser::Window window, co_await answered(ctx, browser::window_of(ctx, *page_)));
  const browser::Region whole{.corner = {}, .width = window.width, .height = window.height};
  CO_TRY(std::string data, co_await answered(ctx, browser::picture_of(ctx, *page_, window, whole, 1)));
  co_return llm::Image{"image/png", std::move(data)};
}

aio::Task<base::Result<std::optional<Sighted>>> PageSight::selector_of(const aio::Context& ctx, std::string id) {
  CO_TRY(auto found, co_await answered(ctx, browser::locate_id(ctx, *page_, std::move(id))));
  if (!found) co_return std::optional<Sighted>();
  co_return Sighted{std::move(found->selector),
                    {std::move(found->role), without_values(std::move(found->name), variables_)}};
}

aio::Task<base::Result<std::optional<Address>>> PageSight::url_of(const aio::Context& ctx, std::string id) {
  CO_TRY(auto found, co_await answered(ctx, browser::locate_id(ctx, *page_, std::move(id))));
  if (!found || (found->url.empty() && found->url_length == 0)) co_return std::optional<Address>();
  co_return Address{std::move(found->url), found->url_length};
}

aio::Task<base::Result<std::optional<StepFailure>>> PageSight::perform(const aio::Context& ctx, Step step) {
  if (takes_target(step.method) && !step.arguments.empty()) step.arguments.front().insert(0, "@ref:");
  const auto left = std::chrono::duration_cast<base::Milliseconds>(ctx.remaining());
  browser::ActCall call{.method = std::move(step.method),
                        .selector = "@ref:" + step.target,
                        .arguments = std::move(step.arguments),
                        .patience = std::min(patience_.element, left / 2)};  // another way may be tried in the rest
  call.secret = hold_values(call.arguments, variables_);
  const std::uint64_t inputs = page_->inputs();
  acted_ = ctx.now();
  const base::Duration patience = call.patience;
  auto work = aio::by_deadline(ctx, browser::perform(ctx, *page_, std::move(call)), "late");
  auto done = co_await turn_.wait(ctx, patience, std::move(work));
  if (done) co_return std::optional<StepFailure>();
  if (done.error().kind == base::Kind::gone || ctx.now() >= ctx.deadline) co_return std::unexpected(done.error());
  const bool final = PageTurn::made_room(done.error());
  co_return StepFailure{std::move(done).error(), page_->inputs() != inputs, final};
}

aio::Task<void> PageSight::settle(const aio::Context& ctx) {
  if (patience_.settle.count() > 0) static_cast<void>(co_await browser::wait_settled(ctx, *page_, patience_.settle));
}

aio::Task<void> PageSight::settle_after_step(const aio::Context& ctx) {
  static_cast<void>(co_await browser::wait_consequence(ctx, *page_, acted_, kConsequenceOfAction));
}

}  // namespace engine
