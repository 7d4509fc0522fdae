#include "engine_api/testing/fake_engine.h"

#include <cerrno>
#include <new>
#include <stdexcept>
#include <system_error>

namespace engine::testing {
namespace {

// Told when an opening ends without an engine: by an error, by cancellation or by an exception.
class OpeningWatch {
 public:
  OpeningWatch(EngineWatcher* watcher, const std::string& session, bool stubborn)
      : watcher_(watcher), session_(session) {
    if (watcher_) watcher_->opening(session_, stubborn);
  }
  OpeningWatch(const OpeningWatch&) = delete;
  OpeningWatch& operator=(const OpeningWatch&) = delete;
  ~OpeningWatch() {
    if (watcher_) watcher_->gone(session_);
  }
  void failed() {
    if (watcher_) watcher_->open_failed(session_);
  }
  void opened() {
    if (watcher_) std::exchange(watcher_, nullptr)->opened(session_);
  }

 private:
  EngineWatcher* watcher_;
  std::string session_;
};

struct VerbWatch {
  EngineWatcher* watcher;
  const std::string& session;
  VerbWatch(EngineWatcher* w, const std::string& s) : watcher(w), session(s) {
    if (watcher) watcher->verb_begun(session);
  }
  VerbWatch(const VerbWatch&) = delete;
  VerbWatch& operator=(const VerbWatch&) = delete;
  ~VerbWatch() {
    if (watcher) watcher->verb_over(session);
  }
};

}  // namespace

aio::Task<base::Result<std::unique_ptr<Engine>>> FakeFactory::open(const aio::Context& ctx, const SessionConfig& config,
                                                                   EventSink& sink) {
  events = &sink;
  const FakeBehaviour behaviour = next;
  const std::string session = config.model.settings ? config.model.settings->name : "";
  OpeningWatch watch(watcher, session, behaviour.open_is_stubborn);
  if (behaviour.open_is_stubborn)
    co_await aio::asio::this_coro::reset_cancellation_state(aio::asio::disable_cancellation());
  for (int line = 0; line < behaviour.open_lines; ++line) {
    co_await ctx.clock->sleep(behaviour.open_time / (behaviour.open_lines + 1));
    if (watcher) watcher->line_begins(session);
    sink.progress({.category = "open", .message = session});
    if (watcher) watcher->line_told(session);
  }
  co_await ctx.clock->sleep(behaviour.open_time / (behaviour.open_lines + 1));
  if (behaviour.open_throws) {
    watch.failed();
    throw std::system_error(EAGAIN, std::system_category());
  }
  if (behaviour.open_fails) {
    watch.failed();
    co_return base::fail(base::Kind::browser, "connect ECONNREFUSED 127.0.0.1:1");
  }
  watch.opened();
  co_return std::make_unique<FakeEngine>(*this, behaviour, session);
}

aio::Task<base::Result<NavigateResult>> FakeEngine::navigate(const aio::Context& ctx, NavigateRequest request,
                                                             EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return NavigateResult{.response = boost::json::value(behaviour_.text)};
}

aio::Task<base::Result<ActResult>> FakeEngine::act(const aio::Context& ctx, ActRequest request, EventSink& events) {
  static_cast<void>(events);
  ++factory_.begun;
  const VerbWatch watch(factory_.watcher, session_);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  if (behaviour_.act_throws) {
    if (factory_.watcher) factory_.watcher->verb_threw(session_);
    throw std::bad_alloc();
  }
  if (behaviour_.act_breaks) {
    if (factory_.watcher) factory_.watcher->verb_broke(session_);
    co_return base::fail(base::Kind::gone, "The connection to the browser was lost");
  }
  co_return ActResult{.success = true,
                      .message = "done" + behaviour_.text,
                      .action_description = request.action.description,
                      .actions = {}};
}

aio::Task<base::Result<std::vector<Action>>> FakeEngine::observe(const aio::Context& ctx, ObserveRequest request,
                                                                 EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return std::vector<Action>{{.selector = "/", .description = behaviour_.text}};
}

aio::Task<base::Result<boost::json::value>> FakeEngine::extract(const aio::Context& ctx, ExtractRequest request,
                                                                EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return boost::json::value(behaviour_.text);
}

aio::Task<base::Result<AgentResult>> FakeEngine::run_agent(const aio::Context& ctx, AgentRequest request,
                                                           AgentRecord& record, EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  record.steps = 1;
  record.messages.emplace_back(behaviour_.text);
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return AgentResult{.success = true, .completed = true, .message = "done"};
}

aio::Task<base::Result<void>> FakeEngine::close(const aio::Context& ctx) {
  closing_ = true;
  on_death_ = nullptr;
  using enum EngineWatcher::Closes;
  if (factory_.watcher)
    factory_.watcher->closing(session_, behaviour_.close_throws ? throws : behaviour_.close_hangs ? never : in_time);
  if (behaviour_.close_throws) throw std::length_error("close");
  co_await ctx.clock->sleep_until(behaviour_.close_hangs ? base::kNever
                                                         : base::after(ctx.now(), behaviour_.close_time));
  ++factory_.closed;
  if (factory_.alive.erase(this) > 0 && factory_.watcher) factory_.watcher->gone(session_);
  co_return base::Result<void>();
}

void FakeEngine::kill() {
  closing_ = true;
  if (factory_.alive.erase(this) == 0) return;
  ++factory_.killed;
  if (!factory_.watcher) return;
  factory_.watcher->killed(session_);
  factory_.watcher->gone(session_);
}

void FakeEngine::die(const base::Error& cause) {
  if (auto callback = std::exchange(on_death_, nullptr)) callback(cause);
}

}  // namespace engine::testing
