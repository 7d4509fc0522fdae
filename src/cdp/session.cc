#include "cdp/session.h"

#include <algorithm>

#include <fmt/format.h>

#include "cdp/connection.h"

namespace cdp {
namespace {

aio::Task<base::Result<json::Value>> outcome(const aio::Context& ctx, std::shared_ptr<Call> call,
                                             base::TimePoint until) {
  if (!call->done.is_set()) {
    const base::TimePoint began = ctx.now();
    const auto first = co_await aio::race(call->done.wait(), ctx.clock->sleep_until(until));
    if (first.index() == 1 && !call->done.is_set())
      co_return base::fail(base::Kind::timeout, fmt::format("{} was not answered within {}ms", call->method,
                                                            base::to_ms(ctx.now() - began)));
  }
  co_return *call->result;
}

}  // namespace

PendingCall::~PendingCall() {
  if (!call_ || call_->done.is_set()) return;
  if (const auto connection = connection_.lock()) connection->forget(id_);
}

aio::Task<base::Result<json::Value>> PendingCall::reply(const aio::Context& ctx) {
  return outcome(ctx, call_, std::min(ctx.deadline, base::after(ctx.now(), kCommandTimeout)));
}

aio::Task<base::Result<json::Value>> PendingCall::reply_by_deadline(const aio::Context& ctx) {
  return outcome(ctx, call_, ctx.deadline);
}

PendingCall Session::send(std::string_view method, const json::Object& params) {
  auto call = std::make_shared<Call>(method);
  const auto connection = connection_.lock();
  const std::uint64_t id = connection ? connection->send(id_, method, params, call) : 0;
  if (!connection) call->settle(std::unexpected(error_of(why_ == CloseReason::none ? CloseReason::closed : why_)));
  return PendingCall(connection_, id, std::move(call));
}

aio::Task<base::Result<json::Value>> Session::call(const aio::Context& ctx, std::string method, json::Object params) {
  PendingCall pending = send(method, params);
  co_return co_await pending.reply(ctx);
}

void Session::post(std::string_view method, const json::Object& params) {
  if (const auto connection = connection_.lock()) connection->send(id_, method, params, nullptr);
}

Subscription Session::ask(std::string_view method, const json::Object& params,
                          std::function<void(const json::Value& result)> callback) {
  auto shared = std::make_shared<Subscription::Callback>(std::move(callback));
  auto call = std::make_shared<Call>(method);
  call->then = [weak = std::weak_ptr(shared)](const base::Result<json::Value>& result) {
    if (const auto held = weak.lock(); held && result) (*held)(*result);
  };
  if (const auto connection = connection_.lock()) connection->send(id_, method, params, call);
  return Subscription(std::move(shared));
}

std::shared_ptr<Session> Session::other(const std::string& id) const {
  if (const auto connection = connection_.lock()) return connection->session(id);
  std::shared_ptr<Session> gone(new Session({}, id));
  gone->end(CloseReason::closed);
  return gone;
}

Subscription Session::on(std::string_view method, std::function<void(const json::Value& params)> callback) {
  auto shared = std::make_shared<Subscription::Callback>(std::move(callback));
  auto& list = callbacks_[std::string(method)];
  std::erase_if(list, [](const auto& weak) { return weak.expired(); });
  list.push_back(shared);
  return Subscription(std::move(shared));
}

bool Session::wants(std::string_view method) {
  const auto it = callbacks_.find(method);
  if (it == callbacks_.end()) return false;
  std::erase_if(it->second, [](const auto& weak) { return weak.expired(); });
  if (!it->second.empty()) return true;
  callbacks_.erase(it);
  return false;
}

void Session::dispatch(std::string_view method, const json::Value& params) {
  const auto it = callbacks_.find(method);
  if (it == callbacks_.end()) return;
  const auto now = it->second;  // a copy: callbacks may change the list; who unsubscribes meanwhile is not called
  for (const auto& weak : now)
    if (const auto callback = weak.lock()) (*callback)(params);
}

void Session::end(CloseReason reason) {
  if (is_gone()) return;
  why_ = reason;
  gone_.set();
}

}  // namespace cdp
