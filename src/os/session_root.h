// Where the folders of sessions are: one folder for each user of the machine, that nobody else can enter.
#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace os {

// The longest root beneath which the path of Chromium's socket (its singleton's, in the session's TMPDIR) fits into a
// socket's address of 107 bytes.
inline constexpr std::size_t kLongestRoot =
    107 - (sizeof("/s-XXXXXX/t/org.chromium.Chromium.XXXXXX/SingletonSocket") - 1);

struct SessionRoot {
  std::string path;
  Fd folder;
};

enum class Missing { make, leave };
// $TMPDIR/belay-UID, /tmp without TMPDIR. When that is too long, the first of /tmp, /var/tmp and /run/user/UID in which
// it can be had. Refused unless it is a folder (no link) of this user's that is closed to all others. With `leave` one
// that is not there yet is a root without a descriptor.
base::Result<SessionRoot> open_session_root(Missing missing = Missing::make);

// The same checks on a root that is known by its path.
base::Result<SessionRoot> open_root_at(const std::string& path, Missing missing);

}  // namespace os
