#include "api/guard.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/cors.h"
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

// A browser sends the request for a page of another site, and names no origin (a GET, a form without one).
bool from_another_site(const net::HttpRequest& request) {
  const auto site = request.headers.find("sec-fetch-site");
  return site && !base::equals_ignore_case(*site, "none") && !base::equals_ignore_case(*site, "same-origin") &&
         !request.headers.find("origin");
}

net::HttpResponse unauthorized() {
  net::HttpResponse out = failure_reply(401, "Unauthorized");
  out.headers.add("WWW-Authenticate", "Bearer");
  return out;
}

// Neither let in nor told that it is another's.
net::HttpResponse user_unknown(std::string_view why) {
  net::HttpResponse out =
      failure_reply(503, fmt::format("The server could not ask the kernel which user the connection belongs to: {}. If "
                                     "it ran out of file descriptors, raise its limit (ulimit -n); send the request "
                                     "again",
                                     why));
  out.headers.add("Retry-After", "1");
  return out;
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
  if (from_another_site(request))
    return failure_reply(403,
                         "Cross-site requests are not allowed; send them from an origin that --allowed-origins names");
  const bool probe = operation == Operation::healthz || operation == Operation::readyz;
  if (settings.own_users_only && settings.token.empty() && !probe && !request.user_unknown.empty())
    return user_unknown(request.user_unknown);
  if (settings.own_users_only && settings.token.empty() && !probe && !request.other_user.empty())
    return failure_reply(
        403, fmt::format("The connection belongs to {}, and not to the user of the server; start the server with "
                         "--token-file to tell callers apart, or with --any-local-user to allow it",
                         request.other_user));
  if (!settings.token.empty() && !probe && !is_preflight(settings, request) && !has_token(settings, request))
    return unauthorized();
  return std::nullopt;
}

base::Secret browserbase_key(const GuardSettings& settings, const net::HttpRequest& request) {
  const auto key = request.headers.find("x-bb-api-key");
  if (!key || (!settings.token.empty() && settings.token.equals(*key))) return {};
  return base::Secret(std::string(*key));
}

}  // namespace api
