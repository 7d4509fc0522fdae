// What of a page a model is shown.
#pragma once
#include <cstddef>

#include "browser/snapshot/source.h"

namespace engine {

struct PageView {
  std::size_t chars = 0;  // at most; 0: all
  browser::SnapshotSource source = browser::SnapshotSource::walk;
};

}  // namespace engine
