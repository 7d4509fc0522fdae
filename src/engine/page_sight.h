// The Sight of a real page.
#pragma once
#include <algorithm>
#include <memory>

#include "browser/page.h"
#include "browser/snapshot/source.h"
#include "engine/page_turn.h"
#include "engine/sight.h"
#include "engine_api/event_sink.h"

namespace engine {

class PageSight final : public Sight {
 public:
  struct Patience {
    base::Milliseconds settle{5000};  // for a page to come to rest before it is looked at; 0: not at all
    base::Milliseconds element =
        PageTurn::kPatience;  // for an element to become fit to be acted on: half of what is left at most
  };
  // variables outlives this.
  PageSight(PageTurn turn, const Variables& variables, Patience patience, browser::SnapshotSource source)
      : turn_(std::move(turn)), page_(turn_.page()), variables_(variables), patience_(patience), source_(source) {}

  std::string url() const override { return page_->url(); }
  aio::Task<base::Result<std::string>> look(const aio::Context& ctx, LookOptions options) override;
  aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx) override;
  aio::Task<base::Result<std::optional<Sighted>>> selector_of(const aio::Context& ctx, std::string id) override;
  aio::Task<base::Result<std::optional<Address>>> url_of(const aio::Context& ctx, std::string id) override;
  aio::Task<base::Result<std::optional<StepFailure>>> perform(const aio::Context& ctx, Step step) override;
  aio::Task<void> settle(const aio::Context& ctx) override;
  aio::Task<void> settle_after_step(const aio::Context& ctx) override;

  const std::vector<Look>& looks() const { return looks_; }  // so far

 private:
  template <class T>
  aio::Task<base::Result<T>> answered(const aio::Context& ctx, aio::Task<base::Result<T>> work) const {
    return turn_.wait(ctx, std::min<base::Duration>(PageTurn::kPatience, ctx.remaining()), std::move(work));
  }

  PageTurn turn_;
  std::shared_ptr<browser::Page> page_;
  const Variables& variables_;
  Patience patience_;
  browser::SnapshotSource source_;
  base::TimePoint acted_{};
  std::vector<Look> looks_;
};

}  // namespace engine
