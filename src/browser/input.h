// Trusted input: mouse, keys, touch and text, through the CDP Input domain. Events of one gesture go out back to back
// and are awaited together.
#pragma once
#include <string>
#include <string_view>

#include "browser/keyboard_layout.h"
#include "browser/native_drag.h"
#include "browser/page.h"
#include "browser/spot.h"

namespace browser {

// What is said after an error of whoever has sent a page something and does not know what became of it.
inline constexpr std::string_view kInputWasSent =
    ": input had been sent to the page, and part of it may have taken effect";

// One event. A gesture that closes its own page has worked, though its answer is lost.
aio::Task<base::Result<void>> send_input(const aio::Context& ctx, Page& page, std::shared_ptr<cdp::Session> session,
                                         std::string method, json::Object params);

// How hard a mouse presses with these buttons down, which it cannot measure: the half (Pointer Events, "pressure").
constexpr double force(int buttons) { return buttons == 0 ? 0 : 0.5; }

aio::Task<base::Result<void>> click_at(const aio::Context& ctx, Page& page, Spot spot, std::string button, int clicks);
aio::Task<base::Result<void>> tap_at(const aio::Context& ctx, Page& page, Spot spot);
aio::Task<base::Result<void>> move_to(const aio::Context& ctx, Page& page, Spot spot);
aio::Task<base::Result<void>> wheel(const aio::Context& ctx, Page& page, Spot spot, double dx, double dy);

// Some lists let go of what is in them only when it is held for a while (250 ms is usual), and some look only now and
// then at what a thing is dragged over.
inline constexpr auto kDragHold = std::chrono::milliseconds(300);
inline constexpr auto kDragOver = std::chrono::milliseconds(100);

// A drag: press, lift, then drop, between any two frames of the page. Between the two the page may be scrolled. One
// that ends before its drop is let go of, and is no click.
class Drag {
 public:
  explicit Drag(Page& page) : page_(page), native_(page) {}
  Drag(const Drag&) = delete;
  Drag& operator=(const Drag&) = delete;
  ~Drag();
  aio::Task<base::Result<void>> press(const aio::Context& ctx, Spot from);
  aio::Task<base::Result<void>> lift(const aio::Context& ctx);
  aio::Task<base::Result<void>> drop(const aio::Context& ctx, Spot to);

 private:
  aio::Task<base::Result<void>> mouse_event(const aio::Context& ctx, std::string_view type, Point at, int held);
  aio::Task<base::Result<void>> native_drop(const aio::Context& ctx, Spot to);

  Page& page_;
  NativeDrag native_;
  Spot from_;
  Point at_;  // in the coordinates of from_'s session, which keeps the mouse until it is released
  bool pressed_ = false;
};

// Keys go to the process of the frame that has the focus.
// Puts text at the caret in one piece, as an input method does; no key events.
aio::Task<base::Result<void>> insert_text(const aio::Context& ctx, const Frame& frame, std::string text);
// With `held`, its keys stay down for that long, and repeat as a keyboard's do.
aio::Task<base::Result<void>> press(const aio::Context& ctx, const Frame& frame, Chord chord,
                                    base::Duration held = base::Duration::zero());
// Keys that stay down until this dies: for what the mouse does meanwhile.
class KeysDown {
 public:
  KeysDown(Page& page, const std::vector<Key>& keys);  // modifiers
  KeysDown(const KeysDown&) = delete;
  KeysDown& operator=(const KeysDown&) = delete;
  ~KeysDown();
  int bits() const { return bits_; }

 private:
  Page& page_;
  std::vector<Key> keys_;
  int bits_ = 0;
};
// Key events for what the layout has, inserted text for the rest.
aio::Task<base::Result<void>> type_text(const aio::Context& ctx, const Frame& frame, std::string text);

}  // namespace browser
