// WebSocket client (RFC 6455): text in, text out. One task receives; sends are queued and keep their order.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "aio/context.h"
#include "base/growing_text.h"
#include "base/memory_budget.h"
#include "base/result.h"

namespace net {

struct WebSocketOptions {
  std::string url;                                  // ws:// or wss://; a userinfo in it becomes an Authorization header
  std::map<std::string, std::string> headers = {};  // on the upgrade, over our own; may hold credentials
  std::string ca_file = {};                         // PEM, in addition to the system's certificates
  std::uint64_t max_message = 256ULL * 1024 * 1024;  // bytes; a whole accessibility tree fits
  // Bytes. A message that is larger than max_message and not than this one is read to its end, and only its beginning
  // is kept. One larger than both ends the connection.
  std::uint64_t max_passed_over = 0;
  base::MemoryBudget* memory = nullptr;       // counts what has come of large messages; null: nobody does
  std::size_t max_queued = 16 * 1024 * 1024;  // bytes waiting to be sent; beyond it send fails
};

// A message, or the beginning of one that was passed over.
struct WebSocketMessage {
  static constexpr std::size_t kBeginning = 1024;  // bytes that are kept of one that is passed over

  base::GrowingText text = {};
  std::uint64_t size = 0;  // bytes of all of it
  base::MemoryBudget::Hold hold = {};

  bool is_whole() const { return text.size() == size; }
};

class WebSocket {
 public:
  // Waits until ctx.deadline for the name, the connection, TLS (host name verified) and the upgrade. No Origin header
  // is sent, so a browser needs no --remote-allow-origins, and no compression is offered. Errors in the words that
  // clients know (Kind::upstream): "connect ECONNREFUSED 127.0.0.1:9222", "getaddrinfo ENOTFOUND nowhere.example",
  // "Unexpected server response: 404"; Kind::timeout "Connection timeout: …"; Kind::invalid for the options.
  static aio::Task<base::Result<std::unique_ptr<WebSocket>>> connect(const aio::Context& ctx, WebSocketOptions options);

  // Ends the connection as abort() does.
  virtual ~WebSocket() = default;

  // Queues and returns at once; false when the queue is full or the connection has ended or is closing.
  virtual bool send(std::string text) = 0;
  // The next message. After an error or abort every call fails, the reason in its detail: Kind::upstream when the other
  // side broke the protocol, which is noticed with the first byte that shows it ("reserved opcode 3") and told to it by
  // a close frame; Kind::full when it had to give way to the budget of memory; Kind::gone otherwise. One caller at a
  // time; a cancelled receive loses no message.
  virtual aio::Task<base::Result<WebSocketMessage>> receive() = 0;
  // An orderly end: what is queued goes out, then the closing handshake; by ctx.deadline and 2 s at most, then abort().
  virtual aio::Task<void> close(const aio::Context& ctx) = 0;
  // Ends the connection at once; a pending receive fails.
  virtual void abort() = 0;
};

}  // namespace net
