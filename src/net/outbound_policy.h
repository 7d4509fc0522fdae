// Where the server may connect to on a caller's behalf (a model's baseURL, a token endpoint): which hosts by name, and
// which addresses once the name is looked up. Decides only; net/http_client.h asks it twice, so a name that resolves to
// a forbidden address is refused at the connection and not just in the URL.
#pragma once
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/result.h"
#include "net/url.h"

namespace net {

// Which networks an address belongs to, as far as a server cares.
enum class Network {
  global,
  loopback,    // 127.0.0.0/8, ::1
  local,       // RFC 1918, RFC 6598, RFC 4193
  link_local,  // 169.254.0.0/16 and fe80::/10; clouds keep their metadata and credentials there
  other,       // unspecified, multicast, reserved: nothing to connect to
};

// IPv4 inside IPv6 (mapped, 6to4, NAT64) counts as what it carries.
Network network_of(const boost::asio::ip::address& address);

struct OutboundPolicy {
  enum class Reach {
    everywhere,  // also loopback and private networks, where local models live; never link-local
    public_only,
  };
  Reach reach = Reach::everywhere;
  // When not empty, only these: "api.example.com", "*.example.com" (every name below it), each with an optional
  // ":port".
  std::vector<std::string> hosts = {};

  // Errors (Kind::invalid) name the host and what forbids it.
  base::Result<void> check(const Url& url) const;
  base::Result<void> check(const boost::asio::ip::address& address) const;
};

}  // namespace net
