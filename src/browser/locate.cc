#include "browser/locate.h"

#include <algorithm>

#include <fmt/format.h>

#include "browser/page.h"
#include "browser/selector_path.h"

namespace browser {
namespace {

base::Error gone(std::string detail) { return {base::Kind::browser, std::string(kFrameGone), std::move(detail)}; }

json::Object wait_until(const aio::Context& ctx, base::TimePoint until) {
  return {{"timeout", std::max<std::int64_t>(0, base::to_ms(until - ctx.now()))}};
}

// Until the frame is one of the page's: its process may tell of it later than its parent's.
aio::Task<base::Result<Frame>> known(const aio::Context& ctx, Page& page, std::string id, base::TimePoint until) {
  for (;;) {
    if (auto frame = page.frame(id)) co_return std::move(*frame);
    if (page.session().is_gone()) co_return std::unexpected(cdp::error_of(page.session().why()));
    auto change = aio::race(page.frames_changed().wait(), page.session().gone().wait());
    auto first = co_await aio::race(std::move(change), ctx.clock->sleep_until(std::min(until, ctx.deadline)));
    if (first.index() == 1) co_return std::unexpected(gone("it is not one of the page's"));
  }
}

// The frame that this element of the parent holds.
aio::Task<base::Result<Frame>> content(const aio::Context& ctx, const Frame& parent, const Handle& element,
                                       std::string selector, base::TimePoint until) {
  auto node = co_await element.session()->call(ctx, "DOM.describeNode", {{"objectId", element.id()}});
  if (!node) co_return std::unexpected(gone(node.error().message));
  auto id = json::get_text(*node, "node.frameId");
  if (!id) {
    // One that the page has replaced since it was found holds none either, and is to be found anew.
    CO_TRY_VOID(co_await parent.script_on(ctx, element, "frameUnfit", {}));
    co_return base::fail(base::Kind::browser,
                         fmt::format("Unable to obtain a content frame for selector: {}", selector));
  }
  co_return co_await known(ctx, parent.page(), std::move(*id), until);
}

aio::Task<base::Result<void>> enter(const aio::Context& ctx, Place& place, std::string selector,
                                    base::TimePoint until) {
  CO_TRY(std::shared_ptr<Handle> element,
         co_await place.frame.element(ctx, "frameElement", {selector, wait_until(ctx, until)}));
  CO_TRY(Frame inside, co_await content(ctx, place.frame, *element, selector, until));
  place.owners.push_back({place.frame, std::move(element)});
  place.frame = std::move(inside);
  co_return base::Result<void>();
}

// The elements that hold the frame and those around it, by way of the frames and not of a selector.
aio::Task<base::Result<std::vector<FrameOwner>>> owners_of(const aio::Context& ctx, Frame frame) {
  std::vector<FrameOwner> out;
  for (std::optional<Frame> parent = frame.parent(); parent; parent = frame.parent()) {
    CO_TRY(std::shared_ptr<Handle> element, co_await parent->owner_of(ctx, frame));
    out.insert(out.begin(), {*parent, std::move(element)});
    frame = *parent;
  }
  co_return out;
}

}  // namespace

aio::Task<base::Result<Place>> locate(const aio::Context& ctx, Page& page, std::string selector,
                                      base::TimePoint until) {
  CO_TRY(const SelectorPath path, selector_path(selector));
  Place place{.frame = page.main_frame(), .selector = path.last, .asked = std::move(selector)};
  if (path.frame.value_or(0) != 0) {
    const auto frame = page.frame_by_ordinal(*path.frame);
    if (!frame) co_return std::unexpected(gone("no frame of the page has this number"));
    place.frame = *frame;
    CO_TRY(place.owners, co_await owners_of(ctx, *frame));
  }
  for (const std::string& hop : path.hops) CO_TRY_VOID(co_await enter(ctx, place, hop, until));
  co_return place;
}

aio::Task<base::Result<void>> show(const aio::Context& ctx, const Place& place) {
  for (const FrameOwner& owner : place.owners)
    CO_TRY_VOID(co_await owner.parent.script_on(ctx, *owner.element, "showFrame", {}));
  co_return base::Result<void>();
}

namespace {

// The corners of the boxes of an element that is turned out of the plane, which only the browser can tell.
aio::Task<base::Result<json::Value>> quads(const aio::Context& ctx, const Handle& element) {
  auto model = co_await element.session()->call(ctx, "DOM.getBoxModel", {{"objectId", element.id()}});
  if (!model) co_return base::fail(base::Kind::browser, "element has no size", model.error().message);
  const json::Value* const boxes = json::find(*model, "model");
  const json::Value* const content = boxes ? json::find(*boxes, "content") : nullptr;
  const json::Value* const border = boxes ? json::find(*boxes, "border") : nullptr;
  if (!content || !border) co_return base::fail(base::Kind::browser, "element has no size");
  co_return json::Value(json::Object{{"content", *content}, {"border", *border}});
}

// Where a point of the frame that the owner holds lies in the document around.
aio::Task<base::Result<cdp::Payload>> through(const aio::Context& ctx, const FrameOwner& owner, Point at) {
  constexpr int kLooks = 3;  // the quads are asked for anew once the element was scrolled to
  json::Array arguments{at.x, at.y};
  for (int n = 0;; ++n) {
    CO_TRY(cdp::Payload outer, co_await owner.parent.script_on(ctx, *owner.element, "throughFrame", arguments));
    if (!json::get_bool(outer, "tilted").value_or(false)) co_return std::move(outer);
    if (n == kLooks) co_return base::fail(base::Kind::browser, "element is moving");
    CO_TRY(json::Value corners, co_await quads(ctx, *owner.element));
    arguments = json::Array{at.x, at.y, std::move(corners)};
  }
}

}  // namespace

aio::Task<base::Result<Spot>> spot(const aio::Context& ctx, const Place& place, Point at) {
  Spot out{.session = place.frame.session(), .at = at, .in_page = at};
  if (!out.session) co_return std::unexpected(gone("it is between two processes"));
  for (auto owner = place.owners.rbegin(); owner != place.owners.rend(); ++owner) {
    CO_TRY(const cdp::Payload outer, co_await through(ctx, *owner, out.in_page));
    out.in_page = {json::get_double(outer, "x").value_or(0), json::get_double(outer, "y").value_or(0)};
    if (owner->element->session() == out.session) out.at = out.in_page;
  }
  co_return out;
}

}  // namespace browser
