#include "net/websocket.h"

#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

#include "net/url.h"

namespace net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kTuple = asio::as_tuple(aio::use_task);
using Socket = asio::basic_stream_socket<tcp, aio::Executor>;
using Tls = beast::ssl_stream<Socket>;

base::Error connect_error(const error_code& error, const tcp::endpoint& endpoint) {
  const std::string where = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
  if (error == asio::error::connection_refused) return {base::Kind::upstream, "connect ECONNREFUSED " + where};
  return {base::Kind::upstream, fmt::format("connect {}: {}", where, error.message())};
}

aio::Task<base::Result<Socket>> open(const Url& url) {
  const aio::Executor executor = co_await asio::this_coro::executor;
  asio::ip::basic_resolver<tcp, aio::Executor> resolver(executor);
  auto [failed, found] = co_await resolver.async_resolve(url.host, std::to_string(url.port), kTuple);
  if (failed)
    co_return base::fail(base::Kind::upstream, fmt::format("{} does not resolve: {}", url.host, failed.message()));
  base::Error last{base::Kind::upstream, "no address"};
  for (const auto& entry : found) {
    Socket socket(executor);
    auto [error] = co_await socket.async_connect(entry.endpoint(), kTuple);
    if (!error) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      co_return socket;
    }
    last = connect_error(error, entry.endpoint());
  }
  co_return std::unexpected(last);
}

template <class Stream>
class Client final : public WebSocket, public std::enable_shared_from_this<Client<Stream>> {
 public:
  // ssl outlives the stream that uses it; null for plain connections.
  Client(std::unique_ptr<asio::ssl::context> ssl, Stream stream, std::size_t max_queued)
      : ssl_(std::move(ssl)), stream_(std::move(stream)), max_queued_(max_queued) {}

  websocket::stream<Stream>& stream() { return stream_; }

  bool send(std::string text) override {
    if (ended_ || queued_ + text.size() > max_queued_) return false;
    queued_ += text.size();
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write_next();
    return true;
  }

  aio::Task<base::Result<std::string>> receive() override {
    const auto self = this->shared_from_this();
    beast::flat_buffer buffer;
    auto [error, n] = co_await stream_.async_read(buffer, kTuple);
    if (error) {
      ended_ = true;
      co_return base::fail(base::Kind::gone, "the connection to the browser was lost", error.message());
    }
    const auto data = buffer.cdata();
    co_return std::string(static_cast<const char*>(data.data()), data.size());
  }

  void abort() override {
    ended_ = true;
    error_code ignored;
    beast::get_lowest_layer(stream_).close(ignored);
  }

 private:
  void write_next() {
    stream_.text(true);
    stream_.async_write(asio::buffer(queue_.front()),
                        [self = this->shared_from_this()](const error_code& error, std::size_t) {
                          self->queued_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (error)
                            self->abort();
                          else if (!self->queue_.empty())
                            self->write_next();
                        });
  }

  std::unique_ptr<asio::ssl::context> ssl_;
  websocket::stream<Stream> stream_;
  std::size_t max_queued_;
  std::deque<std::string> queue_ = {};
  std::size_t queued_ = 0;
  bool ended_ = false;
};

// A write in flight keeps its client alive; the owner's handle only ends it.
class Handle final : public WebSocket {
 public:
  explicit Handle(std::shared_ptr<WebSocket> client) : client_(std::move(client)) {}
  ~Handle() override { client_->abort(); }
  bool send(std::string text) override { return client_->send(std::move(text)); }
  aio::Task<base::Result<std::string>> receive() override { return client_->receive(); }
  void abort() override { client_->abort(); }

 private:
  std::shared_ptr<WebSocket> client_;
};

template <class Stream>
aio::Task<base::Result<std::unique_ptr<WebSocket>>> upgrade(std::shared_ptr<Client<Stream>> client, Url url,
                                                            WebSocketOptions options) {
  auto& stream = client->stream();
  stream.read_message_max(options.max_message);
  stream.auto_fragment(false);
  stream.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set("User-Agent", "Belay");
    for (const auto& [name, value] : options.headers) request.set(name, value);
  }));
  websocket::response_type response;
  auto [error] = co_await stream.async_handshake(response, url.authority(), url.target, kTuple);
  if (error == websocket::error::upgrade_declined)
    co_return base::fail(base::Kind::upstream, fmt::format("Unexpected server response: {}", response.result_int()));
  if (error) co_return base::fail(base::Kind::upstream, "WebSocket upgrade failed: " + error.message());
  co_return std::make_unique<Handle>(std::move(client));
}

aio::Task<base::Result<std::unique_ptr<WebSocket>>> connect_plain(Url url, WebSocketOptions options) {
  auto socket = co_await open(url);
  if (!socket) co_return std::unexpected(std::move(socket).error());
  auto client = std::make_shared<Client<Socket>>(nullptr, std::move(*socket), options.max_queued);
  co_return co_await upgrade<Socket>(std::move(client), std::move(url), std::move(options));
}

aio::Task<base::Result<std::unique_ptr<WebSocket>>> connect_tls(Url url, WebSocketOptions options) {
  auto ssl = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code ignored;
  ssl->set_default_verify_paths(ignored);
  if (!options.ca_file.empty()) {
    error_code failed;
    ssl->load_verify_file(options.ca_file, failed);
    if (failed)
      co_return base::fail(base::Kind::invalid, fmt::format("--ca-file {}: {}", options.ca_file, failed.message()));
  }
  auto socket = co_await open(url);
  if (!socket) co_return std::unexpected(std::move(socket).error());
  Tls tls(std::move(*socket), *ssl);
  tls.set_verify_mode(asio::ssl::verify_peer);
  tls.set_verify_callback(asio::ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(tls.native_handle(), url.host.c_str());
  auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, kTuple);
  if (error)
    co_return base::fail(base::Kind::upstream, fmt::format("TLS to {} failed: {}", url.authority(), error.message()));
  auto client = std::make_shared<Client<Tls>>(std::move(ssl), std::move(tls), options.max_queued);
  co_return co_await upgrade<Tls>(std::move(client), std::move(url), std::move(options));
}

}  // namespace

aio::Task<base::Result<std::unique_ptr<WebSocket>>> WebSocket::connect(const aio::Context& ctx,
                                                                       WebSocketOptions options) {
  auto url = parse_url(options.url);
  if (!url) co_return std::unexpected(std::move(url).error());
  if (url->scheme != "ws" && url->scheme != "wss")
    co_return base::fail(base::Kind::invalid, "Invalid URL: a WebSocket needs ws:// or wss://");
  const bool secure = url->scheme == "wss";
  const std::string late = fmt::format("Connection timeout: {} did not answer in time", url->authority());
  Url to = std::move(*url);
  auto work =
      secure ? connect_tls(std::move(to), std::move(options)) : connect_plain(std::move(to), std::move(options));
  co_return co_await aio::by_deadline(ctx, std::move(work), late);
}

}  // namespace net
