#include "app/bind_policy.h"

#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

namespace app {
namespace {

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

}  // namespace

base::Result<Reach> reach_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
    return base::fail(base::Kind::invalid,
                      fmt::format("HOST {} does not resolve to an address: {}", host, gai_strerror(error)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next)
    if (!is_loopback(a->ai_addr)) return Reach::network;
  return Reach::loopback;
}

base::Result<void> check_bind(const Options& options, Reach reach) {
  if (reach == Reach::loopback || !options.token.empty() || options.insecure) return {};
  return base::fail(base::Kind::invalid,
                    fmt::format("HOST {} reaches beyond this machine, and this API launches programs: give callers a "
                                "token with --token-file=PATH (or BELAY_TOKEN), or say --insecure to serve anybody",
                                options.host));
}

}  // namespace app
