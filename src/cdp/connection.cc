#include "cdp/connection.h"

#include <utility>

#include <fmt/format.h>

#include "aio/go.h"
#include "base/activity.h"
#include "base/text.h"
#include "base/url_secrets.h"
#include "cdp/limits.h"
#include "cdp/message.h"
#include "json/footprint.h"

namespace cdp {
namespace {

// Events that the connection itself lives by.
bool is_followed(std::string_view method) {
  return method == "Target.attachedToTarget" || method == "Target.detachedFromTarget" ||
         method == "Target.targetCrashed" || method == "Inspector.targetCrashed" ||
         method == "Inspector.targetReloadedAfterCrash";
}

std::string broke(std::string_view protocol, std::string_view how) {
  return fmt::format("The browser's endpoint broke the {} protocol: {}", protocol, how);
}

}  // namespace

std::shared_ptr<Connection> Connection::over(const aio::Executor& executor, std::unique_ptr<Transport> transport,
                                             aio::Workers* workers) {
  const std::shared_ptr<Connection> self(new Connection(std::move(transport), workers));
  self->root_.reset(new Session(self, ""));
  aio::go(executor, "reading from a browser", read(self));
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
  // Nobody reads on after an exception, so the connection ends with it, on every way out.
  struct Finish {
    Connection& connection;
    ~Finish() { connection.lost(CloseReason::socket, "an internal error ended its reader"); }
  } const finish{*self};
  while (!self->closed()) {
    auto message = co_await self->transport_->receive();
    if (!message) {
      const bool broken = message.error().kind == base::Kind::upstream;
      const bool beyond = message.error().kind == base::Kind::full;
      const std::string& why = message.error().detail;
      self->lost(broken || beyond ? CloseReason::protocol : CloseReason::socket,
                 broken ? broke("WebSocket", why) : why);
      break;
    }
    if (message->size > kMaxMessage)
      self->pass_over(beginning_of(message->text.view().substr(0, net::WebSocketMessage::kBeginning)), message->size);
    else if (message->size <= kLargeMessage || !self->workers_)
      self->read_small(message->text.view());
    else
      co_await self->read_large(std::move(*message));
  }
}

// A page makes events as large as it likes, and goes on without those that nobody can be told; the one call fails whose
// reply it is. What sessions begin and end with cannot be missed.
void Connection::pass_over(const Beginning& message, std::uint64_t size) {
  const std::string too_large = fmt::format("{} bytes, more than the {} allowed", size, kMaxMessage);
  if (message.id) {
    if (const auto call = mux_.take(*message.id))
      call->settle(
          base::fail(base::Kind::browser, fmt::format("the browser's reply to {} has {}", call->method, too_large)));
    return;
  }
  if (message.method.empty() || message.method.size() > kMaxId || is_followed(message.method))
    return lost(CloseReason::protocol, "the browser sent a message of " + too_large);
  if (on_passed_over_) on_passed_over_(without_secrets({.message = std::string(message.method)}).message, size);
}

void Connection::read_small(std::string_view text) {
  const base::Activity activity("a message of a browser");
  const auto message = json::scan_cdp_frame(text, scanner_);
  if (!message) return lost(CloseReason::protocol, broke("DevTools", message.error().message));
  if (wants(*message)) deliver(*message, payload_of(*message, nullptr));
}

// What it takes is the workers'; between them the loop says whether anybody wants it. Later messages wait, so their
// order is kept and there is one at a time.
aio::Task<void> Connection::read_large(net::WebSocketMessage whole) {
  const auto message = co_await workers_->run([&text = whole.text] {
    json::Scanner scanner;  // several times as large as the message, so it goes where it was made
    return json::scan_cdp_frame(text.view(), scanner);
  });
  if (!message) co_return lost(CloseReason::protocol, broke("DevTools", message.error().message));
  if (!wants(*message)) co_return;
  ++large_parsed_;
  std::size_t bytes = 0;
  auto payload = co_await workers_->run([&message, &bytes, workers = workers_] {
    auto made = payload_of(*message, workers);
    if (made) bytes = json::footprint(*made);
    return made;
  });
  if (payload) payload->count(whole.hold.also(bytes));
  const base::Activity activity("a large message of a browser");
  deliver(*message, std::move(payload));
}

bool Connection::wants(const json::CdpFrame& message) const {
  if (closed()) return false;  // since it was received
  if (message.id) return mux_.waits_for(static_cast<std::uint64_t>(*message.id));
  if (!mux_.knows(std::string(message.session_id))) return false;
  if (is_followed(message.method)) return true;
  const auto target = target_of(message);
  return target && target->wants(message.method);
}

void Connection::deliver(const json::CdpFrame& message, base::Result<Payload> payload) {
  if (!payload && payload.error().kind == base::Kind::full) return lost(CloseReason::protocol, payload.error().message);
  if (!message.id) return on_event(message, payload);
  const auto call = mux_.take(static_cast<std::uint64_t>(*message.id));
  if (!call) return;
  if (!payload) payload = std::unexpected(without_secrets(std::move(payload).error()));
  call->settle(std::move(payload));
}

// The words are somebody else's, who may be no browser.
base::Error Connection::without_secrets(base::Error error) const {
  for (std::string* text : {&error.message, &error.detail})
    *text = base::truncate(secrets_(base::hide_url_secrets(base::truncate(*text, kMaxWords))), kMaxWords);
  return error;
}

std::shared_ptr<Session> Connection::target_of(const json::CdpFrame& event) const {
  if (event.session_id.empty()) return root_;
  const auto it = sessions_.find(std::string(event.session_id));
  return it == sessions_.end() ? nullptr : it->second;
}

void Connection::on_event(const json::CdpFrame& event, const base::Result<Payload>& payload) {
  if (!payload)
    return lost(CloseReason::protocol, broke("DevTools", payload.error().message + ": " + payload.error().detail));
  const std::shared_ptr<Session> target = target_of(event);  // held: a callback may end the session, or this connection
  if (is_followed(event.method) && !follow(event, *payload)) return;
  if (target && !closed()) target->dispatch(event.method, *payload);
}

bool Connection::follow(const json::CdpFrame& event, const json::Value& params) {
  const auto text = [&](std::string_view key) { return json::get_text(params, key).value_or(""); };
  if (event.method == "Target.attachedToTarget") {
    const json::Value* info = json::find(params, "targetInfo");
    const auto known = mux_.attached(std::string(event.session_id), text("sessionId"),
                                     info ? json::get_text(*info, "targetId").value_or("") : "");
    if (!known) lost(CloseReason::protocol, known.error().message);
    return known && *known;  // whoever hears of a session makes something of it, each time
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
  return true;
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

void Connection::lost(CloseReason reason, const std::string& words) {
  if (closed()) return;
  const std::string why = without_secrets({.message = words}).message;
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
