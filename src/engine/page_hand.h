// The Hand on real pages: on the one that is active, as active pages come and go.
#pragma once
#include <memory>

#include "agent/hand.h"
#include "browser/browser.h"
#include "browser/gesture.h"
#include "browser/settings.h"
#include "engine/variables.h"

namespace engine {

class PageHand final : public agent::Hand {
 public:
  // browser and variables outlive this. With a frame, the hand stays on the page whose main frame that is. `show`:
  // whoever looks at the window sees where the pointer was last; pictures are without it. `touch`: a plain click is a
  // tap.
  PageHand(browser::Browser& browser, const Variables& variables, std::optional<std::string> frame_id = {},
           bool show = false, bool touch = false)
      : browser_(browser), variables_(variables), frame_id_(std::move(frame_id)), show_(show), touch_(touch) {}
  PageHand(const PageHand&) = delete;
  PageHand& operator=(const PageHand&) = delete;
  ~PageHand() override { hide_pointer(); }

  std::string url() const override { return page_ ? page_->url() : ""; }
  bool sees_captcha() const override;
  aio::Task<base::Result<std::optional<std::string>>> perform(const aio::Context& ctx, agent::Gesture gesture) override;
  aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx, std::vector<agent::At> region = {}) override;
  // As it was when it was asked for first: pictures keep that size, and points mean places in them, also when the page
  // is pinched or its window has another size now.
  aio::Task<base::Result<agent::WindowSize>> window(const aio::Context& ctx) override;

 private:
  using Done = aio::Task<base::Result<void>>;

  aio::Task<base::Result<void>> take_page(const aio::Context& ctx);
  // The window now, and how many of its CSS pixels a pixel of the pictures is.
  struct View {
    browser::Window window;
    double step = 1;
  };
  aio::Task<base::Result<View>> view(const aio::Context& ctx);
  aio::Task<base::Result<browser::Point>> point(const aio::Context& ctx, agent::At at);
  aio::Task<void> settle(const aio::Context& ctx, base::TimePoint acted, bool elsewhere);

  aio::Task<void> follow(const aio::Context& ctx, agent::Gesture gesture);
  void draw_pointer();
  void hide_pointer();

  Done act(const aio::Context& ctx, agent::Click gesture);
  Done act(const aio::Context& ctx, agent::PressAndHold gesture);
  Done act(const aio::Context& ctx, agent::Move gesture);
  Done act(const aio::Context& ctx, agent::DragAlong gesture);
  Done act(const aio::Context& ctx, agent::Button gesture);
  Done act(const aio::Context& ctx, agent::Scroll gesture);
  Done act(const aio::Context& ctx, agent::TypeText gesture);
  Done act(const aio::Context& ctx, agent::Press gesture);
  Done act(const aio::Context& ctx, agent::Wait gesture);
  Done act(const aio::Context& ctx, agent::Look gesture);
  Done act(const aio::Context& ctx, agent::Where gesture);
  Done act(const aio::Context& ctx, agent::GoTo gesture);
  Done act(const aio::Context& ctx, agent::Back gesture);
  Done act(const aio::Context& ctx, agent::Forward gesture);

  browser::Browser& browser_;
  const Variables& variables_;
  std::optional<std::string> frame_id_;
  const bool show_;
  const bool touch_;
  std::optional<browser::Point> pointer_;  // where it is shown, in CSS pixels of the window
  std::shared_ptr<browser::Page> page_;    // the active one when it was last asked for
  std::unique_ptr<browser::Mouse> mouse_;  // over that page, and gone before it
  std::optional<agent::WindowSize> window_;
};

}  // namespace engine
