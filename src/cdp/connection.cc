#include "cdp/connection.h"

#include <vector>

#include <fmt/format.h>

#include "aio/go.h"
#include "json/read.h"
#include "json/write.h"

namespace cdp {

PendingCall::PendingCall(PendingCall&& other) noexcept
    : connection_(std::move(other.connection_)), id_(std::exchange(other.id_, 0)), state_(std::move(other.state_)) {}

PendingCall::~PendingCall() {
  if (id_ == 0) return;
  if (const auto connection = connection_.lock()) connection->pending_.erase(id_);
}

aio::Task<base::Result<json::Value>> PendingCall::reply_until(const aio::Context& ctx, base::TimePoint until) {
  const std::shared_ptr<State> state = state_;
  if (!state->done.is_set()) {
    const base::TimePoint began = ctx.now();
    auto first = co_await aio::race(state->done.wait(), ctx.clock->sleep_until(until));
    if (first.index() == 1 && !state->done.is_set())
      co_return base::fail(base::Kind::timeout, fmt::format("{} was not answered within {}ms", state->method,
                                                            base::to_ms(ctx.now() - began)));
  }
  co_return *state->result;
}

aio::Task<base::Result<json::Value>> PendingCall::reply(const aio::Context& ctx) {
  return reply_until(ctx, std::min(ctx.deadline, base::after(ctx.now(), kCommandTimeout)));
}

aio::Task<base::Result<json::Value>> PendingCall::reply_by_deadline(const aio::Context& ctx) {
  return reply_until(ctx, ctx.deadline);
}

PendingCall Session::send(std::string_view method, json::Object params) {
  return owner_.send(id_, method, std::move(params));
}

aio::Task<base::Result<json::Value>> Session::call(const aio::Context& ctx, std::string method, json::Object params) {
  PendingCall pending = send(method, std::move(params));
  co_return co_await pending.reply(ctx);
}

void Session::post(std::string_view method, json::Object params) {
  static_cast<void>(owner_.send(id_, method, std::move(params)));
}

Subscription Session::on(std::string_view method, std::function<void(const json::Value& params)> callback) {
  auto shared = std::make_shared<Subscription::Callback>(std::move(callback));
  callbacks_[std::string(method)].push_back(shared);
  return Subscription(std::move(shared));
}

void Session::dispatch(std::string_view method, const json::Value& params) {
  const auto it = callbacks_.find(method);
  if (it == callbacks_.end()) return;
  std::erase_if(it->second, [](const auto& weak) { return weak.expired(); });
  const std::list<std::weak_ptr<Subscription::Callback>> now = it->second;  // callbacks may change the list
  for (const auto& weak : now)
    if (const auto callback = weak.lock()) (*callback)(params);
}

std::shared_ptr<Connection> Connection::over(const aio::Executor& executor, std::unique_ptr<net::WebSocket> socket) {
  const std::shared_ptr<Connection> self(new Connection(std::move(socket)));
  self->session("");
  aio::go(executor, read(self));
  return self;
}

std::shared_ptr<Session> Connection::session(const std::string& id) {
  std::shared_ptr<Session>& slot = sessions_[id];
  if (!slot) slot.reset(new Session(*this, id));
  return slot;
}

void Connection::end_session(const std::string& id, base::Error why) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || id.empty()) return;
  it->second->gone_reason_ = why;
  sessions_.erase(it);
  fail_calls(id, why);
}

void Connection::fail_calls(const std::string& session_id, const base::Error& why) {
  for (auto& [call_id, state] : std::map(pending_)) {
    if (state->session_id != session_id) continue;
    state->result = std::unexpected(why);
    state->done.set();
    pending_.erase(call_id);
  }
}

void Session::fail_calls(const base::Error& why) { owner_.fail_calls(id_, why); }

PendingCall Connection::send(const std::string& session_id, std::string_view method, json::Object params) {
  auto state = std::make_shared<PendingCall::State>();
  state->method = method;
  state->session_id = session_id;
  const std::uint64_t id = ++last_id_;
  const auto it = sessions_.find(session_id);
  std::optional<base::Error> refused;
  if (closed_)
    refused = base::Error{base::Kind::gone, "the connection to the browser was lost"};
  else if (it == sessions_.end())
    refused = base::Error{base::Kind::browser, "The page was closed"};

  if (!refused) {
    std::string text = fmt::format(R"({{"id":{},)", id);
    if (!session_id.empty()) text += fmt::format(R"("sessionId":"{}",)", session_id);
    text += fmt::format(R"("method":"{}","params":)", method);
    json::append(text, json::Value(std::move(params)));
    text += '}';
    pending_.emplace(id, state);
    if (!socket_->send(std::move(text))) {
      pending_.erase(id);
      refused = base::Error{base::Kind::gone, "the connection to the browser was lost"};
    }
  }
  if (refused) {
    state->result = std::unexpected(*refused);
    state->done.set();
  }
  return PendingCall(weak_from_this(), id, std::move(state));
}

aio::Task<void> Connection::read(std::shared_ptr<Connection> self) {
  while (!self->closed_) {
    auto text = co_await self->socket_->receive();
    if (!text) {
      self->lost(text.error().detail);
      break;
    }
    if (!self->closed_) self->on_text(*text);
  }
}

void Connection::on_text(std::string_view text) {
  auto frame = json::read(text);
  if (!frame) return lost("the browser sent what is not JSON: " + frame.error().message);
  if (const auto id = json::get_int(*frame, "id")) return on_reply(static_cast<std::uint64_t>(*id), *frame);
  const auto method = json::get_text(*frame, "method");
  const json::Value* params = json::find(*frame, "params");
  if (!method || !params) return;
  const std::string session_id = json::get_text(*frame, "sessionId").value_or("");
  const auto it = sessions_.find(session_id);
  if (it == sessions_.end()) return;
  const std::shared_ptr<Session> target = it->second;
  target->dispatch(*method, *params);
}

void Connection::on_reply(std::uint64_t id, const json::Value& frame) {
  const auto it = pending_.find(id);
  if (it == pending_.end()) return;  // nobody waits any more
  const std::shared_ptr<PendingCall::State> state = it->second;
  pending_.erase(it);
  if (const json::Value* error = json::find(frame, "error"))
    state->result = base::fail(base::Kind::browser, fmt::format("{} {}", json::get_int(*error, "code").value_or(0),
                                                                json::get_text(*error, "message").value_or("")));
  else
    state->result = json::find(frame, "result") ? *json::find(frame, "result") : json::Value(json::Object());
  state->done.set();
}

void Connection::fail_all(const base::Error& why) {
  closed_ = true;
  auto pending = std::exchange(pending_, {});
  for (auto& [id, state] : pending) {
    state->result = std::unexpected(why);
    state->done.set();
  }
  for (auto& [id, session] : sessions_) session->gone_reason_ = why;
  socket_->abort();
}

void Connection::lost(const std::string& why) {
  if (closed_) return;
  fail_all({base::Kind::gone, "the connection to the browser was lost", why});
  if (auto callback = std::exchange(on_closed_, nullptr)) callback(why);
}

void Connection::close() {
  if (closed_) return;
  on_closed_ = nullptr;
  fail_all({base::Kind::gone, "the connection to the browser was closed"});
}

}  // namespace cdp
