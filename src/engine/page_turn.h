// PageTurn: a verb's turn on its page. Whatever a verb wants to hear from the page it waits for through here, so that
// nothing that keeps the page from answering holds it up for longer than it must.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "browser/departure.h"
#include "browser/input.h"
#include "browser/page.h"

namespace engine {

// Who knows of the navigates that wait for their turn.
class Successors {
 public:
  virtual ~Successors() = default;
  // Until what has waited for this page since the call has to make room for one of them.
  virtual aio::Task<void> wanted(const aio::Context& ctx, const browser::Page& page) const = 0;
};

class PageTurn {
 public:
  // For an element to become fit to be acted on, or for a look, when the caller set no timeout.
  static constexpr base::Milliseconds kPatience{10'000};

  // `successors` outlive this; null where nothing makes room.
  explicit PageTurn(std::shared_ptr<browser::Page> page, const Successors* successors = nullptr)
      : page_(std::move(page)), successors_(successors), inputs_(page_->inputs()) {}

  const std::shared_ptr<browser::Page>& page() const { return page_; }
  bool has_acted() const { return page_->inputs() != inputs_; }

  // For whose time is over: what was begun is not taken back. "" when nothing was.
  std::string word_of_input() const { return has_acted() ? std::string(browser::kInputWasSent) : ""; }
  // And what kept it waiting before; "" when nothing is known that did.
  std::string word_of_lateness() const {
    if (has_acted() || !page_->activity().traffic().navigating()) return word_of_input();
    return ": " + std::string(browser::kDeparting);
  }

  // The work, before which a navigation that no server answers gives way (departure.h), and which makes room for a
  // later navigate of its page as long as the turn has sent the page nothing: made_room tells that error.
  template <class T>
  aio::Task<base::Result<T>> wait(const aio::Context& ctx, base::Duration patience,
                                  aio::Task<base::Result<T>> work) const {
    auto answered = browser::despite_departures(ctx, *page_, patience, std::move(work));
    if (!successors_) co_return co_await std::move(answered);
    auto first = co_await aio::race(std::move(answered), in_vain(ctx));
    if (first.index() == 1) co_return base::fail(base::Kind::browser, std::string(kReplaced));
    co_return std::get<0>(std::move(first));
  }

  static constexpr std::string_view kReplaced = "a later navigate of the same page took its place";
  static bool made_room(const base::Error& error) { return error.message == kReplaced; }

 private:
  // Until there is a reason to end work that still waits for what the page is to show: a later navigate would bring it.
  aio::Task<void> in_vain(const aio::Context& ctx) const {
    co_await successors_->wanted(ctx, *page_);
    if (has_acted()) co_await ctx.clock->sleep_until(base::kNever);
  }

  std::shared_ptr<browser::Page> page_;
  const Successors* successors_;
  std::uint64_t inputs_;
};

}  // namespace engine
