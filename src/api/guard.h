// Who may talk to this server. A browser on the same machine must not be able to reach an API that launches programs
// (DNS rebinding, cross-site requests), and strangers on the network need a token. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/router.h"
#include "base/secret.h"
#include "net/http.h"

namespace api {

struct GuardSettings {
  bool loopback_only = true;                      // the server listens on the loopback: Host is checked
  std::vector<std::string> allowed_hosts = {};    // --allowed-hosts, names without port
  std::vector<std::string> allowed_origins = {};  // --allowed-origins, "https://app.example"
  base::Secret token = {};                        // --token: empty means none is asked for
  // Without a token: only the server's own user and root may call. Needs HttpServerConfig::look_at_users.
  bool own_users_only = false;
};

// The refusal, or nothing when the request may go on. 403, 401 and 503 in the operation envelope; the 403 names the
// option. healthz and readyz need no token: probes have none; nor does what a browser asks before a page may (cors.h).
std::optional<net::HttpResponse> refuse(const GuardSettings& settings, const net::HttpRequest& request,
                                        std::optional<Operation> operation);

// The caller's Browserbase key: x-bb-api-key, unless it is our own token. Empty when absent.
base::Secret browserbase_key(const GuardSettings& settings, const net::HttpRequest& request);

}  // namespace api
