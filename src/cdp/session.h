// Session: commands to one target and events from it, over a shared connection (flat sessions, Target domain).
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aio/context.h"
#include "aio/latch.h"
#include "cdp/mux.h"
#include "json/value.h"

namespace cdp {

class Connection;

inline constexpr auto kCommandTimeout = std::chrono::seconds(30);  // no healthy browser takes longer for one command

// A command that was sent. Several can be sent back to back and be awaited afterwards, in any order. Dropping it
// forgets the command; its late reply is ignored.
class PendingCall {
 public:
  PendingCall(PendingCall&& other) noexcept = default;
  PendingCall& operator=(PendingCall&&) = delete;
  ~PendingCall();

  // The reply's result, once. Errors:
  //   Kind::browser "<code> <message>"       the browser refused it
  //   Kind::browser, Kind::gone              the page or the connection ended (cdp/close_reason.h)
  //   Kind::timeout "<method> was not answered within <n>ms"  after kCommandTimeout or at ctx.deadline
  aio::Task<base::Result<Payload>> reply(const aio::Context& ctx);
  // The same, bounded by ctx.deadline alone: for what may rightly take long (a navigation to a slow server).
  aio::Task<base::Result<Payload>> reply_by_deadline(const aio::Context& ctx);

 private:
  friend class Session;
  PendingCall(std::weak_ptr<Connection> connection, std::uint64_t id, std::shared_ptr<Call> call)
      : connection_(std::move(connection)), id_(id), call_(std::move(call)) {}

  std::weak_ptr<Connection> connection_;
  std::uint64_t id_;
  std::shared_ptr<Call> call_;  // null once moved from
};

// A callback on one event or reply, until this dies. Callbacks run in the order of arrival, before any later message is
// looked at; they may subscribe, unsubscribe (themselves too), end sessions and the connection, but never wait.
class Subscription {
 public:
  Subscription() = default;

 private:
  friend class Session;
  using Callback = std::function<void(std::string_view method, const Payload& params)>;
  explicit Subscription(std::shared_ptr<void> callback) : callback_(std::move(callback)) {}
  std::shared_ptr<void> callback_;
};

// One target's session, or the browser's own (id ""). May be kept longer than the connection: calls then fail.
class Session {
 public:
  const std::string& id() const { return id_; }

  // The session of this id on the same connection, as Connection::session gives it; gone when the connection is.
  std::shared_ptr<Session> other(const std::string& id) const;

  // Set when the target has detached or the connection has ended: nothing more can be sent.
  aio::Latch& gone() { return gone_; }
  bool is_gone() const { return gone_.is_set(); }
  // none while usable; crashed between a crash of the renderer and its replacement (a navigation, a reload).
  CloseReason why() const { return why_; }

  // Sends at once; the reply is awaited later.
  PendingCall send(std::string_view method, const json::Object& params = {});
  aio::Task<base::Result<Payload>> call(const aio::Context& ctx, std::string method, json::Object params = {});
  // Sends at once; the reply is not wanted, nor whether it could be sent.
  void post(std::string_view method, const json::Object& params = {});
  // Sends at once. The reply, or the error in its place, goes to the callback in its place among the events, before any
  // later message is looked at: what was true when the browser answered is then still true of all that has been told.
  [[nodiscard]] Subscription ask(std::string_view method, const json::Object& params,
                                 std::function<void(const base::Result<Payload>& reply)> callback);
  // What the callback keeps of the params it keeps as a part (Payload::part): a copy is made and freed on the loop.
  [[nodiscard]] Subscription on(std::string_view method, std::function<void(const Payload& params)> callback);
  // One callback for several events: a subscription is dear when there are a thousand sessions. `methods` are literals.
  [[nodiscard]] Subscription on_each(std::span<const std::string_view> methods,
                                     std::function<void(std::string_view method, const Payload& params)> callback);

 private:
  friend class Connection;
  Session(std::weak_ptr<Connection> connection, std::string id)
      : connection_(std::move(connection)), id_(std::move(id)) {}
  struct Subscriber {
    bool hears(std::string_view method) const;

    std::string method = {};                         // of `on`
    std::span<const std::string_view> methods = {};  // of `on_each`
    std::weak_ptr<Subscription::Callback> callback = {};
  };
  Subscription subscribe(Subscriber subscriber, Subscription::Callback callback);
  bool wants(std::string_view method) const;
  void dispatch(std::string_view method, const Payload& params);
  void end(CloseReason reason);

  std::weak_ptr<Connection> connection_;
  std::string id_;
  aio::Latch gone_;
  CloseReason why_ = CloseReason::none;
  std::vector<Subscriber> subscribers_;  // a dozen at most: looked through for each event
};

}  // namespace cdp
