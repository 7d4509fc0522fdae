#include "browser/input.h"

#include <vector>

#include "base/text.h"

namespace browser {
namespace {

json::Object mouse(std::string_view type, Point point, std::string_view button, int clicks, int buttons) {
  return {{"type", type},     {"x", point.x},       {"y", point.y},
          {"button", button}, {"buttons", buttons}, {"clickCount", clicks}};
}

// A gesture that closes its own page has worked, though the answers to the rest of it are lost.
aio::Task<base::Result<void>> all(const aio::Context& ctx, Page& page, std::vector<cdp::PendingCall> calls) {
  bool taken = false;
  for (cdp::PendingCall& call : calls) {
    auto reply = co_await call.reply(ctx);
    if (!reply && !(taken && page.session().why() == cdp::CloseReason::detached))
      co_return std::unexpected(std::move(reply).error());
    taken = true;
  }
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> one(const aio::Context& ctx, Page& page, std::string method, json::Object params) {
  cdp::PendingCall call = page.input(method, params);
  CO_TRY_VOID(co_await call.reply(ctx));
  co_return base::Result<void>();
}

json::Object key_event(std::string_view type, const Key& key, int modifiers) {
  // With Control, Alt or Meta a key commands and does not type.
  const bool types = !key.text.empty() && (modifiers & (kAlt | kControl | kMeta)) == 0;
  json::Object out{{"type", type == "down" ? (types ? "keyDown" : "rawKeyDown") : "keyUp"},
                   {"key", key.key},
                   {"code", key.code},
                   {"windowsVirtualKeyCode", key.virtual_code},
                   {"nativeVirtualKeyCode", key.virtual_code},
                   {"modifiers", modifiers}};
  if (type == "down" && types) {
    out["text"] = key.text;
    out["unmodifiedText"] = key.text;
  }
  return out;
}

// What Shift makes of a letter or sign: Shift+a types A.
Key shifted(const Key& key) {
  if (key.text.size() != 1) return key;
  for (char c = '!'; c <= '~'; ++c)
    if (auto other = find_key(std::string_view(&c, 1)); other && other->shifted && other->code == key.code)
      return *other;
  return key;
}

// Control+A names the key A and holds no Shift.
Key lower(const Key& key) {
  if (key.text.size() != 1 || key.text[0] < 'A' || key.text[0] > 'Z') return key;
  return *find_key(base::to_lower_ascii(key.text));
}

void send_chord(Page& page, const Chord& chord, std::vector<cdp::PendingCall>& calls) {
  int modifiers = 0;
  for (const Key& modifier : chord.modifiers) {
    modifiers |= modifier_bit(modifier);
    calls.push_back(page.input("Input.dispatchKeyEvent", key_event("down", modifier, modifiers)));
  }
  const bool shift = (modifiers & kShift) != 0;
  const bool commands = (modifiers & (kAlt | kControl | kMeta)) != 0;
  const Key key = shift ? shifted(chord.key) : commands ? lower(chord.key) : chord.key;
  const int bits = modifiers | (key.shifted ? kShift : 0);
  calls.push_back(page.input("Input.dispatchKeyEvent", key_event("down", key, bits)));
  calls.push_back(page.input("Input.dispatchKeyEvent", key_event("up", key, bits)));
  for (auto it = chord.modifiers.rbegin(); it != chord.modifiers.rend(); ++it) {
    modifiers &= ~modifier_bit(*it);
    calls.push_back(page.input("Input.dispatchKeyEvent", key_event("up", *it, modifiers)));
  }
}

}  // namespace

aio::Task<base::Result<void>> click_at(const aio::Context& ctx, Page& page, Point point, std::string button,
                                       int clicks) {
  const int bit = button == "right" ? 2 : button == "middle" ? 4 : 1;
  std::vector<cdp::PendingCall> calls;
  calls.push_back(page.input("Input.dispatchMouseEvent", mouse("mouseMoved", point, "none", 0, 0)));
  for (int n = 1; n <= clicks; ++n) {
    calls.push_back(page.input("Input.dispatchMouseEvent", mouse("mousePressed", point, button, n, bit)));
    calls.push_back(page.input("Input.dispatchMouseEvent", mouse("mouseReleased", point, button, n, 0)));
  }
  co_return co_await all(ctx, page, std::move(calls));
}

aio::Task<base::Result<void>> tap_at(const aio::Context& ctx, Page& page, Point point) {
  std::vector<cdp::PendingCall> calls;
  calls.push_back(
      page.input("Input.dispatchTouchEvent",
                 {{"type", "touchStart"}, {"touchPoints", json::Array{json::Object{{"x", point.x}, {"y", point.y}}}}}));
  calls.push_back(page.input("Input.dispatchTouchEvent", {{"type", "touchEnd"}, {"touchPoints", json::Array()}}));
  co_return co_await all(ctx, page, std::move(calls));
}

aio::Task<base::Result<void>> move_to(const aio::Context& ctx, Page& page, Point point) {
  co_return co_await one(ctx, page, "Input.dispatchMouseEvent", mouse("mouseMoved", point, "none", 0, 0));
}

aio::Task<base::Result<void>> wheel(const aio::Context& ctx, Page& page, Point point, double dx, double dy) {
  CO_TRY_VOID(co_await move_to(ctx, page, point));
  json::Object event = mouse("mouseWheel", point, "none", 0, 0);
  event["deltaX"] = dx;
  event["deltaY"] = dy;
  co_return co_await one(ctx, page, "Input.dispatchMouseEvent", std::move(event));
}

Drag::Drag(Page& page) : page_(page) {
  intercepted_ = page.session().on("Input.dragIntercepted", [this](const json::Value& params) {
    if (const json::Value* data = json::find(params, "data")) data_ = *data;
  });
  page.session().post("Input.setInterceptDrags", {{"enabled", true}});
}

Drag::~Drag() {
  if (pressed_ && !data_.is_null())
    page_.session().post("Input.dispatchDragEvent",
                         {{"type", "dragCancel"}, {"x", at_.x}, {"y", at_.y}, {"data", data_}});
  if (pressed_) page_.session().post("Input.dispatchMouseEvent", mouse("mouseReleased", at_, "left", 1, 0));
  page_.session().post("Input.setInterceptDrags", {{"enabled", false}});
}

aio::Task<base::Result<void>> Drag::mouse_event(const aio::Context& ctx, std::string_view type, Point at, int held) {
  at_ = at;
  const int clicks = type == "mouseMoved" ? 0 : 1;
  const std::string_view button = held == 0 && type == "mouseMoved" ? "none" : "left";
  co_return co_await one(ctx, page_, "Input.dispatchMouseEvent", mouse(type, at, button, clicks, held));
}

aio::Task<base::Result<void>> Drag::lift(const aio::Context& ctx, Point from) {
  CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", from, 0));
  pressed_ = true;
  CO_TRY_VOID(co_await mouse_event(ctx, "mousePressed", from, 1));
  // Far enough for Chromium and for libraries to see a drag and not a click.
  for (const double step : {4.0, 8.0})
    if (data_.is_null()) CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", {from.x + step, from.y + step}, 1));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Drag::drop(const aio::Context& ctx, Point to) {
  constexpr int kSteps = 10;
  const Point from = at_;
  for (int n = 1; n <= kSteps && data_.is_null(); ++n) {
    const Point at{from.x + (to.x - from.x) * n / kSteps, from.y + (to.y - from.y) * n / kSteps};
    CO_TRY_VOID(co_await mouse_event(ctx, "mouseMoved", at, 1));
  }
  if (!data_.is_null())
    for (const std::string_view type : {"dragEnter", "dragOver", "drop"})
      CO_TRY_VOID(co_await one(ctx, page_, "Input.dispatchDragEvent",
                               {{"type", type}, {"x", to.x}, {"y", to.y}, {"data", data_}}));
  CO_TRY_VOID(co_await mouse_event(ctx, "mouseReleased", to, 0));
  pressed_ = false;
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> insert_text(const aio::Context& ctx, Page& page, std::string text) {
  co_return co_await one(ctx, page, "Input.insertText", {{"text", std::move(text)}});
}

aio::Task<base::Result<void>> press(const aio::Context& ctx, Page& page, Chord chord) {
  // In a window that is not in front, Chromium keeps Control+X, C and V to itself.
  if (!chord.modifiers.empty()) page.session().post("Page.bringToFront");
  std::vector<cdp::PendingCall> calls;
  send_chord(page, chord, calls);
  co_return co_await all(ctx, page, std::move(calls));
}

aio::Task<base::Result<void>> type_text(const aio::Context& ctx, Page& page, std::string text) {
  std::string beyond;  // characters that no key of the layout types
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const auto key = i < text.size() ? find_key(std::string_view(text).substr(i, 1)) : std::nullopt;
    if (i < text.size() && !key) {
      beyond += text[i];
      continue;
    }
    if (!beyond.empty()) CO_TRY_VOID(co_await insert_text(ctx, page, std::exchange(beyond, "")));
    if (key) CO_TRY_VOID(co_await press(ctx, page, Chord{.modifiers = {}, .key = *key}));
  }
  co_return base::Result<void>();
}

}  // namespace browser
