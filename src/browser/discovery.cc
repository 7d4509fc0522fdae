#include "browser/discovery.h"

#include "json/read.h"
#include "net/http_get.h"
#include "net/url.h"

namespace browser {

aio::Task<base::Result<std::string>> browser_ws_url(const aio::Context& ctx, aio::Workers& workers, std::string cdp_url,
                                                    std::string ca_file) {
  CO_TRY(net::Url url, net::parse_url(cdp_url));
  if (url.scheme == "ws" || url.scheme == "wss") co_return cdp_url;
  CO_TRY(
      const std::string body,
      co_await net::http_get(ctx, workers, url.scheme + "://" + url.authority() + "/json/version", std::move(ca_file)));
  auto version = json::read(body);
  const auto found = version ? json::get_text(*version, "webSocketDebuggerUrl") : std::nullopt;
  if (!found)
    co_return base::fail(base::Kind::upstream, "/json/version of the CDP endpoint names no webSocketDebuggerUrl");
  // The browser answers with the address that it knows itself by; the caller's is the one that can be reached.
  CO_TRY(const net::Url named, net::parse_url(*found));
  co_return (url.scheme == "https" ? "wss://" : "ws://") + url.authority() + named.target;
}

}  // namespace browser
