#include "api/caller.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <arpa/inet.h>

#include "base/secret.h"
#include "base/text.h"
#include "llm/crypto.h"

namespace api {
namespace {

std::string digest(std::string_view kind, std::string_view value) {
  const base::Secret text(std::string(kind) + '\0' + std::string(value));
  return llm::hex(llm::sha256(text.reveal()));
}

bool is_own_token(const GuardSettings& settings, std::string_view value) {
  return !settings.token.empty() && settings.token.equals(value);
}

std::string_view authorization(const GuardSettings& settings, const net::HttpRequest& request) {
  const std::string_view value = base::trim(request.headers.find("authorization").value_or(""));
  const bool bearer = value.size() > 7 && base::equals_ignore_case(value.substr(0, 7), "bearer ");
  return bearer && is_own_token(settings, base::trim(value.substr(7))) ? "" : value;
}

std::string_view browserbase(const GuardSettings& settings, const net::HttpRequest& request) {
  const std::string_view value = request.headers.find("x-bb-api-key").value_or("");
  return is_own_token(settings, value) ? "" : value;
}

struct Shown {
  std::string_view kind;
  std::string_view value;  // "": not shown
};

std::array<Shown, 3> shown(const GuardSettings& settings, const net::HttpRequest& request) {
  return {{{"authorization", authorization(settings, request)},
           {"x-bb-api-key", browserbase(settings, request)},
           {"x-model-api-key", request.headers.find("x-model-api-key").value_or("")}}};
}

// One network of IPv6 is one subscriber: whoever has it can use any address in it.
std::string network_of(std::string_view peer) {
  in6_addr address{};
  const std::string text(peer);
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return text;
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (IN6_IS_ADDR_V4MAPPED(&address)) return inet_ntop(AF_INET, &address.s6_addr[12], out.data(), out.size());
  std::fill(address.s6_addr + 8, address.s6_addr + 16, std::uint8_t{0});
  return std::string(inet_ntop(AF_INET6, &address, out.data(), out.size())) + "/64";
}

}  // namespace

std::string caller_key(const GuardSettings& settings, const net::HttpRequest& request, std::string_view peer) {
  for (const Shown& one : shown(settings, request))
    if (!one.value.empty()) return digest(one.kind, one.value);
  return network_of(peer);
}

std::string credentials_digest(const GuardSettings& settings, const net::HttpRequest& request) {
  std::string all;
  for (const Shown& one : shown(settings, request))
    if (!one.value.empty()) all += digest(one.kind, one.value);
  return all.empty() ? "" : digest("all", all);
}

}  // namespace api
