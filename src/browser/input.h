// Trusted input: mouse, keys, touch and text, through the CDP Input domain. Events of one gesture go out back to back
// and are awaited together.
#pragma once
#include <string>

#include "browser/keyboard_layout.h"
#include "browser/page.h"

namespace browser {

struct Point {
  double x = 0;
  double y = 0;
};

aio::Task<base::Result<void>> click_at(const aio::Context& ctx, Page& page, Point point, std::string button,
                                       int clicks);
aio::Task<base::Result<void>> tap_at(const aio::Context& ctx, Page& page, Point point);
aio::Task<base::Result<void>> move_to(const aio::Context& ctx, Page& page, Point point);
aio::Task<base::Result<void>> wheel(const aio::Context& ctx, Page& page, Point point, double dx, double dy);
// Press, move in steps, release. A native drag (HTML draggable) is carried on with drag events.
aio::Task<base::Result<void>> drag(const aio::Context& ctx, Page& page, Point from, Point to);
// Puts text at the caret in one piece, as an input method does; no key events.
aio::Task<base::Result<void>> insert_text(const aio::Context& ctx, Page& page, std::string text);
aio::Task<base::Result<void>> press(const aio::Context& ctx, Page& page, Chord chord);
// Key events for what the layout has, inserted text for the rest.
aio::Task<base::Result<void>> type_text(const aio::Context& ctx, Page& page, std::string text);

}  // namespace browser
