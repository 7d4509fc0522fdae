#include "browser/gesture.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace browser {
namespace {

constexpr double kStepLength = 12;     // pixels between two events of a drag, more or less
constexpr int kMostStepsOfAPath = 40;  // between two points of its path

int bit_of(std::string_view button) {
  return button == "right" ? 2 : button == "middle" ? 4 : button == "left" ? 1 : 0;
}

std::shared_ptr<cdp::Session> main_of(Page& page) { return page.session_of(page.session().id()); }

// A wheel is answered before anything has moved, and what moves may glide: done when the script says that it rests.
constexpr auto kScrollPatience = std::chrono::milliseconds(1200);
constexpr auto kWorldPatience = std::chrono::milliseconds(100);

// Begins to watch every frame's scrolling.
aio::Task<std::vector<cdp::PendingCall>> watch_scrolling(const aio::Context& ctx, Page& page) {
  std::vector<cdp::PendingCall> out;
  const aio::Context brief = ctx.within(kWorldPatience);
  for (const Frame& frame : page.frames()) {
    const auto world = co_await aio::by_deadline(brief, frame.world(brief), "late");
    if (!world) continue;
    out.push_back(world->session->send("Runtime.evaluate", {{"expression", "__belay.scrollRest()"},
                                                            {"contextId", world->context},
                                                            {"awaitPromise", true},
                                                            {"returnByValue", true}}));
  }
  co_return out;
}

}  // namespace

aio::Task<base::Result<Window>> window_of(const aio::Context& ctx, Page& page) {
  CO_TRY(const cdp::Payload metrics, co_await page.session().call(ctx, "Page.getLayoutMetrics"));
  // Asked where the page cannot lie about it.
  CO_TRY(const cdp::Payload inner, co_await page.script(ctx, "viewport", {}));
  const json::Value* view = json::find(metrics, "cssVisualViewport");
  if (!view) co_return base::fail(base::Kind::browser, "the browser does not say what its window shows");
  const auto number = [view](std::string_view name) { return json::get_double(*view, name).value_or(0); };
  const auto measured = [&inner](std::string_view name) { return json::get_double(inner, name).value_or(0); };
  // With its scroll bars, which a picture shows too.
  const double pinch = std::max(0.01, number("scale"));
  Window out{.left = number("pageX"),
             .top = number("pageY"),
             .width = measured("width") / pinch,
             .height = measured("height") / pinch,
             .pinch = pinch,
             .device = std::max(0.1, measured("device"))};
  if (out.width < 1 || out.height < 1) co_return base::fail(base::Kind::browser, "the window shows nothing");
  co_return out;
}

aio::Task<base::Result<std::string>> picture_of(const aio::Context& ctx, Page& page, Window window, Region region,
                                                double scale) {
  json::Object how{{"format", "png"}};
  const bool whole =
      region.corner.x == 0 && region.corner.y == 0 && region.width == window.width && region.height == window.height;
  // As it is on the device, where that is what is wanted: a clip makes Chromium lay the window out anew for a moment.
  if (!whole || window.pinch != 1 || window.device != scale)
    how["clip"] = json::Object{{"x", window.left + region.corner.x},
                               {"y", window.top + region.corner.y},
                               {"width", region.width},
                               {"height", region.height},
                               {"scale", scale / window.device}};
  CO_TRY(const cdp::Payload shot, co_await page.session().call(ctx, "Page.captureScreenshot", how));
  auto data = json::get_text(shot, "data");
  if (!data) co_return base::fail(base::Kind::browser, "the browser gave no picture of the page");
  co_return std::move(*data);
}

// A gesture that is to end with the button up, also when it is cut off.
class Mouse::Whole {
 public:
  explicit Whole(Mouse& mouse) : mouse_(mouse) {}
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;
  ~Whole() { mouse_.let_go(); }

 private:
  Mouse& mouse_;
};

// Keys that are down while the mouse does something, and no longer.
class Mouse::With {
 public:
  With(Mouse& mouse, const std::vector<Key>& held) : mouse_(mouse), keys_(mouse.page_, held) {
    mouse_.modifiers_ = keys_.bits();
  }
  With(const With&) = delete;
  With& operator=(const With&) = delete;
  ~With() { mouse_.modifiers_ = 0; }

 private:
  Mouse& mouse_;
  const KeysDown keys_;
};

Mouse::~Mouse() { let_go(); }

base::Result<void> Mouse::free() const {
  if (button_.empty()) return {};
  return base::fail(base::Kind::invalid, fmt::format("the {} mouse button is down already", button_));
}

void Mouse::let_go() {
  native_.end(at_);
  if (!button_.empty())
    page_.session().post("Input.dispatchMouseEvent", {{"type", "mouseReleased"},
                                                      {"x", at_.x},
                                                      {"y", at_.y},
                                                      {"button", std::exchange(button_, "")},
                                                      {"clickCount", 1}});
}

aio::Task<base::Result<void>> Mouse::send(const aio::Context& ctx, std::string_view type, std::string_view button,
                                          int count) {
  // A move with a button down names it, and a release no longer counts it among those that are.
  const std::string_view named = type == "mouseMoved" && !button_.empty() ? std::string_view(button_) : button;
  const int down = type == "mouseReleased" ? 0 : type == "mousePressed" ? bit_of(button) : bit_of(button_);
  json::Object event{{"type", type},    {"x", at_.x},          {"y", at_.y},           {"button", named},
                     {"buttons", down}, {"clickCount", count}, {"force", force(down)}, {"modifiers", modifiers_}};
  co_return co_await send_input(ctx, page_, main_of(page_), "Input.dispatchMouseEvent", std::move(event));
}

aio::Task<base::Result<void>> Mouse::move(const aio::Context& ctx, Point at) {
  at_ = at;
  co_return co_await send(ctx, "mouseMoved", "none", 0);
}

aio::Task<base::Result<void>> Mouse::click(const aio::Context& ctx, Point at, std::string button, int count,
                                           std::vector<Key> held) {
  CO_TRY_VOID(free());
  const With keys(*this, held);
  const Whole whole(*this);
  CO_TRY_VOID(co_await move(ctx, at));
  for (int n = 1; n <= count; ++n) {
    button_ = button;
    CO_TRY_VOID(co_await send(ctx, "mousePressed", button, n));
    CO_TRY_VOID(co_await send(ctx, "mouseReleased", button, n));
    button_.clear();
  }
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Mouse::tap(const aio::Context& ctx, Point at) {
  co_return co_await tap_at(ctx, page_, {.session = main_of(page_), .at = at, .in_page = at});
}

aio::Task<base::Result<void>> Mouse::press_and_hold(const aio::Context& ctx, Point at, base::Duration time) {
  CO_TRY_VOID(free());
  const Whole whole(*this);
  CO_TRY_VOID(co_await move(ctx, at));
  CO_TRY_VOID(co_await down(ctx, "left"));
  co_await ctx.clock->sleep(time);
  co_return co_await up(ctx, "left");
}

aio::Task<base::Result<void>> Mouse::down(const aio::Context& ctx, std::string button) {
  CO_TRY_VOID(free());
  // It counts as down from before it is told to be: cut off in between, it is let go of all the same.
  button_ = button;
  if (auto done = co_await send(ctx, "mousePressed", button, 1); !done) {
    let_go();
    co_return done;
  }
  // Whether a move from here on becomes a native drag is the page's affair.
  native_.expect();
  entered_ = false;
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Mouse::up(const aio::Context& ctx, std::string button) {
  if (button_ != button)
    co_return base::fail(base::Kind::invalid, fmt::format("the {} mouse button is not down", button));
  const Whole whole(*this);
  if (native_.is_on()) {
    CO_TRY_VOID(co_await drag_over(ctx, at_));
    CO_TRY_VOID(co_await native_.send(ctx, main_of(page_), "drop", at_, modifiers_));
    native_.dropped();
  }
  CO_TRY_VOID(co_await send(ctx, "mouseReleased", button, 1));
  button_.clear();
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Mouse::drag_over(const aio::Context& ctx, Point at) {
  at_ = at;
  if (!std::exchange(entered_, true))
    CO_TRY_VOID(co_await native_.send(ctx, main_of(page_), "dragEnter", at, modifiers_));
  CO_TRY_VOID(co_await native_.send(ctx, main_of(page_), "dragOver", at, modifiers_));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Mouse::drag(const aio::Context& ctx, std::vector<Point> path, std::vector<Key> held) {
  CO_TRY_VOID(free());
  const With keys(*this, held);
  const Whole whole(*this);
  CO_TRY_VOID(co_await move(ctx, path.front()));
  CO_TRY_VOID(co_await down(ctx, "left"));
  co_await ctx.clock->sleep(kDragHold);
  for (std::size_t i = 1; i < path.size(); ++i) {
    const Point from = path[i - 1];
    const double far = std::hypot(path[i].x - from.x, path[i].y - from.y);
    // Two at least: a page tells a drag from a click by moves.
    const int steps = std::clamp(static_cast<int>(far / kStepLength), 2, kMostStepsOfAPath);
    for (int n = 1; n <= steps; ++n) {
      const Point at{from.x + (path[i].x - from.x) * n / steps, from.y + (path[i].y - from.y) * n / steps};
      CO_TRY_VOID(native_.is_on() ? co_await drag_over(ctx, at) : co_await move(ctx, at));
    }
  }
  co_await ctx.clock->sleep(kDragOver);
  if (!native_.is_on()) {  // as a drag between two elements (input.cc)
    const Point end = path.back();
    CO_TRY_VOID(co_await move(ctx, {end.x + 1, end.y}));
    co_await ctx.clock->sleep(kDragOver);
    CO_TRY_VOID(co_await move(ctx, end));
  }
  co_return co_await up(ctx, "left");
}

aio::Task<base::Result<void>> Mouse::scroll(const aio::Context& ctx, Point at, double dx, double dy,
                                            std::vector<Key> held) {
  const With keys(*this, held);
  base::Result<void> done = co_await move(ctx, at);
  std::vector<cdp::PendingCall> watched = co_await watch_scrolling(ctx, page_);
  json::Object wheel{{"type", "mouseWheel"}, {"x", at.x}, {"y", at.y}, {"modifiers", modifiers_}};
  wheel["deltaX"] = dx;
  wheel["deltaY"] = dy;
  if (done) done = co_await send_input(ctx, page_, main_of(page_), "Input.dispatchMouseEvent", std::move(wheel));
  const aio::Context patient = ctx.within(kScrollPatience);
  for (cdp::PendingCall& each : watched)
    if (done) static_cast<void>(co_await each.reply(patient));
  co_return done;
}

aio::Task<base::Result<Frame>> focused_frame(const aio::Context& ctx, Page& page) {
  constexpr int kDeepest = 16;
  Frame frame = page.main_frame();
  for (int depth = 0; depth < kDeepest; ++depth) {
    const auto holder = co_await frame.element(ctx, "focusHolder", {});
    if (!holder) break;
    CO_TRY(const cdp::Payload node,
           co_await (*holder)->session()->call(ctx, "DOM.describeNode", {{"objectId", (*holder)->id()}}));
    const auto inside = page.frame(json::get_text(node, "node.frameId").value_or(""));
    if (!inside || !inside->session()) break;
    frame = *inside;
  }
  co_return frame;
}

}  // namespace browser
