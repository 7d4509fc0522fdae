#include "net/url.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address_v6.hpp>
#include <fmt/format.h>

#include "base/text.h"

namespace net {
namespace {

std::unexpected<base::Error> wrong(std::string_view why) {
  return base::fail(base::Kind::invalid, fmt::format("Invalid URL: {}", why));
}

bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

base::Result<void> read_port(std::string_view text, std::uint16_t& out) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535)
    return wrong("its port is not a number from 1 to 65535");
  out = static_cast<std::uint16_t>(port);
  return {};
}

// "host", "host:port", "[v6]", "[v6]:port".
base::Result<void> read_host(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return wrong("the IPv6 address has no closing bracket");
    url.host = base::to_lower_ascii(text.substr(1, end - 1));
    boost::system::error_code bad;
    boost::asio::ip::make_address_v6(url.host, bad);
    if (bad) return wrong("what is in brackets is no IPv6 address");
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return wrong("only a port may follow the IPv6 address");
  } else {
    const std::size_t colon = text.find(':');
    url.host = base::to_lower_ascii(text.substr(0, colon));
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (url.host.empty()) return wrong("it names no host");
    if (port.find(':', 1) != std::string_view::npos) return wrong("an IPv6 address needs brackets: [::1]");
    if (!std::ranges::all_of(url.host, is_host_char))
      return wrong("its host has a character that names of hosts do not have");
  }
  url.port = url.secure() ? 443 : 80;
  if (port.size() > 1) return read_port(port.substr(1), url.port);
  return {};
}

// What may not stand in a request line as it is.
std::string encode_target(std::string_view text) {
  std::string out;
  if (!text.starts_with('/')) out += '/';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || c == '"' || c == '<' || c == '>')
      out += fmt::format("%{:02X}", byte);
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Url::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string Url::host_header() const {
  std::string all = authority();
  if (port == (secure() ? 443 : 80)) all.erase(all.rfind(':'));
  return all;
}

base::Result<Url> parse_url(std::string_view text) {
  text = base::trim(text);
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return wrong("it must begin with ws://, wss://, http:// or https://");
  if (std::ranges::any_of(text, is_blank_or_control)) return wrong("it holds a space or a control character");
  Url url;
  url.scheme = base::to_lower_ascii(text.substr(0, colon));
  if (!url.secure() && url.scheme != "http" && url.scheme != "ws")
    return wrong(fmt::format("{}:// is not ws, wss, http or https", base::truncate(url.scheme, 20)));
  std::string_view rest = text.substr(colon + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
  rest.remove_prefix(authority.size());
  if (rest.starts_with('\\')) return wrong("it has a backslash where a slash is meant");
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  TRY_VOID(read_host(authority, url));
  url.target = encode_target(rest.substr(0, rest.find('#')));
  return url;
}

std::string basic_auth(std::string_view userinfo) {
  const std::size_t colon = userinfo.find(':');
  const std::string user = decode_percent(userinfo.substr(0, colon));
  const std::string password =
      colon == std::string_view::npos ? std::string() : decode_percent(userinfo.substr(colon + 1));
  return "Basic " + base::base64(user + ":" + password);
}

}  // namespace net
