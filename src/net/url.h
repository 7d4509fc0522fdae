// URLs of endpoints: enough to connect to them. (Pages' URLs are Chromium's business.)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace net {

struct Url {
  std::string scheme;    // lower case: http, https, ws, wss
  std::string userinfo;  // "user:password", as written; a credential: never logged
  std::string host;      // without brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"

  std::string authority() const;  // host:port, brackets where needed, no userinfo
};

// Only http, https, ws and wss. The error says what is wrong and does not repeat credentials.
base::Result<Url> parse_url(std::string_view text);

}  // namespace net
