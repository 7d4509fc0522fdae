// Web search for agents: Browserbase's search service, or Brave's, by whichever key the server has.
#pragma once
#include <string>

#include "aio/context.h"
#include "base/result.h"
#include "base/secret.h"
#include "json/value.h"
#include "net/http_client.h"

namespace engine {

struct SearchKeys {
  base::Secret browserbase = {};  // BROWSERBASE_API_KEY
  std::string browserbase_url = "https://api.browserbase.com";
  base::Secret brave = {};  // BRAVE_API_KEY
  std::string brave_url = "https://api.search.brave.com";
};

class WebSearch {
 public:
  // The HTTP client outlives this.
  WebSearch(net::HttpClient& http, SearchKeys keys) : http_(http), keys_(std::move(keys)) {}

  bool has_browserbase() const { return !keys_.browserbase.empty(); }
  bool has_brave() const { return !keys_.brave.empty(); }

  enum class Service { browserbase, brave };
  // The first five results: [{title, url, …}]. REQUIRES: a key for that service.
  aio::Task<base::Result<json::Value>> search(const aio::Context& ctx, Service service, std::string query) const;

 private:
  net::HttpClient& http_;
  const SearchKeys keys_;
};

}  // namespace engine
