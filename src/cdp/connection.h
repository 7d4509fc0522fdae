// One DevTools connection (https://chromedevtools.github.io/devtools-protocol/): commands out, replies and events in,
// over flat sessions. Lives on the loop.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aio/context.h"
#include "aio/workers.h"
#include "base/redactor.h"
#include "cdp/close_reason.h"
#include "cdp/message.h"
#include "cdp/mux.h"
#include "cdp/session.h"
#include "cdp/transport.h"
#include "json/scan.h"

namespace cdp {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Starts reading at once, and reads until close() or the other side's end; who drops it without close() leaves it
  // running. Large messages are read by the workers, in their order, and freed by them; null: on the loop. The workers
  // outlive what came with such a message.
  static std::shared_ptr<Connection> over(const aio::Executor& executor, std::unique_ptr<Transport> transport,
                                          aio::Workers* workers = nullptr);
  static std::shared_ptr<Connection> over(const aio::Executor& executor, std::unique_ptr<net::WebSocket> socket,
                                          aio::Workers* workers = nullptr) {
    return over(executor, over_websocket(std::move(socket)), workers);
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

  // What the other side must not repeat to our callers: the credentials that it was reached with. Its errors and the
  // reason of its end are told without.
  void keep_secret(base::Redactor secrets) { secrets_ = std::move(secrets); }

  // Called once when the other side ends the connection.
  void on_closed(std::function<void(std::string why)> callback) { on_closed_ = std::move(callback); }
  // Called for each event that was too large to be held (kMaxMessage), whoever would have heard of it.
  void on_passed_over(std::function<void(const std::string& method, std::uint64_t size)> callback) {
    on_passed_over_ = std::move(callback);
  }
  bool closed() const { return mux_.why() != CloseReason::none; }
  CloseReason why() const { return mux_.why(); }
  std::size_t pending_calls() const { return mux_.pending(); }
  // How many large messages somebody wanted; the others were sorted and not parsed.
  std::size_t large_parsed() const { return large_parsed_; }

 private:
  friend class Session;
  friend class PendingCall;
  Connection(std::unique_ptr<Transport> transport, aio::Workers* workers)
      : transport_(std::move(transport)), workers_(workers) {}
  static aio::Task<void> read(std::shared_ptr<Connection> self);
  void pass_over(const Beginning& message, std::uint64_t size);
  void read_small(std::string_view text);
  aio::Task<void> read_large(net::WebSocketMessage whole);
  bool wants(const json::CdpFrame& message) const;
  void deliver(const json::CdpFrame& message, base::Result<Payload> payload);
  void on_event(const json::CdpFrame& event, const base::Result<Payload>& payload);
  std::shared_ptr<Session> target_of(const json::CdpFrame& event) const;  // null: nobody asked for it
  bool follow(const json::CdpFrame& event, const json::Value& params);    // false when nobody is to hear of it
  void crashed(const std::string& session_id);
  void lost(CloseReason reason, const std::string& why);
  void end_all(CloseReason reason, const std::string& why);
  std::uint64_t send(const std::string& session_id, std::string_view method, const json::Object& params,
                     const std::shared_ptr<Call>& call);
  void forget(std::uint64_t id) { mux_.forget(id); }
  base::Error without_secrets(base::Error error) const;

  std::unique_ptr<Transport> transport_;
  aio::Workers* workers_;
  json::Scanner scanner_;  // of small messages
  std::size_t large_parsed_ = 0;
  base::Redactor secrets_;
  Mux mux_;
  std::shared_ptr<Session> root_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;  // those attached that somebody asked for
  std::function<void(std::string)> on_closed_;
  std::function<void(const std::string&, std::uint64_t)> on_passed_over_;
};

}  // namespace cdp
