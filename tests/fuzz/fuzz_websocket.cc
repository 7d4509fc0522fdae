// WebSocket: what a peer may say to our client. The first byte decides: even, the peer upgrades as it should and the
// rest are its frames; odd, the rest is its answer to the upgrade. Over a loopback socket, both ends on one loop; the
// peer says everything, closes its end and waits for ours to close.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <openssl/sha.h>

#include "aio/context.h"
#include "aio/scope.h"
#include "aio/testing/run.h"
#include "base/check.h"
#include "base/text.h"
#include "net/websocket.h"

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(aio::use_task);
constexpr std::uint64_t kMaxMessage = 64 * 1024;

// RFC 6455 §4.2.2: the client's key and a fixed text, hashed.
std::string accept_for(std::string_view request) {
  constexpr std::string_view kName = "Sec-WebSocket-Key: ";
  const std::size_t at = request.find(kName);
  CHECK(at != std::string_view::npos, "the upgrade names its key");
  std::string key(request.substr(at + kName.size(), 24));
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::string digest(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return base::base64(digest);
}

aio::Task<void> peer(tcp::acceptor& acceptor, bool upgrades, std::string_view bytes) {
  auto [error, socket] = co_await acceptor.async_accept(kTuple);
  CHECK(!error, "accept");
  std::string request;
  auto [read_error, n] = co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", kTuple);
  if (read_error) co_return;
  std::string answer;
  if (upgrades)
    answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
             accept_for(request) + "\r\n\r\n";
  answer += bytes;
  auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(answer), kTuple);
  if (write_error) co_return;
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> waste;
  for (;;) {
    auto [end, m] = co_await socket.async_read_some(asio::buffer(waste), kTuple);
    if (end) co_return;
  }
}

aio::Task<void> client(const aio::Context& ctx, std::string url) {
  auto connected = co_await net::WebSocket::connect(ctx, {.url = std::move(url), .max_message = kMaxMessage});
  if (!connected) co_return;
  const auto socket = std::move(*connected);
  socket->send("{\"id\":1}");
  for (;;) {
    const auto message = co_await socket->receive();
    if (!message) co_return;
    CHECK(message->size <= kMaxMessage, "a message beyond the limit");
  }
}

aio::Task<void> both(tcp::acceptor& acceptor, const aio::Context& ctx, bool upgrades, std::string_view bytes) {
  aio::Scope scope(co_await asio::this_coro::executor);
  scope.spawn(peer(acceptor, upgrades, bytes));
  co_await client(ctx, "ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/devtools");
  co_await scope.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static aio::Loop loop;
  static aio::SteadyClock clock;
  static tcp::acceptor acceptor(loop.context(), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const aio::Context ctx = aio::testing::test_context(clock);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  aio::testing::run_real(loop, both(acceptor, ctx, data[0] % 2 == 0, bytes));
  return 0;
}
