// From raw request bytes to the value that schemas see, by the reference's content-type rules (docs/wire/http.md).
#pragma once
#include <optional>
#include <variant>

#include "json/value.h"
#include "net/http.h"

namespace api {

// The parsed body: a JSON value; a text/plain body is a JSON string; no body at all is JSON null.
// Or the answer that ends the request: 415 for other types, 400 for what is not JSON or carries a prototype poison key.
std::variant<json::Value, net::HttpResponse> parse_body(const net::HttpRequest& request);

}  // namespace api
