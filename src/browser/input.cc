#include "browser/input.h"

#include <vector>

namespace browser {
namespace {

json::Object mouse(std::string_view type, Point point, std::string_view button, int clicks, int buttons) {
  return {{"type", type},     {"x", point.x},       {"y", point.y},
          {"button", button}, {"buttons", buttons}, {"clickCount", clicks}};
}

aio::Task<base::Result<void>> all(const aio::Context& ctx, std::vector<cdp::PendingCall> calls) {
  for (cdp::PendingCall& call : calls) CO_TRY_VOID(co_await call.reply(ctx));
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

void send_chord(Page& page, const Chord& chord, std::vector<cdp::PendingCall>& calls) {
  int modifiers = 0;
  for (const Key& modifier : chord.modifiers) {
    modifiers |= modifier_bit(modifier);
    calls.push_back(page.session().send("Input.dispatchKeyEvent", key_event("down", modifier, modifiers)));
  }
  const bool shift = (modifiers & kShift) != 0;
  const Key key = shift ? shifted(chord.key) : chord.key;
  const int bits = modifiers | (key.shifted ? kShift : 0);
  calls.push_back(page.session().send("Input.dispatchKeyEvent", key_event("down", key, bits)));
  calls.push_back(page.session().send("Input.dispatchKeyEvent", key_event("up", key, bits)));
  for (auto it = chord.modifiers.rbegin(); it != chord.modifiers.rend(); ++it) {
    modifiers &= ~modifier_bit(*it);
    calls.push_back(page.session().send("Input.dispatchKeyEvent", key_event("up", *it, modifiers)));
  }
}

}  // namespace

aio::Task<base::Result<void>> click_at(const aio::Context& ctx, Page& page, Point point, std::string button,
                                       int clicks) {
  const int bit = button == "right" ? 2 : button == "middle" ? 4 : 1;
  std::vector<cdp::PendingCall> calls;
  calls.push_back(page.session().send("Input.dispatchMouseEvent", mouse("mouseMoved", point, "none", 0, 0)));
  for (int n = 1; n <= clicks; ++n) {
    calls.push_back(page.session().send("Input.dispatchMouseEvent", mouse("mousePressed", point, button, n, bit)));
    calls.push_back(page.session().send("Input.dispatchMouseEvent", mouse("mouseReleased", point, button, n, 0)));
  }
  co_return co_await all(ctx, std::move(calls));
}

aio::Task<base::Result<void>> tap_at(const aio::Context& ctx, Page& page, Point point) {
  std::vector<cdp::PendingCall> calls;
  calls.push_back(page.session().send(
      "Input.dispatchTouchEvent",
      {{"type", "touchStart"}, {"touchPoints", json::Array{json::Object{{"x", point.x}, {"y", point.y}}}}}));
  calls.push_back(
      page.session().send("Input.dispatchTouchEvent", {{"type", "touchEnd"}, {"touchPoints", json::Array()}}));
  co_return co_await all(ctx, std::move(calls));
}

aio::Task<base::Result<void>> move_to(const aio::Context& ctx, Page& page, Point point) {
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", mouse("mouseMoved", point, "none", 0, 0)));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> wheel(const aio::Context& ctx, Page& page, Point point, double dx, double dy) {
  CO_TRY_VOID(co_await move_to(ctx, page, point));
  json::Object event = mouse("mouseWheel", point, "none", 0, 0);
  event["deltaX"] = dx;
  event["deltaY"] = dy;
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", std::move(event)));
  co_return base::Result<void>();
}

namespace {

aio::Task<base::Result<void>> mouse_drag(const aio::Context& ctx, Page& page, Point from, Point to,
                                         const json::Value& data) {
  constexpr int kSteps = 10;
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", mouse("mouseMoved", from, "none", 0, 0)));
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", mouse("mousePressed", from, "left", 1, 1)));
  for (int n = 1; n <= kSteps; ++n) {
    const Point at{from.x + (to.x - from.x) * n / kSteps, from.y + (to.y - from.y) * n / kSteps};
    CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", mouse("mouseMoved", at, "left", 1, 1)));
    if (!data.is_null()) break;  // the page began a native drag
  }
  if (!data.is_null())
    for (const std::string_view type : {"dragEnter", "dragOver", "drop"})
      CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchDragEvent",
                                               {{"type", type}, {"x", to.x}, {"y", to.y}, {"data", data}}));
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.dispatchMouseEvent", mouse("mouseReleased", to, "left", 1, 0)));
  co_return base::Result<void>();
}

}  // namespace

aio::Task<base::Result<void>> drag(const aio::Context& ctx, Page& page, Point from, Point to) {
  json::Value data = nullptr;
  const cdp::Subscription intercepted = page.session().on("Input.dragIntercepted", [&data](const json::Value& params) {
    if (const json::Value* d = json::find(params, "data")) data = *d;
  });
  page.session().post("Input.setInterceptDrags", {{"enabled", true}});
  auto result = co_await mouse_drag(ctx, page, from, to, data);
  page.session().post("Input.setInterceptDrags", {{"enabled", false}});
  co_return result;
}

aio::Task<base::Result<void>> insert_text(const aio::Context& ctx, Page& page, std::string text) {
  CO_TRY_VOID(co_await page.session().call(ctx, "Input.insertText", {{"text", std::move(text)}}));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> press(const aio::Context& ctx, Page& page, Chord chord) {
  std::vector<cdp::PendingCall> calls;
  send_chord(page, chord, calls);
  co_return co_await all(ctx, std::move(calls));
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
