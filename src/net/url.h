// URLs of endpoints: enough to connect to them. (Pages' URLs are Chromium's business.)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace net {

struct Url {
  std::string scheme;    // lower case: http, https, ws, wss
  std::string userinfo;  // "user:password", percent-encoded as written; a credential: never logged
  std::string host;      // lower case, an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/", percent-encoded where needed; no fragment

  bool secure() const { return scheme == "https" || scheme == "wss"; }
  std::string authority() const;    // host:port, brackets where needed, no userinfo
  std::string host_header() const;  // the same without the scheme's own port (RFC 9110 §7.2)
};

// Only http, https, ws and wss (the WHATWG URL grammar, without its repairs of broken hosts). Error: Kind::invalid
// "Invalid URL: …"; it says what is wrong and repeats no credentials.
base::Result<Url> parse_url(std::string_view text);

// %41 and the like undone; what only looks like it stays as it is.
std::string decode_percent(std::string_view text);

// "Basic …" for the Authorization header (RFC 7617), from a userinfo with its percent-encoding undone.
std::string basic_auth(std::string_view userinfo);

}  // namespace net
