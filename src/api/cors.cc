#include "api/cors.h"

#include <algorithm>

namespace api {
namespace {

constexpr std::string_view kReadable = "x-session-state, x-session-detail, x-should-retry, x-cache-status, Retry-After";

std::optional<std::string_view> allowed_origin(const GuardSettings& settings, const net::HttpRequest& request) {
  const auto origin = request.headers.find("origin");
  if (!origin || std::ranges::find(settings.allowed_origins, *origin) == settings.allowed_origins.end())
    return std::nullopt;
  return origin;
}

bool is_list_of_names(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c == ' ' || c == ',' || net::is_token(std::string_view(&c, 1)); });
}

}  // namespace

bool is_preflight(const GuardSettings& settings, const net::HttpRequest& request) {
  return request.method == "OPTIONS" && request.headers.find("access-control-request-method") &&
         allowed_origin(settings, request);
}

net::HttpResponse preflight_reply(const net::HttpRequest& request) {
  net::HttpResponse out{.status = 204};
  out.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT");
  // "*" would not cover Authorization.
  const std::string_view asked = request.headers.find("access-control-request-headers").value_or("");
  if (!asked.empty() && is_list_of_names(asked)) out.headers.add("Access-Control-Allow-Headers", std::string(asked));
  if (request.headers.find("access-control-request-private-network") == "true")
    out.headers.add("Access-Control-Allow-Private-Network", "true");
  out.headers.add("Access-Control-Max-Age", "600");
  return out;
}

void allow_origin(const GuardSettings& settings, const net::HttpRequest& request, net::Headers& answer) {
  const auto origin = allowed_origin(settings, request);
  if (!origin || answer.find("access-control-allow-origin")) return;  // a stream's head allows everybody
  answer.add("Access-Control-Allow-Origin", std::string(*origin));
  answer.add("Access-Control-Expose-Headers", std::string(kReadable));
  answer.add("Vary", "Origin");
}

}  // namespace api
