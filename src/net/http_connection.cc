#include "net/http_connection.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/system_error.hpp>

#include "base/text.h"
#include "base/time.h"
#include "net/http_reader.h"

namespace net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

class Connection final : public HttpConnection, public Exchange {
 public:
  Connection(TcpSocket socket, aio::Clock& clock, DateCache& date, const base::Logger& log, HttpHandler& handler,
             const HttpServerConfig& config)
      : socket_(std::move(socket)),
        clock_(clock),
        date_(date),
        log_(log),
        handler_(handler),
        config_(config),
        reader_(config) {}

  aio::Task<void> run() override;
  void finish_soon() override { closing_ = true; }
  bool idle() const override { return idle_; }
  void check_deadline(base::TimePoint now) override;

  const HttpRequest& request() const override { return request_; }
  aio::Task<bool> send(HttpResponse response) override;
  aio::Task<bool> begin_stream(int status, Headers headers) override;
  aio::Task<bool> write_chunk(std::string bytes) override;
  aio::Task<bool> end_stream() override;
  aio::Task<void> client_left() override;
  bool client_gone() override;

 private:
  aio::Task<bool> read_request();
  aio::Task<bool> first_byte();
  aio::Task<error_code> read_more();
  aio::Task<bool> refuse_broken_off(error_code error, bool in_body);
  aio::Task<bool> refuse(ProtocolError error);
  aio::Task<bool> write(std::string head, std::string body);
  aio::Task<void> handle();
  aio::Task<void> linger();
  std::string head(const HttpResponse& response);

  void expires_after(base::Duration d) {
    deadline_ = base::after(clock_.now(), d);
    timed_out_ = false;
  }
  void expires_never() { deadline_ = base::kNever; }

  TcpSocket socket_;
  aio::Clock& clock_;
  DateCache& date_;
  const base::Logger& log_;
  HttpHandler& handler_;
  const HttpServerConfig& config_;
  HttpReader reader_;
  HttpRequest request_ = {};
  base::TimePoint deadline_ = base::kNever;  // of the read or write under way
  bool timed_out_ = false;
  bool keep_alive_ = false;
  bool idle_ = true;
  bool closing_ = false;
  bool answered_ = false;
  bool broken_ = false;   // a write failed
  bool gone_ = false;     // the client closed its end
  bool chunked_ = false;  // the stream under way is
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

aio::Task<void> Connection::run() {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  while (co_await read_request()) {
    co_await handle();
    request_ = {};  // an idle connection keeps no body
    if (!answered_ || broken_ || closing_ || !keep_alive_) break;
  }
  if (!answered_ || broken_) co_return;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  if (!gone_ && (reader_.has_bytes() || socket_.available(ignored) > 0)) co_await linger();
}

void Connection::check_deadline(base::TimePoint now) {
  if (now < deadline_) return;
  deadline_ = base::kNever;
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
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
  log_.error("handler failed", {{"error", bug}, {"target", request_.target.substr(0, request_.target.find('?'))}});
  keep_alive_ = false;
  if (!answered_) {
    HttpResponse response{.status = 500, .body = R"({"error":"Internal Server Error","statusCode":500})"};
    response.headers.add("content-type", "application/json; charset=utf-8");
    co_await send(std::move(response));
  }
}

aio::Task<error_code> Connection::read_more() {
  if (timed_out_) co_return asio::error::timed_out;  // noticed between two reads
  const auto room = reader_.room();
  auto [error, n] = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kTuple);
  reader_.came(n);
  co_return error;
}

// Waits for the next request as long as a kept-alive connection may idle.
aio::Task<bool> Connection::first_byte() {
  if (reader_.has_bytes()) co_return true;
  idle_ = true;
  expires_after(config_.idle_timeout);
  const error_code error = co_await read_more();
  idle_ = false;
  co_return !error && !closing_;
}

// The head has one deadline and the body another, however many pieces they come in.
aio::Task<bool> Connection::read_request() {
  if (!co_await first_byte()) co_return false;
  expires_after(config_.header_timeout);
  for (bool in_body = false;;) {
    const HttpReader::Step step = reader_.next();
    if (step == HttpReader::Step::refused) co_return co_await refuse(reader_.error());
    if (step == HttpReader::Step::ready) break;
    if (step == HttpReader::Step::expects_continue)
      if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", "")) co_return false;
    if (!in_body && reader_.in_body()) {
      in_body = true;
      expires_after(config_.body_timeout);
    }
    if (step == HttpReader::Step::expects_continue) continue;
    if (const error_code error = co_await read_more()) co_return co_await refuse_broken_off(error, in_body);
  }
  expires_never();
  request_ = reader_.take();
  keep_alive_ = reader_.keep_alive();
  co_return true;
}

// The client stopped in the middle: too slow, or closed.
aio::Task<bool> Connection::refuse_broken_off(error_code error, bool in_body) {
  if (timed_out_) co_return co_await refuse(in_body ? ProtocolError::body_timeout : ProtocolError::header_timeout);
  if (error == asio::error::eof && !in_body && reader_.mid_request())
    co_return co_await refuse(ProtocolError::malformed);
  co_return false;
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
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  expires_after(kLingerTime);
  std::array<char, 8192> waste;
  for (std::size_t total = 0; total < kLingerBytes;) {
    auto [error, n] = co_await socket_.async_read_some(asio::buffer(waste), kTuple);
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
  expires_after(config_.write_timeout);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
  auto [error, n] = co_await asio::async_write(socket_, buffers, kTuple);
  expires_never();
  broken_ = static_cast<bool>(error);
  co_return !broken_;
}

aio::Task<bool> Connection::send(HttpResponse response) {
  answered_ = true;
  std::string text = head(response);
  if (request_.method == "HEAD") response.body.clear();
  co_return co_await write(std::move(text), std::move(response.body));
}

// HTTP/1.0 knows no chunks: there the stream ends with the connection (RFC 9112 §7.1).
aio::Task<bool> Connection::begin_stream(int status, Headers headers) {
  answered_ = true;
  chunked_ = request_.version != 10;
  keep_alive_ = chunked_;  // what the captured head promises, even to a client that asked to close
  std::string text = status_line(status);
  for (const auto& [name, value] : headers) {
    if (!chunked_ && base::equals_ignore_case(name, "transfer-encoding")) continue;
    append_field(text, name, !chunked_ && base::equals_ignore_case(name, "connection") ? "close" : value);
  }
  append_field(text, "Date", date_.now());
  text += "\r\n";
  co_return co_await write(std::move(text), "");
}

aio::Task<bool> Connection::write_chunk(std::string bytes) {
  if (!chunked_) co_return co_await write(std::move(bytes), "");
  char size[24];
  const int n = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  bytes += "\r\n";
  co_return co_await write(std::string(size, static_cast<std::size_t>(n)), std::move(bytes));
}

aio::Task<bool> Connection::end_stream() {
  if (!chunked_) co_return !broken_ && !client_gone();
  co_return co_await write("0\r\n\r\n", "");
}

// What has come meanwhile is read ahead, as far as there is room, so that an end behind it is seen.
bool Connection::client_gone() {
  while (!gone_ && !broken_) {
    const auto room = reader_.room();
    if (room.empty()) break;
    error_code error;
    const std::size_t n = socket_.receive(asio::buffer(room.data(), room.size()), 0, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    reader_.came(n);
    gone_ = error || n == 0;
  }
  return gone_ || broken_;
}

aio::Task<void> Connection::client_left() {
  while (!client_gone()) {
    if (reader_.room().empty()) {  // a client that sends this much ahead is there; how it leaves, writing will tell
      asio::steady_timer never(socket_.get_executor(), base::kNever);
      co_await never.async_wait(aio::use_task);
    }
    co_await socket_.async_wait(asio::socket_base::wait_read, aio::use_task);
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

std::unique_ptr<HttpConnection> make_http_connection(TcpSocket socket, aio::Clock& clock, DateCache& date,
                                                     const base::Logger& log, HttpHandler& handler,
                                                     const HttpServerConfig& config) {
  return std::make_unique<Connection>(std::move(socket), clock, date, log, handler, config);
}

}  // namespace net
