#include "browser/discovery.h"

#include <fmt/format.h>

#include "json/read.h"
#include "net/url.h"

namespace browser {
namespace {

constexpr std::size_t kMaxVersion = 64 * 1024;  // of /json/version, which takes some 500 bytes

net::HttpCall version_call(const net::Url& url, const std::map<std::string, std::string>& headers) {
  const std::size_t query = url.target.find('?');
  net::HttpCall call{.method = "GET",
                     .url = fmt::format("{}://{}/json/version{}", url.scheme, url.authority(),
                                        query == std::string::npos ? "" : url.target.substr(query)),
                     .max_body = kMaxVersion};
  for (const auto& [name, value] : headers) call.secret_headers.push_back({name, base::Secret(value)});
  if (!url.userinfo.empty())
    call.secret_headers.push_back({"Authorization", base::Secret(net::basic_auth(url.userinfo))});
  return call;
}

}  // namespace

aio::Task<base::Result<std::string>> browser_ws_url(const aio::Context& ctx, net::HttpClient& http, std::string cdp_url,
                                                    const std::map<std::string, std::string>& headers) {
  CO_TRY(net::Url url, net::parse_url(cdp_url));
  if (url.scheme == "ws" || url.scheme == "wss") co_return cdp_url;
  CO_TRY(const net::HttpReply reply, co_await http.send(ctx, version_call(url, headers)));
  if (reply.status != 200)
    co_return base::fail(base::Kind::upstream,
                         fmt::format("/json/version of the CDP endpoint answered {}", reply.status));
  auto version = json::read(reply.body);
  const auto found = version ? json::get_text(*version, "webSocketDebuggerUrl") : std::nullopt;
  if (!found)
    co_return base::fail(base::Kind::upstream, "/json/version of the CDP endpoint names no webSocketDebuggerUrl");
  // The browser answers with the address that it knows itself by; the caller's is the one that can be reached.
  CO_TRY(const net::Url named, net::parse_url(*found));
  const std::string credentials = url.userinfo.empty() ? "" : url.userinfo + "@";
  co_return fmt::format("{}://{}{}{}", url.scheme == "https" ? "wss" : "ws", credentials, url.authority(),
                        named.target);
}

}  // namespace browser
