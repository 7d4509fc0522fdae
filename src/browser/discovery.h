// From what a caller calls a CDP endpoint to the WebSocket URL of its browser.
#pragma once
#include <map>
#include <string>

#include "aio/context.h"
#include "net/http_client.h"

namespace browser {

// ws:// and wss:// as they are. http:// and https:// are asked for /json/version (CDP HTTP endpoints), with the query,
// the credentials and the headers that the caller gave; the WebSocket is then looked for at the caller's host.
aio::Task<base::Result<std::string>> browser_ws_url(const aio::Context& ctx, net::HttpClient& http, std::string cdp_url,
                                                    const std::map<std::string, std::string>& headers);

}  // namespace browser
