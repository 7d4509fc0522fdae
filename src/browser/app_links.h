// Links to other programs (mailto:, tel:, …) that a page follows. Chromium opens none of them (stand_ins.h); this says
// so.
#pragma once
#include "base/log.h"
#include "cdp/session.h"

namespace browser {

// One log line for each scheme that a session's pages try, and for a few schemes only: a page may try for ever. The
// logger outlives the session.
[[nodiscard]] cdp::Subscription log_app_links(cdp::Session& session, const base::Logger& log);

}  // namespace browser
