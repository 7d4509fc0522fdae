// Transport: how CDP messages travel. One message a call, in order, both ways at once.
#pragma once
#include <memory>
#include <string>

#include "aio/task.h"
#include "base/result.h"
#include "net/websocket.h"

namespace cdp {

class Transport {
 public:
  virtual ~Transport() = default;

  // Queues and returns at once; order is kept. False when the queue is full or the transport has ended.
  virtual bool send(std::string text) = 0;
  // The next message, or its beginning where it is too large to be held; one caller at a time. After the end every call
  // fails, with the reason in the error's detail; Kind::upstream when the other side broke the transport's protocol.
  virtual aio::Task<base::Result<net::WebSocketMessage>> receive() = 0;
  // Lets what was queued go out and says goodbye, by ctx.deadline and never longer than a moment; then abort().
  virtual aio::Task<void> close(const aio::Context& ctx) = 0;
  // Ends at once; a pending receive fails.
  virtual void abort() = 0;
};

std::unique_ptr<Transport> over_websocket(std::unique_ptr<net::WebSocket> socket);

}  // namespace cdp
