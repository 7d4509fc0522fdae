// Who a request comes from, as far as that can be told. Limits and queues are fair between callers, kept runs and kept
// answers belong to one. Pure.
#pragma once
#include <string>
#include <string_view>

#include "api/guard.h"
#include "net/http.h"

namespace api {

// The same for all requests of one caller; digests, never a secret. The first of: an Authorization that is not our own
// token, x-bb-api-key likewise, x-model-api-key; where none is shown the peer's address ("192.0.2.7", of IPv6 the
// network of 64 bits). Keys are claims and not checked: docs/decisions/0022-who-a-caller-is.md.
std::string caller_key(const GuardSettings& settings, const net::HttpRequest& request, std::string_view peer);

// Digest of every credential that the request's headers show, our own token left out; "" when there is none. What one
// set of credentials was answered with is nobody else's.
std::string credentials_digest(const GuardSettings& settings, const net::HttpRequest& request);

}  // namespace api
