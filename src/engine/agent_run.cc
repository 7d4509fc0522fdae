#include "engine/agent_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "agent/loop.h"
#include "agent/page_tools.h"
#include "agent/prompts.h"
#include "agent/screen_tools.h"
#include "engine/agent_workplace.h"
#include "engine/cached_run.h"
#include "engine/own_tools.h"
#include "engine/page_hand.h"

namespace engine {
namespace {

constexpr auto kFarewell = std::chrono::seconds(1);  // for servers of tools

void tell_start(EventSink& events, const AgentRequest& request, AgentMode mode, const std::string& model) {
  events.progress({.category = "agent",
                   .message = "Creating v3 agent instance",
                   .level = 1,
                   .auxiliary = {{"cua", mode == AgentMode::cua ? "true" : "false", "boolean"},
                                 {"mode", std::string(to_string(mode)), "string"},
                                 {"model", model, "string"},
                                 {"systemPrompt", request.system_prompt, "string"},
                                 {"tools", "{}", "object"}}});
}

llm::ModelSettings settings_of(const ModelChoice& session, const AgentRequest& request) {
  return request.model.settings.value_or(session.settings.value_or(llm::ModelSettings{}));
}

bool same_provider(const llm::ModelSettings& one, const llm::ModelSettings& other) {
  const auto a = llm::parse_model(one.name, one.provider, llm::Use::screen);
  const auto b = llm::parse_model(other.name, other.provider, llm::Use::screen);
  return a && b && a->provider == b->provider;
}

llm::Use use_of(AgentMode mode) { return mode == AgentMode::cua ? llm::Use::screen : llm::Use::text; }

// What a screen alone has no place for is refused and not left out.
base::Result<agent::screen::Family> screen_family(const ModelChoice& session, const AgentRequest& request) {
  const auto refused = [](std::string_view what) {
    return base::fail(base::Kind::invalid,
                      fmt::format("{} is not supported with CUA mode; use mode dom or hybrid", what));
  };
  if (!request.variables.empty()) return refused("variables");
  if (request.use_search) return refused("useSearch");
  if (!request.tools.empty() || !request.tool_servers.empty()) return refused("tools");
  const llm::ModelSettings chosen = settings_of(session, request);
  return agent::screen::family_of(chosen.name, chosen.provider);
}

// Told once, whatever became of the run.
class Telling {
 public:
  Telling(EventSink& events, const AgentWorkplace& place, const AgentEars& ears, const AgentRecord& record)
      : events_(events), place_(place), ears_(ears), record_(record) {}
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  ~Telling() {
    const AgentBill bill = record_.whole();
    events_.account({.page_url = place_.url(),
                     .input_tokens = bill.input_tokens,
                     .output_tokens = bill.output_tokens,
                     .reasoning_tokens = bill.reasoning_tokens,
                     .cached_tokens = bill.cached_input_tokens,
                     .model_calls = bill.calls,
                     .model_time = bill.time,
                     .looks = ears_.looks});
  }

 private:
  EventSink& events_;
  const AgentWorkplace& place_;
  const AgentEars& ears_;
  const AgentRecord& record_;
};

// Who plays, and how.
struct Player {
  llm::ModelSettings model;
  AgentMode mode;
  std::optional<agent::screen::Family> family;  // of a model that sees the screen alone
};

// A model that is none for a screen, or cannot be one at all, is refused; one that cannot be had now is a run that
// failed.
base::Result<Player> choose(const AgentHouse& house, AgentRequest& request, EventSink& events) {
  if (request.use_search && !house.services.search.has_browserbase())
    return base::fail(base::Kind::invalid,
                      "BROWSERBASE_API_KEY is required to use agent search (useSearch: true).Please set "
                      "BROWSERBASE_API_KEY in your environment.");
  Player out{.model = settings_of(house.session.model, request), .mode = AgentMode::dom, .family = {}};
  out.mode = request.mode.value_or(default_mode(out.model.name));
  tell_start(events, request, out.mode, out.model.name);
  if (out.mode == AgentMode::cua) {
    TRY(out.family, screen_family(house.session.model, request));
  }
  if (request.model.settings) TRY_VOID(ModelSource::check(request.model, use_of(out.mode)));
  if (request.execution_model) {
    TRY_VOID(ModelSource::check(*request.execution_model));
    // The key that came with the request is the agent's model's: it does not go to another provider.
    if (!same_provider(out.model, *request.execution_model->settings)) request.execution_model->key = {};
  }
  return out;
}

// One run: what it works with, made in the order in which it is needed.
class Run {
 public:
  Run(AgentHouse house, AgentRequest& request, AgentRecord& record, EventSink& events, const Player& player,
      const ChosenModel& model)
      : house_(house),
        request_(request),
        record_(record),
        events_(events),
        player_(player),
        model_(*model.client),
        model_identity_(model.identity),
        ears_(events, record, request.variables),
        place_(house.verbs, house.browser, request, ears_, house.session.view, house.session.settle,
               house.services.search),
        hand_(house.browser, request.variables, request.frame_id,
              player.mode != AgentMode::dom && request.highlight_cursor, house.session.use_touch) {}

  aio::Task<base::Result<AgentResult>> go(const aio::Context& ctx) {
    CO_TRY_VOID(co_await place_.page(ctx));
    const Telling account(events_, place_, ears_, record_);
    open_cache();
    CO_TRY(const std::unique_ptr<agent::Toolbox> tools, co_await equip(ctx));
    OwnTools own(*tools, house_.services.tools_http, request_);
    const auto& time = request_.limits.time;
    auto result = co_await work(time ? ctx.within(*time) : ctx, own);
    co_await own.close(ctx.within(kFarewell));
    co_return result;
  }

 private:
  void open_cache() {
    if (!request_.cache) return;
    const bool own = !request_.tools.empty() || !request_.tool_servers.empty();
    const std::string why =
        own ? "what tools of the caller's did is not known" : CachedRun::bypass(house_.services.cache, player_.mode);
    if (why.empty())
      cached_.emplace(house_.services.cache, request_, record_, place_, hand_);
    else
      tell_cache(record_, CacheStatus::bypass, why);
  }

  aio::Task<base::Result<std::unique_ptr<agent::Toolbox>>> equip(const aio::Context& ctx) {
    const AgentSettings& settings = house_.services.settings;
    if (player_.family) {
      // A page that cannot be measured now may be left by the model.
      auto measured = co_await hand_.window(ctx);
      if (!measured && agent::ends_the_run(ctx, measured.error())) co_return std::unexpected(measured.error());
      const agent::WindowSize window = measured.value_or(agent::WindowSize{Viewport().width, Viewport().height});
      system_ = agent::screen_text(request_);
      co_return std::make_unique<agent::ScreenTools>(*player_.family, hand_, window, settings.safety_checks);
    }
    // Gemini answers in thousandths whatever it is told, by whichever provider it is reached.
    const bool thousandths = llm::traits_of(player_.model.name).thousandths;
    system_ = agent::system_text(player_.mode, request_, place_.can_search(), thousandths);
    const agent::PageToolsSettings page{
        .mode = player_.mode, .thousandths = thousandths, .view_chars = settings.view_chars};
    if (cached_) co_return std::make_unique<agent::PageTools>(cached_->place(), cached_->hand(), page);
    co_return std::make_unique<agent::PageTools>(place_, hand_, page);
  }

  // What is kept of an earlier run is done again, then the model goes on from there.
  aio::Task<base::Result<AgentResult>> work(aio::Context within, OwnTools& tools) {
    if (auto opened = co_await tools.open(within.within(request_.limits.tool)); !opened) {
      if (within.now() >= within.deadline)
        co_return agent::ended_by_limit(StopReason::timeout, "the run's time is over", {});
      co_return std::unexpected(std::move(opened).error());
    }
    agent::Replayed replayed;
    if (cached_) {
      CO_TRY(replayed, co_await cached_->replay(within, player_.mode, played_by(), ears_));
    }
    agent::Loop loop(model_, tools, record_, ears_,
                     {.limits = request_.limits,
                      .history = house_.services.settings.history,
                      .watch = {},
                      .assess_first = replayed.whole});
    std::string goal =
        agent::goal_text(request_.instruction, place_.url(), within.clock->wall()) + agent::story_of(replayed);
    auto result = co_await loop.run(within, system_, std::move(goal), request_.instruction);
    if (cached_ && result) cached_->settle(*result, replayed, loop.went_on(), within.clock->wall());
    co_return result;
  }

  CachedRun::Players played_by() const {
    const auto& second = request_.execution_model;
    return {.model = player_.model.name,
            .model_identity = model_identity_,
            .execution_model_identity = second ? house_.services.models.identity(house_.session.model, *second) : ""};
  }

  AgentHouse house_;
  AgentRequest& request_;
  AgentRecord& record_;
  EventSink& events_;
  const Player& player_;
  llm::Client& model_;
  const std::string model_identity_;
  AgentEars ears_;
  AgentWorkplace place_;
  PageHand hand_;
  std::optional<CachedRun> cached_;  // not where this run neither replays nor is kept
  std::string system_;
};

}  // namespace

AgentMode default_mode(std::string_view model) {
  return llm::traits_of(model).points ? AgentMode::hybrid : AgentMode::dom;
}

aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentHouse house, AgentRequest request,
                                               AgentRecord& record, EventSink& events) {
  if (request.system_prompt.empty()) request.system_prompt = house.session.system_prompt;
  CO_TRY(const Player chosen, choose(house, request, events));
  auto opened = house.services.models.open(house.session.model, request.model, use_of(chosen.mode));
  if (!opened) co_return agent::ended_by_error(opened.error());
  const ChosenModel model = std::move(*opened);
  const AgentSettings& settings = house.services.settings;
  if (!request.limits.time && settings.longest_run.count() > 0)
    request.limits.time = std::chrono::ceil<base::Milliseconds>(settings.longest_run);
  Run run(house, request, record, events, chosen, model);
  co_return co_await run.go(ctx);
}

}  // namespace engine
