// A server and its clients on one loop with a clock that the test moves, so that no test depends on a race with another
// thread or on the time of day.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "aio/latch.h"
#include "aio/race.h"
#include "aio/scope.h"
#include "aio/testing/manual_clock.h"
#include "aio/testing/run.h"
#include "net/http_server.h"

namespace net::testing {

namespace asio = boost::asio;
using aio::Task;
using asio::ip::tcp;
using Socket = asio::basic_stream_socket<tcp, aio::Executor>;
using namespace std::chrono_literals;
inline constexpr auto kTuple = asio::as_tuple(aio::use_task);

class Lines final : public base::Logger {
 public:
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override {
    lines.push_back(base::format_log_line(level, 0, 0, event, fields));
  }
  bool enabled(base::Level) const override { return true; }
  mutable std::vector<std::string> lines;
};

// Answers by the target.
class Handler final : public HttpHandler {
 public:
  Task<void> handle(Exchange& exchange) override {
    const HttpRequest& request = exchange.request();
    ++requests;
    if (request.target == "/stream") co_await stream(exchange);
    if (request.target == "/flood") co_await flood(exchange);
    if (request.target == "/hold") co_await hold(exchange);
    if (request.target == "/watch") co_await watch(exchange);
    if (request.target == "/brief") co_await exchange.send({.body = "well"});
    if (request.target.starts_with("/throw")) throw std::runtime_error("a bug");
    if (request.target == "/big") delivered = co_await exchange.send({.body = std::string(kBig, 'x') + "end"});
    if (request.target == "/shared")
      co_await exchange.send({.body = "a", .shared = std::make_shared<const std::string>("bc"), .tail = "d"});
    if (request.target == "/close") {
      HttpResponse response{.status = 400, .body = "closing"};
      response.headers.add("connection", "close");
      co_await exchange.send(std::move(response));
    }
    if (request.target == "/user")
      delivered = co_await exchange.send({.body = "unknown: " + request.user_unknown + "."});
    if (request.target == "/echo") static_cast<void>(exchange.client_gone());  // reads ahead
    if (request.target == "/echo" || request.target == "/hold")
      delivered = co_await exchange.send({.body = request.method + " " + request.body});
    if (request.target == "/echo") receipts.push_back(receipt = exchange.receipt());
  }

  bool lets_in(const HttpRequest& head) override { return !head.headers.find("x-stranger"); }
  bool is_brief(const HttpRequest& head) override { return head.target == "/brief"; }
  bool frees_places(const HttpRequest& head) override { return head.headers.find("x-frees").has_value(); }

  HttpResponse protocol_error(ProtocolError error) override {
    constexpr int kStatus[] = {400, 431, 413, 408, 408, 400, 503};
    return {.status = kStatus[static_cast<int>(error)]};
  }

  static constexpr std::size_t kBig = 40 << 20;  // more than sockets take by themselves
  int requests = 0;
  bool delivered = false;
  int writes = 0;  // of a flood
  bool flood_ended = false;
  bool client_left = false;
  bool gave_way = false;  // of a watch
  std::string peer;
  std::shared_ptr<const Receipt> receipt;  // of the last echo
  std::vector<std::shared_ptr<const Receipt>> receipts;
  bool gone_before = false;  // what client_gone said when the request came
  aio::Latch holding;
  aio::Latch release;

 private:
  static Task<void> stream(Exchange& exchange) {
    Headers headers;
    headers.add("Content-Type", "text/event-stream");
    headers.add("Connection", "keep-alive");
    headers.add("Transfer-Encoding", "chunked");
    co_await exchange.begin_stream(200, headers);
    co_await exchange.write_chunk({.text = "data: 1\n\n"});
    co_await exchange.write_chunk({.text = "data: 2\n\n"});
    co_await exchange.end_stream();
  }

  Task<void> flood(Exchange& exchange) {
    co_await exchange.begin_stream(200, {});
    while (co_await exchange.write_chunk({.text = std::string(1 << 20, 'x')})) ++writes;
    flood_ended = true;
  }

  static void say_behind(Exchange& exchange) {
    if (const auto others = exchange.request().headers.find("x-behind"))
      exchange.waits_behind(std::stoul(std::string(*others)));
  }

  Task<void> watch(Exchange& exchange) {
    say_behind(exchange);
    co_await exchange.begin_stream(200, {});
    co_await exchange.write_chunk({.text = "begun\n"});
    co_await exchange.client_left();
    gave_way = exchange.gave_way();
  }

  Task<void> hold(Exchange& exchange) {
    say_behind(exchange);
    gone_before = exchange.client_gone();
    peer = exchange.peer();
    holding.set();
    auto first = co_await aio::race(release.wait(), exchange.client_left());
    client_left = first.index() == 1;
    if (client_left) EXPECT_TRUE(exchange.client_gone());
  }
};

class Client {
 public:
  explicit Client(aio::Loop& loop) : socket_(loop.executor()) {}

  Task<void> connect(std::uint16_t port) {
    co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, aio::use_task);
  }
  Task<void> send(std::string bytes) { co_await asio::async_write(socket_, asio::buffer(bytes), kTuple); }
  // Everything up to and with `end`.
  Task<std::string> until(std::string end) {
    auto [error, n] = co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), end, kTuple);
    EXPECT_FALSE(error) << error.message() << " after: " << buffer_;
    std::string out = buffer_.substr(0, n);
    buffer_.erase(0, n);
    co_return out;
  }
  // Everything to the end of the connection; a reset is noted.
  Task<std::string> rest() {
    auto [error, n] = co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_), kTuple);
    was_reset = error != asio::error::eof;
    co_return std::exchange(buffer_, "");
  }
  // Before connect: the kernel takes little for it that it does not read.
  void narrow() {
    socket_.open(tcp::v4());
    socket_.set_option(tcp::socket::receive_buffer_size(1 << 20));
  }
  // What has come, thrown away; how much that was.
  Task<std::size_t> some() {
    buffer_.clear();
    std::array<char, 4096> waste;
    auto [error, n] = co_await socket_.async_read_some(asio::buffer(waste), kTuple);
    co_return n;
  }
  void narrowest() {
    socket_.open(tcp::v4());
    socket_.set_option(tcp::socket::receive_buffer_size(4096));
  }
  void half_close() { socket_.shutdown(tcp::socket::shutdown_send); }
  void close() { socket_.close(); }
  Socket& socket() { return socket_; }

  bool was_reset = false;

 private:
  Socket socket_;
  std::string buffer_;
};

struct Bench {
  explicit Bench(HttpServerConfig config = {}) : server(loop, clock, log, handler, config) {}

  void run(Task<void> (*test)(Bench&)) { aio::testing::run_real(loop, whole(test)); }

  aio::Loop loop;
  aio::testing::ManualClock clock;
  Lines log;
  Handler handler;
  HttpServer server;
  std::uint16_t port = 0;

 private:
  Task<void> whole(Task<void> (*test)(Bench&)) {
    auto endpoints = server.listen({boost::asio::ip::address_v4::loopback()}, 0);
    EXPECT_TRUE(endpoints);
    port = endpoints->front().port;
    co_await test(*this);
    co_await server.close_all(0ms);
  }
};

inline std::string get(std::string_view target, std::string_view headers = "", std::string_view version = "1.1") {
  return "GET " + std::string(target) + " HTTP/" + std::string(version) + "\r\nHost: x\r\n" + std::string(headers) +
         "\r\n";
}

inline Task<std::string> exchange(Bench& b, std::string bytes) {
  Client client(b.loop);
  co_await client.connect(b.port);
  co_await client.send(std::move(bytes));
  co_return co_await client.rest();
}

// Gives the server the turns that it needs to notice what was sent to it, and to wait again.
inline Task<void> turns() {
  for (int turn = 0; turn < 50; ++turn) co_await aio::yield();
}

// Waits until the server has noticed what happened on its sockets: turn after turn of the loop, until `done`.
template <class Done>
Task<void> settled(Done done) {
  while (!done()) co_await aio::yield();
}

}  // namespace net::testing
