// What lets pages of --allowed-origins read answers (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). Pure.
#pragma once
#include "api/guard.h"

namespace api {

// A browser asks on behalf of a page of an allowed origin whether it may send the request that it names. It cannot send
// the token along.
bool is_preflight(const GuardSettings& settings, const net::HttpRequest& request);
// REQUIRES: is_preflight.
net::HttpResponse preflight_reply(const net::HttpRequest& request);

// Lets a page of an allowed origin read the answer; does nothing for others.
void allow_origin(const GuardSettings& settings, const net::HttpRequest& request, net::Headers& answer);

}  // namespace api
