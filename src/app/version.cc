#include "app/version.h"

#include <fmt/format.h>

namespace app {

std::string version_text() {
  return fmt::format("belay {}\ncommit: {}\ntimestamp: {}\n", kVersion, BELAY_COMMIT, BELAY_COMMIT_TIME);
}

}  // namespace app
