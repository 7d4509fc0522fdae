#include "net/outbound_policy.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace net {

namespace ip = boost::asio::ip;

namespace {

bool within(std::uint32_t address, std::uint32_t network, int bits) { return (address ^ network) >> (32 - bits) == 0; }

Network network_of_v4(const ip::address_v4& address) {
  const std::uint32_t n = address.to_uint();
  if (within(n, 0x7f000000, 8)) return Network::loopback;
  if (within(n, 0x0a000000, 8) || within(n, 0xac100000, 12) || within(n, 0xc0a80000, 16) || within(n, 0x64400000, 10))
    return Network::local;
  if (within(n, 0xa9fe0000, 16)) return Network::link_local;
  // "This network", protocol assignments, multicast, reserved and broadcast.
  if (within(n, 0, 8) || within(n, 0xc0000000, 24) || n >= 0xe0000000) return Network::other;
  return Network::global;
}

std::optional<ip::address_v4> carried_v4(const ip::address_v6::bytes_type& b) {
  const auto four = [&](std::size_t at) { return ip::address_v4({b[at], b[at + 1], b[at + 2], b[at + 3]}); };
  const auto zeros = [&](std::size_t from, std::size_t to) {
    return std::all_of(b.begin() + static_cast<long>(from), b.begin() + static_cast<long>(to),
                       [](unsigned char c) { return c == 0; });
  };
  if (zeros(0, 10) && b[10] == 0xff && b[11] == 0xff) return four(12);                                // mapped
  if (b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b && zeros(4, 12)) return four(12);  // NAT64
  if (b[0] == 0x20 && b[1] == 0x02) return four(2);                                                   // 6to4
  return {};
}

Network network_of_v6(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  if (const auto v4 = carried_v4(bytes)) return network_of_v4(*v4);
  if (address.is_loopback()) return Network::loopback;
  // A cloud's metadata service, in the middle of the private range.
  if (address == ip::make_address_v6("fd00:ec2::254")) return Network::link_local;
  if ((bytes[0] & 0xfe) == 0xfc) return Network::local;
  if (address.is_link_local() || address.is_site_local()) return Network::link_local;
  if (address.is_multicast() || address.is_unspecified()) return Network::other;
  return Network::global;
}

bool matches(std::string_view rule, const Url& url) {
  if (const std::size_t colon = rule.rfind(':'); colon != std::string_view::npos &&
                                                 rule.find(']', colon) == rule.npos &&
                                                 (rule.starts_with('[') || rule.find(':') == colon)) {
    if (rule.substr(colon + 1) != std::to_string(url.port)) return false;
    rule = rule.substr(0, colon);
  }
  if (rule.starts_with('[') && rule.ends_with(']')) rule = rule.substr(1, rule.size() - 2);
  const std::string name = base::to_lower_ascii(rule);
  if (name.starts_with("*.")) return url.host.size() > name.size() - 1 && url.host.ends_with(name.substr(1));
  return url.host == name;
}

}  // namespace

Network network_of(const ip::address& address) {
  return address.is_v4() ? network_of_v4(address.to_v4()) : network_of_v6(address.to_v6());
}

base::Result<void> OutboundPolicy::check(const Url& url) const {
  if (url.scheme != "http" && url.scheme != "https")
    return base::fail(base::Kind::invalid, fmt::format("Only http and https URLs are called, not {}://", url.scheme));
  if (!hosts.empty() && std::ranges::none_of(hosts, [&](const std::string& rule) { return matches(rule, url); }))
    return base::fail(base::Kind::invalid,
                      fmt::format("The host {} is not among those that this server may call", url.authority()));
  boost::system::error_code is_a_name;
  const auto address = ip::make_address(url.host, is_a_name);
  return is_a_name ? base::Result<void>{} : check(address);
}

base::Result<void> OutboundPolicy::check(const ip::address& address) const {
  const Network network = network_of(address);
  const bool near = network == Network::loopback || network == Network::local;
  if (network == Network::global || (near && reach == Reach::everywhere)) return {};
  const std::string_view what = network == Network::link_local ? "a link-local or metadata address"
                                : near                         ? "an address of a private network"
                                                               : "no address to connect to";
  return base::fail(base::Kind::invalid,
                    fmt::format("{} is {}; this server does not call those", address.to_string(), what));
}

}  // namespace net
