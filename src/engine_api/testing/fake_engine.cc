#include "engine_api/testing/fake_engine.h"

namespace engine::testing {

aio::Task<base::Result<std::unique_ptr<Engine>>> FakeFactory::open(const aio::Context& ctx, const SessionConfig& config,
                                                                   EventSink& events) {
  static_cast<void>(config);
  static_cast<void>(events);
  const FakeBehaviour behaviour = next;
  if (behaviour.open_is_stubborn)
    co_await aio::asio::this_coro::reset_cancellation_state(aio::asio::disable_cancellation());
  co_await ctx.clock->sleep(behaviour.open_time);
  if (behaviour.open_fails) co_return base::fail(base::Kind::browser, "connect ECONNREFUSED 127.0.0.1:1");
  co_return std::make_unique<FakeEngine>(*this, behaviour);
}

aio::Task<base::Result<NavigateResult>> FakeEngine::navigate(const aio::Context& ctx, NavigateRequest request,
                                                             EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return NavigateResult{};
}

aio::Task<base::Result<ActResult>> FakeEngine::act(const aio::Context& ctx, ActRequest request, EventSink& events) {
  static_cast<void>(events);
  ++factory_.begun;
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return ActResult{
      .success = true, .message = "done", .action_description = request.action.description, .actions = {}};
}

aio::Task<base::Result<std::vector<Action>>> FakeEngine::observe(const aio::Context& ctx, ObserveRequest request,
                                                                 EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return std::vector<Action>();
}

aio::Task<base::Result<boost::json::value>> FakeEngine::extract(const aio::Context& ctx, ExtractRequest request,
                                                                EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return boost::json::value(nullptr);
}

aio::Task<base::Result<AgentResult>> FakeEngine::run_agent(const aio::Context& ctx, AgentRequest request,
                                                           AgentRecord& record, EventSink& events) {
  static_cast<void>(request);
  static_cast<void>(events);
  if (closing_) ++factory_.used_after_end;
  record.steps = 1;
  co_await ctx.clock->sleep(behaviour_.verb_time);
  co_return AgentResult{.success = true, .completed = true, .message = "done"};
}

aio::Task<base::Result<void>> FakeEngine::close(const aio::Context& ctx) {
  closing_ = true;
  on_death_ = nullptr;
  co_await ctx.clock->sleep_until(behaviour_.close_hangs ? base::kNever
                                                         : base::after(ctx.now(), behaviour_.close_time));
  ++factory_.closed;
  factory_.alive.erase(this);
  co_return base::Result<void>();
}

void FakeEngine::kill() {
  closing_ = true;
  if (factory_.alive.erase(this) > 0) ++factory_.killed;
}

void FakeEngine::die(const std::string& why) {
  if (auto callback = std::exchange(on_death_, nullptr)) callback(why);
}

}  // namespace engine::testing
