// x-stream-response, which every /v1 route checks.
#pragma once
#include <optional>

#include "json/shape.h"
#include "net/http.h"

namespace api {

// The issue when the header is there and neither "true" nor "false".
inline std::optional<json::Array> check_stream_header(const net::HttpRequest& request) {
  const auto value = request.headers.find("x-stream-response");
  if (!value || *value == "true" || *value == "false") return std::nullopt;
  static const json::Shape shape = json::object({{"x-stream-response", json::one_of({"true", "false"})}});
  json::Object headers;
  headers["x-stream-response"] = boost::json::string_view(value->data(), value->size());
  const json::Value holder(std::move(headers));
  return json::to_array(shape.check(&holder));
}

}  // namespace api
