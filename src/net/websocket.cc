#include "net/websocket.h"

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

#include "aio/compute.h"
#include "aio/latch.h"
#include "base/text.h"
#include "net/checked_stream.h"
#include "net/http.h"
#include "net/tcp_connect.h"
#include "net/tls.h"
#include "net/url.h"

namespace net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

namespace {

constexpr auto kGoodbye = std::chrono::seconds(2);
constexpr std::size_t kMostThrownAway = 1024 * 1024;
constexpr std::size_t kCountedMessage = 64 * 1024;  // smaller messages are not counted
constexpr std::size_t kMessagePiece = 256 * 1024;   // of a message, read at a time
using TlsStream = beast::ssl_stream<TcpSocket>;

// What only who reads the payload can see. The rest is FrameChecker's.
std::optional<std::string_view> broken_by(const error_code& error) {
  if (error == websocket::error::bad_frame_payload) return "a text that is not UTF-8";
  if (error == websocket::error::bad_close_code) return "a close frame with a code that must not be sent";
  if (error == websocket::error::bad_close_payload) return "a close frame whose reason is not UTF-8";
  return std::nullopt;
}

// What Beast reads into (DynamicBuffer).
class IncomingBuffer {
 public:
  using const_buffers_type = asio::const_buffer;
  using mutable_buffers_type = asio::mutable_buffer;

  explicit IncomingBuffer(base::GrowingText& text) : text_(&text) {}
  std::size_t size() const { return text_->size(); }
  std::size_t max_size() const { return std::numeric_limits<std::ptrdiff_t>::max(); }
  std::size_t capacity() const { return text_->capacity(); }
  const_buffers_type data() const { return {text_->view().data(), text_->size()}; }
  mutable_buffers_type prepare(std::size_t more) { return {text_->prepare(more), more}; }
  void commit(std::size_t more) { text_->commit(more); }
  void consume(std::size_t) {}  // the owner of the text cuts it

 private:
  base::GrowingText* text_;
};

// The stream with its queues. Operations in flight keep it alive; a Handle is what the caller owns.
template <class Stream>
class Client final : public std::enable_shared_from_this<Client<Stream>> {
 public:
  // tls outlives the stream that uses it; null for plain connections.
  Client(std::shared_ptr<asio::ssl::context> tls, Stream stream, const WebSocketOptions& options)
      : tls_(std::move(tls)),
        stream_(std::move(stream), most(options)),
        max_message_(options.max_message),
        max_queued_(options.max_queued),
        peer_(peer_of(options.memory)) {
    stream_.read_message_max(most(options));
    stream_.auto_fragment(false);
    stream_.text(true);
  }

  websocket::stream<CheckedStream<Stream>>& stream() { return stream_; }
  // The upgrade is through.
  void begin() { stream_.next_layer().begin(); }

  bool send(std::string text) {
    if (end_ || closing_ || queued_ + text.size() > max_queued_) return false;
    queued_ += text.size();
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write_next();
    return true;
  }

  aio::Task<base::Result<WebSocketMessage>> receive() {
    const auto self = this->shared_from_this();
    if (!reading_ && !inbox_ && !end_) read_next();
    while (!inbox_ && !end_) co_await arrived_.wait();
    if (end_ && broken_)
      co_return base::fail(base::Kind::upstream, "the other side broke the WebSocket protocol", *end_);
    if (end_ && full_) co_return base::fail(base::Kind::full, "the WebSocket gave way to others", *end_);
    if (end_) co_return base::fail(base::Kind::gone, "the WebSocket was closed", *end_);
    WebSocketMessage message = std::move(*inbox_);
    inbox_.reset();
    co_return message;
  }

  aio::Task<void> close(const aio::Context& ctx) {
    const auto self = this->shared_from_this();
    if (!end_ && !closing_) {
      closing_ = true;
      if (queue_.empty()) say_goodbye();
    }
    const base::TimePoint until = ctx.within(kGoodbye).deadline;
    co_await aio::race(ended_.wait(), ctx.clock->sleep_until(until));
    end("closed");
  }

  void end(std::string why) {
    note_end(std::move(why));
    cut();
  }

 private:
  static std::uint64_t most(const WebSocketOptions& options) {
    return std::max(options.max_message, options.max_passed_over);
  }

  base::MemoryBudget::Peer peer_of(base::MemoryBudget* memory) {
    if (!memory) return {};
    return base::MemoryBudget::Peer(*memory, [this](const std::string& why) {
      if (end_) return;
      full_ = true;
      end(why);
    });
  }

  // Why it ended; the first reason counts.
  void note_end(std::string why) {
    if (end_) return;
    end_ = std::move(why);
    inbox_.reset();
    arrived_.wake_all();
  }

  // What has come and is not read makes the kernel answer with a reset, which would overtake a close frame on its way.
  void cut() {
    TcpSocket& socket = beast::get_lowest_layer(stream_);
    if (!socket.is_open()) return ended_.set();
    error_code error;
    socket.non_blocking(true, error);
    std::array<char, 16384> thrown_away;
    for (std::size_t read = 0; !error && read < kMostThrownAway;)
      read += socket.read_some(asio::buffer(thrown_away), error);
    socket.close(error);
    ended_.set();
  }

  void broke_protocol(const Violation& violation) {
    if (end_) return;
    broken_ = true;
    note_end(violation.what);
    // Between the parts of a frame that is being written no other may go.
    if (!queue_.empty() || closing_) return cut();
    // RFC 6455 §5.5.1, masked as all that clients send, with zeros.
    farewell_ = {
        '\x88', '\x82', 0, 0, 0, 0, static_cast<char>(violation.code >> 8), static_cast<char>(violation.code & 0xFF)};
    asio::async_write(stream_.next_layer().next_layer(), asio::buffer(farewell_),
                      [self = this->shared_from_this()](const error_code&, std::size_t) { self->cut(); });
  }

  void read_failed(const error_code& error) {
    if (const auto& violation = stream_.next_layer().checker().violation()) return broke_protocol(*violation);
    if (const auto what = broken_by(error)) {
      broken_ = true;  // Beast has told the other side already
      return end(std::string(*what));
    }
    end(words(error));
  }

  void read_next() {
    // One that came with the answer to the upgrade.
    if (const auto& violation = stream_.next_layer().checker().violation()) return broke_protocol(*violation);
    reading_ = true;
    incoming_ = WebSocketMessage{.hold = peer_.hold()};
    read_piece();
  }

  void read_piece() {
    stream_.async_read_some(buffer_, kMessagePiece,
                            [self = this->shared_from_this()](const error_code& error, std::size_t size) {
                              self->reading_ = false;
                              if (!error && !self->end_) return self->took_piece(size);
                              self->incoming_ = WebSocketMessage();
                              if (error) self->read_failed(error);
                            });
  }

  void took_piece(std::size_t size) {
    incoming_.size += size;
    if (incoming_.size > max_message_)
      incoming_.text.cut(std::min<std::uint64_t>(WebSocketMessage::kBeginning, max_message_));
    if (incoming_.text.size() > kCountedMessage || incoming_.hold.bytes() > 0)
      incoming_.hold.set(incoming_.text.size());
    if (end_) {  // of that
      incoming_ = WebSocketMessage();
      return;
    }
    if (!stream_.is_message_done()) {
      reading_ = true;
      return read_piece();
    }
    inbox_ = std::move(incoming_);
    arrived_.wake_all();
  }

  void write_next() {
    stream_.async_write(asio::buffer(queue_.front()),
                        [self = this->shared_from_this()](const error_code& error, std::size_t) {
                          self->queued_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (error) return self->end(self->words(error));
                          if (self->end_) return;
                          if (!self->queue_.empty()) return self->write_next();
                          if (self->closing_) self->say_goodbye();
                        });
  }

  void say_goodbye() {
    stream_.async_close(websocket::close_code::normal,
                        [self = this->shared_from_this()](const error_code&) { self->end("closed"); });
  }

  std::string words(const error_code& error) const {
    if (error == websocket::error::closed)
      return fmt::format("the other side closed it: code={} reason={}", static_cast<unsigned>(stream_.reason().code),
                         std::string_view(stream_.reason().reason.data(), stream_.reason().reason.size()));
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
      return stream_.next_layer().checker().in_message() ? "the other side hung up in the middle of a message"
                                                         : "the other side hung up";
    return error.message();
  }

  std::shared_ptr<asio::ssl::context> tls_;
  websocket::stream<CheckedStream<Stream>> stream_;
  std::uint64_t max_message_;
  std::size_t max_queued_;
  std::deque<std::string> queue_ = {};  // the front is being written
  std::size_t queued_ = 0;              // bytes
  bool reading_ = false;
  bool closing_ = false;
  WebSocketMessage incoming_ = {};
  IncomingBuffer buffer_{incoming_.text};
  std::optional<WebSocketMessage> inbox_ = {};  // read, not yet received
  std::optional<std::string> end_ = {};         // why it ended
  bool full_ = false;                           // because others needed the memory
  bool broken_ = false;                         // because the other side broke the protocol
  std::array<char, 8> farewell_ = {};
  aio::WaitList arrived_ = {};
  aio::Latch ended_ = {};
  base::MemoryBudget::Peer peer_;
};

template <class Stream>
class Handle final : public WebSocket {
 public:
  explicit Handle(std::shared_ptr<Client<Stream>> client) : client_(std::move(client)) {}
  ~Handle() override { client_->end("closed"); }
  bool send(std::string text) override { return client_->send(std::move(text)); }
  aio::Task<base::Result<WebSocketMessage>> receive() override { return client_->receive(); }
  aio::Task<void> close(const aio::Context& ctx) override { return client_->close(ctx); }
  void abort() override { client_->end("closed"); }

 private:
  std::shared_ptr<Client<Stream>> client_;
};

using Connected = base::Result<std::unique_ptr<WebSocket>>;

template <class Stream>
aio::Task<Connected> upgrade(std::shared_ptr<Client<Stream>> client, Url url, WebSocketOptions options) {
  auto& stream = client->stream();
  stream.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set("User-Agent", "Belay/" BELAY_VERSION);
    if (!url.userinfo.empty()) request.set("Authorization", basic_auth(url.userinfo));
    for (const auto& [name, value] : options.headers) request.set(name, value);
  }));
  websocket::response_type response;
  auto [error] =
      co_await stream.async_handshake(response, url.host_header(), url.target, asio::as_tuple(aio::use_task));
  stream.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));  // it referred to this frame
  if (error == websocket::error::upgrade_declined)
    co_return base::fail(base::Kind::upstream, fmt::format("Unexpected server response: {}", response.result_int()));
  if (error)
    co_return base::fail(base::Kind::upstream,
                         fmt::format("the WebSocket upgrade at {} failed: {}", url.authority(), error.message()));
  client->begin();
  co_return std::make_unique<Handle<Stream>>(std::move(client));
}

aio::Task<Connected> connect_plain(const aio::Context& ctx, Url url, WebSocketOptions options) {
  CO_TRY(TcpSocket socket, co_await tcp_connect(*ctx.clock, url.host, url.port));
  auto client = std::make_shared<Client<TcpSocket>>(nullptr, std::move(socket), options);
  co_return co_await upgrade<TcpSocket>(std::move(client), std::move(url), std::move(options));
}

std::string handshake_words(const error_code& error, SSL* tls) {
  const long verified = SSL_get_verify_result(tls);
  if (verified != X509_V_OK && error.category() == asio::error::get_ssl_category())
    return X509_verify_cert_error_string(verified);
  return error.message();
}

aio::Task<Connected> connect_tls(const aio::Context& ctx, Url url, WebSocketOptions options) {
  // Off the loop, which reads no files.
  auto read = [ca_file = options.ca_file](const std::stop_token&) { return client_tls(ca_file); };
  CO_TRY(auto context, co_await aio::compute(ctx, std::move(read)));
  CO_TRY(TcpSocket socket, co_await tcp_connect(*ctx.clock, url.host, url.port));
  TlsStream stream(std::move(socket), *context);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  error_code is_name;
  asio::ip::make_address(url.host, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());  // RFC 6066 §3: names only
  auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, asio::as_tuple(aio::use_task));
  if (error)
    co_return base::fail(base::Kind::upstream, fmt::format("TLS to {} failed: {}", url.authority(),
                                                           handshake_words(error, stream.native_handle())));
  auto client = std::make_shared<Client<TlsStream>>(std::move(context), std::move(stream), options);
  co_return co_await upgrade<TlsStream>(std::move(client), std::move(url), std::move(options));
}

// A header must not end early and begin another (RFC 9110 §5.5).
base::Result<void> check_headers(const std::map<std::string, std::string>& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return base::fail(base::Kind::invalid, "Invalid header name: " + base::truncate(name, 100));
    if (std::ranges::any_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
      return base::fail(base::Kind::invalid, fmt::format("Invalid character in the value of header {}", name));
  }
  return {};
}

}  // namespace

aio::Task<Connected> WebSocket::connect(const aio::Context& ctx, WebSocketOptions options) {
  CO_TRY(Url url, parse_url(options.url));
  if (url.scheme != "ws" && url.scheme != "wss")
    co_return base::fail(base::Kind::invalid, "Invalid URL: a WebSocket needs ws:// or wss://");
  CO_TRY_VOID(check_headers(options.headers));
  const std::string late = fmt::format("Connection timeout: {} did not answer in time", url.authority());
  auto work = url.secure() ? connect_tls(ctx, std::move(url), std::move(options))
                           : connect_plain(ctx, std::move(url), std::move(options));
  co_return co_await aio::by_deadline(ctx, std::move(work), late);
}

}  // namespace net
