// Models over HTTP: what all dialects share. Adds who we are, waits for a free place of this account, sends, reads
// errors, asks again where that may help, and counts tokens.
#pragma once
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "aio/semaphore.h"
#include "llm/client.h"
#include "llm/endpoint.h"
#include "llm/google_auth.h"
#include "llm/retry.h"
#include "net/http_client.h"

namespace llm {

struct Limits {
  RetryRules retries = {};
  std::size_t calls_per_key = 16;                          // at once; further ones wait in order
  base::Duration longest_call = std::chrono::minutes(10);  // retries included, when the caller has no earlier deadline
};

// One HTTP exchange with a provider, for metrics.
struct Exchange {
  std::string_view provider;
  std::string_view model;
  int status = 0;  // 0: no answer
  Usage usage = {};
  base::Duration took = {};
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void exchanged(const Exchange& exchange) = 0;  // every one, failed ones too
};

// Makes clients and holds what they share. Outlives them.
class Models {
 public:
  // `seed` is for the spread of retries. observer may be null.
  Models(net::HttpClient& http, Limits limits, Observer* observer, std::uint32_t seed)
      : http_(http), limits_(limits), observer_(observer), tokens_(http), random_(seed) {}

  std::unique_ptr<Client> open(Endpoint endpoint);

 private:
  friend class HttpLlm;
  // Where all calls of one account queue: one key on one host. Who hangs on one host holds up no other.
  std::shared_ptr<aio::Semaphore> places_for(const Endpoint& endpoint);
  // The model has refused the parameter: clients that are opened from now on do not send it.
  void refused(const Endpoint& endpoint, const std::string& parameter);
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  net::HttpClient& http_;
  const Limits limits_;
  Observer* observer_;
  GoogleTokens tokens_;
  std::minstd_rand random_;
  std::map<std::string, std::weak_ptr<aio::Semaphore>> places_;
  std::map<std::string, std::vector<std::string>> refused_;  // parameters, by the model's identity
};

}  // namespace llm
