#include "net/http_connection.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include "base/text.h"
#include "base/time.h"

namespace net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using TcpStream = beast::basic_stream<asio::ip::tcp, aio::Executor>;

class Connection final : public HttpConnection, public Exchange {
 public:
  Connection(TcpStream stream, DateCache& date, const base::Logger& log, HttpHandler& handler,
             const HttpServerConfig& config)
      : stream_(std::move(stream)), date_(date), log_(log), handler_(handler), config_(config) {}

  aio::Task<void> run() override;
  void finish_soon() override { closing_ = true; }
  bool idle() const override { return idle_; }

  const HttpRequest& request() const override { return request_; }
  aio::Task<bool> send(HttpResponse response) override;
  aio::Task<bool> begin_stream(int status, Headers headers) override;
  aio::Task<bool> write_chunk(std::string bytes) override;
  aio::Task<bool> end_stream() override;
  aio::Task<void> client_left() override;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  aio::Task<bool> read_request();
  aio::Task<bool> first_byte();
  aio::Task<bool> refuse(ProtocolError error);
  aio::Task<bool> write(std::string head, std::string body);
  aio::Task<void> handle();
  aio::Task<void> linger();
  std::string head(const HttpResponse& response);

  TcpStream stream_;
  DateCache& date_;
  const base::Logger& log_;
  HttpHandler& handler_;
  const HttpServerConfig& config_;
  boost::beast::flat_buffer buffer_ = {};
  HttpRequest request_ = {};
  bool keep_alive_ = false;
  bool idle_ = true;
  bool closing_ = false;
  bool answered_ = false;
  bool broken_ = false;  // a write failed
};

constexpr auto kTuple = asio::as_tuple(aio::use_task);
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr auto kLingerTime = std::chrono::seconds(2);

std::string status_line(int status) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(status));
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string raw_head(const HttpResponse& response) {
  std::string out = status_line(response.status);
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  return out + "\r\n";
}

// Node joins repeated fields, and so do we: a client that sends one twice is told the same.
Headers joined(const http::fields& fields) {
  Headers out;
  std::vector<std::pair<std::string, std::string>> seen;
  for (const auto& field : fields) {
    const std::string name(field.name_string());
    const std::string value(field.value());
    bool known = false;
    for (auto& [other, joined_value] : seen) {
      if (!base::equals_ignore_case(other, name)) continue;
      joined_value += ", " + value;
      known = true;
      break;
    }
    if (!known) seen.emplace_back(name, value);
  }
  for (auto& [name, value] : seen) out.add(std::move(name), std::move(value));
  return out;
}

aio::Task<void> Connection::run() {
  error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  stream_.socket().non_blocking(true, ignored);
  while (co_await read_request()) {
    co_await handle();
    if (!answered_ || broken_ || closing_ || !keep_alive_) break;
  }
  if (answered_ && !broken_) stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

aio::Task<void> Connection::handle() {
  answered_ = false;
  std::string bug;
  try {
    co_await handler_.handle(*this);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) throw;
    bug = e.what();
  } catch (const std::exception& e) {
    bug = e.what();
  }
  if (bug.empty()) co_return;
  log_.error("handler failed", {{"error", bug}, {"target", request_.target}});
  keep_alive_ = false;
  if (!answered_) {
    HttpResponse response{.status = 500, .body = R"({"error":"Internal Server Error","statusCode":500})"};
    response.headers.add("content-type", "application/json; charset=utf-8");
    co_await send(std::move(response));
  }
}

// Waits for the next request as long as a kept-alive connection may idle.
aio::Task<bool> Connection::first_byte() {
  if (buffer_.size() > 0) co_return true;
  idle_ = true;
  stream_.expires_after(config_.idle_timeout);
  auto [error, n] = co_await stream_.async_read_some(buffer_.prepare(4096), kTuple);
  idle_ = false;
  if (error || closing_) co_return false;
  buffer_.commit(n);
  co_return true;
}

aio::Task<bool> Connection::read_request() {
  if (!co_await first_byte()) co_return false;
  Parser parser;
  parser.header_limit(config_.max_header_bytes);
  parser.body_limit(config_.max_body_bytes);
  stream_.expires_after(config_.header_timeout);
  {
    auto [error, n] = co_await http::async_read_header(stream_, buffer_, parser, kTuple);
    if (error == http::error::end_of_stream || error == asio::error::connection_reset) co_return false;
    if (error == http::error::header_limit) co_return co_await refuse(ProtocolError::headers_too_large);
    if (error == http::error::body_limit) co_return co_await refuse(ProtocolError::body_too_large);
    if (error == beast::error::timeout) co_return co_await refuse(ProtocolError::header_timeout);
    if (error == asio::error::operation_aborted) co_return false;
    if (error) co_return co_await refuse(ProtocolError::malformed);
  }
  if (parser.get().version() == 11 && !parser.get().count(http::field::host))
    co_return co_await refuse(ProtocolError::missing_host);
  const bool chunked_twice =
      parser.get().count(http::field::transfer_encoding) && parser.get().count(http::field::content_length);
  if (chunked_twice) co_return co_await refuse(ProtocolError::malformed);
  if (!parser.is_done() && base::equals_ignore_case(parser.get()[http::field::expect], "100-continue"))
    if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", "")) co_return false;
  if (!parser.is_done()) {
    stream_.expires_after(config_.body_timeout);
    auto [error, n] = co_await http::async_read(stream_, buffer_, parser, kTuple);
    if (error == http::error::body_limit) co_return co_await refuse(ProtocolError::body_too_large);
    if (error == beast::error::timeout) co_return co_await refuse(ProtocolError::body_timeout);
    if (error == http::error::partial_message || error == asio::error::connection_reset ||
        error == asio::error::operation_aborted)
      co_return false;
    if (error) co_return co_await refuse(ProtocolError::malformed);
  }
  stream_.expires_never();
  auto message = parser.release();
  keep_alive_ = message.keep_alive() && message.version() == 11;
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  request_.version = message.version();
  request_.headers = joined(message);
  request_.body = std::move(message.body());
  co_return true;
}

aio::Task<bool> Connection::refuse(ProtocolError error) {
  HttpResponse response = handler_.protocol_error(error);
  keep_alive_ = false;
  // The reference's parser writes these itself, with no header but its own; 413 comes from its ordinary path.
  const bool ordinary = error == ProtocolError::body_too_large;
  std::string text = ordinary ? head(response) : raw_head(response);
  co_await write(std::move(text), std::move(response.body));
  co_await linger();
  co_return false;
}

// A close with unread bytes sends a reset, which can overtake the answer; so the rest is read first, within bounds.
aio::Task<void> Connection::linger() {
  error_code ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  std::array<char, 8192> waste;
  for (std::size_t total = 0; total < kLingerBytes;) {
    auto [error, n] = co_await stream_.async_read_some(asio::buffer(waste), kTuple);
    if (error) co_return;
    total += n;
  }
}

std::string Connection::head(const HttpResponse& response) {
  std::string out = status_line(response.status);
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  if (!response.headers.find("content-length"))
    append_field(out, "content-length", std::to_string(response.body.size()));
  append_field(out, "Date", date_.now());
  if (response.headers.find("connection")) {
    keep_alive_ = false;
  } else if (keep_alive_ && !closing_) {
    append_field(out, "Connection", "keep-alive");
    append_field(out, "Keep-Alive", "timeout=72");
  } else {
    append_field(out, "Connection", "close");
  }
  return out + "\r\n";
}

aio::Task<bool> Connection::write(std::string head, std::string body) {
  if (broken_) co_return false;
  stream_.expires_after(config_.write_timeout);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
  auto [error, n] = co_await asio::async_write(stream_, buffers, kTuple);
  stream_.expires_never();
  broken_ = static_cast<bool>(error);
  co_return !broken_;
}

aio::Task<bool> Connection::send(HttpResponse response) {
  answered_ = true;
  std::string text = head(response);
  if (request_.method == "HEAD") response.body.clear();
  co_return co_await write(std::move(text), std::move(response.body));
}

aio::Task<bool> Connection::begin_stream(int status, Headers headers) {
  answered_ = true;
  keep_alive_ = true;  // what the captured head promises, even to a client that asked to close
  std::string text = status_line(status);
  for (const auto& [name, value] : headers) append_field(text, name, value);
  append_field(text, "Date", date_.now());
  text += "\r\n";
  co_return co_await write(std::move(text), "");
}

aio::Task<bool> Connection::write_chunk(std::string bytes) {
  char size[24];
  const int n = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  bytes += "\r\n";
  co_return co_await write(std::string(size, static_cast<std::size_t>(n)), std::move(bytes));
}

aio::Task<bool> Connection::end_stream() { return write("0\r\n\r\n", ""); }

aio::Task<void> Connection::client_left() {
  for (;;) {
    if (broken_) co_return;
    co_await stream_.socket().async_wait(asio::socket_base::wait_read, aio::use_task);
    char byte = 0;
    error_code error;
    const std::size_t n = stream_.socket().receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (error || n == 0) co_return;
    // Bytes of a further request: the client is there, and the socket stays readable, so there is nothing to wait for.
    asio::steady_timer never(stream_.get_executor(), base::kNever);
    co_await never.async_wait(aio::use_task);
  }
}

}  // namespace

const std::string& DateCache::now() {
  const base::WallTime wall = clock_.wall();
  const std::time_t second = std::chrono::system_clock::to_time_t(wall);
  if (second != second_ || text_.empty()) {
    second_ = second;
    text_ = base::http_date(wall);
  }
  return text_;
}

std::unique_ptr<HttpConnection> make_http_connection(TcpSocket socket, DateCache& date, const base::Logger& log,
                                                     HttpHandler& handler, const HttpServerConfig& config) {
  return std::make_unique<Connection>(TcpStream(std::move(socket)), date, log, handler, config);
}

}  // namespace net
