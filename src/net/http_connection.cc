#include "net/http_connection.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "aio/incidents.h"
#include "base/text.h"
#include "base/time.h"
#include "net/answer_receipt.h"
#include "net/calling_user.h"
#include "net/http_head.h"
#include "net/http_reader.h"

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

class Connection final : public HttpConnection, public Exchange {
 public:
  Connection(TcpSocket socket, aio::Clock& clock, DateCache& date, const base::Logger& log, HttpHandler& handler,
             const HttpServerConfig& config, ConnectionWatch& watch)
      : socket_(std::move(socket)),
        clock_(clock),
        date_(date),
        log_(log),
        handler_(handler),
        config_(config),
        watch_(watch),
        reader_(config) {}

  aio::Task<void> run() override;
  void finish_soon() override { closing_ = true; }
  bool idle() const override { return idle_; }
  void give_way() override;
  void check_deadline(base::TimePoint now) override;

  ~Connection() override {
    if (receipt_) receipt_->end(how_it_ends(false));
  }

  const HttpRequest& request() const override { return request_; }
  std::string peer() const override { return peer_; }
  void drop_body() override { request_.body = std::string(); }
  aio::Task<bool> send(HttpResponse response) override;
  aio::Task<bool> begin_stream(int status, Headers headers) override;
  aio::Task<bool> write_chunk(Chunk chunk) override;
  aio::Task<bool> end_stream() override;
  std::shared_ptr<const Receipt> receipt() override;
  aio::Task<void> client_left() override;
  bool client_gone() override;
  void waits_behind(std::size_t others) override;
  bool gave_way() const override { return gives_way_; }

 private:
  aio::Task<bool> read_request();
  aio::Task<bool> first_byte();
  aio::Task<bool> read_rest();
  aio::Task<error_code> read_more();
  void note_end(error_code error);
  aio::Task<bool> refuse_broken_off(error_code error, bool in_body);
  aio::Task<bool> refuse(ProtocolError error);
  void say_crowded_out();
  aio::Task<bool> write(std::string head, Chunk chunk);
  bool let_body_in();
  void look_at_user() {
    if (config_.look_at_users) user_.look(socket_.native_handle());
  }
  aio::Task<void> handle();
  aio::Task<void> last_word();
  aio::Task<void> linger();
  std::string head(const HttpResponse& response);

  void expires_after(base::Duration d) {
    deadline_ = base::after(clock_.now(), d);
    timed_out_ = false;
  }
  void become(ConnectionPlaces::State state) {
    state_ = state;
    if (state == ConnectionPlaces::State::working && waits_behind_ > 0)
      watch_.is_spare(waits_behind_);
    else
      watch_.is(state);
  }
  void expires_never() { deadline_ = base::kNever; }
  ConnectionEnd how_it_ends(bool ended) const { return {reset_, client_ended_, gives_way_, ended, clock_.now()}; }
  bool has_taken_some();

  TcpSocket socket_;
  aio::Clock& clock_;
  DateCache& date_;
  const base::Logger& log_;
  HttpHandler& handler_;
  const HttpServerConfig& config_;
  ConnectionWatch& watch_;
  HttpReader reader_;
  HttpRequest request_ = {};
  std::string peer_ = {};
  CallingUser user_ = {};
  std::shared_ptr<AnswerReceipt> receipt_ = {};  // of the last answer
  base::TimePoint deadline_ = base::kNever;      // of the read or write under way
  bool timed_out_ = false;
  bool writing_ = false;
  int left_ = 0;  // that the kernel had not brought to the client, when it was last asked amid a write
  bool keep_alive_ = false;
  ConnectionPlaces::State state_ = ConnectionPlaces::State::unproven;
  std::size_t waits_behind_ = 0;  // others, for the same answer
  bool idle_ = true;
  bool heard_ = false;   // the client has sent something
  bool let_in_ = false;  // some request of its was
  bool gives_way_ = false;
  bool body_unread_ = false;  // of a request that was not let in
  bool closing_ = false;
  bool answered_ = false;
  bool broken_ = false;        // a write failed
  bool gone_ = false;          // the client closed its end
  bool reset_ = false;         // not in good order
  bool client_ended_ = false;  // in good order
  bool chunked_ = false;       // the stream under way is
};

constexpr auto kTuple = asio::as_tuple(aio::use_task);
constexpr std::size_t kPiece = 64 * 1024;  // that is written at once
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr auto kFirstLook = std::chrono::milliseconds(1);
constexpr auto kLooks = std::chrono::milliseconds(250);  // at most between two

aio::Task<void> Connection::run() {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  watch_for_silence(socket_.native_handle());
  if (const auto peer = socket_.remote_endpoint(ignored); !ignored) peer_ = peer.address().to_string();
  look_at_user();
  while (co_await read_request()) {
    co_await handle();
    request_ = {};  // an idle connection keeps no body
    waits_behind_ = 0;
    if (gives_way_) co_return;
    if (!answered_ || broken_ || closing_ || !keep_alive_) break;
    if (let_in_) become(ConnectionPlaces::State::idle);
  }
  if (!answered_ || broken_) co_return;
  if (receipt_) client_gone();  // reads, which tells a reset from an end in order
  const bool waits = receipt_ && receipt_->delivery() == Delivery::under_way && !reset_ && !timed_out_ && !gives_way_;
  if (receipt_ && !waits) receipt_->end(how_it_ends(false));  // before our own end mixes with the client's
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  if (waits) co_await last_word();
  if (!gone_ && (body_unread_ || reader_.has_bytes() || socket_.available(ignored) > 0)) co_await linger();
}

// A client that asked for the close is not gone because its machine's word for the answer is still on its way.
aio::Task<void> Connection::last_word() {
  become(ConnectionPlaces::State::idle);
  idle_ = true;
  expires_after(config_.idle_timeout);
  // But for our own end, which takes a byte.
  const auto all = [this] { return unacknowledged(socket_.native_handle()).value_or(0) <= 1; };
  asio::steady_timer timer(socket_.get_executor());
  for (std::chrono::milliseconds wait = kFirstLook; !timed_out_ && !gives_way_; wait = std::min(2 * wait, kLooks)) {
    client_gone();
    if (all() || is_over(socket_.native_handle())) break;
    timer.expires_after(wait);
    co_await timer.async_wait(aio::use_task);
  }
  expires_never();
  receipt_->end(how_it_ends(true));
}

void Connection::give_way() {
  gives_way_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::check_deadline(base::TimePoint now) {
  if (now < deadline_) return;
  if (writing_ && has_taken_some()) return expires_after(config_.write_timeout);
  deadline_ = base::kNever;
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

// The kernel takes no more from us until a third of its buffer is free, which is megabytes: who reads slowly shows in
// what is left there.
bool Connection::has_taken_some() {
  const auto left = unacknowledged(socket_.native_handle());
  return left && *left < std::exchange(left_, *left);
}

aio::Task<void> Connection::handle() {
  answered_ = false;
  std::exception_ptr bug;
  try {
    co_await handler_.handle(*this);
  } catch (...) {
    bug = std::current_exception();
  }
  if (!bug && gives_way_ && !answered_) say_crowded_out();
  if (!bug) co_return;
  const std::string target = request_.target.substr(0, request_.target.find('?'));
  const base::Error error = aio::survived("a request", bug, target);  // a cancellation is thrown on
  log_.error("handler failed", {{"error", error.detail}, {"target", target}});
  keep_alive_ = false;
  if (!answered_) {
    HttpResponse response{.status = 500, .body = R"({"error":"Internal Server Error","statusCode":500})"};
    response.headers.add("content-type", "application/json; charset=utf-8");
    co_await send(std::move(response));
  }
}

aio::Task<error_code> Connection::read_more() {
  if (timed_out_) co_return asio::error::timed_out;  // noticed between two reads
  if (gives_way_) co_return asio::error::operation_aborted;
  const auto room = reader_.room();
  auto [error, n] = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kTuple);
  reader_.came(n);
  if (error && error != asio::error::operation_aborted) note_end(error);
  heard_ = heard_ || n > 0;
  co_return error;
}

// Waits for the next request as long as a kept-alive connection may idle.
aio::Task<bool> Connection::first_byte() {
  if (reader_.has_bytes()) {
    if (receipt_) receipt_->followed();
    co_return true;
  }
  idle_ = true;
  expires_after(heard_ ? config_.idle_timeout : config_.silent_timeout);
  const error_code error = co_await read_more();
  if (!error && receipt_) receipt_->read();
  idle_ = false;
  co_return !error && !closing_;
}

aio::Task<bool> Connection::read_request() {
  if (!co_await first_byte()) co_return false;
  if (user_.unknown()) look_at_user();
  if (!co_await read_rest()) co_return false;
  expires_never();
  watch_.holds_unread(0);
  if (body_unread_ || !handler_.lets_in(request_)) co_return true;
  let_in_ = true;
  const auto work = handler_.frees_places(request_) ? ConnectionPlaces::Work::frees : ConnectionPlaces::Work::any;
  if (!handler_.is_brief(request_) && !watch_.may_do(work)) co_return co_await refuse(ProtocolError::crowded_out);
  become(ConnectionPlaces::State::working);
  co_return true;
}

// The head has one deadline and the body another, however many pieces they come in.
aio::Task<bool> Connection::read_rest() {
  expires_after(config_.header_timeout);
  for (bool in_body = false;;) {
    const HttpReader::Step step = reader_.next();
    // Though what has come may be whole: it may have waited in the line while the place was given away.
    if (gives_way_) co_return co_await refuse_broken_off(asio::error::operation_aborted, in_body);
    if (step == HttpReader::Step::refused) co_return co_await refuse(reader_.error());
    if (step == HttpReader::Step::ready) break;
    if (!in_body && reader_.in_body()) {
      if (!let_body_in()) co_return true;
      if (step == HttpReader::Step::expects_continue)
        if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return false;
      in_body = true;
      expires_after(config_.body_timeout);
    }
    if (step == HttpReader::Step::expects_continue) continue;
    if (const error_code error = co_await read_more()) co_return co_await refuse_broken_off(error, in_body);
    watch_.holds_unread(reader_.held());
  }
  request_ = reader_.take();
  user_.say(request_);
  keep_alive_ = reader_.keep_alive();
  co_return true;
}

// The head has come, its body has not. False: request_ is the head alone, and is to be refused.
bool Connection::let_body_in() {
  request_ = reader_.head();
  user_.say(request_);
  if (handler_.lets_in(request_)) {
    let_in_ = true;
    become(ConnectionPlaces::State::reading);
    return true;
  }
  body_unread_ = true;
  keep_alive_ = false;
  return false;
}

// The client stopped in the middle: too slow, or closed. Or others need the room.
aio::Task<bool> Connection::refuse_broken_off(error_code error, bool in_body) {
  if (gives_way_ && reader_.mid_request()) {
    say_crowded_out();
    co_return false;
  }
  if (timed_out_) co_return co_await refuse(in_body ? ProtocolError::body_timeout : ProtocolError::header_timeout);
  if (error == asio::error::eof && !in_body && reader_.mid_request())
    co_return co_await refuse(ProtocolError::malformed);
  co_return false;
}

// Without a wait: who gives way holds nothing any more.
void Connection::say_crowded_out() {
  const HttpResponse response = handler_.protocol_error(ProtocolError::crowded_out);
  error_code ignored;
  socket_.write_some(asio::buffer(raw_head(response) + response.body), ignored);
}

aio::Task<bool> Connection::refuse(ProtocolError error) {
  HttpResponse response = handler_.protocol_error(error);
  keep_alive_ = false;
  // The reference's parser writes these itself, with no header but its own; 413 comes from its ordinary path.
  const bool ordinary = error == ProtocolError::body_too_large;
  std::string text = ordinary ? head(response) : raw_head(response);
  co_await write(std::move(text), {.text = std::move(response.body)});
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
  if (response.status != 204 && !response.headers.find("content-length"))  // RFC 9110 §8.6
    append_field(
        out, "content-length",
        std::to_string(response.body.size() + (response.shared ? response.shared->size() : 0) + response.tail.size()));
  append_origin(out, date_.now(), config_.server);
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

aio::Task<bool> Connection::write(std::string head, Chunk chunk) {
  if (broken_ || gives_way_) co_return false;
  static const std::string kNothing;
  const std::string& shared = chunk.shared ? *chunk.shared : kNothing;
  const std::size_t size = head.size() + chunk.text.size() + shared.size() + chunk.tail.size();
  const bool at_work = state_ == ConnectionPlaces::State::working;
  const std::array<asio::const_buffer, 4> buffers = {asio::buffer(head), asio::buffer(chunk.text), asio::buffer(shared),
                                                     asio::buffer(chunk.tail)};
  // Asked before each piece: a reader that takes something has the whole time again.
  const auto piece = [this, size, at_work](error_code error, std::size_t taken) -> std::size_t {
    if (error) return 0;
    expires_after(config_.write_timeout);
    left_ = unacknowledged(socket_.native_handle()).value_or(0);
    if (at_work && taken < size) become(ConnectionPlaces::State::writing);
    if (size > kPiece) watch_.holds_unsent(size);  // all of it is held until the last byte is taken
    if (gives_way_) return 0;                      // it was the one that held too much
    return kPiece;
  };
  writing_ = true;
  auto [error, n] = co_await asio::async_write(socket_, buffers, piece, kTuple);
  writing_ = false;
  expires_never();
  if (size > kPiece) watch_.holds_unsent(0);
  if (at_work) become(ConnectionPlaces::State::working);
  broken_ = static_cast<bool>(error) || gives_way_;
  co_return !broken_;
}

aio::Task<bool> Connection::send(HttpResponse response) {
  if (gives_way_ && !answered_) co_return false;  // it is told to come again
  answered_ = true;
  std::string text = head(response);
  if (request_.method == "HEAD") co_return co_await write(std::move(text), {});
  co_return co_await write(
      std::move(text),
      {.text = std::move(response.body), .shared = std::move(response.shared), .tail = std::move(response.tail)});
}

// HTTP/1.0 knows no chunks: there the stream ends with the connection (RFC 9112 §7.1).
aio::Task<bool> Connection::begin_stream(int status, Headers headers) {
  if (gives_way_) co_return false;
  answered_ = true;
  chunked_ = request_.version != 10;
  keep_alive_ = chunked_;  // what the captured head promises, even to a client that asked to close
  std::string text = status_line(status);
  for (const auto& [name, value] : headers) {
    if (!chunked_ && base::equals_ignore_case(name, "transfer-encoding")) continue;
    append_field(text, name, !chunked_ && base::equals_ignore_case(name, "connection") ? "close" : value);
  }
  append_origin(text, date_.now(), config_.server);
  text += "\r\n";
  co_return co_await write(std::move(text), {});
}

aio::Task<bool> Connection::write_chunk(Chunk chunk) {
  if (!chunked_) co_return co_await write("", std::move(chunk));
  const std::size_t bytes = chunk.text.size() + (chunk.shared ? chunk.shared->size() : 0) + chunk.tail.size();
  char size[24];
  const int n = std::snprintf(size, sizeof size, "%zx\r\n", bytes);
  chunk.tail += "\r\n";
  co_return co_await write(std::string(size, static_cast<std::size_t>(n)), std::move(chunk));
}

aio::Task<bool> Connection::end_stream() {
  if (!chunked_) co_return !broken_ && !client_gone();
  co_return co_await write("0\r\n\r\n", {});
}

std::shared_ptr<const Receipt> Connection::receipt() {
  if (receipt_) receipt_->end(how_it_ends(false));  // of an earlier request
  receipt_ = std::make_shared<AnswerReceipt>(socket_.native_handle(), clock_.now());
  return receipt_;
}

// The kernel tells of a reset once; to read again then looks like an end in order.
void Connection::note_end(error_code error) {
  if (error && error != asio::error::eof)
    reset_ = true;
  else if (!reset_)
    client_ended_ = true;
}

// What has come meanwhile is read ahead, as far as there is room, so that an end behind it is seen.
bool Connection::client_gone() {
  while (!gone_ && !broken_) {
    const auto room = reader_.room();
    if (room.empty()) {
      gone_ = has_ended(socket_.native_handle());
      if (gone_) is_over(socket_.native_handle()) ? reset_ = true : client_ended_ = true;
      break;
    }
    error_code error;
    const std::size_t n = socket_.receive(asio::buffer(room.data(), room.size()), 0, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    reader_.came(n);
    gone_ = error || n == 0;
    if (gone_) note_end(error);
  }
  return gone_ || broken_ || gives_way_;
}

void Connection::waits_behind(std::size_t others) {
  if (others == waits_behind_) return;  // it keeps its turn
  waits_behind_ = others;
  if (state_ == ConnectionPlaces::State::working) become(state_);
}

aio::Task<void> Connection::client_left() {
  while (!client_gone()) {
    if (reader_.room().empty()) {  // it has sent so much ahead that its end can only be looked for
      asio::steady_timer timer(socket_.get_executor(), kLooks);
      co_await timer.async_wait(aio::use_task);
      continue;
    }
    auto [error] = co_await socket_.async_wait(asio::socket_base::wait_read, kTuple);
    if (error && !gives_way_) throw boost::system::system_error(error);
  }
}

}  // namespace

std::unique_ptr<HttpConnection> make_http_connection(TcpSocket socket, aio::Clock& clock, DateCache& date,
                                                     const base::Logger& log, HttpHandler& handler,
                                                     const HttpServerConfig& config, ConnectionWatch& watch) {
  return std::make_unique<Connection>(std::move(socket), clock, date, log, handler, config, watch);
}

}  // namespace net
