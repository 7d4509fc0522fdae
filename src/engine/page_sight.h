// The Sight of a real page.
#pragma once
#include <memory>

#include "browser/page.h"
#include "browser/snapshot/source.h"
#include "engine/sight.h"
#include "engine_api/event_sink.h"

namespace engine {

class PageSight final : public Sight {
 public:
  struct Patience {
    base::Milliseconds settle{5000};     // for a page to come to rest before it is looked at; 0: not at all
    base::Milliseconds element{10'000};  // for an element to become fit to be acted on
  };
  // variables outlives this.
  PageSight(std::shared_ptr<browser::Page> page, const Variables& variables, Patience patience,
            browser::SnapshotSource source)
      : page_(std::move(page)), variables_(variables), patience_(patience), source_(source) {}

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
  std::shared_ptr<browser::Page> page_;
  const Variables& variables_;
  Patience patience_;
  browser::SnapshotSource source_;
  base::TimePoint acted_{};
  std::vector<Look> looks_;
};

}  // namespace engine
