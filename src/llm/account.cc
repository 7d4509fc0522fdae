#include "llm/account.h"

#include "llm/crypto.h"
#include "net/url.h"

namespace llm {
namespace {

// Each part is a digest by itself, so that no two lists of parts are the same text.
void add(std::string& out, std::string_view part) { out += sha256(part); }

std::string origin_of(const Endpoint& endpoint) {
  const auto url = net::parse_url(endpoint.url);
  return url ? url->scheme + "://" + url->authority() : endpoint.url;
}

}  // namespace

std::string account_of(const Endpoint& endpoint) {
  std::string parts;
  add(parts, endpoint.provider->name);
  add(parts, origin_of(endpoint));
  add(parts, endpoint.key.reveal());
  add(parts, endpoint.google ? endpoint.google->client_email : "");
  add(parts, endpoint.google ? endpoint.google->private_key.reveal() : "");
  add(parts, endpoint.aws ? endpoint.aws->access_key_id : "");
  add(parts, endpoint.aws ? endpoint.aws->secret_access_key.reveal() : "");
  for (const auto& [name, value] : endpoint.headers) {
    add(parts, name);
    add(parts, value.reveal());
  }
  return sha256(parts);
}

std::string identity_of(const Endpoint& endpoint) {
  std::string parts = account_of(endpoint);
  add(parts, endpoint.url);
  add(parts, endpoint.model);
  return hex(sha256(parts));
}

}  // namespace llm
