#include "engine/browser_engine.h"

#include <algorithm>

#include <fmt/format.h>

#include "browser/act.h"
#include "browser/departure.h"
#include "engine/act_by_instruction.h"
#include "engine/act_memory.h"
#include "engine/due_navigates.h"
#include "engine/named_files.h"
#include "engine/page_turn.h"
#include "engine/variables.h"

namespace engine {
namespace {

// What is under way for less keeps its turn, whatever comes behind it.
constexpr std::chrono::seconds kStalled{5};

// Dialogs of a page are told to one operation while it runs.
class Listening {
 public:
  Listening(std::shared_ptr<browser::Page> page, EventSink& events)
      : page_(std::move(page)), before_(page_->listener()) {
    page_->set_listener(&events);
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() { page_->set_listener(before_); }

 private:
  std::shared_ptr<browser::Page> page_;  // which may be replaced while this lives
  EventSink* before_;                    // an agent that the operation is a tool of
};

class BrowserEngine final : public Engine, private Successors {
 public:
  BrowserEngine(std::shared_ptr<browser::Browser> browser, const browser::Services& shared, ModelVerbs verbs,
                const AgentServices& services, AgentSession session)
      : browser_(std::move(browser)),
        compute_(shared.compute),
        verbs_(std::move(verbs)),
        services_(services),
        session_(std::move(session)) {}

  aio::Task<base::Result<NavigateResult>> navigate(const aio::Context& whole, NavigateRequest request,
                                                   EventSink& events) override {
    const aio::Context ctx = within(whole, std::nullopt);
    co_return co_await on_page<NavigateResult>(ctx, request.frame_id, events, [&](PagePtr page) {
      return navigate_on(ctx, std::move(page), request, events);
    });
  }

  std::shared_ptr<void> navigate_waits(std::optional<std::string> frame_id) override {
    return due_.add(std::move(frame_id));
  }

  aio::Task<base::Result<ActResult>> act(const aio::Context& whole, ActRequest request, EventSink& events) override {
    if (!request.timeout) request.timeout = session_.act_timeout;
    if (request.timeout == base::Milliseconds(0)) request.timeout.reset();
    const aio::Context ctx = within(whole, request.timeout);
    const std::string method = request.action.method.value_or("");
    if (!request.instruction && (method.empty() || method == "not-supported"))
      co_return refused(request, fmt::format("Unable to perform action: The method '{}' is not supported in Action. "
                                             "Please use a supported Playwright locator method.",
                                             method));
    co_return co_await on_page<ActResult>(ctx, request.frame_id, events, [&](PagePtr page) {
      if (request.instruction && !request.instruction->empty() && request.cache)
        return act_by_memory(ctx, memory(request), turn(std::move(page)), request, events);
      return request.instruction ? verbs_.act(ctx, turn(std::move(page)), request, events)
                                 : act_on(ctx, turn(std::move(page)), request, events);
    });
  }

  aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& whole, ObserveRequest request,
                                                       EventSink& events) override {
    const aio::Context ctx = within(whole, request.timeout);
    co_return co_await on_page<std::vector<Action>>(ctx, request.frame_id, events, [&](PagePtr page) {
      return verbs_.observe(ctx, turn(std::move(page)), request, events);
    });
  }

  aio::Task<base::Result<json::Value>> extract(const aio::Context& whole, ExtractRequest request,
                                               EventSink& events) override {
    const aio::Context ctx = within(whole, request.timeout);
    co_return co_await on_page<json::Value>(ctx, request.frame_id, events, [&](PagePtr page) {
      return verbs_.extract(ctx, turn(std::move(page)), request, events);
    });
  }

  aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& whole, AgentRequest request, AgentRecord& record,
                                                 EventSink& events) override {
    const aio::Context ctx = within(whole, std::nullopt);
    const AgentHouse house{.verbs = *this, .browser = *browser_, .services = services_, .session = session_};
    // A run is no step of the way to a page: what comes after it waits for its end.
    runs_agent_ = true;
    const auto over = std::shared_ptr<void>(nullptr, [this](void*) { runs_agent_ = false; });
    co_return co_await engine::run_agent(ctx, house, std::move(request), record, events);
  }

  std::string cdp_url() const override { return browser_->ws_url(); }
  void on_death(std::function<void(const base::Error& cause)> callback) override {
    browser_->on_death(std::move(callback));
  }
  aio::Task<base::Result<void>> close(const aio::Context& ctx) override { return browser_->close(ctx); }
  void kill() override { browser_->kill(); }

 private:
  using PagePtr = std::shared_ptr<browser::Page>;

  // Does the work on the page that the request means. A popup that is closing may still be the active page when the
  // next operation comes: what it has eaten goes to the page after it, unless some of it may have taken effect.
  template <class T>
  aio::Task<base::Result<T>> on_page(const aio::Context& ctx, std::optional<std::string> frame_id, EventSink& events,
                                     std::function<aio::Task<base::Result<T>>(PagePtr)> work) {
    for (;;) {
      CO_TRY(const PagePtr page, co_await page_for(ctx, frame_id));
      const std::uint64_t inputs = page->inputs();
      const Listening listening(page, events);
      auto done = co_await work(page);
      if (done || frame_id || !untouched(*page, inputs)) co_return done;
    }
  }

  aio::Task<base::Result<NavigateResult>> navigate_on(const aio::Context& ctx, PagePtr page,
                                                      const NavigateRequest& request, EventSink& events) {
    const PagePtr before = page;
    auto first = co_await aio::race(browser_->navigate(ctx, page, request), replaced(ctx, *before));
    events.account({.page_url = page->url()});
    if (first.index() == 1) co_return base::fail(base::Kind::browser, fmt::format("navigate: {}", PageTurn::kReplaced));
    co_return std::get<0>(std::move(first));
  }

  // Until this has been under way for a while and a later navigate waits for its page.
  aio::Task<void> replaced(const aio::Context& ctx, const browser::Page& page) const {
    co_await ctx.clock->sleep(kStalled);
    while (runs_agent_ || !due_.mean(page.main_frame_id(), browser_->active_page_id())) co_await due_.more();
  }

  aio::Task<void> wanted(const aio::Context& ctx, const browser::Page& page) const override {
    return replaced(ctx, page);
  }

  static aio::Task<base::Result<void>> perform_on(const aio::Context& ctx, const PageTurn& turn,
                                                  browser::ActCall call) {
    browser::Page& page = *turn.page();
    const base::TimePoint began = ctx.now();
    const std::uint64_t inputs = page.inputs();
    const base::Duration patience = call.patience;
    auto work = aio::by_deadline(ctx, browser::perform(ctx, page, std::move(call)), "late");
    auto done = co_await turn.wait(ctx, patience, std::move(work));
    if (done && page.inputs() != inputs) co_await browser::wait_departure(ctx, page, began);
    co_return done;
  }

  // A failed action is a result; an error is what ends the call, or what a closing page has eaten.
  aio::Task<base::Result<ActResult>> act_on(const aio::Context& ctx, PageTurn turn, const ActRequest& request,
                                            EventSink& events) {
    const PagePtr page = turn.page();
    const std::string method = request.action.method.value_or("");
    events.progress({.category = "action",
                     .message = "performing understudy method",
                     .level = 2,
                     .auxiliary = {{"xpath", request.action.selector, "string"},
                                   {"method", method, "string"},
                                   {"url", page->url(), "string"}}});
    const std::uint64_t inputs = page->inputs();
    CO_TRY(std::vector<std::string> arguments,
           co_await with_variables(ctx, request.action.arguments, request.variables));
    browser::ActCall call{.method = method,
                          .selector = request.action.selector,
                          .arguments = std::move(arguments),
                          .patience = patience(ctx, request)};
    call.secret = hold_values(call.arguments, request.variables);
    if (request.words) {
      NamedFiles files({*request.words}, request.variables);
      if (auto why = co_await files.refuse(ctx, method, call.arguments))
        co_return refused(request, "Failed to perform act: " + without_values(std::move(*why), request.variables));
    }
    auto done = co_await perform_on(ctx, turn, std::move(call));
    events.account({.page_url = page->url()});
    if (done) co_return act_succeeded(request.action);
    if (!request.frame_id && untouched(*page, inputs)) co_return std::unexpected(std::move(done).error());
    const bool may_have_acted = page->inputs() != inputs;
    const std::string why = without_values(done.error().message, request.variables);
    CO_TRY(ActResult failure, failed(ctx, turn, request, std::move(done).error(), events));
    const bool in_the_way = due_.mean(page->main_frame_id(), browser_->active_page_id()) && !runs_agent_;
    if ((may_have_acted && !is_repeatable(method)) || in_the_way || ctx.now() >= ctx.deadline || !verbs_.heals(request))
      co_return failure;
    co_return co_await verbs_.heal(ctx, turn, request, why, events);
  }

  PageTurn turn(PagePtr page) const { return PageTurn(std::move(page), this); }

  ActMemory memory(const ActRequest& request) const {
    const auto& settings = request.model.settings ? request.model.settings : session_.model.settings;
    return {.verbs = verbs_,
            .cache = services_.cache,
            .model = settings ? settings->name : "",
            .system_prompt = session_.system_prompt,
            .view = session_.view,
            .settle = session_.settle};
  }

  aio::Task<base::Result<PagePtr>> page_for(const aio::Context& ctx, std::optional<std::string> frame_id) {
    if (!frame_id) co_return co_await browser_->active_page(ctx);
    auto page = browser_->page_by_main_frame(*frame_id);
    if (!page) co_return base::fail(base::Kind::not_found, "Page not found");
    co_return page;
  }

  // Whether the page went away with nothing sent to it.
  static bool untouched(browser::Page& page, std::uint64_t inputs) {
    return page.session().why() == cdp::CloseReason::detached && page.inputs() == inputs;
  }

  aio::Context within(const aio::Context& whole, std::optional<base::Milliseconds> timeout) const {
    aio::Context out = timeout ? whole.within(*timeout) : whole;
    out.workers = compute_;
    return out;
  }

  // The page gives up a little before the call does, so that the answer says what was in the way; half-way, when there
  // is another way to be tried in the rest.
  base::Milliseconds patience(const aio::Context& ctx, const ActRequest& request) const {
    if (!request.timeout) return PageTurn::kPatience;
    const auto left = std::chrono::duration_cast<base::Milliseconds>(ctx.remaining());
    if (verbs_.heals(request)) return left / 2;
    const auto spare = std::clamp(left / 10, base::Milliseconds(150), base::Milliseconds(250));
    return left - std::min(left / 2, spare);
  }

  static ActResult refused(const ActRequest& request, std::string message) {
    return act_failed(std::move(message), request.action.description);
  }

  static base::Result<ActResult> failed(const aio::Context& ctx, const PageTurn& turn, const ActRequest& request,
                                        base::Error error, EventSink& events) {
    if (error.kind == base::Kind::gone) return std::unexpected(std::move(error));
    if (error.kind == base::Kind::timeout && request.timeout && ctx.now() >= ctx.deadline)
      return base::fail(base::Kind::timeout,
                        fmt::format("act() timed out after {}ms{}", request.timeout->count(), turn.word_of_lateness()));
    const std::string why = without_values(std::move(error.message), request.variables);
    events.progress({.category = "action",
                     .message = "error performing method",
                     .level = 1,
                     .auxiliary = {{"error", why, "string"},
                                   {"method", request.action.method.value_or(""), "string"},
                                   {"xpath", request.action.selector, "string"}}});
    return refused(request, "Failed to perform act: " + why);
  }

  std::shared_ptr<browser::Browser> browser_;
  aio::Workers* const compute_;
  const ModelVerbs verbs_;
  const AgentServices& services_;
  const AgentSession session_;
  DueNavigates due_;
  bool runs_agent_ = false;
};

}  // namespace

aio::Task<base::Result<std::unique_ptr<Engine>>> BrowserEngineFactory::open(const aio::Context& ctx,
                                                                            const SessionConfig& config,
                                                                            EventSink& events) {
  // Said now where the client is told of it with its start; otherwise the first operation that needs a model says it.
  if (config.eager) CO_TRY_VOID(ModelSource::check(config.model));
  std::shared_ptr<browser::Browser> made;
  if (const auto* attach = std::get_if<AttachOptions>(&config.browser)) {
    const char* what = config.rental ? "Starting browserbase session" : "Connecting to local browser";
    events.progress({.category = "init", .message = what, .level = 1});
    CO_TRY(made, co_await browser::Browser::attach(ctx, services_, *attach));
  } else {
    events.progress({.category = "init", .message = "Launching local browser", .level = 1});
    CO_TRY(made, co_await browser::Browser::launch(ctx, services_, std::get<LaunchOptions>(config.browser)));
  }
  AgentSession session{.model = config.model,
                       .system_prompt = config.system_prompt,
                       .view = view_,
                       .settle = config.dom_settle_timeout,
                       .act_timeout = config.act_timeout,
                       .use_touch = config.use_touch};
  co_return std::make_unique<BrowserEngine>(std::move(made), services_, ModelVerbs(models_, config, view_),
                                            agent_services_, std::move(session));
}

}  // namespace engine
