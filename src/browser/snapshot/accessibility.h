// The same lines out of Chromium's own accessibility tree: dear, but exact where ours may err. What a style says (a
// hand as pointer, how far something is scrolled) is not in it.
#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "browser/snapshot/snapshot.h"
#include "json/value.h"

namespace browser {

// From the replies of Accessibility.getFullAXTree and DOM.getFlattenedDocument. An id's number here is the backend id
// of the node with a zero before it, which no number of the script has. `scope`: the backend id of the element that is
// told, instead of the document.
base::Result<Snapshot> read_accessibility(const json::Value& tree, const json::Value& document, int frame,
                                          std::optional<std::int64_t> scope = {});

// The main frame. Takes no `ignore` and no `max_chars`: Kind::invalid.
aio::Task<base::Result<Snapshot>> take_accessibility_snapshot(const aio::Context& ctx, Page& page,
                                                              SnapshotOptions options);

// The number that the script knows a node by, for a number with a zero before it: so that "@ref:" can be acted on.
aio::Task<base::Result<int>> number_of_backend_node(const aio::Context& ctx, Page& page, std::int64_t backend_id);

}  // namespace browser
