#include "app/bind_policy.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

namespace app {
namespace {

using boost::asio::ip::address;

address address_of(const sockaddr* found) {
  if (found->sa_family == AF_INET)
    return boost::asio::ip::address_v4(ntohl(reinterpret_cast<const sockaddr_in*>(found)->sin_addr.s_addr));
  const auto& v6 = *reinterpret_cast<const sockaddr_in6*>(found);
  boost::asio::ip::address_v6::bytes_type bytes;
  std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
  return boost::asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

}  // namespace

base::Result<Host> look_up_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
    return base::fail(base::Kind::invalid,
                      fmt::format("HOST {} does not resolve to an address: {}", host, gai_strerror(error)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  Host out{.addresses = {}, .reach = Reach::loopback};
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    if (a->ai_family != AF_INET && a->ai_family != AF_INET6) continue;
    out.addresses.push_back(address_of(a->ai_addr));
    if (!out.addresses.back().is_loopback()) out.reach = Reach::network;
  }
  return out;
}

base::Result<void> check_bind(const Options& options, Reach reach) {
  if (reach == Reach::loopback || !options.token.empty() || options.insecure) return {};
  return base::fail(base::Kind::invalid,
                    fmt::format("HOST {} reaches beyond this machine, and this API launches programs: give callers a "
                                "token with --token-file=PATH (or BELAY_TOKEN), or say --insecure to serve anybody",
                                options.host));
}

}  // namespace app
