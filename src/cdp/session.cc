#include "cdp/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cdp/connection.h"

namespace cdp {
namespace {

// An error when it does not come in time.
aio::Task<base::Result<void>> settled(const aio::Context& ctx, std::shared_ptr<Call> call, base::TimePoint until) {
  if (!call->done.is_set()) {
    const base::TimePoint began = ctx.now();
    const auto first = co_await aio::race(call->done.wait(), ctx.clock->sleep_until(until));
    if (first.index() == 1 && !call->done.is_set())
      co_return base::fail(base::Kind::timeout, fmt::format("{} was not answered within {}ms", call->method,
                                                            base::to_ms(ctx.now() - began)));
  }
  co_return base::Result<void>();
}

base::Result<Payload> taken_from(Call& call) {
  if (auto result = std::exchange(call.result, std::nullopt)) return std::move(*result);
  return base::fail(base::Kind::internal, fmt::format("the reply to {} was taken already", call.method));
}

aio::Task<base::Result<Payload>> outcome(const aio::Context& ctx, std::shared_ptr<Call> call, base::TimePoint until) {
  CO_TRY_VOID(co_await settled(ctx, call, until));
  co_return taken_from(*call);
}

base::TimePoint limit_of(const aio::Context& ctx) {
  return std::min(ctx.deadline, base::after(ctx.now(), kCommandTimeout));
}

}  // namespace

PendingCall::~PendingCall() {
  if (!call_ || call_->done.is_set()) return;
  if (const auto connection = connection_.lock()) connection->forget(id_);
}

aio::Task<base::Result<Payload>> PendingCall::reply(const aio::Context& ctx) {
  return outcome(ctx, call_, limit_of(ctx));
}

aio::Task<base::Result<Payload>> PendingCall::reply_by_deadline(const aio::Context& ctx) {
  return outcome(ctx, call_, ctx.deadline);
}

PendingCall Session::send(std::string_view method, const json::Object& params) {
  auto call = std::make_shared<Call>(method);
  const auto connection = connection_.lock();
  const std::uint64_t id = connection ? connection->send(id_, method, params, call) : 0;
  if (!connection) call->settle(std::unexpected(error_of(why_ == CloseReason::none ? CloseReason::closed : why_)));
  return PendingCall(connection_, id, std::move(call));
}

aio::Task<base::Result<Payload>> Session::call(const aio::Context& ctx, std::string method, json::Object params) {
  PendingCall pending = send(method, params);
  CO_TRY_VOID(co_await settled(ctx, pending.call_, limit_of(ctx)));
  co_return taken_from(*pending.call_);
}

void Session::post(std::string_view method, const json::Object& params) {
  if (const auto connection = connection_.lock()) connection->send(id_, method, params, nullptr);
}

Subscription Session::ask(std::string_view method, const json::Object& params,
                          std::function<void(const base::Result<Payload>& reply)> callback) {
  const auto shared = std::make_shared<std::function<void(const base::Result<Payload>&)>>(std::move(callback));
  auto call = std::make_shared<Call>(method);
  call->then = [weak = std::weak_ptr(shared)](const base::Result<Payload>& reply) {
    if (const auto held = weak.lock()) (*held)(reply);
  };
  if (const auto connection = connection_.lock()) connection->send(id_, method, params, call);
  return Subscription(shared);
}

std::shared_ptr<Session> Session::other(const std::string& id) const {
  if (const auto connection = connection_.lock()) return connection->session(id);
  std::shared_ptr<Session> gone(new Session({}, id));
  gone->end(CloseReason::closed);
  return gone;
}

bool Session::Subscriber::hears(std::string_view event) const {
  return event == method || std::ranges::find(methods, event) != methods.end();
}

Subscription Session::on(std::string_view method, std::function<void(const Payload& params)> callback) {
  return subscribe({.method = std::string(method)},
                   [callback = std::move(callback)](std::string_view, const Payload& params) { callback(params); });
}

Subscription Session::on_each(std::span<const std::string_view> methods,
                              std::function<void(std::string_view method, const Payload& params)> callback) {
  return subscribe({.methods = methods}, std::move(callback));
}

Subscription Session::subscribe(Subscriber subscriber, Subscription::Callback callback) {
  const auto shared = std::make_shared<Subscription::Callback>(std::move(callback));
  subscriber.callback = shared;
  std::erase_if(subscribers_, [](const Subscriber& one) { return one.callback.expired(); });
  subscribers_.push_back(std::move(subscriber));
  return Subscription(shared);
}

bool Session::wants(std::string_view method) const {
  return std::ranges::any_of(subscribers_,
                             [&](const Subscriber& one) { return !one.callback.expired() && one.hears(method); });
}

void Session::dispatch(std::string_view method, const Payload& params) {
  // A list of their own: callbacks may subscribe; who unsubscribes meanwhile is not called.
  std::vector<std::weak_ptr<Subscription::Callback>> now;
  for (const Subscriber& one : subscribers_)
    if (one.hears(method)) now.push_back(one.callback);
  for (const auto& weak : now)
    if (const auto callback = weak.lock()) (*callback)(method, params);
}

void Session::end(CloseReason reason) {
  if (is_gone()) return;
  why_ = reason;
  gone_.set();
}

}  // namespace cdp
