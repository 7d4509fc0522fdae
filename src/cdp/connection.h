// One DevTools connection (https://chromedevtools.github.io/devtools-protocol/): commands out, replies and events in,
// over flat sessions. Lives on the loop.
#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aio/context.h"
#include "aio/latch.h"
#include "json/value.h"
#include "net/websocket.h"

namespace cdp {

class Connection;
class Session;

inline constexpr auto kCommandTimeout = std::chrono::seconds(30);  // no healthy browser takes longer for one command

// A command on its way. Dropping it forgets the command; its late reply is ignored.
class PendingCall {
 public:
  PendingCall(PendingCall&& other) noexcept;
  PendingCall& operator=(PendingCall&&) = delete;
  ~PendingCall();

  // The reply's result. Errors: Kind::browser "<code> <message>" from the browser, or "The page crashed" and the like;
  // Kind::gone when the connection ended; Kind::timeout after kCommandTimeout or ctx.deadline.
  aio::Task<base::Result<json::Value>> reply(const aio::Context& ctx);
  // The same, bounded by ctx.deadline alone: for what may rightly take long (a navigation to a slow server).
  aio::Task<base::Result<json::Value>> reply_by_deadline(const aio::Context& ctx);

 private:
  friend class Session;
  friend class Connection;
  struct State {
    std::string method;
    std::string session_id;
    aio::Latch done;
    std::optional<base::Result<json::Value>> result;
  };
  aio::Task<base::Result<json::Value>> reply_until(const aio::Context& ctx, base::TimePoint until);
  PendingCall(std::weak_ptr<Connection> connection, std::uint64_t id, std::shared_ptr<State> state)
      : connection_(std::move(connection)), id_(id), state_(std::move(state)) {}
  std::weak_ptr<Connection> connection_;
  std::uint64_t id_;
  std::shared_ptr<State> state_;
};

// A callback on one event, until this dies. Callbacks run in the order of arrival, before any later frame is looked at;
// they may subscribe, unsubscribe and end sessions, but never wait.
class Subscription {
 public:
  Subscription() = default;

 private:
  friend class Session;
  using Callback = std::function<void(const json::Value& params)>;
  explicit Subscription(std::shared_ptr<Callback> callback) : callback_(std::move(callback)) {}
  std::shared_ptr<Callback> callback_;
};

// One target's flat session, or the browser's own (id ""). Owned by its Connection until the target detaches.
class Session {
 public:
  const std::string& id() const { return id_; }
  bool gone() const { return gone_reason_.has_value(); }

  PendingCall send(std::string_view method, json::Object params = {});
  aio::Task<base::Result<json::Value>> call(const aio::Context& ctx, std::string method, json::Object params = {});
  void post(std::string_view method, json::Object params = {});  // the reply is not wanted
  // Fails the calls under way with this error; the session goes on (its renderer crashed and may come back).
  void fail_calls(const base::Error& why);
  [[nodiscard]] Subscription on(std::string_view method, std::function<void(const json::Value& params)> callback);

 private:
  friend class Connection;
  Session(Connection& owner, std::string id) : owner_(owner), id_(std::move(id)) {}
  void dispatch(std::string_view method, const json::Value& params);

  Connection& owner_;
  std::string id_;
  std::optional<base::Error> gone_reason_;
  std::map<std::string, std::list<std::weak_ptr<Subscription::Callback>>, std::less<>> callbacks_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Starts reading at once.
  static std::shared_ptr<Connection> over(const aio::Executor& executor, std::unique_ptr<net::WebSocket> socket);

  std::shared_ptr<Session> root() { return session(""); }
  // The session of this id; made on first use (Target.attachedToTarget names it).
  std::shared_ptr<Session> session(const std::string& id);
  // Ends a session: its calls fail with this error. Unknown ids do nothing.
  void end_session(const std::string& id, base::Error why);

  // Ends everything: all calls fail with Kind::gone. Idempotent. on_closed is not called for a close of our own.
  void close();
  // Called once when the other side ends the connection.
  void on_closed(std::function<void(std::string why)> callback) { on_closed_ = std::move(callback); }
  bool closed() const { return closed_; }

 private:
  friend class Session;
  friend class PendingCall;
  explicit Connection(std::unique_ptr<net::WebSocket> socket) : socket_(std::move(socket)) {}
  static aio::Task<void> read(std::shared_ptr<Connection> self);
  void on_text(std::string_view text);
  void on_reply(std::uint64_t id, const json::Value& frame);
  void fail_calls(const std::string& session_id, const base::Error& why);
  void fail_all(const base::Error& why);
  void lost(const std::string& why);
  PendingCall send(const std::string& session_id, std::string_view method, json::Object params);

  std::unique_ptr<net::WebSocket> socket_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::shared_ptr<PendingCall::State>> pending_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
  std::function<void(std::string)> on_closed_;
  bool closed_ = false;
};

}  // namespace cdp
