// Where the lines of a snapshot come from.
#pragma once

namespace browser {

// The walk of the page's script, or Chromium's accessibility tree (about twenty times the cost;
// docs/internals/snapshot.md says how they differ).
enum class SnapshotSource { walk, accessibility_tree };

}  // namespace browser
