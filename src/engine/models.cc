#include "engine/models.h"

#include "llm/account.h"

namespace engine {

base::Result<llm::Endpoint> ModelSource::resolve(const ModelChoice& session, const ModelChoice& operation,
                                                 llm::Use use) const {
  // A model that is chosen and has no name is not the session's: it is a mistake.
  if (operation.settings) TRY_VOID(check(operation, use));
  return llm::resolve({.request = operation.settings.value_or(llm::ModelSettings{}),
                       .request_key = operation.key,
                       .session = session.settings.value_or(llm::ModelSettings{}),
                       .session_key = session.key,
                       .use = use},
                      environment_, own_keys_);
}

base::Result<ChosenModel> ModelSource::open(const ModelChoice& session, const ModelChoice& operation,
                                            llm::Use use) const {
  TRY(llm::Endpoint endpoint, resolve(session, operation, use));
  ChosenModel out{.client = nullptr,
                  .provider = std::string(endpoint.provider->name),
                  .name = endpoint.model,
                  .identity = llm::identity_of(endpoint)};
  out.client = models_.open(std::move(endpoint));
  return out;
}

std::string ModelSource::identity(const ModelChoice& session, const ModelChoice& operation) const {
  const auto endpoint = resolve(session, operation, llm::Use::text);
  return endpoint ? llm::identity_of(*endpoint) : "";
}

base::Result<void> ModelSource::check(const ModelChoice& session, llm::Use use) {
  const llm::ModelSettings settings = session.settings.value_or(llm::ModelSettings{});
  TRY_VOID(llm::parse_model(settings.name, settings.provider, use));
  return {};
}

}  // namespace engine
