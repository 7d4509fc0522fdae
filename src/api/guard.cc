#include "api/guard.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/reply.h"
#include "base/text.h"

namespace api {
namespace {

// "localhost:3000" -> "localhost", "[::1]:3000" -> "[::1]". What follows the name and is no port stays: "[::1].evil"
// and "localhost:3@evil" are names of nobody.
std::string_view without_port(std::string_view authority) {
  const std::size_t name = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  if (name == 0 || name >= authority.size() || authority[name] != ':') return authority;
  const bool port = authority.find_first_not_of("0123456789", name + 1) == std::string_view::npos;
  return port ? authority.substr(0, name) : authority;
}

bool is_own_host(const GuardSettings& settings, std::string_view authority) {
  const std::string_view name = without_port(authority);
  for (const std::string_view known : {"localhost", "127.0.0.1", "[::1]"})
    if (base::equals_ignore_case(name, known)) return true;
  return std::ranges::any_of(settings.allowed_hosts,
                             [&](const std::string& known) { return base::equals_ignore_case(name, known); });
}

bool is_own_origin(const GuardSettings& settings, std::string_view origin, std::string_view host) {
  if (std::ranges::find(settings.allowed_origins, origin) != settings.allowed_origins.end()) return true;
  return origin == fmt::format("http://{}", host) || origin == fmt::format("https://{}", host);
}

bool has_token(const GuardSettings& settings, const net::HttpRequest& request) {
  const auto authorization = request.headers.find("authorization");
  if (authorization && authorization->size() > 7 && base::equals_ignore_case(authorization->substr(0, 7), "bearer ") &&
      settings.token.equals(base::trim(authorization->substr(7))))
    return true;
  const auto key = request.headers.find("x-bb-api-key");
  return key && settings.token.equals(*key);
}

}  // namespace

std::optional<net::HttpResponse> refuse(const GuardSettings& settings, const net::HttpRequest& request,
                                        std::optional<Operation> operation) {
  const std::string host(request.headers.find("host").value_or(""));
  if (settings.loopback_only && !host.empty() && !is_own_host(settings, host))
    return failure_reply(403,
                         fmt::format("Host {} is not allowed; start the server with --allowed-hosts={} to allow it",
                                     base::truncate(host, 200), base::truncate(without_port(host), 200)));
  if (const auto origin = request.headers.find("origin"); origin && !is_own_origin(settings, *origin, host))
    return failure_reply(403,
                         fmt::format("Origin {} is not allowed; start the server with --allowed-origins={} to allow it",
                                     base::truncate(*origin, 200), base::truncate(*origin, 200)));
  const auto site = request.headers.find("sec-fetch-site");
  if (site && base::equals_ignore_case(*site, "cross-site") && !request.headers.find("origin"))
    return failure_reply(403,
                         "Cross-site requests are not allowed; send them from an origin that --allowed-origins names");
  const bool probe = operation == Operation::healthz || operation == Operation::readyz;
  if (!settings.token.empty() && !probe && !has_token(settings, request)) return failure_reply(401, "Unauthorized");
  return std::nullopt;
}

base::Secret browserbase_key(const GuardSettings& settings, const net::HttpRequest& request) {
  const auto key = request.headers.find("x-bb-api-key");
  if (!key || (!settings.token.empty() && settings.token.equals(*key))) return {};
  return base::Secret(std::string(*key));
}

}  // namespace api
