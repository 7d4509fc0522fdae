// From raw request bytes to the value that schemas see, by the reference's content-type rules (docs/wire/http.md).
#pragma once
#include <cstddef>
#include <optional>
#include <variant>

#include "api/offload.h"
#include "json/value.h"
#include "net/http.h"

namespace api {

// The parsed body: a JSON value; a text/plain body is a JSON string; no body at all is JSON null.
// Or the answer that ends the request: 415 for other types, 400 for what is not JSON or carries a prototype poison key.
std::variant<json::Value, net::HttpResponse> parse_body(const net::HttpRequest& request);

// The same where a large body is parsed by the workers. Bodies come faster than they are parsed, so there is a limit
// for those that wait: beyond it nothing is returned, and the client has to come again.
class BodyParser {
 public:
  static constexpr std::size_t kMostWaiting = 64 << 20;  // bytes

  explicit BodyParser(Offload& offload, std::size_t most_waiting = kMostWaiting)
      : offload_(offload), most_waiting_(most_waiting) {}

  // The request outlives the call.
  aio::Task<std::optional<std::variant<json::Value, net::HttpResponse>>> parse(const net::HttpRequest& request);

 private:
  Offload& offload_;
  const std::size_t most_waiting_;
  std::size_t waiting_ = 0;  // bytes
};

}  // namespace api
