// Client: the three calls of Browserbase's REST API that a session needs. Each is one request, made once: a session
// that is created twice is paid for twice.
#pragma once
#include <string>

#include "aio/context.h"
#include "base/secret.h"
#include "json/value.h"
#include "net/http_client.h"

namespace browserbase {

struct RemoteSession {
  std::string id;
  std::string project_id = {};  // "" when Browserbase does not say
  base::Secret connect_url;     // its DevTools endpoint; whoever has it needs no key
};

class Client {
 public:
  // `base_url` without a path or with one to put in front of /v1. The HTTP client outlives this.
  Client(net::HttpClient& http, std::string base_url);

  // connect_url is empty when Browserbase names none. Errors: Kind::not_found when it names no session; Kind::upstream,
  // timeout or invalid when the exchange failed, in the words that the wire has for it. The key is in none of them.
  aio::Task<base::Result<RemoteSession>> create(const aio::Context& ctx, base::Secret key, json::Object params);
  aio::Task<base::Result<RemoteSession>> retrieve(const aio::Context& ctx, base::Secret key, std::string id);
  // Asks Browserbase to end the session; it does so soon after.
  aio::Task<base::Result<void>> release(const aio::Context& ctx, base::Secret key, RemoteSession session);

 private:
  aio::Task<base::Result<json::Value>> call(const aio::Context& ctx, std::string method, std::string path,
                                            base::Secret key, std::string body);

  net::HttpClient& http_;
  std::string base_url_;
};

}  // namespace browserbase
