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

bool names(std::string_view model, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return model.find(part) != model.npos; });
}

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

// What a run works with, once its mode is known.
struct Outfit {
  llm::Client& model;
  agent::Toolbox& tools;
  AgentMode mode;
  std::string model_name;  // as the caller wrote it
  std::string system;
  CachedRun* cached;  // null: this run neither replays nor is kept
};

// The run itself: what is kept of an earlier one is done again, then the model goes on from there.
aio::Task<base::Result<AgentResult>> work(const aio::Context& within, AgentHouse house, const AgentRequest& request,
                                          AgentRecord& record, AgentWorkplace& place, AgentEars& ears, Outfit outfit) {
  agent::Replayed replayed;
  if (outfit.cached) {
    CO_TRY(replayed, co_await outfit.cached->replay(within, outfit.mode, outfit.model_name, ears));
  }
  agent::Loop loop(outfit.model, outfit.tools, record, ears,
                   {.limits = request.limits,
                    .history = house.services.settings.history,
                    .watch = {},
                    .assess_first = replayed.whole});
  std::string goal =
      agent::goal_text(request.instruction, place.url(), within.clock->wall()) + agent::story_of(replayed);
  auto result = co_await loop.run(within, std::move(outfit.system), std::move(goal), request.instruction);
  if (outfit.cached && result) outfit.cached->settle(*result, replayed, loop.went_on(), within.clock->wall());
  co_return result;
}

}  // namespace

AgentMode default_mode(std::string_view model) {
  return names(model, {"gemini-3", "claude", "gpt-5.4", "gpt-5.5", "gpt-5.6"}) ? AgentMode::hybrid : AgentMode::dom;
}

aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentHouse house, AgentRequest request,
                                               AgentRecord& record, EventSink& events) {
  if (request.use_search && !house.services.search.has_browserbase())
    co_return base::fail(base::Kind::invalid,
                         "BROWSERBASE_API_KEY is required to use agent search (useSearch: true).Please set "
                         "BROWSERBASE_API_KEY in your environment.");
  const llm::ModelSettings chosen = settings_of(house.session.model, request);
  const AgentMode mode = request.mode.value_or(default_mode(chosen.name));
  const llm::Use use = mode == AgentMode::cua ? llm::Use::screen : llm::Use::text;
  tell_start(events, request, mode, chosen.name);
  // A model that is none for a screen, or cannot be one at all, is refused; one that cannot be had now is a run that
  // failed.
  std::optional<agent::screen::Family> family;
  if (mode == AgentMode::cua) {
    CO_TRY(family, screen_family(house.session.model, request));
  }
  if (request.model.settings) CO_TRY_VOID(ModelSource::check(request.model, use));
  if (request.execution_model) {
    CO_TRY_VOID(ModelSource::check(*request.execution_model));
    // The key that came with the request is the agent's model's: it does not go to another provider.
    if (!same_provider(chosen, *request.execution_model->settings)) request.execution_model->key = {};
  }
  auto opened = house.services.models.open(house.session.model, request.model, use);
  if (!opened) co_return agent::ended_by_error(opened.error());
  ChosenModel model = std::move(*opened);
  if (!request.limits.time && house.services.settings.longest_run.count() > 0)
    request.limits.time = std::chrono::ceil<base::Milliseconds>(house.services.settings.longest_run);

  AgentEars ears(events, record, request.variables);
  AgentWorkplace place(house.verbs, house.browser, request, ears, house.session.view, house.session.settle,
                       house.services.search);
  CO_TRY_VOID(co_await place.page(ctx));
  const Telling account(events, place, ears, record);
  PageHand hand(house.browser, request.variables, house.file_urls, request.frame_id,
                mode != AgentMode::dom && request.highlight_cursor);
  std::unique_ptr<agent::Toolbox> tools;
  std::string system;
  std::optional<CachedRun> cached;
  if (request.cache) {
    const bool own = !request.tools.empty() || !request.tool_servers.empty();
    const std::string why =
        own ? "what tools of the caller's did is not known" : CachedRun::bypass(house.services.cache, mode);
    if (why.empty())
      cached.emplace(house.services.cache, request, record, place, hand);
    else
      tell_cache(record, CacheStatus::bypass, why);
  }
  if (family) {
    // A page that cannot be measured now may be left by the model.
    auto measured = co_await hand.window(ctx);
    if (!measured && agent::ends_the_run(ctx, measured.error())) co_return std::unexpected(measured.error());
    const agent::WindowSize window = measured.value_or(agent::WindowSize{Viewport().width, Viewport().height});
    tools = std::make_unique<agent::ScreenTools>(*family, hand, window, house.services.settings.safety_checks);
    system = agent::screen_text(request);
  } else {
    // Gemini answers in thousandths whatever it is told, by whichever provider it is reached.
    const bool thousandths = names(model.name, {"gemini"});
    const agent::PageToolsSettings settings{
        .mode = mode, .thousandths = thousandths, .view_chars = house.services.settings.view_chars};
    if (cached)
      tools = std::make_unique<agent::PageTools>(cached->place(), cached->hand(), settings);
    else
      tools = std::make_unique<agent::PageTools>(place, hand, settings);
    system = agent::system_text(mode, request, place.can_search(), thousandths);
  }
  OwnTools own(*tools, house.services.tools_http, request);
  Outfit outfit{.model = *model.client,
                .tools = own,
                .mode = mode,
                .model_name = chosen.name,
                .system = std::move(system),
                .cached = cached ? &*cached : nullptr};
  const aio::Context within = request.limits.time ? ctx.within(*request.limits.time) : ctx;
  auto opened_tools = co_await own.open(within.within(request.limits.tool));
  base::Result<AgentResult> result = std::unexpected(base::Error{});
  if (opened_tools)
    result = co_await work(within, house, request, record, place, ears, std::move(outfit));
  else if (ctx.now() < within.deadline)
    result = std::unexpected(std::move(opened_tools).error());
  else
    result = agent::ended_by_limit(StopReason::timeout, "the run's time is over", {});
  co_await own.close(ctx.within(kFarewell));
  co_return result;
}

}  // namespace engine
