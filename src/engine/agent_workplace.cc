#include "engine/agent_workplace.h"

#include <algorithm>

#include <fmt/format.h>

#include "agent/fence.h"
#include "base/text.h"
#include "engine/act_by_instruction.h"
#include "engine/choice.h"
#include "engine/model_call.h"
#include "engine/named_files.h"
#include "engine/recognize.h"
#include "engine/variables.h"

namespace engine {
namespace {

constexpr std::size_t kMostDialogs = 10;  // the newest
constexpr std::size_t kLongestDialog = 300;
constexpr std::string_view kTitle = "document.title.slice(0, 1000)";
constexpr std::size_t kLongestTitle = 3000;  // bytes of that, when the browser does as it is told

std::string auxiliary(const Progress& line, std::string_view key) {
  for (const Progress::Auxiliary& each : line.auxiliary)
    if (each.key == key) return each.value;
  return "";
}

}  // namespace

std::string tab_title(std::string_view told, const Variables& variables) {
  return without_values(base::truncate(told, kLongestTitle), variables);
}

void AgentEars::progress(Progress line) {
  if (line.category == "dialog") {
    // A page may ask for ever; what it says ends no fence and begins no line.
    // Cut afterwards, for a value that was cut is not known again.
    std::string said = base::truncate(without_values(auxiliary(line, "message"), variables_), kLongestDialog);
    dialogs_.push_back(fmt::format("{}: {}", line.message, agent::harmless(std::move(said))));
    if (dialogs_.size() > kMostDialogs) dialogs_.erase(dialogs_.begin());
  }
  events_.progress(std::move(line));
}

void AgentEars::account(Account account) {
  record_.tools += {.calls = account.model_calls,
                    .input_tokens = account.input_tokens,
                    .output_tokens = account.output_tokens,
                    .reasoning_tokens = account.reasoning_tokens,
                    .cached_input_tokens = account.cached_tokens,
                    .time = account.model_time};
  looks.insert(looks.end(), account.looks.begin(), account.looks.end());
}

AgentWorkplace::~AgentWorkplace() { leave_page(); }

// An answer that no dialog came for is not for whoever uses the page next.
void AgentWorkplace::leave_page() {
  if (!page_) return;
  page_->set_listener(nullptr);
  page_->forget_answer();
}

std::string AgentWorkplace::url() const {
  return page_ ? address_without_values(page_->url(), request_.variables) : "";
}

aio::Task<base::Result<std::shared_ptr<browser::Page>>> AgentWorkplace::page(const aio::Context& ctx) {
  std::shared_ptr<browser::Page> now;
  if (request_.frame_id) {
    now = browser_.page_by_main_frame(*request_.frame_id);
    if (!now) co_return base::fail(base::Kind::not_found, "Page not found");
  } else {
    CO_TRY(now, co_await browser_.active_page(ctx));
  }
  if (page_ != now) leave_page();
  page_ = std::move(now);
  page_->set_listener(&ears_);
  co_return page_;
}

PageSight AgentWorkplace::sight_of(std::shared_ptr<browser::Page> page) const {
  return {PageTurn(std::move(page)), request_.variables, {.settle = settle_}, view_.source};
}

std::string AgentWorkplace::callers_words() const { return request_.instruction + "\n" + request_.system_prompt; }

const ModelChoice& AgentWorkplace::execution_model() const {
  return request_.execution_model ? *request_.execution_model : request_.model;
}

aio::Task<base::Result<std::string>> AgentWorkplace::outline(const aio::Context& ctx, std::size_t max_chars) {
  CO_TRY(auto now, co_await page(ctx));
  PageSight sight = sight_of(std::move(now));
  auto text = co_await sight.look(ctx, {.max_chars = max_chars});
  ears_.looks.insert(ears_.looks.end(), sight.looks().begin(), sight.looks().end());
  if (text) outline_ = *text;
  co_return text;
}

aio::Task<void> AgentWorkplace::settle(const aio::Context& ctx) {
  auto now = co_await page(ctx);
  if (!now) co_return;
  PageSight sight = sight_of(std::move(*now));
  co_await sight.settle(ctx);
}

aio::Task<base::Result<ActResult>> AgentWorkplace::on_element(const aio::Context& ctx, std::string id,
                                                              std::string method, std::vector<std::string> arguments) {
  const auto known = known_id(outline_, id);
  if (!known)
    co_return act_failed(
        fmt::format("the page has no line with the id \"{}\"; copy one that it has", base::truncate(id, 100)), "");
  if (takes_target(method)) {
    const auto target = known_id(outline_, arguments.front());
    if (!target)
      co_return act_failed(
          fmt::format("the page has no line with the id \"{}\" to drop on", base::truncate(arguments.front(), 100)),
          "");
    arguments.front() = *target;
  }
  CO_TRY(auto now, co_await page(ctx));
  PageSight sight = sight_of(std::move(now));
  CO_TRY(const auto selector, co_await sight.selector_of(ctx, *known));
  if (!selector) co_return act_failed("the element is gone from the page", "");
  Action told{.selector = selector->selector,
              .description = "",
              .method = method,
              .arguments = arguments,
              .element = selector->identity};
  if (takes_target(method)) {
    CO_TRY(const auto target, co_await sight.selector_of(ctx, arguments.front()));
    if (!target) co_return act_failed("the element to drop on is gone from the page", "");
    told.arguments.front() = target->selector;
    told.target = target->identity;
  }
  CO_TRY(std::vector<std::string> filled, co_await with_variables(ctx, std::move(arguments), request_.variables));
  NamedFiles files({callers_words()}, request_.variables);
  if (auto why = co_await files.refuse(ctx, method, filled))
    co_return act_failed(without_values(std::move(*why), request_.variables), "");
  CO_TRY(const auto failure, co_await sight.perform(ctx, {method, *known, std::move(filled)}));
  if (failure) co_return act_failed(without_values(failure->error.message, request_.variables), "");
  co_await sight.settle_after_step(ctx);
  co_return act_succeeded(told);
}

aio::Task<base::Result<ActResult>> AgentWorkplace::act(const aio::Context& ctx, std::string instruction) {
  ActRequest request{.action = {},
                     .instruction = std::move(instruction),
                     .model = execution_model(),
                     .variables = request_.variables,
                     .frame_id = request_.frame_id,
                     .words = callers_words()};
  co_return co_await verbs_.act(ctx, std::move(request), ears_);
}

aio::Task<base::Result<json::Value>> AgentWorkplace::extract(const aio::Context& ctx, std::string instruction,
                                                             std::optional<json::Value> schema) {
  ExtractRequest request{.instruction = std::move(instruction),
                         .schema = std::move(schema),
                         .variables = request_.variables,
                         .model = execution_model(),
                         .frame_id = request_.frame_id};
  co_return co_await verbs_.extract(ctx, std::move(request), ears_);
}

aio::Task<base::Result<std::vector<Action>>> AgentWorkplace::observe(const aio::Context& ctx, std::string instruction) {
  ObserveRequest request{.instruction = std::move(instruction),
                         .variables = request_.variables,
                         .variable_descriptions = request_.variable_descriptions,
                         .words = callers_words(),
                         .model = execution_model(),
                         .frame_id = request_.frame_id};
  co_return co_await verbs_.observe(ctx, std::move(request), ears_);
}

aio::Task<base::Result<ActResult>> AgentWorkplace::perform(const aio::Context& ctx, Action action) {
  ActRequest request{.action = std::move(action),
                     .model = execution_model(),
                     .variables = request_.variables,
                     .frame_id = request_.frame_id,
                     .words = callers_words()};
  co_return co_await verbs_.act(ctx, std::move(request), ears_);
}

aio::Task<base::Result<std::optional<agent::Recognized>>> AgentWorkplace::at_selector(const aio::Context& ctx,
                                                                                      std::string selector) {
  CO_TRY(const auto now, co_await page(ctx));
  co_return co_await engine::at_selector(ctx, PageTurn(now), std::move(selector), request_.variables);
}

aio::Task<base::Result<std::optional<agent::Recognized>>> AgentWorkplace::by_identity(const aio::Context& ctx,
                                                                                      Identity identity) {
  CO_TRY(auto now, co_await page(ctx));
  co_return co_await engine::by_identity(ctx, PageTurn(now), std::move(identity), request_.variables, view_.source);
}

aio::Task<base::Result<Identity>> AgentWorkplace::focused(const aio::Context& ctx) {
  CO_TRY(const auto now, co_await page(ctx));
  co_return co_await engine::focused(ctx, PageTurn(now), request_.variables);
}

aio::Task<base::Result<std::vector<agent::Tab>>> AgentWorkplace::tabs(const aio::Context& ctx) {
  CO_TRY_VOID(co_await page(ctx));
  const std::vector<std::shared_ptr<browser::Page>> open(browser_.pages().begin(), browser_.pages().end());
  std::vector<agent::Tab> out;
  for (const auto& one : open) {
    const aio::Context soon = ctx.within(std::chrono::seconds(1));
    const auto title =
        co_await one->session().call(soon, "Runtime.evaluate", {{"expression", kTitle}, {"returnByValue", true}});
    const std::string_view told = title ? json::get_string(*title, "result.value").value_or("") : "";
    out.push_back({.title = tab_title(told, request_.variables),
                   .url = address_without_values(one->url(), request_.variables),
                   .active = one == page_});
  }
  co_return out;
}

base::Result<std::shared_ptr<browser::Page>> AgentWorkplace::tab(std::size_t number) const {
  if (request_.frame_id) return base::fail(base::Kind::conflict, "this run keeps to the tab that its frameId names");
  const auto& open = browser_.pages();
  if (number >= open.size())
    return base::fail(base::Kind::not_found,
                      fmt::format("there is no tab {}; there are 0 to {}", number, open.size() - 1));
  return *std::next(open.begin(), static_cast<std::ptrdiff_t>(number));
}

aio::Task<base::Result<void>> AgentWorkplace::switch_tab(const aio::Context& ctx, std::size_t number) {
  CO_TRY(auto wanted, tab(number));
  co_return co_await browser_.show_page(ctx, std::move(wanted));
}

aio::Task<base::Result<void>> AgentWorkplace::close_tab(const aio::Context& ctx, std::size_t number) {
  CO_TRY(auto wanted, tab(number));
  co_return co_await browser_.close_page(ctx, std::move(wanted));
}

aio::Task<base::Result<void>> AgentWorkplace::open_tab(const aio::Context& ctx, std::string url) {
  if (request_.frame_id) co_return base::fail(base::Kind::conflict, "this run keeps to the tab that its frameId names");
  CO_TRY_VOID(co_await browser_.open_page(ctx));
  if (url == "about:blank") co_return base::Result<void>();
  CO_TRY_VOID(co_await verbs_.navigate(ctx, {.url = std::move(url)}, ears_));
  co_return base::Result<void>();
}

void AgentWorkplace::answer_next_dialog(bool accept, std::string text) {
  if (page_)
    page_->answer_next_dialog(accept ? browser::DialogAnswer::accept : browser::DialogAnswer::dismiss, std::move(text));
}

// A search that costs something is made when the caller asks for it; the operator's own key needs no asking.
bool AgentWorkplace::can_search() const { return request_.use_search || search_.has_brave(); }

aio::Task<base::Result<json::Value>> AgentWorkplace::search(const aio::Context& ctx, std::string query) {
  const auto service = request_.use_search ? WebSearch::Service::browserbase : WebSearch::Service::brave;
  co_return co_await search_.search(ctx, service, std::move(query));
}

}  // namespace engine
