// Profile folders of our own: $TMPDIR/belay/profile-XXXXXX, with a mark that says whose they are.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

// Makes one, readable by this user only, marked with this process and its start time.
base::Result<std::string> make_profile();
// Removes it; tries for two seconds while its browser still writes. Blocks: call on a worker.
bool remove_profile(const std::string& path);
// Removes what servers that are gone have left. Blocks. Returns how many.
int sweep_profiles();

}  // namespace os
