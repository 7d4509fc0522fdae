#include "net/url.h"

#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace net {

std::string Url::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

base::Result<Url> parse_url(std::string_view text) {
  const auto wrong = [](std::string_view why) {
    return base::fail(base::Kind::invalid, fmt::format("Invalid URL: {}", why));
  };
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return wrong("it must begin with ws://, wss://, http:// or https://");
  Url url;
  url.scheme = base::to_lower_ascii(text.substr(0, colon));
  const bool secure = url.scheme == "https" || url.scheme == "wss";
  if (!secure && url.scheme != "http" && url.scheme != "ws")
    return wrong(fmt::format("{}:// is not ws, wss, http or https", base::truncate(url.scheme, 20)));
  std::string_view rest = text.substr(colon + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong("the IPv6 address has no closing bracket");
    url.host = authority.substr(1, end - 1);
    if (authority.size() > end + 1 && authority[end + 1] == ':') port = authority.substr(end + 2);
  } else {
    const std::size_t split = authority.find(':');
    url.host = authority.substr(0, split);
    if (split != std::string_view::npos) port = authority.substr(split + 1);
  }
  if (url.host.empty()) return wrong("it names no host");
  url.port = secure ? 443 : 80;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size()) return wrong("its port is not a number up to 65535");
  }
  url.target = rest.substr(0, rest.find('#'));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

}  // namespace net
