#include "browser/snapshot/page_snapshot.h"

#include <charconv>

namespace browser {
namespace {

// "2-17": frame 2, node 17.
std::optional<std::pair<int, int>> parse(std::string_view id) {
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text) -> std::optional<int> {
    int out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
  };
  const auto frame = number(id.substr(0, dash));
  const auto node = number(id.substr(dash + 1));
  if (!frame || !node) return std::nullopt;
  return std::pair(*frame, *node);
}

}  // namespace

aio::Task<base::Result<Snapshot>> take_page_snapshot(const aio::Context& ctx, Page& page, SnapshotOptions options) {
  co_return co_await take_snapshot(ctx, page, std::move(options));
}

aio::Task<base::Result<std::optional<Located>>> locate_id(const aio::Context& ctx, Page& page, std::string id) {
  const auto parsed = parse(id);
  const auto frame = parsed ? page.frame_by_ordinal(parsed->first) : std::nullopt;
  if (!frame) co_return std::optional<Located>();
  auto told = co_await frame->script(ctx, "locate", {parsed->second});
  if (!told) co_return std::unexpected(std::move(told).error());
  if (json::find(*told, "error")) co_return std::optional<Located>();
  co_return Located{.selector = "xpath=" + json::get_text(*told, "xpath").value_or(""),
                    .role = json::get_text(*told, "role").value_or(""),
                    .name = json::get_text(*told, "name").value_or(""),
                    .url = json::get_text(*told, "url").value_or("")};
}

}  // namespace browser
