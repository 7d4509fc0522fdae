#include "engine/cached_run.h"

#include "engine/variables.h"

namespace engine {
namespace {

constexpr std::string_view kNoRun = "no run with this instruction from this page is kept";

std::string name_of(const std::optional<ModelChoice>& choice) {
  return choice && choice->settings ? choice->settings->name : "";
}

// A run that was cut off tells nothing of the steps that it did again.
bool says_what_the_steps_are_worth(StopReason stop) {
  return stop != StopReason::model_error && stop != StopReason::cancelled && stop != StopReason::session_closed &&
         stop != StopReason::browser_crashed;
}

}  // namespace

void tell_cache(AgentRecord& record, CacheStatus status, std::string reason) {
  record.notes["cacheStatus"] = engine::to_string(status);
  record.notes["cacheHit"] = status == CacheStatus::hit;
  record.notes["cacheReason"] = reason;
  record.cache = CacheTold{status, std::move(reason)};
}

CachedRun::CachedRun(agent::Cache& cache, const AgentRequest& request, AgentRecord& record, agent::Workplace& place,
                     agent::Hand& hand)
    : cache_(cache),
      request_(request),
      record_(record),
      below_(place),
      hand_below_(hand),
      recording_([&request](std::string text) { return without_values(std::move(text), request.variables); }),
      noted_place_(place, recording_),
      noted_hand_(hand, place, recording_) {}

std::string CachedRun::bypass(const agent::Cache& cache, AgentMode mode) {
  if (!cache.on()) return "this server keeps no runs (--agent-cache 0)";
  if (mode == AgentMode::cua) return "runs of mode cua go by coordinates, which cannot be checked";
  return "";
}

void CachedRun::tell(CacheStatus status, std::string reason) { tell_cache(record_, status, std::move(reason)); }

aio::Task<base::Result<agent::Replayed>> CachedRun::replay(const aio::Context& ctx, AgentMode mode, Players players,
                                                           EventSink& events) {
  subject_ = {.kind = "agent",
              .owner = request_.cache->owner,
              .instruction = request_.instruction,
              .url = below_.url(),
              .mode = std::string(to_string(mode)),
              .max_steps = request_.limits.steps,
              .model = std::move(players.model),
              .model_identity = std::move(players.model_identity),
              .execution_model = name_of(request_.execution_model),
              .execution_model_identity = std::move(players.execution_model_identity),
              .system_prompt = request_.system_prompt};
  for (const auto& [name, value] : request_.variables) subject_.variables.push_back(name);
  key_ = agent::cache_key(subject_);
  subject_.url = without_values(std::move(subject_.url), request_.variables);
  subject_.instruction = without_values(std::move(subject_.instruction), request_.variables);
  const auto kept = cache_.find(key_);
  if (!kept) {
    tell(CacheStatus::miss, std::string(kNoRun));
    co_return agent::Replayed();
  }
  kept_at_ = kept->kept_at;
  tell(CacheStatus::partial, "a kept run is being replayed");
  agent::Replay replay(below_, hand_below_, recording_, record_, events, {.step = request_.limits.tool});
  CO_TRY(agent::Replayed out, co_await replay.run(ctx, *kept));
  if (out.whole)
    tell(CacheStatus::hit, "every step of the kept run was done again");
  else if (out.done.empty())
    tell(CacheStatus::miss, "the first step of the kept run does not fit: " + out.why);
  else
    tell(CacheStatus::partial, out.why);
  if (!out.done.empty()) record_.notes["cacheTimestamp"] = base::iso8601(*kept_at_);
  record_.notes["cacheReplayedSteps"] = out.done.size();
  co_return out;
}

void CachedRun::settle(const AgentResult& result, const agent::Replayed& replayed, bool went_on, base::WallTime now) {
  const bool judged = says_what_the_steps_are_worth(result.stop);
  if (replayed.whole && went_on)
    tell(CacheStatus::partial, judged ? "every step was done again, and the model did not see the goal reached"
                                      : "every step was done again, and the run ended before a model had judged it");
  const bool hit = replayed.whole && !went_on;
  if (!result.success) {
    // What leads nowhere any more is no help to the next run.
    if (!replayed.done.empty() && judged) cache_.forget(key_);
    record_.notes["cacheKept"] = false;
    record_.notes["cacheKeptReason"] = "the run was no success";
    return;
  }
  agent::KeptRun run{.steps = recording_.steps(below_.url()), .kept_at = hit ? kept_at_.value_or(now) : now};
  std::string unfit = recording_.unfit();
  if (unfit.empty()) {
    record_.kept = json::Object{{"cacheKey", key_}, {"entry", agent::entry_json(subject_, run)}};
    if (!cache_.keep(key_, std::move(run))) unfit = "it is larger than the whole cache";
  } else {
    cache_.forget(key_);
  }
  record_.notes["cacheKept"] = unfit.empty();
  if (unfit.empty()) return;
  record_.notes["cacheKeptReason"] = unfit;
  record_.kept.reset();
}

}  // namespace engine
