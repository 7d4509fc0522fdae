// Endpoint: everything needed to call one model, settled: where, as whom, in which dialect. resolve() settles it from
// what the request says, what the session says, and the environment.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "llm/catalogue.h"
#include "llm/model_id.h"
#include "llm/model_settings.h"
#include "llm/provider.h"

namespace llm {

// The variables of the process that name keys and URLs of providers; nothing else is kept.
class Environment {
 public:
  // "NAME=value" entries.
  explicit Environment(const std::vector<std::string>& entries);
  std::string_view get(std::string_view name) const;  // "" when unset

 private:
  std::map<std::string, base::Secret, std::less<>> values_;
};

// The server's own keys (from its environment) go to the providers' own URLs and to URLs that the environment names.
// Whether they also go to a base URL that a request names is the operator's choice: on a shared server that would give
// the key to whoever asks.
enum class OwnKeys { anywhere, own_urls_only };

struct AwsKeys {
  std::string access_key_id;
  base::Secret secret_access_key;
  base::Secret session_token = {};
};

struct Sources {
  ModelSettings request = {};     // options.model of this call; name "" when the call brings none
  base::Secret request_key = {};  // x-model-api-key of this call
  ModelSettings session = {};     // the model of the session's start
  base::Secret session_key = {};  // x-model-api-key of the start
  Use use = Use::text;            // screen: in the dialect of the provider's tool for it, whatever format is asked for
};

struct Endpoint {
  const Provider* provider = nullptr;
  std::string model;
  Dialect dialect = Dialect::openai_chat;
  Traits traits = {};
  const Provider* other = nullptr;  // whose own API the URL is, where that is not `provider`'s
  JsonMode json_mode = JsonMode::native;
  std::string url;  // whole, the model's name in it where it belongs there
  Auth auth = Auth::none;
  base::Secret key = {};
  SecretMap headers = {};
  std::optional<GoogleAccount> google = {};
  std::optional<AwsKeys> aws = {};
  std::string region = {};                 // for signing
  bool own_key_withheld = false;           // the server has a key, which does not go to this URL; none goes
  bool provider_url = false;               // the URL is the provider's own, not one that somebody chose
  std::string chat_fallback_url = {};      // where Chat Completions would be, when Responses turns out not to be there
  std::vector<std::string> left_out = {};  // parameters (parameters.h) that the model has refused

  // The provider whose ways count: "openai" with another's baseURL is spoken to like that one.
  const Provider& api() const { return other ? *other : *provider; }
};

// Key: the request's model object, the request's header, the session's model object, the session's header, the
// environment; the session's count only when both models have the same provider. URL and headers: request, session
// (same provider), environment, the provider's own. Errors (Kind::invalid) say which setting or variable is missing.
base::Result<Endpoint> resolve(const Sources& sources, const Environment& environment, OwnKeys own_keys);

}  // namespace llm
