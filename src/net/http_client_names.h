// Names for curl: looked up here and handed to it (CURLOPT_RESOLVE), for its own look-ups each start a thread that
// nothing bounds and nobody can stop. Internal to net.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aio/context.h"
#include "base/result.h"
#include "net/url.h"

namespace net {

class CurlNames {
 public:
  // The entries "+host:port:address,…" that curl needs for this URL, through this proxy where that is not "". Names
  // that were looked up less than a minute ago are not asked for again. Errors as of net/resolve.h; by ctx.deadline.
  aio::Task<base::Result<std::vector<std::string>>> entries(const aio::Context& ctx, Url url, std::string proxy);

 private:
  struct Known {
    std::string addresses;
    base::TimePoint until;
  };
  static constexpr std::size_t kKept = 256;

  aio::Task<base::Result<std::string>> entry(const aio::Context& ctx, std::string host, std::uint16_t port);

  std::map<std::string, Known> known_;
};

// Whom a proxy's URL names, and whether curl looks targets up itself before it asks that proxy.
struct ProxyHost {
  std::string host;
  std::uint16_t port = 0;
  bool targets_too = false;
};
ProxyHost proxy_host(const std::string& proxy);

}  // namespace net
