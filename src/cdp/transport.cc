#include "cdp/transport.h"

#include <utility>

namespace cdp {
namespace {

class WebSocketTransport final : public Transport {
 public:
  explicit WebSocketTransport(std::unique_ptr<net::WebSocket> socket) : socket_(std::move(socket)) {}
  bool send(std::string text) override { return socket_->send(std::move(text)); }
  aio::Task<base::Result<net::WebSocketMessage>> receive() override { return socket_->receive(); }
  aio::Task<void> close(const aio::Context& ctx) override { return socket_->close(ctx); }
  void abort() override { socket_->abort(); }

 private:
  std::unique_ptr<net::WebSocket> socket_;
};

}  // namespace

std::unique_ptr<Transport> over_websocket(std::unique_ptr<net::WebSocket> socket) {
  return std::make_unique<WebSocketTransport>(std::move(socket));
}

}  // namespace cdp
