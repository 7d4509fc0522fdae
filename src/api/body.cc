#include "api/body.h"

#include "api/reply.h"
#include "base/activity.h"
#include "base/text.h"
#include "json/read.h"

namespace api {
namespace {

net::HttpResponse not_json() {
  net::HttpResponse out = error_reply(400, "Body is not valid JSON but content-type is set to 'application/json'");
  out.headers.add_first("connection", "close");
  return out;
}

}  // namespace

std::variant<json::Value, net::HttpResponse> parse_body(const net::HttpRequest& request) {
  const base::Activity activity("a request's body");
  if (request.method == "GET" || request.method == "HEAD") return json::Value(nullptr);
  const std::optional<std::string_view> content_type = request.headers.find("content-type");
  if (!content_type) {
    if (request.body.empty()) return json::Value(nullptr);
    return error_reply(415, "Unsupported Media Type");
  }
  const std::string_view media_type = base::trim(content_type->substr(0, content_type->find(';')));
  if (base::equals_ignore_case(media_type, "text/plain")) return json::Value(base::repair_utf8(request.body));
  if (!base::equals_ignore_case(media_type, "application/json")) return error_reply(415, "Unsupported Media Type");
  if (request.body.empty()) return json::Value(json::Object{});
  auto value = json::read(request.body);
  if (!value || json::is_poisoned(*value)) return not_json();
  return std::move(*value);
}

}  // namespace api
