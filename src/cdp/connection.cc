#include "cdp/connection.h"

#include <utility>

#include "aio/go.h"
#include "cdp/message.h"

namespace cdp {
namespace {

// A scanner keeps room for the largest message it has seen; beyond this many bytes it is not worth keeping.
constexpr std::size_t kKeptCapacity = 1024 * 1024;

// Events that the connection itself lives by.
bool is_followed(std::string_view method) {
  return method == "Target.attachedToTarget" || method == "Target.detachedFromTarget" ||
         method == "Target.targetCrashed" || method == "Inspector.targetCrashed" ||
         method == "Inspector.targetReloadedAfterCrash";
}

}  // namespace

std::shared_ptr<Connection> Connection::over(const aio::Executor& executor, std::unique_ptr<Transport> transport) {
  const std::shared_ptr<Connection> self(new Connection(std::move(transport)));
  self->root_.reset(new Session(self, ""));
  aio::go(executor, read(self));
  return self;
}

std::shared_ptr<Session> Connection::session(const std::string& id) {
  if (id.empty()) return root_;
  if (const auto it = sessions_.find(id); it != sessions_.end()) return it->second;
  const std::shared_ptr<Session> made(new Session(weak_from_this(), id));
  if (closed())
    made->end(why());
  else if (mux_.knows(id))
    sessions_.emplace(id, made);
  else
    made->end(CloseReason::detached);
  return made;
}

std::uint64_t Connection::send(const std::string& session_id, std::string_view method, const json::Object& params,
                               const std::shared_ptr<Call>& call) {
  auto command = mux_.command(session_id, method, params, call);
  if (!command) {
    if (call) call->settle(std::unexpected(std::move(command).error()));
    return 0;
  }
  if (transport_->send(std::move(command->text))) return command->id;
  mux_.forget(command->id);
  if (call) call->settle(base::fail(base::Kind::browser, "the browser does not take commands: its queue is full"));
  return 0;
}

aio::Task<void> Connection::read(std::shared_ptr<Connection> self) {
  while (!self->closed()) {
    auto text = co_await self->transport_->receive();
    if (!text) {
      self->lost(CloseReason::socket, text.error().detail);
      break;
    }
    if (!self->closed()) self->on_text(*text);
  }
}

void Connection::on_text(std::string_view text) {
  const auto frame = json::scan_cdp_frame(text, scanner_);
  if (text.size() > kKeptCapacity) scanner_ = json::Scanner();
  if (!frame) return lost(CloseReason::protocol, frame.error().message);
  if (!frame->id) return on_event(*frame);
  if (const auto call = mux_.take(static_cast<std::uint64_t>(*frame->id))) call->settle(outcome_of(*frame));
}

void Connection::on_event(const json::CdpFrame& event) {
  const std::string session_id(event.session_id);
  if (!mux_.knows(session_id)) return;
  // Held: a callback may end the session, or this connection.
  std::shared_ptr<Session> target = root_;
  if (!session_id.empty()) {
    const auto it = sessions_.find(session_id);
    target = it == sessions_.end() ? nullptr : it->second;
  }
  const bool followed = is_followed(event.method);
  if (!followed && (!target || !target->wants(event.method))) return;
  const auto params = params_of(event);
  if (!params) return lost(CloseReason::protocol, params.error().message + ": " + params.error().detail);
  if (followed) follow(event, *params);
  if (target) target->dispatch(event.method, *params);
}

void Connection::follow(const json::CdpFrame& event, const json::Value& params) {
  const auto text = [&](std::string_view key) { return json::get_text(params, key).value_or(""); };
  if (event.method == "Target.attachedToTarget") {
    const json::Value* info = json::find(params, "targetInfo");
    mux_.attached(std::string(event.session_id), text("sessionId"),
                  info ? json::get_text(*info, "targetId").value_or("") : "");
  } else if (event.method == "Target.detachedFromTarget") {
    for (const std::string& id : mux_.detached(text("sessionId"))) {
      auto node = sessions_.extract(id);
      if (node) node.mapped()->end(CloseReason::detached);
    }
  } else if (event.method == "Target.targetCrashed") {
    if (const std::string id = mux_.session_of(text("targetId")); !id.empty()) crashed(id);
  } else if (event.method == "Inspector.targetCrashed") {
    crashed(std::string(event.session_id));
  } else if (const auto it = sessions_.find(std::string(event.session_id)); it != sessions_.end()) {
    it->second->why_ = CloseReason::none;
  }
}

void Connection::crashed(const std::string& session_id) {
  if (const auto it = sessions_.find(session_id); it != sessions_.end()) {
    if (it->second->why_ == CloseReason::crashed) return;  // told twice: what was sent since then may well be answered
    it->second->why_ = CloseReason::crashed;
  }
  mux_.crashed(session_id);
}

void Connection::end_all(CloseReason reason, const std::string& why) {
  mux_.close(reason, why);
  root_->end(reason);
  for (auto& [id, session] : std::exchange(sessions_, {})) session->end(reason);
}

void Connection::lost(CloseReason reason, const std::string& why) {
  if (closed()) return;
  end_all(reason, why);
  transport_->abort();
  if (auto callback = std::exchange(on_closed_, nullptr)) callback(why);
}

void Connection::close() {
  if (!closed()) {
    on_closed_ = nullptr;
    end_all(CloseReason::closed, "");
  }
  transport_->abort();
}

aio::Task<void> Connection::finish(const aio::Context& ctx) {
  const auto self = shared_from_this();
  if (closed()) co_return;
  on_closed_ = nullptr;
  end_all(CloseReason::closed, "");
  co_await transport_->close(ctx);
}

}  // namespace cdp
