// Gestures by coordinates, as a person does them who looks at a window: trusted input at points of what it shows, and
// pictures of that. Points are in CSS pixels from the window's upper left corner, whatever the device's scale and
// however far the window is pinched or scrolled; Chromium finds the frame under them, in whatever process it is.
#pragma once
#include <string>
#include <vector>

#include "browser/input.h"

namespace browser {

// What the window shows, in CSS pixels of the main document.
struct Window {
  double left = 0;  // of its upper left corner in the document
  double top = 0;
  double width = 0;
  double height = 0;
  double pinch = 1;   // how much it is enlarged
  double device = 1;  // pixels of the device to a CSS pixel
};
aio::Task<base::Result<Window>> window_of(const aio::Context& ctx, Page& page);

struct Region {
  Point corner;  // of the window
  double width = 0;
  double height = 0;
};
// A PNG in base64 of a part of the window, `scale` pixels of it to a CSS pixel.
aio::Task<base::Result<std::string>> picture_of(const aio::Context& ctx, Page& page, Window window, Region region,
                                                double scale);

// One mouse over a page. It remembers where it is and which button it holds down.
class Mouse {
 public:
  explicit Mouse(Page& page) : page_(page), native_(page) {}
  Mouse(const Mouse&) = delete;
  Mouse& operator=(const Mouse&) = delete;
  ~Mouse();  // lets go of the button

  aio::Task<base::Result<void>> click(const aio::Context& ctx, Point at, std::string button, int count,
                                      std::vector<Key> held);
  aio::Task<base::Result<void>> tap(const aio::Context& ctx, Point at);  // with a finger, wherever the mouse is
  aio::Task<base::Result<void>> press_and_hold(const aio::Context& ctx, Point at, base::Duration time);
  aio::Task<base::Result<void>> move(const aio::Context& ctx, Point at);
  // Half a click, where the mouse is.
  aio::Task<base::Result<void>> down(const aio::Context& ctx, std::string button);
  aio::Task<base::Result<void>> up(const aio::Context& ctx, std::string button);
  // Along the points, with steps between them; what the page makes draggable is dragged and dropped. REQUIRES: two
  // points at least.
  aio::Task<base::Result<void>> drag(const aio::Context& ctx, std::vector<Point> path, std::vector<Key> held);
  aio::Task<base::Result<void>> scroll(const aio::Context& ctx, Point at, double dx, double dy, std::vector<Key> held);

  Point at() const { return at_; }

 private:
  aio::Task<base::Result<void>> send(const aio::Context& ctx, std::string_view type, std::string_view button,
                                     int count);
  aio::Task<base::Result<void>> drag_over(const aio::Context& ctx, Point at);
  void let_go();
  base::Result<void> free() const;  // or which button is down
  class Whole;
  class With;

  Page& page_;
  Point at_;
  std::string button_;  // that is down; "" for none
  int modifiers_ = 0;
  NativeDrag native_;
  bool entered_ = false;  // the page was told that it comes
};

// The frame that has the focus. Keys and text are for its process; Chromium hands keys on by itself, text not always.
aio::Task<base::Result<Frame>> focused_frame(const aio::Context& ctx, Page& page);

}  // namespace browser
