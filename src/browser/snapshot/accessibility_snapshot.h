// A snapshot of one frame from Chromium's accessibility tree.
#pragma once
#include "browser/snapshot/snapshot.h"

namespace browser {

// As the script's snapshot(): the same options, lines and ids; only where the lines come from differs.
aio::Task<base::Result<Snapshot>> take_accessibility_snapshot(const aio::Context& ctx, Frame frame,
                                                              SnapshotOptions options);

}  // namespace browser
