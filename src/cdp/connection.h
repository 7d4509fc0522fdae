// One DevTools connection (https://chromedevtools.github.io/devtools-protocol/): commands out, replies and events in,
// over flat sessions. Lives on the loop.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aio/context.h"
#include "cdp/close_reason.h"
#include "cdp/mux.h"
#include "cdp/session.h"
#include "cdp/transport.h"
#include "json/scan.h"

namespace cdp {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Starts reading at once, and reads until close() or the other side's end; who drops it without close() leaves it
  // running.
  static std::shared_ptr<Connection> over(const aio::Executor& executor, std::unique_ptr<Transport> transport);
  static std::shared_ptr<Connection> over(const aio::Executor& executor, std::unique_ptr<net::WebSocket> socket) {
    return over(executor, over_websocket(std::move(socket)));
  }

  // The browser's own session.
  const std::shared_ptr<Session>& root() const { return root_; }
  // The session of this id. Sessions begin with Target.attachedToTarget (flatten) and end with
  // Target.detachedFromTarget, theirs or their parent's; both are followed here, before subscribers hear of them. One
  // that is not attached comes back gone.
  std::shared_ptr<Session> session(const std::string& id);

  // Ends everything at once: all calls fail with Kind::gone. Idempotent. on_closed is not called for a close of ours.
  void close();
  // The same in good manners: what was posted goes out first and the other side is told; bounded by ctx.deadline and by
  // a moment. Calls fail from the start.
  aio::Task<void> finish(const aio::Context& ctx);

  // Called once when the other side ends the connection.
  void on_closed(std::function<void(std::string why)> callback) { on_closed_ = std::move(callback); }
  bool closed() const { return mux_.why() != CloseReason::none; }
  CloseReason why() const { return mux_.why(); }
  std::size_t pending_calls() const { return mux_.pending(); }

 private:
  friend class Session;
  friend class PendingCall;
  explicit Connection(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}
  static aio::Task<void> read(std::shared_ptr<Connection> self);
  void on_text(std::string_view text);
  void on_event(const json::CdpFrame& event);
  void follow(const json::CdpFrame& event, const json::Value& params);
  void crashed(const std::string& session_id);
  void lost(CloseReason reason, const std::string& why);
  void end_all(CloseReason reason, const std::string& why);
  std::uint64_t send(const std::string& session_id, std::string_view method, const json::Object& params,
                     const std::shared_ptr<Call>& call);
  void forget(std::uint64_t id) { mux_.forget(id); }

  std::unique_ptr<Transport> transport_;
  json::Scanner scanner_;
  Mux mux_;
  std::shared_ptr<Session> root_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;  // those attached that somebody asked for
  std::function<void(std::string)> on_closed_;
};

}  // namespace cdp
