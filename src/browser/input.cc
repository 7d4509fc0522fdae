#include "browser/input.h"

#include <vector>

#include "browser/key_events.h"

namespace browser {
namespace {

json::Object mouse(std::string_view type, Point point, std::string_view button, int clicks, int buttons) {
  return {{"type", type},       {"x", point.x},         {"y", point.y},           {"button", button},
          {"buttons", buttons}, {"clickCount", clicks}, {"force", force(buttons)}};
}

// A page that does not answer may have felt what was sent, or feels it as soon as it comes to it.
base::Error felt_or_not(Page& page, const base::Error& why) {
  base::Error out = page.main_frame().unanswered(why);
  out.message += kInputWasSent;
  return out;
}

// A gesture that closes its own page, or sends its frame to another process, has worked, though its answers are lost;
// on a busy machine all of them are. (A page that was closing before says so when it is asked where to point.)
aio::Task<base::Result<void>> all(const aio::Context& ctx, Page& page, std::shared_ptr<cdp::Session> session,
                                  std::vector<cdp::PendingCall> calls) {
  for (cdp::PendingCall& call : calls) {
    auto reply = co_await call.reply(ctx);
    if (reply || session->why() == cdp::CloseReason::detached) continue;
    if (reply.error().kind == base::Kind::timeout) co_return std::unexpected(felt_or_not(page, reply.error()));
    co_return std::unexpected(std::move(reply).error());
  }
  co_return base::Result<void>();
}

base::Result<std::shared_ptr<cdp::Session>> keyboard_of(const Frame& frame) {
  auto session = frame.session();
  if (!session) return base::fail(base::Kind::browser, std::string(kFrameGone));
  return session;
}

std::vector<cdp::PendingCall> send_keys(Page& page, cdp::Session& session, const std::vector<json::Object>& events) {
  std::vector<cdp::PendingCall> calls;
  calls.reserve(events.size());
  for (const json::Object& event : events) calls.push_back(page.input(session, "Input.dispatchKeyEvent", event));
  return calls;
}

// Lets go of keys, also when the wait for that moment is cut off.
class Release {
 public:
  Release(std::shared_ptr<cdp::Session> session, std::vector<json::Object> up)
      : session_(std::move(session)), up_(std::move(up)) {}
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;
  ~Release() {
    for (const json::Object& event : up_) session_->post("Input.dispatchKeyEvent", event);
  }

 private:
  std::shared_ptr<cdp::Session> session_;
  std::vector<json::Object> up_;
};

}  // namespace

aio::Task<base::Result<void>> send_input(const aio::Context& ctx, Page& page, std::shared_ptr<cdp::Session> session,
                                         std::string method, json::Object params) {
  std::vector<cdp::PendingCall> call;
  call.push_back(page.input(*session, method, params));
  co_return co_await all(ctx, page, std::move(session), std::move(call));
}

aio::Task<base::Result<void>> click_at(const aio::Context& ctx, Page& page, Spot spot, std::string button, int clicks) {
  const int bit = button == "right" ? 2 : button == "middle" ? 4 : 1;
  std::vector<cdp::PendingCall> calls;
  const auto send = [&](std::string_view type, std::string_view which, int n, int held) {
    calls.push_back(page.input(*spot.session, "Input.dispatchMouseEvent", mouse(type, spot.at, which, n, held)));
  };
  send("mouseMoved", "none", 0, 0);
  for (int n = 1; n <= clicks; ++n) {
    send("mousePressed", button, n, bit);
    send("mouseReleased", button, n, 0);
  }
  co_return co_await all(ctx, page, spot.session, std::move(calls));
}

aio::Task<base::Result<void>> tap_at(const aio::Context& ctx, Page& page, Spot spot) {
  const json::Array finger{json::Object{{"x", spot.at.x}, {"y", spot.at.y}}};
  std::vector<cdp::PendingCall> calls;
  calls.push_back(
      page.input(*spot.session, "Input.dispatchTouchEvent", {{"type", "touchStart"}, {"touchPoints", finger}}));
  calls.push_back(
      page.input(*spot.session, "Input.dispatchTouchEvent", {{"type", "touchEnd"}, {"touchPoints", json::Array()}}));
  co_return co_await all(ctx, page, spot.session, std::move(calls));
}

aio::Task<base::Result<void>> move_to(const aio::Context& ctx, Page& page, Spot spot) {
  co_return co_await send_input(ctx, page, spot.session, "Input.dispatchMouseEvent",
                                mouse("mouseMoved", spot.at, "none", 0, 0));
}

aio::Task<base::Result<void>> wheel(const aio::Context& ctx, Page& page, Spot spot, double dx, double dy) {
  CO_TRY_VOID(co_await move_to(ctx, page, spot));
  json::Object event = mouse("mouseWheel", spot.at, "none", 0, 0);
  event["deltaX"] = dx;
  event["deltaY"] = dy;
  co_return co_await send_input(ctx, page, spot.session, "Input.dispatchMouseEvent", std::move(event));
}

Drag::~Drag() {
  if (!from_.session) return;
  native_.end(from_.in_page);
  // Outside of the page: let go where it was pressed, it would be a click.
  if (pressed_) from_.session->post("Input.dispatchMouseEvent", mouse("mouseReleased", {-1, -1}, "left", 1, 0));
}

aio::Task<base::Result<void>> Drag::mouse_event(const aio::Context& ctx, std::string_view type, Point at, int held) {
  at_ = at;
  const int clicks = type == "mouseMoved" ? 0 : 1;
  const std::string_view button = held == 0 && type == "mouseMoved" ? "none" : "left";
  co_return co_await send_input(ctx, page_, from_.session, "Input.dispatchMouseEvent",
                                mouse(type, at, button, clicks, held));
}

aio::Task<base::Result<void>> Drag::press(const aio::Context& ctx, Spot from) {
  from_ = from;
  native_.expect(from.session);
  CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", from.at, 0));
  pressed_ = true;
  co_return co_await mouse_event(ctx, "mousePressed", from.at, 1);
}

aio::Task<base::Result<void>> Drag::lift(const aio::Context& ctx) {
  const Spot& from = from_;
  co_await ctx.clock->sleep(kDragHold);
  // Far enough for Chromium and for libraries to see a drag and not a click.
  for (const double step : {4.0, 8.0})
    if (!native_.is_on()) CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", {from.at.x + step, from.at.y + step}, 1));
  // A page may show where things can be dropped only now, or as soon as it is dragged over.
  if (native_.is_on())
    for (const char* type : {"dragEnter", "dragOver"}) CO_TRY_VOID(co_await native_.send(ctx, from.session, type, at_));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Drag::drop(const aio::Context& ctx, Spot to) {
  constexpr int kSteps = 10;
  const Point from = at_;
  const bool same = to.session == from_.session;
  // The process that the button was pressed in gets the mouse until it is released, also outside of its own frame.
  const Point end =
      same ? to.at : Point{from_.at.x + to.in_page.x - from_.in_page.x, from_.at.y + to.in_page.y - from_.in_page.y};
  for (int n = 1; n <= kSteps; ++n) {
    const Point at{from.x + (end.x - from.x) * n / kSteps, from.y + (end.y - from.y) * n / kSteps};
    if (!native_.is_on())
      CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", at, 1));
    else if (same)
      CO_TRY_VOID(co_await native_.send(ctx, to.session, "dragOver", at));
  }
  if (native_.is_on() && !same) CO_TRY_VOID(co_await native_.send(ctx, to.session, "dragEnter", to.at));
  co_await ctx.clock->sleep(kDragOver);
  // Who looks now and then at where the pointer is, looks where it has moved since, and not at once after making room.
  if (!native_.is_on()) {
    CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", {end.x + 1, end.y}, 1));
    co_await ctx.clock->sleep(kDragOver);
  }
  if (native_.is_on())
    CO_TRY_VOID(co_await native_drop(ctx, to));
  else
    CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", end, 1));
  CO_TRY_VOID(co_await mouse_event(ctx, "mouseReleased", end, 0));
  pressed_ = false;
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Drag::native_drop(const aio::Context& ctx, Spot to) {
  for (const char* type : {"dragOver", "drop"}) CO_TRY_VOID(co_await native_.send(ctx, to.session, type, to.at));
  // Only the process that took the drop knows of it. The one that the drag began in takes no mouse until it has ended
  // there too: by a drop outside of all that is in it.
  if (to.session != from_.session)
    for (const char* type : {"dragEnter", "dragOver", "drop"})
      CO_TRY_VOID(co_await native_.send(ctx, from_.session, type, {-9, -9}));
  native_.dropped();
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> insert_text(const aio::Context& ctx, const Frame& frame, std::string text) {
  CO_TRY(auto session, keyboard_of(frame));
  co_return co_await send_input(ctx, frame.page(), std::move(session), "Input.insertText", {{"text", std::move(text)}});
}

aio::Task<base::Result<void>> press(const aio::Context& ctx, const Frame& frame, Chord chord, base::Duration held) {
  constexpr auto kBeforeRepeats = std::chrono::milliseconds(500);
  constexpr auto kBetweenRepeats = std::chrono::milliseconds(50);
  CO_TRY(const auto session, keyboard_of(frame));
  ChordEvents events = events_of(chord);
  std::vector<cdp::PendingCall> calls = send_keys(frame.page(), *session, events.down);
  if (held <= base::Duration::zero()) {
    for (cdp::PendingCall& call : send_keys(frame.page(), *session, events.up)) calls.push_back(std::move(call));
    co_return co_await all(ctx, frame.page(), session, std::move(calls));
  }
  const Release release(session, std::move(events.up));
  CO_TRY_VOID(co_await all(ctx, frame.page(), session, std::move(calls)));
  json::Object again = std::move(events.down.back());
  again["autoRepeat"] = true;
  const base::TimePoint end = base::after(ctx.now(), held);
  for (base::TimePoint next = base::after(ctx.now(), kBeforeRepeats); next < end;
       next = base::after(next, kBetweenRepeats)) {
    co_await ctx.clock->sleep_until(next);
    CO_TRY_VOID(co_await send_input(ctx, frame.page(), session, "Input.dispatchKeyEvent", again));
  }
  co_await ctx.clock->sleep_until(end);
  co_return base::Result<void>();
}

KeysDown::KeysDown(Page& page, const std::vector<Key>& keys) : page_(page), keys_(keys) {
  for (const Key& key : keys_) {
    bits_ |= modifier_bit(key);
    static_cast<void>(page_.input("Input.dispatchKeyEvent", key_event(KeyMove::down, key, bits_)));
  }
}

KeysDown::~KeysDown() {
  for (auto key = keys_.rbegin(); key != keys_.rend(); ++key) {
    bits_ &= ~modifier_bit(*key);
    page_.session().post("Input.dispatchKeyEvent", key_event(KeyMove::up, *key, bits_));
  }
}

aio::Task<base::Result<void>> type_text(const aio::Context& ctx, const Frame& frame, std::string text) {
  std::string beyond;  // characters that no key of the layout types
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const auto key = i < text.size() ? find_key(std::string_view(text).substr(i, 1)) : std::nullopt;
    if (i < text.size() && !key) {
      beyond += text[i];
      continue;
    }
    if (!beyond.empty()) CO_TRY_VOID(co_await insert_text(ctx, frame, std::exchange(beyond, "")));
    if (key) CO_TRY_VOID(co_await press(ctx, frame, Chord{.modifiers = {}, .key = *key}));
  }
  co_return base::Result<void>();
}

}  // namespace browser
