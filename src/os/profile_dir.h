// Profile folders of our own: $TMPDIR/belay/profile-XXXXXX, with a mark that says whose they are.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

// A name for one that does not exist yet, so that the reaper can be told before there is something to remove.
std::string profile_name();
enum class Keep { until_its_owner_is_gone, for_ever };
// Makes it, readable by this user only, marked with this process and its start time. The mark is there before the name
// is: another server that sweeps meanwhile sees an owner or nothing. One that is kept for ever is never swept. Fails
// when the name is taken.
base::Result<void> make_profile(const std::string& path, Keep keep = Keep::until_its_owner_is_gone);
// Removes it; tries for two seconds while its browser still writes. Blocks: call on a worker.
bool remove_profile(const std::string& path);
// Removes what servers that are gone have left, and kills what still runs on it. Blocks. Returns how many.
int sweep_profiles();

}  // namespace os
