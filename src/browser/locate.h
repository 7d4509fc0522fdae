// locate: from a selector to the frame that its element is in, and from an element to the spot where a pointer reaches
// it, through all frames on the way.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "browser/frame.h"
#include "browser/spot.h"

namespace browser {

// An element that holds a frame, in the document around it.
struct FrameOwner {
  Frame parent;
  std::shared_ptr<Handle> element;
};

// Where an element is looked for.
struct Place {
  Frame frame;
  std::string selector;                 // within the frame, as the page's script takes it
  std::string asked;                    // the whole of it, as the caller wrote it, for errors
  std::vector<FrameOwner> owners = {};  // of the frames on the way, from the main frame on
};

// Waits for each frame on the way until `until`. Errors:
//   Kind::browser "Could not find an element for the given xPath(s): <hop>"
//   Kind::browser "Unable to obtain a content frame for selector: <hop>"   what is there is no iframe
//   Kind::browser "the frame is gone …"
//   Kind::invalid "invalid selector: …"
aio::Task<base::Result<Place>> locate(const aio::Context& ctx, Page& page, std::string selector, base::TimePoint until);

// Brings the place's frame into view, so that its document is laid out and runs.
aio::Task<base::Result<void>> show(const aio::Context& ctx, const Place& place);
// Where this point of the place's frame is, if a pointer reaches the frame there: in each document around it what
// covers the point is found, and is named in the error as for any element.
aio::Task<base::Result<Spot>> spot(const aio::Context& ctx, const Place& place, Point at);

}  // namespace browser
