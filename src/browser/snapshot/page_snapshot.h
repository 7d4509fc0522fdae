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

// What an id of the text means.
struct Located {
  std::string selector;  // for callers: leads back to this very node (docs/wire/act.md)
  std::string role;
  std::string name;
  std::string url;  // of the link or image that it is, is in, or holds; "" when there is none
};
// Nothing when the node or its frame is gone, or was never there.
aio::Task<base::Result<std::optional<Located>>> locate_id(const aio::Context& ctx, Page& page, std::string id);

}  // namespace browser
