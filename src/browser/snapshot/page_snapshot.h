// A whole page as text, all its frames included, and the way from an id of that text back to the page.
#pragma once
#include <optional>
#include <string>

#include "browser/snapshot/snapshot.h"

namespace browser {

// Every frame that can be seen, each in its place; one that goes away or does not answer meanwhile is left out. `scope`
// may lead through frames; only what is in the frame that it leads to is told then. max_chars is for the whole: the
// main frame first, then each frame with what is left.
aio::Task<base::Result<Snapshot>> take_page_snapshot(const aio::Context& ctx, Page& page, SnapshotOptions options);

inline constexpr std::size_t kMostUrl = 2 * 1024 * 1024;  // characters: MOST_URL in browser/script/locate.js

// What an id of the text means. The page chooses how long each is; its script tells no more than these bounds.
struct Located {
  std::string selector;  // for callers: leads back to this very node (docs/wire/act.md)
  std::string role;
  std::string name;  // 10,000 characters of it at most, with its length
  std::string
      url;  // of the link or image that it is, is in, or holds; "" when there is none, and of one that is too long
  std::size_t url_length = 0;  // characters of a URL that is too long to be told (kMostUrl)
};
// Nothing when the node or its frame is gone, or was never there.
aio::Task<base::Result<std::optional<Located>>> locate_id(const aio::Context& ctx, Page& page, std::string id);

}  // namespace browser
