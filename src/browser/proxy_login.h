// A proxy that wants credentials.
#pragma once
#include <vector>

#include "cdp/session.h"
#include "engine_api/types.h"

namespace browser {

// Answers it for one session of a page with the credentials of the launch, once for each request. Nothing where there
// are none. The proxy outlives what is returned. (CDP: Fetch.authRequired)
std::vector<cdp::Subscription> log_in(cdp::Session& session, const engine::Proxy& proxy);

}  // namespace browser
