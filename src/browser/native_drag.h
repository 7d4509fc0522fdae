// NativeDrag: what a page makes draggable (HTML draggable) Chromium would hand to the desktop; it is intercepted and
// carried on with drag events.
#pragma once
#include <memory>

#include "browser/page.h"
#include "browser/spot.h"

namespace browser {

class NativeDrag {
 public:
  explicit NativeDrag(Page& page) : page_(page) {}
  NativeDrag(const NativeDrag&) = delete;
  NativeDrag& operator=(const NativeDrag&) = delete;

  // From here on a drag may begin, in the main frame's process or in the other.
  void expect(std::shared_ptr<cdp::Session> other = nullptr);
  // Whether one has begun and is not dropped yet.
  bool is_on() const { return !data_.is_null(); }
  // Done also when the page goes by it. `type`: dragEnter, dragOver, drop.
  aio::Task<base::Result<void>> send(const aio::Context& ctx, std::shared_ptr<cdp::Session> session, std::string type,
                                     Point at, int modifiers = 0);
  void dropped() { data_ = nullptr; }
  // Takes back what was not dropped, and intercepts no longer.
  void end(Point at);

 private:
  Page& page_;
  std::shared_ptr<cdp::Session> other_;
  std::shared_ptr<Page::Watch> watch_;  // null while none is expected
  json::Value data_ = nullptr;          // what it carries
};

}  // namespace browser
