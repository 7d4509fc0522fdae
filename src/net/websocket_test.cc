#include "net/websocket.h"

#include <gtest/gtest.h>

#include "aio/latch.h"
#include "aio/scope.h"
#include "aio/testing/run.h"
#include "net/testing/certificates.h"
#include "net/testing/websocket_peer.h"

namespace net {
namespace {

using aio::Task;
using testing::Peer;
using testing::WebSocketPeer;
using namespace std::chrono_literals;

struct WebSocketBench {
  template <class T>
  T run(Task<T> work) {
    return aio::testing::run_real(loop, std::move(work));
  }

  aio::Loop loop;
  aio::SteadyClock clock;
  aio::Context ctx = aio::testing::test_context(clock).within(10s);
};

using Connected = base::Result<std::unique_ptr<WebSocket>>;

Task<std::string> connect_error(const aio::Context& ctx, WebSocketOptions options) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  co_return connected ? "connected" : connected.error().message;
}

// Sends one message and returns what comes back.
Task<std::string> echo(const aio::Context& ctx, WebSocketOptions options, std::string text) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return connected.error().message;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  EXPECT_TRUE(socket->send(std::move(text)));
  auto reply = co_await socket->receive();
  co_await socket->close(ctx);
  co_return reply ? std::string(reply->text.view()) : reply.error().detail;
}

TEST(WebSocket, CarriesTextBothWays) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  EXPECT_EQ(b.run(echo(b.ctx, {.url = peer.url("ws")}, "grüße")), "grüße");
  EXPECT_EQ(b.run(echo(b.ctx, {.url = peer.url("ws")}, std::string(3'000'000, 'x'))), std::string(3'000'000, 'x'));
}

TEST(WebSocket, SendsOnlyTheHeadersItShould) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  b.run(echo(b.ctx, {.url = peer.url("ws", "/devtools?token=1")}, "x"));
  EXPECT_EQ(peer.target(), "/devtools?token=1");
  EXPECT_EQ(peer.header("Host"), "127.0.0.1:" + std::to_string(peer.port()));
  EXPECT_TRUE(peer.header("User-Agent").starts_with("Belay/"));
  EXPECT_EQ(peer.header("Origin"), "");
  EXPECT_EQ(peer.header("Sec-WebSocket-Extensions"), "");
  EXPECT_EQ(peer.header("Authorization"), "");
}

TEST(WebSocket, PutsTheCallersHeadersOverItsOwn) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  b.run(echo(b.ctx, {.url = peer.url("ws"), .headers = {{"user-agent", "Mine"}, {"X-Key", "secret"}}}, "x"));
  EXPECT_EQ(peer.header("User-Agent"), "Mine");
  EXPECT_EQ(peer.header("X-Key"), "secret");
}

TEST(WebSocket, TurnsCredentialsOfTheUrlIntoAHeader) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  b.run(echo(b.ctx, {.url = "ws://user:p%40ss@127.0.0.1:" + std::to_string(peer.port()) + "/"}, "x"));
  EXPECT_EQ(peer.header("Authorization"), "Basic dXNlcjpwQHNz");
}

TEST(WebSocket, RefusesHeadersThatWouldForgeOthers) {
  WebSocketBench b;
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = "ws://127.0.0.1:1", .headers = {{"X", "a\r\nY: b"}}})),
            "Invalid character in the value of header X");
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = "ws://127.0.0.1:1", .headers = {{"X Y", "a"}}})),
            "Invalid header name: X Y");
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = "http://127.0.0.1:1"})),
            "Invalid URL: a WebSocket needs ws:// or wss://");
}

TEST(WebSocket, SaysWhyThereIsNoConnection) {
  WebSocketBench b;
  const std::uint16_t port = testing::unused_port();
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = "ws://127.0.0.1:" + std::to_string(port) + "/x"})),
            "connect ECONNREFUSED 127.0.0.1:" + std::to_string(port));
  WebSocketPeer peer(Peer::not_found);
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = peer.url("ws")})), "Unexpected server response: 404");
}

TEST(WebSocket, GivesUpWhenTheOtherSideNeverAnswers) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::silent);
  const std::string late = "Connection timeout: 127.0.0.1:" + std::to_string(peer.port()) + " did not answer in time";
  EXPECT_EQ(b.run(connect_error(b.ctx.within(50ms), {.url = peer.url("ws")})), late);
  EXPECT_EQ(b.run(connect_error(b.ctx.within(50ms), {.url = peer.url("wss")})), late);
}

Task<void> send_many(WebSocket& socket, int count) {
  for (int i = 0; i < count; ++i) {
    EXPECT_TRUE(socket.send(std::to_string(i)));
    if (i % 10 == 0) co_await aio::yield();
  }
}

Task<int> keeps_order(const aio::Context& ctx, WebSocketOptions options, int count) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return -1;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  aio::Scope scope(co_await aio::asio::this_coro::executor);
  scope.spawn(send_many(*socket, count));
  int in_order = 0;
  for (int i = 0; i < count; ++i) {
    auto text = co_await socket->receive();
    if (text && text->text.view() == std::to_string(i)) ++in_order;
  }
  co_await scope.finish();
  socket->abort();
  co_return in_order;
}

TEST(WebSocket, SendsWhileItReceivesAndKeepsTheOrder) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  EXPECT_EQ(b.run(keeps_order(b.ctx, {.url = peer.url("ws")}, 500)), 500);
}

Task<void> abort_soon(WebSocket& socket) {
  co_await aio::yield();
  socket.abort();
}

Task<std::string> aborted_while_receiving(const aio::Context& ctx, WebSocketOptions options) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return connected.error().message;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  aio::Scope scope(co_await aio::asio::this_coro::executor);
  scope.spawn(abort_soon(*socket));
  auto text = co_await socket->receive();
  co_await scope.finish();
  EXPECT_FALSE(socket->send("late"));
  EXPECT_FALSE((co_await socket->receive()).has_value());
  co_return text ? std::string(text->text.view()) : text.error().message;
}

TEST(WebSocket, AbortEndsAPendingReceive) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  EXPECT_EQ(b.run(aborted_while_receiving(b.ctx, {.url = peer.url("ws")})), "the WebSocket was closed");
}

Task<std::string> receive_error(const aio::Context& ctx, WebSocketOptions options, std::string said = "x") {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return connected.error().message;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  socket->send(std::move(said));
  auto text = co_await socket->receive();
  co_return text ? "received " + std::string(text->text.view()) : text.error().detail;
}

TEST(WebSocket, SaysHowTheOtherSideEnded) {
  WebSocketBench b;
  {
    WebSocketPeer peer(Peer::hang_up);
    EXPECT_EQ(b.run(receive_error(b.ctx, {.url = peer.url("ws")})), "the other side hung up");
  }
  WebSocketPeer peer(Peer::goodbye);
  EXPECT_EQ(b.run(receive_error(b.ctx, {.url = peer.url("ws")})), "the other side closed it: code=1001 reason=going");
}

// Mutants: the news waits for the other side to hang up, or for a payload; no close frame.
TEST(WebSocket, NamesAtOnceWhatBreaksTheProtocolAndTellsTheOtherSide) {
  using namespace std::string_literals;
  const std::tuple<std::string, const char*, int> cases[] = {
      {"\x83"s, "reserved opcode 3", 1002},
      {"\x81\x85"s, "a masked frame", 1002},
      {"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s, "a length of 2^63 bytes or more", 1002},
      {"\x09"s, "a fragmented control frame (opcode 9)", 1002},
      {"\x01\x01{\x81"s, "a new message before the last one ended", 1002},
      {"\x81\x02{\xff"s, "a text that is not UTF-8", 1007},
      {"\x81\x7e\x03\xe9"s, "a message of more than 1000 bytes", 1009}};
  for (const auto& [bytes, words, code] : cases) {
    WebSocketBench b;
    WebSocketPeer peer(Peer::raw, {}, bytes);
    EXPECT_EQ(b.run(receive_error(b.ctx, {.url = peer.url("ws"), .max_message = 1000})), words);
    EXPECT_EQ(peer.close_code(), code) << words;
  }
}

TEST(WebSocket, EndsWhenAMessageIsTooLarge) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  WebSocketOptions small{.url = peer.url("ws"), .max_message = 1000};
  EXPECT_EQ(b.run(echo(b.ctx, small, std::string(1000, 'x'))), std::string(1000, 'x'));
  EXPECT_NE(b.run(echo(b.ctx, small, std::string(1001, 'x'))), std::string(1001, 'x'));
  EXPECT_EQ(b.run(receive_error(b.ctx, small, std::string(1001, 'x'))), "a message of more than 1000 bytes");
}

// What is kept of each of these, its size, and how much memory it takes; or why it ended.
Task<std::vector<std::string>> kept_of(const aio::Context& ctx, WebSocketOptions options,
                                       std::vector<std::size_t> sizes) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return std::vector<std::string>{connected.error().message};
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  std::vector<std::string> out;
  for (const std::size_t size : sizes) {
    EXPECT_TRUE(socket->send("<" + std::string(size - 1, 'x')));
    const auto message = co_await socket->receive();
    if (!message) {
      out.push_back(message.error().detail);
      break;
    }
    EXPECT_EQ(message->text.view(), ("<" + std::string(size - 1, 'x')).substr(0, message->text.size()));
    if (!message->is_whole()) EXPECT_LE(message->text.capacity(), WebSocketMessage::kBeginning);
    out.push_back(std::to_string(message->text.size()) + " of " + std::to_string(message->size));
  }
  co_return out;
}

TEST(WebSocket, KeepsTheBeginningOfAMessageThatItPassesOver) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  const WebSocketOptions options{.url = peer.url("ws"), .max_message = 1'000'000, .max_passed_over = 5'000'000};
  EXPECT_EQ(b.run(kept_of(b.ctx, options, {1'000'000, 1'000'001, 5, 5'000'000, 6, 5'000'001})),
            (std::vector<std::string>{"1000000 of 1000000", "1024 of 1000001", "5 of 5", "1024 of 5000000", "6 of 6",
                                      "a message of more than 5000000 bytes"}));
}

Task<void> receive_to_the_end(WebSocket& socket, std::string& why, aio::Latch& ended) {
  const auto message = co_await socket.receive();
  why = message ? "received" : message.error().message + ": " + message.error().detail;
  ended.set();
}

// Two that never end a message, the second once all of the first has come: how the first ended, and whether the second
// had ended by then.
Task<std::pair<std::string, bool>> first_of_two(const aio::Context& ctx, WebSocketOptions first,
                                                WebSocketOptions second, std::size_t bytes) {
  Connected one = co_await WebSocket::connect(ctx, first);
  Connected other = co_await WebSocket::connect(ctx, second);
  EXPECT_TRUE(one && other);
  if (!one || !other) co_return std::pair("not connected", false);
  std::string why;
  std::string other_why;
  aio::Latch ended;
  aio::Latch other_ended;
  aio::Scope scope(co_await aio::asio::this_coro::executor);
  (*one)->send("x");
  scope.spawn(receive_to_the_end(**one, why, ended));
  while (first.memory->held() < bytes) co_await aio::yield();
  (*other)->send("x");
  scope.spawn(receive_to_the_end(**other, other_why, other_ended));
  co_await ended.wait();
  const std::pair out(why, other_ended.is_set());
  (*other)->abort();
  co_await scope.finish();
  co_return out;
}

TEST(WebSocket, GivesWayWhereItHoldsMostOfTheBudget) {
  using namespace std::string_literals;
  base::MemoryBudget budget(1'000'000);
  WebSocketBench b;
  const std::string head = "\x81\x7f\x00\x00\x00\x00\x01\x00\x00\x00"s;  // of 16 MiB
  WebSocketPeer one(Peer::raw, {}, head + std::string(600'000, 'x'));
  WebSocketPeer other(Peer::raw, {}, head + std::string(500'000, 'x'));
  const auto [why, other_ended] = b.run(first_of_two(b.ctx, {.url = one.url("ws"), .memory = &budget},
                                                     {.url = other.url("ws"), .memory = &budget}, 600'000));
  EXPECT_EQ(why,
            "the WebSocket gave way to others: what others sent and is still held takes more than the 1000000 bytes "
            "allowed for all of them together, and most of it, 600000 bytes, came from this one");
  EXPECT_FALSE(other_ended);
  EXPECT_EQ(budget.held(), 0U);
}

Task<std::size_t> held_beside(const aio::Context& ctx, WebSocketOptions options, std::size_t size) {
  Connected connected = co_await WebSocket::connect(ctx, options);
  if (!connected) co_return 0;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  socket->send(std::string(size, 'x'));
  const auto message = co_await socket->receive();
  co_return options.memory->held();
}

TEST(WebSocket, CountsALargeMessageUntilItIsLetGoOf) {
  base::MemoryBudget budget;
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  EXPECT_EQ(b.run(held_beside(b.ctx, {.url = peer.url("ws"), .memory = &budget}, 700'000)), 700'000U);
  EXPECT_EQ(b.run(held_beside(b.ctx, {.url = peer.url("ws"), .memory = &budget}, 1000)), 0U);
  const WebSocketOptions passed_over{
      .url = peer.url("ws"), .max_message = 100'000, .max_passed_over = 1'000'000, .memory = &budget};
  EXPECT_EQ(b.run(held_beside(b.ctx, passed_over, 700'000)), WebSocketMessage::kBeginning);
  EXPECT_EQ(budget.held(), 0U);
}

Task<std::size_t> sends_until_full(const aio::Context& ctx, WebSocketOptions options) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return 0;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  std::size_t sent = 0;
  while (sent < 100 && socket->send(std::string(100'000, 'x'))) ++sent;
  co_return sent;
}

TEST(WebSocket, RefusesToQueueWithoutEnd) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::deaf);
  EXPECT_EQ(b.run(sends_until_full(b.ctx, {.url = peer.url("ws"), .max_queued = 1'000'000})), 10U);
}

Task<base::Duration> close_after_sending(const aio::Context& ctx, WebSocketOptions options, std::size_t bytes,
                                         base::Duration bound) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return base::Duration::max();
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  socket->send(std::string(bytes, 'x'));
  const base::TimePoint began = ctx.now();
  co_await socket->close(ctx.within(bound));
  EXPECT_FALSE(socket->send("late"));
  co_return ctx.now() - began;
}

TEST(WebSocket, CloseLetsWhatWasQueuedGoOut) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::swallow);
  b.run(close_after_sending(b.ctx, {.url = peer.url("ws")}, 700'000, 60s));
  EXPECT_EQ(peer.bytes_received(), 700'000U);
  EXPECT_TRUE(peer.saw_goodbye());
}

TEST(WebSocket, CloseIsBoundedWhenTheOtherSideIsDeaf) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::deaf);
  const auto took = b.run(close_after_sending(b.ctx, {.url = peer.url("ws")}, 10'000'000, 100ms));
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 2s);
}

Task<std::string> cancelled_receive_keeps_messages(const aio::Context& ctx, WebSocketOptions options) {
  Connected connected = co_await WebSocket::connect(ctx, std::move(options));
  if (!connected) co_return connected.error().message;
  const std::unique_ptr<WebSocket> socket = std::move(*connected);
  auto first = co_await aio::race(socket->receive(), aio::yield());
  EXPECT_EQ(first.index(), 1U);
  socket->send("kept");
  auto text = co_await socket->receive();
  co_return text ? std::string(text->text.view()) : text.error().detail;
}

TEST(WebSocket, ACancelledReceiveLosesNothing) {
  WebSocketBench b;
  WebSocketPeer peer(Peer::echo);
  EXPECT_EQ(b.run(cancelled_receive_keeps_messages(b.ctx, {.url = peer.url("ws")})), "kept");
}

class Wss : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { certificates = testing::make_certificates().release(); }
  static void TearDownTestSuite() { delete std::exchange(certificates, nullptr); }
  static testing::Certificates* certificates;
  WebSocketBench b;
};
testing::Certificates* Wss::certificates = nullptr;

TEST_F(Wss, TrustsTheCertificatesOfTheCaFile) {
  WebSocketPeer peer(Peer::echo, certificates->server());
  EXPECT_EQ(b.run(echo(b.ctx, {.url = peer.url("wss"), .ca_file = certificates->ca_file()}, "hidden")), "hidden");
  const std::string by_name = "wss://localhost:" + std::to_string(peer.port()) + "/";
  EXPECT_EQ(b.run(echo(b.ctx, {.url = by_name, .ca_file = certificates->ca_file()}, "hidden")), "hidden");
  EXPECT_EQ(peer.server_name(), "localhost");
}

TEST_F(Wss, RefusesACertificateOfAnUnknownAuthority) {
  WebSocketPeer peer(Peer::echo, certificates->server());
  EXPECT_EQ(b.run(connect_error(b.ctx, {.url = peer.url("wss")})),
            "TLS to 127.0.0.1:" + std::to_string(peer.port()) + " failed: unable to get local issuer certificate");
}

TEST_F(Wss, RefusesACertificateOfAnotherHost) {
  WebSocketPeer peer(Peer::echo, certificates->other_host());
  const std::string error = b.run(connect_error(b.ctx, {.url = peer.url("wss"), .ca_file = certificates->ca_file()}));
  EXPECT_TRUE(error.starts_with("TLS to 127.0.0.1:")) << error;
}

TEST_F(Wss, NamesACaFileThatCannotBeUsed) {
  const std::string error = b.run(connect_error(b.ctx, {.url = "wss://127.0.0.1:1", .ca_file = "/nowhere.pem"}));
  EXPECT_TRUE(error.starts_with("the CA file /nowhere.pem cannot be used: ")) << error;
}

TEST_F(Wss, NamesWhatBreaksTheProtocol) {
  WebSocketPeer peer(Peer::raw, certificates->server(), "\x83");
  EXPECT_EQ(b.run(receive_error(b.ctx, {.url = peer.url("wss"), .ca_file = certificates->ca_file()})),
            "reserved opcode 3");
  EXPECT_EQ(peer.close_code(), 1002);
}

TEST_F(Wss, EndsCleanInTheMiddleOfABusyConversation) {
  WebSocketPeer peer(Peer::echo, certificates->server());
  EXPECT_EQ(b.run(keeps_order(b.ctx, {.url = peer.url("wss"), .ca_file = certificates->ca_file()}, 100)), 100);
  EXPECT_EQ(b.run(aborted_while_receiving(b.ctx, {.url = peer.url("wss"), .ca_file = certificates->ca_file()})),
            "the WebSocket was closed");
}

}  // namespace
}  // namespace net
