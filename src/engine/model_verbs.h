// The verbs of a session that ask a model, each on one page: who is asked, how long it may take, what it cost.
#pragma once
#include <memory>
#include <string>

#include "engine/models.h"
#include "engine/page_turn.h"
#include "engine/page_view.h"
#include "engine_api/event_sink.h"
#include "engine_api/types.h"

namespace engine {

class ModelVerbs {
 public:
  // models outlives this.
  ModelVerbs(const ModelSource& models, const SessionConfig& config, PageView view)
      : models_(models),
        model_(config.model),
        system_prompt_(config.system_prompt),
        verbose_(config.verbose),
        self_heal_(config.self_heal),
        settle_(config.dom_settle_timeout),
        view_(view) {}

  // Whether an action that failed gets another try: the session wants it, and there is a model to ask.
  bool heals(const ActRequest& request) const { return heals(request, request.action.description); }
  bool heals(const ActRequest& request, std::string_view description) const;

  aio::Task<base::Result<ActResult>> act(const aio::Context& ctx, PageTurn turn, const ActRequest& request,
                                         EventSink& events) const;
  // REQUIRES: heals(request).
  aio::Task<base::Result<ActResult>> heal(const aio::Context& ctx, PageTurn turn, const ActRequest& request,
                                          std::string why, EventSink& events) const;
  aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, PageTurn turn,
                                                       const ObserveRequest& request, EventSink& events) const;
  aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, PageTurn turn, const ExtractRequest& request,
                                               EventSink& events) const;

  // Which model this operation would ask; "" where there is none to ask.
  std::string identity(const ModelChoice& choice) const { return models_.identity(model_, choice); }

 private:
  class Asked;
  base::Result<ChosenModel> model_for(const ModelChoice& choice) const { return models_.open(model_, choice); }

  const ModelSource& models_;
  const ModelChoice model_;
  const std::string system_prompt_;
  const int verbose_;
  const bool self_heal_;
  const base::Milliseconds settle_;
  const PageView view_;
};

}  // namespace engine
