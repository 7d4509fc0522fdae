// Which language model an operation talks to: what the operation chose, over what its session chose, over the server's
// environment.
#pragma once
#include <memory>
#include <string>

#include "engine_api/types.h"
#include "llm/endpoint.h"
#include "llm/http_llm.h"

namespace engine {

struct ChosenModel {
  std::unique_ptr<llm::Client> client;  // ends before the ModelSource
  std::string provider;                 // "openai"
  std::string name;                     // as the provider calls it
  std::string identity;                 // a digest: which model of whose account on which machine
};

// One for the whole server. Outlives the engines.
class ModelSource {
 public:
  // `models` outlives this.
  ModelSource(llm::Models& models, llm::Environment environment, llm::OwnKeys own_keys)
      : models_(models), environment_(std::move(environment)), own_keys_(own_keys) {}

  // Errors (Kind::invalid) in words for the client: a provider or name that does not exist, a key or place that is
  // missing. Opens no connection.
  base::Result<ChosenModel> open(const ModelChoice& session, const ModelChoice& operation,
                                 llm::Use use = llm::Use::text) const;

  // The identity that open() would tell; "" where it would fail.
  std::string identity(const ModelChoice& session, const ModelChoice& operation) const;

  // Whether the session's model can be one at all. Its key may still come with each operation.
  static base::Result<void> check(const ModelChoice& session, llm::Use use = llm::Use::text);

 private:
  base::Result<llm::Endpoint> resolve(const ModelChoice& session, const ModelChoice& operation, llm::Use use) const;

  llm::Models& models_;
  llm::Environment environment_;
  llm::OwnKeys own_keys_;
};

}  // namespace engine
