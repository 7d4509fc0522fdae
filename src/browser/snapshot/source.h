// Where the lines of a snapshot come from.
#pragma once

namespace browser {

// The walk of the page's script, or Chromium's accessibility tree (about twenty times the cost;
// browser/snapshot/accessibility.h says what it does not know).
enum class SnapshotSource { walk, accessibility_tree };

}  // namespace browser
