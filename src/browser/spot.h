// Spot: a point of a page where a pointer reaches what it is meant for.
#pragma once
#include <memory>

#include "cdp/session.h"

namespace browser {

struct Point {
  double x = 0;
  double y = 0;
};

// Input for a frame in a process of its own goes to that process: the browser would find the frame by what it has drawn
// last, and misses it after a scroll.
struct Spot {
  std::shared_ptr<cdp::Session> session;
  Point at;       // in that session's coordinates
  Point in_page;  // in the main frame's
};

}  // namespace browser
