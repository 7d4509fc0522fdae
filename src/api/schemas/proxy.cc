#include "api/schemas/proxy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/asio/ip/address_v6.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "net/url.h"

namespace api::schemas {
namespace {

constexpr std::string_view kExample = "such as http://host:3128 or socks5://host:1080";
constexpr std::array<std::string_view, 5> kSchemes = {"http", "https", "socks4", "socks5", "socks"};
constexpr std::array<std::string_view, 4> kKinds = {"http", "https", "ftp", "socks"};

std::unexpected<base::Error> must_be(std::string_view what) {
  return base::fail(base::Kind::invalid, std::string(what));
}

bool is_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    boost::system::error_code bad;
    boost::asio::ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), bad);
    return !bad;
  }
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

base::Result<void> check_place(std::string_view place) {
  if (place.find_first_of("/?#") != std::string_view::npos)
    return must_be(fmt::format("a proxy without a path after its host and port, {}", kExample));
  const std::size_t bracket = place.rfind(']');
  const std::size_t colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = place.substr(0, colon);
  if (!is_host(host)) return must_be(fmt::format("a proxy with the name or address of a host, {}", kExample));
  if (colon != std::string_view::npos && !is_port(place.substr(colon + 1)))
    return must_be(fmt::format("a proxy with a port from 1 to 65535, {}", kExample));
  return {};
}

// One proxy of the list. Its credentials go into `out`.
base::Result<std::string> read_one(std::string_view text, ProxyServer& out) {
  const std::size_t mark = text.find("://");
  const std::string scheme = mark == std::string_view::npos ? "http" : base::to_lower_ascii(text.substr(0, mark));
  std::string_view rest = mark == std::string_view::npos ? text : text.substr(mark + 3);
  if (scheme == "direct" && rest.empty()) return std::string(text);
  if (std::ranges::find(kSchemes, scheme) == kSchemes.end())
    return must_be(fmt::format("an http, https, socks4 or socks5 proxy, {}", kExample));
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const bool socks = scheme.starts_with("socks");
  out.socks = out.socks || socks;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (socks) return must_be("a socks proxy without credentials: Chromium logs in to http and https proxies only");
    if (!out.username.empty()) return must_be("a list of proxies of which one at most has credentials");
    const std::size_t colon = std::min(login.find(':'), login.size());
    out.username = net::decode_percent(login.substr(0, colon));
    if (out.username.empty()) return must_be("a proxy whose credentials have a user's name");
    if (colon < login.size()) out.password = base::Secret(net::decode_percent(login.substr(colon + 1)));
  }
  TRY_VOID(check_place(rest));
  return mark == std::string_view::npos ? std::string(rest) : fmt::format("{}://{}", scheme, rest);
}

}  // namespace

base::Result<ProxyServer> read_proxy_server(std::string_view text) {
  ProxyServer out;
  for (const std::string_view rule : base::split(text, ';')) {
    std::string_view proxies = base::trim(rule);
    if (!out.server.empty()) out.server += ';';
    // Before the first proxy: credentials may hold the sign too.
    const std::size_t equals = proxies.find('=');
    const std::string kind = base::to_lower_ascii(proxies.substr(0, std::min(equals, proxies.size())));
    if (equals != std::string_view::npos && std::ranges::find(kKinds, kind) != kKinds.end()) {
      out.server += kind + "=";
      proxies.remove_prefix(equals + 1);
    }
    bool first = true;
    for (const std::string_view proxy : base::split(proxies, ',')) {
      TRY(const std::string one, read_one(base::trim(proxy), out));
      out.server += (first ? "" : ",") + one;
      first = false;
    }
  }
  return out;
}

}  // namespace api::schemas
