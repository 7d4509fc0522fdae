// WebSocket client (RFC 6455): text in, text out. One task receives; sends are queued and keep their order.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "aio/context.h"
#include "base/result.h"

namespace net {

struct WebSocketOptions {
  std::string url;                                   // ws:// or wss://
  std::map<std::string, std::string> headers = {};   // on the upgrade; may hold credentials
  std::string ca_file = {};                          // PEM, in addition to the system's certificates
  std::uint64_t max_message = 256ULL * 1024 * 1024;  // a whole accessibility tree fits
  std::size_t max_queued = 16 * 1024 * 1024;         // bytes waiting to be sent; beyond it send fails
};

class WebSocket {
 public:
  // No Origin header is sent, so a browser needs no --remote-allow-origins. Errors in the words that clients know:
  // "connect ECONNREFUSED 127.0.0.1:9222", "Unexpected server response: 404".
  static aio::Task<base::Result<std::unique_ptr<WebSocket>>> connect(const aio::Context& ctx, WebSocketOptions options);

  virtual ~WebSocket() = default;

  // Queues; false when the queue is full or the connection has ended.
  virtual bool send(std::string text) = 0;
  // The next message. After an error or abort every call fails (Kind::gone). One caller at a time.
  virtual aio::Task<base::Result<std::string>> receive() = 0;
  // Ends the connection at once; a pending receive fails.
  virtual void abort() = 0;
};

}  // namespace net
