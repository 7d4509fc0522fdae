// HTTP and HTTPS requests to others (libcurl, driven by the one loop: no thread a call, nothing blocks). HTTP/1.1 only:
// every call has a connection of its own, so cancelling a call closes its socket and cannot stall another. Idle
// connections are kept and used again. TLS certificates and host names are always verified. No redirects are followed:
// a 3xx is an answer like any other.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aio/context.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/http.h"
#include "net/outbound_policy.h"

namespace net {

// A header whose value must not be shown.
struct SecretHeader {
  std::string name;
  base::Secret value;
};

struct HttpCall {
  std::string method = "POST";
  std::string url;
  Headers headers = {};
  std::vector<SecretHeader> secret_headers = {};
  std::string body = {};
  std::size_t max_body = 16 * 1024 * 1024;  // of the answer; more is Kind::full
  // When set, takes the body piece by piece instead of HttpReply::body; false ends the call with Kind::upstream. Called
  // on the loop; must not start or cancel calls of this client.
  std::function<bool(std::string_view)> on_body = {};
};

struct HttpReply {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Any status is a reply. Errors name the host and never the query, a header or a body: Kind::timeout when
  // ctx.deadline comes first; Kind::upstream when the connection fails, is cut or talks nonsense (asking again may
  // help); Kind::full for an answer that is too big, or that had to give way to the budget of memory; Kind::invalid for
  // what asking again cannot mend (a bad URL or header, a forbidden host, a certificate that is not trusted).
  // Cancelling closes the socket at once.
  virtual aio::Task<base::Result<HttpReply>> send(const aio::Context& ctx, HttpCall call) = 0;
};

// Which proxy to use, in the words of the usual environment variables (lower case wins over upper case).
struct ProxySettings {
  std::string http = {};               // http_proxy (lower case only, as is the custom), else all_proxy
  std::string https = {};              // https_proxy, HTTPS_PROXY, else all_proxy, ALL_PROXY
  std::vector<std::string> none = {};  // no_proxy, NO_PROXY: names with everything below them, addresses, or "*"

  static ProxySettings from(const std::vector<std::string>& environment);  // "NAME=value" entries
  // The proxy's URL, or "" to connect directly.
  std::string proxy_for(const Url& url) const;
};

struct HttpClientOptions {
  std::string ca_file = {};  // PEM, in addition to the system's certificates
  OutboundPolicy policy = {};
  // A proxy does its own look-ups: with one, only the names in URLs are checked against the policy.
  ProxySettings proxy = {};
  // Further calls wait, each by its deadline. At most half of them are for one host, so that one that hangs leaves the
  // others room.
  std::size_t max_connections = 256;
  base::MemoryBudget* memory = nullptr;  // for large answers that have not come whole; null: nobody counts
};

// All calls have ended before the client dies.
std::unique_ptr<HttpClient> make_http_client(aio::Executor executor, HttpClientOptions options);

}  // namespace net
