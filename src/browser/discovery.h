// From what a caller calls a CDP endpoint to the WebSocket URL of its browser.
#pragma once
#include <string>

#include "aio/context.h"
#include "aio/workers.h"

namespace browser {

// ws:// and wss:// as they are; http:// is asked for /json/version (CDP HTTP endpoints).
aio::Task<base::Result<std::string>> browser_ws_url(const aio::Context& ctx, aio::Workers& workers, std::string cdp_url,
                                                    std::string ca_file);

}  // namespace browser
