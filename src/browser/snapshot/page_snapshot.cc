#include "browser/snapshot/page_snapshot.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "aio/compute.h"
#include "browser/locate.h"
#include "browser/node_id.h"
#include "browser/selector_path.h"
#include "browser/snapshot/accessibility_snapshot.h"

namespace browser {
namespace {

// For a frame that does not answer, and for all of them together: a page is more than they are.
constexpr auto kFramePatience = std::chrono::seconds(2);
constexpr auto kFramesPatience = std::chrono::seconds(5);
constexpr int kDear = 3;                  // so many times that for the accessibility tree
constexpr std::size_t kLeastChars = 500;  // a frame is told with no less than this

// A frame that failed: the page's text does without it. What ends the whole is passed on.
bool is_lost(const base::Error& error) { return error.kind == base::Kind::gone; }

struct Numbered {
  Frame frame;
  int holder = 0;
};

// The frames right inside this one, by the number of the element that holds each.
aio::Task<base::Result<std::vector<Numbered>>> children_of(const aio::Context& ctx, Page& page, Frame parent) {
  std::vector<Numbered> out;
  for (const Frame& frame : page.frames()) {
    const std::optional<Frame> around = frame.parent();
    if (!around || !(*around == parent)) continue;
    auto element = co_await parent.owner_of(ctx, frame);
    if (!element) continue;
    auto number = co_await parent.script_on(ctx, **element, "number", {});
    if (!number) continue;
    if (const auto n = json::to_int(*number)) out.push_back({frame, static_cast<int>(*n)});
  }
  co_return out;
}

std::size_t size_of(const FrameSnapshot& frame) {
  std::size_t out = frame.own.text.size();
  for (const FrameSnapshot& child : frame.children) out += size_of(child);
  return out;
}

class PageReader {
 public:
  PageReader(const aio::Context& ctx, Page& page, SnapshotOptions options)
      : page_(page),
        options_(std::move(options)),
        pace_(options_.source == SnapshotSource::walk ? 1 : kDear),
        frames_ctx_(ctx.within(pace_ * kFramesPatience)),
        left_(options_.max_chars) {}

  aio::Task<base::Result<FrameSnapshot>> read(Frame frame, std::vector<std::string> scope, const aio::Context& ctx) {
    SnapshotOptions own{
        .scope = std::move(scope), .ignore = options_.ignore, .max_chars = left_, .frame = frame.ordinal()};
    FrameSnapshot out;
    CO_TRY(out.own, co_await lines_of(ctx, frame, std::move(own)));
    if (left_) left_ = std::max(kLeastChars, *left_ - std::min(*left_, out.own.text.size()));
    if (out.own.frames.empty()) co_return out;
    CO_TRY(const std::vector<Numbered> children, co_await children_of(ctx, page_, frame));
    for (const Numbered& child : children) {
      if (!shown(out.own, child.holder)) continue;
      auto inner = co_await read(child.frame, {}, frames_ctx_.within(pace_ * kFramePatience));
      if (!inner && is_lost(inner.error())) co_return std::unexpected(std::move(inner).error());
      if (!inner) continue;
      inner->holder = child.holder;
      out.children.push_back(std::move(*inner));
    }
    co_return out;
  }

 private:
  aio::Task<base::Result<Snapshot>> lines_of(const aio::Context& ctx, Frame frame, SnapshotOptions own) const {
    if (options_.source == SnapshotSource::accessibility_tree)
      co_return co_await take_accessibility_snapshot(ctx, frame, std::move(own));
    CO_TRY(const cdp::Payload reply, co_await frame.script(ctx, "snapshot", {to_json(own)}));
    co_return co_await read_snapshot(ctx, reply);
  }
  static bool shown(const Snapshot& own, int number) {
    for (const Snapshot::Frame& hole : own.frames)
      if (hole.number == number) return true;
    return false;
  }

  Page& page_;
  SnapshotOptions options_;
  const int pace_;
  const aio::Context frames_ctx_;
  std::optional<std::size_t> left_;
};

std::int64_t number_from(std::string_view digits) { return std::strtoll(std::string(digits).c_str(), nullptr, 10); }

// "/html[1]/body[1]/iframe[1]" and "/html[1]/body[1]/p[1]" join to one path; anything else goes by hops. Behind an
// <object> too, which a path does not go through.
class WayIn {
 public:
  WayIn() = default;
  explicit WayIn(std::string whole) : hops_(std::move(whole)) {}
  void enter(const std::string& step) {
    const bool path = step.starts_with('/');
    if (path && open_) {
      hops_ += step;
    } else {
      if (!hops_.empty()) hops_ += " >> ";
      hops_ += path ? "xpath=" + step : step;
    }
    const std::string_view last = std::string_view(step).substr(step.rfind('/') + 1);
    open_ = path && (last.starts_with("iframe[") || last.starts_with("frame["));
  }
  std::string text() && { return std::move(hops_); }

 private:
  std::string hops_;
  bool open_ = false;  // the path so far ends in a frame that it can go on in
};

// The selectors of the elements that hold the frame and those around it, from the main frame on.
aio::Task<base::Result<std::vector<std::string>>> holders(const aio::Context& ctx, Frame frame) {
  std::vector<std::string> out;
  for (std::optional<Frame> parent = frame.parent(); parent; parent = frame.parent()) {
    CO_TRY(const std::shared_ptr<Handle> element, co_await parent->owner_of(ctx, frame));
    CO_TRY(const cdp::Payload told, co_await parent->script_on(ctx, *element, "selector", {}));
    out.insert(out.begin(), json::get_text(told, "selector").value_or(""));
    frame = *parent;
  }
  co_return out;
}

}  // namespace

aio::Task<base::Result<Snapshot>> take_page_snapshot(const aio::Context& ctx, Page& page, SnapshotOptions options) {
  Frame frame = page.main_frame();
  std::vector<std::string> scope;
  for (const std::string& selector : options.scope) {
    CO_TRY(const Place place, co_await locate(ctx, page, selector, ctx.now()));
    frame = place.frame;
    scope.push_back(place.selector);
  }
  const std::optional<std::size_t> max_chars = options.max_chars;
  PageReader reader(ctx, page, std::move(options));
  CO_TRY(FrameSnapshot whole, co_await reader.read(frame, std::move(scope), ctx));
  co_return co_await aio::compute(ctx, size_of(whole),
                                  [max_chars, whole = std::move(whole)](const std::stop_token& stop) mutable {
                                    const FrameSnapshot here = std::move(whole);
                                    return compose(here, max_chars, stop);
                                  });
}

aio::Task<base::Result<std::optional<Located>>> locate_id(const aio::Context& ctx, Page& page, std::string id) {
  const auto parsed = parse_node_id(id);
  const auto frame = parsed ? page.frame_by_ordinal(parsed->frame) : std::nullopt;
  if (!frame) co_return std::optional<Located>();
  auto told = co_await frame->script(ctx, "locate", {number_from(parsed->number)});
  if (!told) co_return std::unexpected(std::move(told).error());
  if (json::find(*told, "error")) co_return std::optional<Located>();
  auto around = co_await holders(ctx, *frame);
  if (!around && is_lost(around.error())) co_return std::unexpected(std::move(around).error());
  if (!around) co_return std::optional<Located>();
  WayIn way;
  for (const std::string& step : *around) way.enter(step);
  const std::string own = json::get_text(*told, "xpath").value_or("");
  // An element that no path leads to (in a closed root, say) is named by its number, for as long as it lives.
  if (own.starts_with("@ref:"))
    way = WayIn("@ref:" + id);
  else
    way.enter(own);
  Located out{
      .selector = std::move(way).text(),
      .role = json::get_text(*told, "role").value_or(""),
      .name = json::get_text(*told, "name").value_or(""),
      .url = json::get_text(*told, "url").value_or(""),
      .url_length = static_cast<std::size_t>(std::max<std::int64_t>(0, json::get_int(*told, "urlLength").value_or(0)))};
  // Through many frames, longer than anybody takes.
  if (out.selector.size() > kMostSelector) out.selector = "@ref:" + id;
  co_return out;
}

}  // namespace browser
