#include "engine/models.h"

namespace engine {

base::Result<ChosenModel> ModelSource::open(const ModelChoice& session, const ModelChoice& operation,
                                            llm::Use use) const {
  // A model that is chosen and has no name is not the session's: it is a mistake.
  if (operation.settings) TRY_VOID(check(operation, use));
  TRY(llm::Endpoint endpoint, llm::resolve({.request = operation.settings.value_or(llm::ModelSettings{}),
                                            .request_key = operation.key,
                                            .session = session.settings.value_or(llm::ModelSettings{}),
                                            .session_key = session.key,
                                            .use = use},
                                           environment_, own_keys_));
  ChosenModel out{.client = nullptr, .provider = std::string(endpoint.provider->name), .name = endpoint.model};
  out.client = models_.open(std::move(endpoint));
  return out;
}

base::Result<void> ModelSource::check(const ModelChoice& session, llm::Use use) {
  const llm::ModelSettings settings = session.settings.value_or(llm::ModelSettings{});
  TRY_VOID(llm::parse_model(settings.name, settings.provider, use));
  return {};
}

}  // namespace engine
