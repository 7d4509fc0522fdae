#include "net/testing/websocket_peer.h"

#include <any>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

namespace net::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = beast::ssl_stream<tcp::socket>;

struct WebSocketPeer::Impl {
  Impl(Peer what, std::optional<Identity> identity, std::string bytes_to_write)
      : behaviour(what),
        raw(std::move(bytes_to_write)),
        acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    port = acceptor.local_endpoint().port();
    if (identity) {
      tls.emplace(asio::ssl::context::tls_server);
      tls->use_certificate_chain_file(identity->certificate);
      tls->use_private_key_file(identity->key, asio::ssl::context::pem);
    }
    thread = std::thread([this] { run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      ::shutdown(acceptor.native_handle(), SHUT_RDWR);
      if (active >= 0) ::shutdown(active, SHUT_RDWR);
    }
    thread.join();
  }

  void run() {
    for (;;) {
      error_code error;
      tcp::socket socket(io);
      acceptor.accept(socket, error);
      {
        const std::lock_guard lock(mutex);
        if (stopping) return;
        if (error) continue;
        active = socket.native_handle();
      }
      connection(std::move(socket));
    }
  }

  void connection(tcp::socket socket) {
    if (behaviour == Peer::silent) {
      held.emplace_back(std::make_shared<tcp::socket>(std::move(socket)));
    } else if (!tls) {
      talk(std::make_shared<websocket::stream<tcp::socket>>(std::move(socket)));
    } else {
      TlsStream stream(std::move(socket), *tls);
      error_code error;
      stream.handshake(asio::ssl::stream_base::server, error);
      const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
      const std::string told = name ? name : "";
      if (!error) talk(std::make_shared<websocket::stream<TlsStream>>(std::move(stream)), told);
    }
    const std::lock_guard lock(mutex);
    active = -1;
  }

  template <class Stream>
  void talk(std::shared_ptr<websocket::stream<Stream>> stream, const std::string& told_name = "") {
    error_code error;
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(stream->next_layer(), buffer, request, error);
    if (error) return;
    remember(request, told_name);
    if (behaviour == Peer::not_found) {
      http::response<http::string_body> response(http::status::not_found, 11, "no");
      response.prepare_payload();
      http::write(stream->next_layer(), response, error);
      return;
    }
    stream->accept(request, error);
    if (error) return;
    if (behaviour == Peer::deaf) {
      held.emplace_back(std::move(stream));
      return;
    }
    while (!error && step(*stream, error)) {
    }
    const std::lock_guard lock(mutex);
    goodbye = error == websocket::error::closed;
    code = stream->reason().code;  // also where the answer to it went nowhere
    talked = true;
    changed.notify_all();
  }

  // One message; false to leave.
  template <class Stream>
  bool step(websocket::stream<Stream>& stream, error_code& error) {
    beast::flat_buffer buffer;
    stream.read(buffer, error);
    if (error) return false;
    {
      const std::lock_guard lock(mutex);
      bytes += buffer.size();
    }
    if (behaviour == Peer::hang_up) return false;
    if (behaviour == Peer::raw) asio::write(stream.next_layer(), asio::buffer(raw), error);
    if (behaviour == Peer::goodbye) stream.close({websocket::close_code::going_away, "going"}, error);
    stream.text(true);
    if (behaviour == Peer::echo) stream.write(buffer.cdata(), error);
    return true;
  }

  void remember(const http::request<http::string_body>& request, const std::string& told_name) {
    const std::lock_guard lock(mutex);
    headers.clear();
    target = std::string(request.target());
    server_name = told_name;
    for (const auto& field : request) headers[std::string(field.name_string())] = std::string(field.value());
  }

  const Peer behaviour;
  const std::string raw;
  asio::io_context io;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::optional<asio::ssl::context> tls;
  std::vector<std::any> held;  // connections left hanging
  mutable std::mutex mutex;    // guards what follows
  bool stopping = false;
  int active = -1;
  std::string target;
  std::string server_name;
  struct Less {
    bool operator()(const std::string& a, const std::string& b) const { return beast::iless()(a, b); }
  };
  std::map<std::string, std::string, Less> headers;
  std::size_t bytes = 0;
  bool goodbye = false;
  int code = 0;
  bool talked = false;  // a conversation has ended
  std::condition_variable changed;
  std::thread thread;
};

WebSocketPeer::WebSocketPeer(Peer behaviour, std::optional<Identity> identity, std::string raw)
    : impl_(std::make_unique<Impl>(behaviour, std::move(identity), std::move(raw))) {}

WebSocketPeer::~WebSocketPeer() = default;

std::uint16_t WebSocketPeer::port() const { return impl_->port; }

std::string WebSocketPeer::url(const std::string& scheme, const std::string& target) const {
  return fmt::format("{}://127.0.0.1:{}{}", scheme, impl_->port, target);
}

std::string WebSocketPeer::target() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->target;
}

std::string WebSocketPeer::header(const std::string& name) const {
  const std::lock_guard lock(impl_->mutex);
  const auto it = impl_->headers.find(name);
  return it == impl_->headers.end() ? "" : it->second;
}

std::string WebSocketPeer::server_name() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->server_name;
}

std::size_t WebSocketPeer::bytes_received() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->bytes;
}

bool WebSocketPeer::saw_goodbye() const {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait_for(lock, std::chrono::seconds(5), [&] { return impl_->talked; });
  return impl_->goodbye;
}

int WebSocketPeer::close_code() const {
  static_cast<void>(saw_goodbye());
  const std::lock_guard lock(impl_->mutex);
  return impl_->code;
}

std::uint16_t unused_port() {
  asio::io_context io;
  return tcp::acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)).local_endpoint().port();
}

}  // namespace net::testing
