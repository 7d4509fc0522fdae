// launchOptions.proxy.server: what Chromium can be given as --proxy-server, and the credentials that do not belong
// there.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace api::schemas {

struct ProxyServer {
  std::string server;         // for the command line, without credentials
  std::string username = {};  // of the URL, "" when it has none
  base::Secret password = {};
  bool socks = false;  // one of them at least, where Chromium knows no login
};

// One proxy ("http://host:port", "host:port", socks4:// and socks5:// too), or Chromium's rules by the kind of request
// ("http=a:1;https=b:2,direct://"). The error says what it must be, to be read after "server must be ".
base::Result<ProxyServer> read_proxy_server(std::string_view text);

}  // namespace api::schemas
