#include "engine/recognize.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "browser/gesture.h"
#include "browser/locate.h"
#include "browser/snapshot/page_snapshot.h"
#include "engine/page_sight.h"

namespace engine {
namespace {

constexpr std::size_t kMostCandidates = 20;
constexpr std::size_t kNameStart = 24;  // of a name, to find its line by: the text may fold or cut the rest

agent::Recognized recognized(std::string id, browser::Located found, const Variables& variables) {
  return {.reference = "@ref:" + id,
          .selector = std::move(found.selector),
          .identity = {std::move(found.role), without_values(std::move(found.name), variables)}};
}

// Ids of the lines that this name may be on.
std::vector<std::string> candidates(std::string_view text, std::string_view name) {
  std::vector<std::string> out;
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.find(name.substr(0, kNameStart)) == line.npos) continue;
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']');
    if (open == line.npos || close == line.npos || close < open) continue;
    out.emplace_back(line.substr(open + 1, close - open - 1));
  }
  return out;
}

template <class T>
aio::Task<base::Result<T>> answered(const aio::Context& ctx, const PageTurn& turn, aio::Task<base::Result<T>> work) {
  return turn.wait(ctx, std::min<base::Duration>(PageTurn::kPatience, ctx.remaining()), std::move(work));
}

aio::Task<base::Result<std::optional<agent::Recognized>>> seen_at(const aio::Context& ctx, browser::Page& page,
                                                                  std::string selector, const Variables& variables) {
  CO_TRY(const browser::Place place, co_await browser::locate(ctx, page, std::move(selector), ctx.now()));
  CO_TRY(const auto handle, co_await place.frame.element(ctx, "element", {place.selector}));
  CO_TRY(const cdp::Payload number, co_await place.frame.script_on(ctx, *handle, "number", {}));
  const std::string id = fmt::format("{}-{}", place.frame.ordinal(), json::to_int(number).value_or(0));
  CO_TRY(auto found, co_await browser::locate_id(ctx, page, id));
  if (!found) co_return std::optional<agent::Recognized>();
  co_return recognized(id, std::move(*found), variables);
}

aio::Task<base::Result<Identity>> seen_focused(const aio::Context& ctx, browser::Page& page,
                                               const Variables& variables) {
  CO_TRY(const browser::Frame frame, co_await browser::focused_frame(ctx, page));
  CO_TRY(const cdp::Payload told, co_await frame.script(ctx, "focused", {}));
  co_return Identity{json::get_text(told, "role").value_or(""),
                     without_values(json::get_text(told, "name").value_or(""), variables)};
}

}  // namespace

aio::Task<base::Result<std::optional<agent::Recognized>>> at_selector(const aio::Context& ctx, PageTurn turn,
                                                                      std::string selector,
                                                                      const Variables& variables) {
  co_return co_await answered(ctx, turn, seen_at(ctx, *turn.page(), std::move(selector), variables));
}

aio::Task<base::Result<std::optional<agent::Recognized>>> by_identity(const aio::Context& ctx, PageTurn turn,
                                                                      Identity identity, const Variables& variables,
                                                                      browser::SnapshotSource source) {
  std::optional<agent::Recognized> out;
  if (identity.name.empty()) co_return out;
  PageSight sight(turn, variables, {}, source);
  CO_TRY(const std::string text, co_await sight.look(ctx, {}));
  const std::vector<std::string> ids = candidates(text, identity.name);
  if (ids.size() > kMostCandidates) co_return out;
  for (const std::string& id : ids) {
    CO_TRY(auto found, co_await answered(ctx, turn, browser::locate_id(ctx, *turn.page(), id)));
    if (!found) continue;
    agent::Recognized one = recognized(id, std::move(*found), variables);
    if (!(one.identity == identity)) continue;
    if (out) co_return std::optional<agent::Recognized>();  // which of them is meant is not known
    out = std::move(one);
  }
  co_return out;
}

aio::Task<base::Result<Identity>> focused(const aio::Context& ctx, PageTurn turn, const Variables& variables) {
  co_return co_await answered(ctx, turn, seen_focused(ctx, *turn.page(), variables));
}

}  // namespace engine
