// What the headers of an operation say of earlier tries, and what is answered where they cannot be followed.
#pragma once
#include <optional>
#include <string_view>

#include "api/kept_runs.h"
#include "net/http.h"

namespace api {

// Views into the request.
Again again_of(const net::HttpRequest& request);

// How far the client of a stream got before it lost its connection: the id of its last frame, or "".
std::string_view last_event_id(const net::HttpRequest& request);
std::string_view idempotency_key(const net::HttpRequest& request);

// 400 for a key that is too long.
std::optional<net::HttpResponse> refuse_again(const net::HttpRequest& request);
// 409 or 422 where the request must not be done: it may have been done already.
std::optional<net::HttpResponse> refuse_found(const Found& found);

}  // namespace api
