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

std::string_view to_string(AgentMode mode) {
  return mode == AgentMode::dom ? "dom" : mode == AgentMode::hybrid ? "hybrid" : "cua";
}

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

// Variables are put into what a model types, and a model that uses a screen alone is not told what it types into.
base::Result<agent::screen::Family> screen_family(const ModelChoice& session, const AgentRequest& request) {
  if (!request.variables.empty())
    return base::fail(base::Kind::invalid, "variables is not supported with CUA mode; use mode dom or hybrid");
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

}  // namespace

AgentMode default_mode(std::string_view model) {
  return names(model, {"gemini-3", "claude", "gpt-5.4", "gpt-5.5", "gpt-5.6"}) ? AgentMode::hybrid : AgentMode::dom;
}

aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentHouse house, AgentRequest request,
                                               AgentRecord& record, EventSink& events) {
  if (request.use_search && !house.search.has_browserbase())
    co_return base::fail(base::Kind::invalid,
                         "BROWSERBASE_API_KEY is required to use agent search (useSearch: true).Please set "
                         "BROWSERBASE_API_KEY in your environment.");
  const llm::ModelSettings chosen = settings_of(house.session_model, request);
  const AgentMode mode = request.mode.value_or(default_mode(chosen.name));
  const llm::Use use = mode == AgentMode::cua ? llm::Use::screen : llm::Use::text;
  tell_start(events, request, mode, chosen.name);
  // A model that is none for a screen, or cannot be one at all, is refused; one that cannot be had now is a run that
  // failed.
  std::optional<agent::screen::Family> family;
  if (mode == AgentMode::cua) {
    CO_TRY(family, screen_family(house.session_model, request));
  }
  if (request.model.settings) CO_TRY_VOID(ModelSource::check(request.model, use));
  auto opened = house.models.open(house.session_model, request.model, use);
  if (!opened) co_return agent::ended_by_error(opened.error());
  ChosenModel model = std::move(*opened);
  if (!request.limits.time && house.settings.longest_run.count() > 0)
    request.limits.time = std::chrono::ceil<base::Milliseconds>(house.settings.longest_run);

  AgentEars ears(events, record);
  AgentWorkplace place(house.verbs, house.browser, request, ears, house.view, house.settle, house.search);
  CO_TRY_VOID(co_await place.page(ctx));
  const Telling account(events, place, ears, record);
  PageHand hand(house.browser, request.variables, house.file_urls, request.frame_id,
                mode != AgentMode::dom && request.highlight_cursor);
  std::unique_ptr<agent::Toolbox> tools;
  std::string system;
  std::optional<CachedRun> cached;
  if (request.cache) {
    const bool own = !request.tools.empty() || !request.tool_servers.empty();
    const std::string why = own ? "what tools of the caller's did is not known" : CachedRun::bypass(house.cache, mode);
    if (why.empty())
      cached.emplace(house.cache, request, record, place, hand);
    else
      tell_cache(record, CacheStatus::bypass, why);
  }
  if (family) {
    CO_TRY(const agent::WindowSize window, co_await hand.window(ctx));
    tools = std::make_unique<agent::ScreenTools>(
        *family, hand, window,
        agent::ScreenOptions{.safety = house.settings.safety_checks, .may_search = request.use_search});
    system = agent::screen_text(request);
  } else {
    const agent::PageToolsSettings settings{
        .mode = mode, .thousandths = names(model.name, {"gemini"}), .view_chars = house.settings.view_chars};
    if (cached)
      tools = std::make_unique<agent::PageTools>(cached->place(), cached->hand(), settings);
    else
      tools = std::make_unique<agent::PageTools>(place, hand, settings);
    system = agent::system_text(mode, request, place.can_search());
  }
  OwnTools own(*tools, house.tools_http, request);
  CO_TRY_VOID(co_await own.open(ctx.within(request.limits.tool)));
  const aio::Context within = request.limits.time ? ctx.within(*request.limits.time) : ctx;
  agent::Replayed replayed;
  if (cached) {
    CO_TRY(replayed, co_await cached->replay(within, mode, chosen.name, ears));
  }
  agent::Loop loop(
      *model.client, own, record, ears,
      {.limits = request.limits, .history = house.settings.history, .watch = {}, .assess_first = replayed.whole});
  std::string goal = agent::goal_text(request.instruction, place.url(), ctx.clock->wall()) + story_of(replayed);
  auto result = co_await loop.run(within, std::move(system), std::move(goal), request.instruction);
  if (cached && result) cached->settle(*result, replayed, loop.went_on(), ctx.clock->wall());
  co_await own.close(ctx.within(kFarewell));
  co_return result;
}

}  // namespace engine
