#include "engine/act_memory.h"

#include <fmt/format.h>

#include "agent/find_again.h"
#include "agent/recording.h"
#include "engine/act_by_instruction.h"
#include "engine/named_files.h"
#include "engine/page_sight.h"
#include "engine/recognize.h"

namespace engine {
namespace {

constexpr auto kReplayPatience = std::chrono::milliseconds(2'000);  // for an element to become what it was

agent::CacheSubject subject_of(const ActMemory& memory, const ActRequest& request, std::string url) {
  agent::CacheSubject out{.kind = "act",
                          .owner = request.cache->owner,
                          .instruction = *request.instruction,
                          .url = std::move(url),
                          .model = memory.model,
                          .model_identity = memory.verbs.identity(request.model),
                          .system_prompt = memory.system_prompt};
  for (const auto& [name, value] : request.variables) out.variables.push_back(name);
  return out;
}

// Does kept actions again. Errors end the act.
class Again {
 public:
  Again(const ActMemory& memory, PageTurn turn, const ActRequest& request)
      : memory_(memory),
        turn_(std::move(turn)),
        request_(request),
        sight_(turn_, request.variables, {.settle = memory.settle}, memory.view.source) {}

  // What did not fit ("" when all did) is at actions[done.size()]; when it may have happened all the same, nobody may
  // try it another way.
  struct Came {
    std::vector<Action> done = {};
    std::string why = {};
    bool may_have_acted = false;
  };
  aio::Task<base::Result<Came>> run(const aio::Context& ctx, std::vector<Action> actions) {
    co_await sight_.settle(ctx);
    Came out;
    for (Action& action : actions) {
      CO_TRY(const auto found, co_await find(ctx, action.selector, action.element));
      CO_TRY(std::vector<std::string> arguments, co_await with_variables(ctx, action.arguments, request_.variables));
      std::optional<agent::Recognized> target;
      if (found && action.target.known() && !arguments.empty()) {
        CO_TRY(target, co_await find(ctx, action.arguments.front(), action.target));
        if (target) arguments.front() = id_of(*target);
      }
      if (!found || (action.target.known() && !target)) {
        const Identity& missing = found ? action.target : action.element;
        out.why = fmt::format("{} \"{}\" is not on the page any more", missing.role, missing.name);
        co_return out;
      }
      NamedFiles files({request_.words.value_or(*request_.instruction), memory_.system_prompt}, request_.variables);
      const std::string method = action.method.value_or("");
      if (auto why = co_await files.refuse(ctx, method, arguments)) {
        out.why = without_values(std::move(*why), request_.variables);
        co_return out;
      }
      CO_TRY(const auto failure, co_await sight_.perform(ctx, {method, id_of(*found), std::move(arguments)}));
      if (failure) {
        out.why = without_values(failure->error.message, request_.variables);
        out.may_have_acted = failure->may_have_acted && !is_repeatable(method);
        co_return out;
      }
      co_await sight_.settle_after_step(ctx);
      action.selector = found->selector;
      if (target) action.arguments.front() = target->selector;
      out.done.push_back(std::move(action));
    }
    co_return out;
  }

 private:
  static std::string id_of(const agent::Recognized& found) {
    return found.reference.substr(std::string("@ref:").size());
  }

  agent::Found find(const aio::Context& ctx, std::string selector, Identity identity) {
    auto there = [this, &ctx, selector] { return at_selector(ctx, turn_, selector, request_.variables); };
    auto like_it = [this, &ctx, identity] {
      return by_identity(ctx, turn_, identity, request_.variables, memory_.view.source);
    };
    return agent::find_again(ctx, kReplayPatience, std::move(identity), std::move(there), std::move(like_it));
  }

  const ActMemory& memory_;
  PageTurn turn_;
  const ActRequest& request_;
  PageSight sight_;
};

std::vector<Action> actions_of(const agent::KeptRun& kept) {
  std::vector<Action> out;
  for (const agent::KeptStep& step : kept.steps)
    if (const auto* it = std::get_if<agent::ByElement>(&step.what)) out.push_back(it->action);
  return out;
}

ActResult all_done(std::vector<Action> actions, std::string description) {
  ActResult out{.success = true, .message = "", .action_description = std::move(description), .actions = {}};
  for (Action& action : actions) {
    out.message += (out.message.empty() ? "" : " → ") + act_succeeded(action).message;
    out.actions.push_back(std::move(action));
  }
  return out;
}

void keep(const ActMemory& memory, const std::string& key, const ActRequest& request, const std::string& url,
          const ActResult& result, base::WallTime now) {
  if (!result.success) return memory.cache.forget(key);
  agent::Recording recording(
      [&request](std::string text) { return without_values(std::move(text), request.variables); });
  for (const Action& action : result.actions) recording.add(agent::ByElement{"act", action}, url);
  if (!recording.unfit().empty()) return memory.cache.forget(key);
  memory.cache.keep(key, {.steps = recording.steps(url), .description = result.action_description, .kept_at = now});
}

}  // namespace

aio::Task<base::Result<ActResult>> act_by_memory(const aio::Context& ctx, ActMemory memory, PageTurn turn,
                                                 const ActRequest& request, EventSink& events) {
  const std::string url = turn.page()->url();
  CacheTold told{.status = CacheStatus::miss, .reason = "no act with this instruction on this page is kept"};
  if (!memory.cache.on()) {
    CO_TRY(ActResult plain, co_await memory.verbs.act(ctx, std::move(turn), request, events));
    plain.cache = CacheTold{CacheStatus::bypass, "this server keeps no runs (--agent-cache 0)"};
    co_return plain;
  }
  const std::string key = agent::cache_key(subject_of(memory, request, url));
  std::optional<ActResult> result;
  if (const auto kept = memory.cache.find(key)) {
    std::vector<Action> actions = actions_of(*kept);
    Again again(memory, turn, request);
    CO_TRY(Again::Came came, co_await aio::by_deadline(ctx, again.run(ctx, actions), "late"));
    events.account({.page_url = turn.page()->url()});
    told = {.status = came.done.empty() ? CacheStatus::miss : CacheStatus::partial, .reason = came.why};
    if (came.why.empty()) {
      told = {.status = CacheStatus::hit, .reason = "every action was done again"};
      result = all_done(std::move(came.done), kept->description);
    } else if (came.may_have_acted) {
      result = act_failed("Failed to perform act: " + came.why, kept->description);
    } else if (!came.done.empty() && !memory.verbs.heals(request, kept->description)) {
      result = all_done(std::move(came.done), kept->description);
      result->success = false;
      result->message += " → Failed to perform act: " + came.why;
    } else if (!came.done.empty()) {
      ActRequest rest = request;
      if (!rest.words) rest.words = rest.instruction;
      rest.instruction.reset();
      rest.action = actions[came.done.size()];
      CO_TRY(ActResult healed, co_await memory.verbs.heal(ctx, turn, rest, came.why, events));
      ActResult whole = all_done(std::move(came.done), kept->description);
      whole.message += " → " + healed.message;
      whole.success = healed.success;
      for (Action& action : healed.actions) whole.actions.push_back(std::move(action));
      result = std::move(whole);
    }
  }
  if (!result) {
    CO_TRY(result, co_await memory.verbs.act(ctx, turn, request, events));
  }
  keep(memory, key, request, url, *result, ctx.clock->wall());
  result->cache = std::move(told);
  co_return std::move(*result);
}

}  // namespace engine
