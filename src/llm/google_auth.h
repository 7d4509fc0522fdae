// Access tokens for Google Cloud: a service account signs a claim (RFC 7523) and trades it for a token that lasts an
// hour.
#pragma once
#include <map>
#include <string>

#include "aio/context.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "llm/endpoint.h"
#include "net/http_client.h"

namespace llm {

// The request that trades. Error: Kind::invalid for a key that is none.
base::Result<net::HttpCall> google_token_request(const GoogleAccount& account, base::WallTime now);

struct GoogleToken {
  base::Secret token;
  base::Duration lasts;
};
// Errors: Kind::invalid when Google refuses the account, else Kind::upstream.
base::Result<GoogleToken> google_token_reply(const net::HttpReply& reply);

// Keeps tokens until a minute before they end.
class GoogleTokens {
 public:
  explicit GoogleTokens(net::HttpClient& http) : http_(http) {}
  aio::Task<base::Result<base::Secret>> token(const aio::Context& ctx, GoogleAccount account);

 private:
  struct Kept {
    base::Secret token;
    base::TimePoint until;
  };
  net::HttpClient& http_;
  std::map<std::string, Kept> kept_;  // by digest of the account
};

}  // namespace llm
