#include "engine/page_hand.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "browser/navigate.h"
#include "browser/settle.h"
#include "engine/page_turn.h"

namespace engine {
namespace {

// Where the pages come from that ask for a proof of a person, as far as their frames tell.
constexpr std::string_view kChallenges[] = {"https://challenges.cloudflare.com/",
                                            "/recaptcha/api2/bframe",
                                            "/recaptcha/enterprise/bframe",
                                            "hcaptcha.com/captcha/",
                                            "https://geo.captcha-delivery.com/",
                                            "funcaptcha.com/",
                                            "arkoselabs.com/fc/"};

constexpr auto kConsequenceOfGesture = std::chrono::milliseconds(1500);  // for what a gesture has begun, at most
constexpr auto kNewPage = std::chrono::milliseconds(5000);               // for a page that has just come
constexpr base::Milliseconds kNavigation{20'000};

base::Result<std::vector<browser::Key>> keys_of(const std::vector<std::string>& names) {
  std::vector<browser::Key> out;
  for (const std::string& name : names) {
    auto key = browser::find_key(name);
    if (!key || browser::modifier_bit(*key) == 0)
      return base::fail(base::Kind::invalid, fmt::format("\"{}\" is not a modifier (Alt, Control, Meta, Shift)", name));
    out.push_back(std::move(*key));
  }
  return out;
}

// What the page has to answer for a picture, or for a gesture: a navigation that no server answers gives way to it.
template <class T>
aio::Task<T> answered(const aio::Context& ctx, browser::Page& page, aio::Task<T> work) {
  return browser::despite_departures(ctx, page, std::min<base::Duration>(PageTurn::kPatience, ctx.remaining()),
                                     std::move(work));
}

bool leaves(const agent::Gesture& gesture) {
  return std::holds_alternative<agent::GoTo>(gesture) || std::holds_alternative<agent::Back>(gesture) ||
         std::holds_alternative<agent::Forward>(gesture);
}

}  // namespace

bool PageHand::sees_captcha() const {
  if (!page_) return false;
  for (const browser::Frame& frame : page_->frames()) {
    const std::string url = frame.url();
    if (std::ranges::any_of(kChallenges, [&](std::string_view sign) { return url.find(sign) != url.npos; }))
      return true;
  }
  return false;
}

aio::Task<base::Result<void>> PageHand::take_page(const aio::Context& ctx) {
  std::shared_ptr<browser::Page> page = frame_id_ ? browser_.page_by_main_frame(*frame_id_) : nullptr;
  if (frame_id_ && !page) co_return base::fail(base::Kind::not_found, "the page of this run is closed");
  if (!page) {
    CO_TRY(page, co_await browser_.active_page(ctx));
  }
  if (page != page_) {
    hide_pointer();
    pointer_.reset();
    mouse_.reset();
    page_ = std::move(page);
    mouse_ = std::make_unique<browser::Mouse>(*page_);
  }
  co_return base::Result<void>();
}

aio::Task<base::Result<std::optional<std::string>>> PageHand::perform(const aio::Context& ctx, agent::Gesture gesture) {
  CO_TRY_VOID(co_await take_page(ctx));
  co_await follow(ctx, gesture);
  const base::TimePoint acted = ctx.now();
  const bool goes = leaves(gesture);
  auto work = std::visit([&](const auto& each) { return act(ctx, each); }, gesture);
  auto done = goes ? co_await std::move(work) : co_await answered(ctx, *page_, std::move(work));
  if (!done) {
    if (done.error().kind == base::Kind::gone || ctx.now() >= ctx.deadline) co_return std::unexpected(done.error());
    co_return without_values(std::move(done.error().message), variables_);
  }
  if (!std::holds_alternative<agent::Wait>(gesture)) co_await settle(ctx, acted, goes);
  co_return std::optional<std::string>();
}

aio::Task<void> PageHand::follow(const aio::Context& ctx, agent::Gesture gesture) {
  if (!show_) co_return;
  std::optional<agent::At> at;
  if (const auto* click = std::get_if<agent::Click>(&gesture)) at = click->at;
  if (const auto* hold = std::get_if<agent::PressAndHold>(&gesture)) at = hold->at;
  if (const auto* move = std::get_if<agent::Move>(&gesture)) at = move->at;
  if (const auto* drag = std::get_if<agent::DragAlong>(&gesture); drag && !drag->path.empty()) at = drag->path.back();
  if (!at) co_return;
  const auto now = co_await view(ctx);
  if (!now) co_return;
  const double pixels = now->step * now->window.pinch;
  pointer_ = {at->x * pixels, at->y * pixels};
  draw_pointer();
}

// By the browser, over the page (CDP domain Overlay), so that the page neither sees it nor is covered by it.
void PageHand::draw_pointer() {
  if (!pointer_) return;
  constexpr int kSize = 12;
  const json::Object colour{{"r", 255}, {"g", 80}, {"b", 0}, {"a", 0.7}};
  page_->session().post("DOM.enable");
  page_->session().post("Overlay.enable");
  page_->session().post("Overlay.highlightRect", {{"x", static_cast<int>(pointer_->x) - kSize / 2},
                                                  {"y", static_cast<int>(pointer_->y) - kSize / 2},
                                                  {"width", kSize},
                                                  {"height", kSize},
                                                  {"color", colour}});
}

void PageHand::hide_pointer() {
  if (!pointer_ || !page_) return;
  for (const char* method : {"Overlay.hideHighlight", "Overlay.disable", "DOM.disable"}) page_->session().post(method);
}

// A page that a gesture has opened is waited for like one that it has gone to.
aio::Task<void> PageHand::settle(const aio::Context& ctx, base::TimePoint acted, bool elsewhere) {
  if (elsewhere)
    static_cast<void>(co_await browser::wait_settled(ctx, *page_, kNewPage));
  else
    static_cast<void>(co_await browser::wait_consequence(ctx, *page_, acted, kConsequenceOfGesture));
  const std::shared_ptr<browser::Page> before = page_;
  const auto taken = co_await take_page(ctx);
  if (taken && page_ != before) static_cast<void>(co_await browser::wait_settled(ctx, *page_, kNewPage));
}

aio::Task<base::Result<agent::WindowSize>> PageHand::window(const aio::Context& ctx) {
  if (!window_) {
    CO_TRY_VOID(co_await take_page(ctx));
    CO_TRY(const browser::Window now, co_await answered(ctx, *page_, browser::window_of(ctx, *page_)));
    window_ = agent::WindowSize{static_cast<int>(std::lround(now.width * now.pinch)),
                                static_cast<int>(std::lround(now.height * now.pinch))};
  }
  co_return *window_;
}

aio::Task<base::Result<PageHand::View>> PageHand::view(const aio::Context& ctx) {
  CO_TRY(const agent::WindowSize asked, co_await window(ctx));
  CO_TRY(const browser::Window now, co_await answered(ctx, *page_, browser::window_of(ctx, *page_)));
  co_return View{now, now.width / asked.width};
}

aio::Task<base::Result<browser::Point>> PageHand::point(const aio::Context& ctx, agent::At at) {
  CO_TRY(const View now, co_await view(ctx));
  co_return browser::Point{at.x * now.step, at.y * now.step};
}

aio::Task<base::Result<llm::Image>> PageHand::picture(const aio::Context& ctx, std::vector<agent::At> region) {
  CO_TRY_VOID(co_await take_page(ctx));
  CO_TRY(const View now, co_await view(ctx));
  browser::Region part{.corner = {}, .width = now.window.width, .height = now.window.height};
  double scale = 1 / now.step;
  if (region.size() == 2) {
    part = {.corner = {region[0].x * now.step, region[0].y * now.step},
            .width = std::max(1.0, (region[1].x - region[0].x) * now.step),
            .height = std::max(1.0, (region[1].y - region[0].y) * now.step)};
    // As large as the window at most, in both directions.
    scale = std::min(window_->width / part.width, window_->height / part.height);
  }
  hide_pointer();
  auto taken = co_await answered(ctx, *page_, browser::picture_of(ctx, *page_, now.window, part, scale));
  draw_pointer();
  CO_TRY(std::string data, std::move(taken));
  co_return llm::Image{"image/png", std::move(data)};
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Click gesture) {
  CO_TRY(std::vector<browser::Key> held, keys_of(gesture.held));
  CO_TRY(const browser::Point at, co_await point(ctx, gesture.at));
  if (touch_ && gesture.button == "left" && gesture.count == 1 && held.empty()) co_return co_await mouse_->tap(ctx, at);
  co_return co_await mouse_->click(ctx, at, std::move(gesture.button), gesture.count, std::move(held));
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::PressAndHold gesture) {
  CO_TRY(const browser::Point at, co_await point(ctx, gesture.at));
  co_return co_await mouse_->press_and_hold(ctx, at, gesture.time);
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Move gesture) {
  CO_TRY(const browser::Point at, co_await point(ctx, gesture.at));
  co_return co_await mouse_->move(ctx, at);
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::DragAlong gesture) {
  CO_TRY(std::vector<browser::Key> held, keys_of(gesture.held));
  CO_TRY(const View now, co_await view(ctx));
  std::vector<browser::Point> path;
  path.reserve(gesture.path.size());
  for (const agent::At& at : gesture.path) path.push_back({at.x * now.step, at.y * now.step});
  if (path.size() < 2) co_return base::fail(base::Kind::invalid, "a drag needs two points at least");
  co_return co_await mouse_->drag(ctx, std::move(path), std::move(held));
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Button gesture) {
  if (gesture.down) co_return co_await mouse_->down(ctx, std::move(gesture.button));
  co_return co_await mouse_->up(ctx, std::move(gesture.button));
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Scroll gesture) {
  CO_TRY(std::vector<browser::Key> held, keys_of(gesture.held));
  CO_TRY(const View now, co_await view(ctx));
  co_return co_await mouse_->scroll(ctx, {gesture.at.x * now.step, gesture.at.y * now.step}, gesture.dx * now.step,
                                    gesture.dy * now.step, std::move(held));
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::TypeText gesture) {
  CO_TRY(const browser::Frame frame, co_await browser::focused_frame(ctx, *page_));
  std::vector<std::string> written{std::move(gesture.text)};
  CO_TRY(const std::vector<std::string> text, co_await with_variables(ctx, std::move(written), variables_));
  const auto field = co_await frame.script(ctx, "typesPassword", {});
  if (page_->listener() && field && json::get_bool(*field, "password").value_or(false))
    page_->listener()->typed_password(base::Secret(text[0]));
  if (gesture.clear)
    for (const char* keys : {"Control+A", "Backspace"})
      CO_TRY_VOID(co_await browser::press(ctx, frame, *browser::parse_chord(keys)));
  CO_TRY_VOID(co_await browser::type_text(ctx, frame, text[0]));
  if (gesture.enter) CO_TRY_VOID(co_await browser::press(ctx, frame, *browser::parse_chord("Enter")));
  co_return base::Result<void>();
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Press gesture) {
  CO_TRY(browser::Chord chord, browser::parse_chord(gesture.keys));
  CO_TRY(const browser::Frame frame, co_await browser::focused_frame(ctx, *page_));
  co_return co_await browser::press(ctx, frame, std::move(chord), gesture.held);
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Wait gesture) {
  co_await ctx.clock->sleep(gesture.time);
  co_return base::Result<void>();
}

PageHand::Done PageHand::act(const aio::Context& /*ctx*/, agent::Look /*gesture*/) { co_return base::Result<void>(); }
PageHand::Done PageHand::act(const aio::Context& /*ctx*/, agent::Where /*gesture*/) { co_return base::Result<void>(); }

// What the browser shows instead of a page that does not come is no success.
PageHand::Done PageHand::act(const aio::Context& ctx, agent::GoTo gesture) {
  NavigateRequest request{.url = std::move(gesture.url), .timeout = kNavigation};
  const std::string url = request.url;
  std::shared_ptr<browser::Page> page = page_;
  const auto came = co_await browser_.navigate(ctx, page, std::move(request));
  if (page != page_) {  // another in its place
    if (frame_id_) frame_id_ = page->main_frame_id();
    CO_TRY_VOID(co_await take_page(ctx));
  }
  if (!came) co_return std::unexpected(came.error());
  if (page_->url().starts_with("chrome-error:"))
    co_return base::fail(base::Kind::browser, fmt::format("{} could not be opened", url));
  co_return base::Result<void>();
}

PageHand::Done PageHand::act(const aio::Context& ctx, agent::Back /*gesture*/) {
  co_return co_await browser::go(ctx, *page_, browser::Way::back);
}
PageHand::Done PageHand::act(const aio::Context& ctx, agent::Forward /*gesture*/) {
  co_return co_await browser::go(ctx, *page_, browser::Way::forward);
}

}  // namespace engine
