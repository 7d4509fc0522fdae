// One connection of the server, over a loopback socket.
#include "net/http_connection.h"

#include "net/testing/http_bench.h"

namespace net {
namespace {

using namespace testing;

TEST(HttpConnection, KeepsAConnectionForTheNextRequest) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    for (int i = 0; i < 3; ++i) {
      co_await client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
      const std::string answer = co_await client.until("POST hi");
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\ncontent-length: 7\r\nDate: ")) << answer;
      EXPECT_NE(answer.find("\r\nConnection: keep-alive\r\nKeep-Alive: timeout=72\r\n\r\n"), std::string::npos);
    }
    EXPECT_EQ(bench.server.connections(), 1U);
  });
}

TEST(HttpConnection, AnswersPipelinedRequestsInTheirOrder) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    std::string all;
    for (char c = 'a'; c < 'k'; ++c)
      all += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n" + std::string(1, c);
    co_await client.send(all);
    for (char c = 'a'; c < 'k'; ++c) co_await client.until("\r\n\r\nPOST " + std::string(1, c));
    EXPECT_EQ(bench.handler.requests, 10);
  });
}

TEST(HttpConnection, SaysContinueBeforeItReadsTheBody) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(co_await client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(bench.handler.requests, 0);
    co_await client.send("{}");
    co_await client.until("POST {}");
  });
}

TEST(HttpConnection, WritesWhatIsSharedInItsPlace) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string answer = co_await exchange(bench, get("/shared", "Connection: close\r\n"));
    EXPECT_NE(answer.find("content-length: 4\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nabcd")) << answer;
  });
}

TEST(HttpConnection, AnswersHeadWithTheLengthAndWithoutTheBody) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string answer = co_await exchange(bench, "HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(answer.find("content-length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\n")) << answer;
  });
}

TEST(HttpConnection, StreamsInChunksAndGoesOn) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    // Asked to close and kept open all the same: what the captured head says.
    co_await client.send(get("/stream", "Connection: close\r\n"));
    const std::string answer = co_await client.until("0\r\n\r\n");
    EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\nDate: "), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n")) << answer;
    co_await client.send(get("/echo"));
    co_await client.until("GET ");
  });
}

// Mutant: the head as given. A client of HTTP/1.0 would take the sizes of the chunks for text.
TEST(HttpConnection, StreamsToHttp10WithoutChunksUntilItCloses) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string answer = co_await exchange(bench, get("/stream", "Connection: keep-alive\r\n", "1.0"));
    EXPECT_EQ(answer.find("Transfer-Encoding"), std::string::npos) << answer;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\ndata: 1\n\ndata: 2\n\n")) << answer;
  });
}

TEST(HttpConnection, ClosesAfterAnHttp10Answer) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string answer = co_await exchange(bench, get("/echo", "Connection: keep-alive\r\n", "1.0"));
    EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\nGET ")) << answer;
  });
}

TEST(HttpConnection, RefusesWithTheHandlersAnswerAndCloses) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string flood(20'000, 'a');
    for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
             {"GARBAGE\r\n\r\n", "400"},
             {"GET / HTTP/1.1\r\n\r\n", "400"},
             {get("/echo", "X: " + flood + "\r\n"), "431"},
             {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", "413"},
             {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", "413"},
             {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400"}}) {
      const std::string answer = co_await exchange(bench, bytes);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status)) << bytes.substr(0, 80) << " -> " << answer;
    }
    EXPECT_EQ(bench.handler.requests, 0);
  });
}

// Sends the bytes, and says what came back once `limit` has passed and not before.
Task<std::string> answer_after(Bench& b, std::string bytes, base::Duration limit) {
  Client client(b.loop);
  co_await client.connect(b.port);
  co_await client.send(std::move(bytes));
  co_await turns();
  b.clock.advance(limit - 1ms);
  co_await turns();
  EXPECT_EQ(b.server.connections(), 1U);
  b.clock.advance(2s);  // the server looks once a second
  const std::string out = co_await client.rest();
  client.close();
  co_await settled([&] { return b.server.connections() == 0; });
  co_return out;
}

// Mutants: no deadline on the head, none on the body (the test hangs); a timeout that closes the socket before the
// answer is written.
TEST(HttpConnection, EndsAHeadAndABodyThatDoNotComeInTime) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const auto& [bytes, limit] : std::vector<std::pair<std::string, base::Duration>>{
             {"GET / HTTP/1.1\r\nHo", 10s},
             {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe", 60s},
             {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", 60s}}) {
      const std::string answer = co_await answer_after(bench, bytes, limit);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 408")) << bytes << " -> " << answer;
    }
    EXPECT_EQ(bench.handler.requests, 0);
  });
}

// Mutant: a deadline for each piece. A byte every few seconds would hold a connection for ever.
TEST(HttpConnection, EndsAHeadThatTricklesIn) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    const std::string head = get("/echo");
    for (std::size_t i = 0; i < 6; ++i) {
      co_await client.send(head.substr(i, 1));
      co_await turns();
      bench.clock.advance(2s);
      co_await turns();
    }
    EXPECT_TRUE((co_await client.rest()).starts_with("HTTP/1.1 408"));
  });
}

// Mutant: the time between two requests for the first one as well.
TEST(HttpConnection, ClosesAnIdleConnectionWithoutAWordAndASilentOneSooner) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    EXPECT_EQ(co_await answer_after(bench, "", 10s), "");
    const std::string answer = co_await answer_after(bench, get("/echo"), 72s);
    EXPECT_TRUE(answer.ends_with("GET ")) << answer;
  });
}

TEST(HttpConnection, ReadsToTheEndOfAHalfClosedConnection) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client whole(bench.loop);
    co_await whole.connect(bench.port);
    co_await whole.send(get("/echo"));
    whole.half_close();
    EXPECT_TRUE((co_await whole.rest()).ends_with("GET "));
    Client part(bench.loop);
    co_await part.connect(bench.port);
    co_await part.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
    part.half_close();
    EXPECT_EQ(co_await part.rest(), "");
    Client head(bench.loop);
    co_await head.connect(bench.port);
    co_await head.send("GET /ec");
    head.half_close();
    EXPECT_TRUE((co_await head.rest()).starts_with("HTTP/1.1 400"));
  });
}

TEST(HttpConnection, NoticesAtOnceThatAClientLeft) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/hold"));
    co_await bench.handler.holding.wait();
    EXPECT_FALSE(bench.handler.gone_before);
    EXPECT_EQ(bench.handler.peer, "127.0.0.1");
    EXPECT_EQ(bench.server.connections(), 1U);
    client.close();
    co_await settled([&] { return bench.server.connections() == 0; });
    EXPECT_TRUE(bench.handler.client_left);
  });
}

// Mutants: the end of the connection not told to the receipt (its socket is another's by then); a reset not noticed.
TEST(HttpConnection, KnowsWhatBecameOfItsAnswer) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client reader(bench.loop);
    co_await reader.connect(bench.port);
    co_await reader.send(get("/echo"));
    co_await reader.until("GET ");
    const auto first = bench.handler.receipt;
    EXPECT_EQ(first->delivery(), Delivery::taken);
    co_await reader.send(get("/echo"));
    co_await reader.until("GET ");
    EXPECT_NE(bench.handler.receipt, first);
    reader.close();
    co_await settled([&] { return bench.server.connections() == 0; });
    EXPECT_EQ(first->delivery(), Delivery::read);
    EXPECT_EQ(bench.handler.receipt->delivery(), Delivery::read);

    Client leaver(bench.loop);
    co_await leaver.connect(bench.port);
    co_await leaver.send(get("/echo"));
    co_await settled([&] { return bench.handler.requests == 3; });
    co_await turns();
    leaver.close();
    co_await settled([&] { return bench.server.connections() == 0; });
    EXPECT_EQ(bench.handler.receipt->delivery(), Delivery::lost);
    // Nobody read that one, but the client's machine had it.
    for (const auto& receipt : bench.handler.receipts) EXPECT_TRUE(co_await receipt->acknowledged());
  });
}

std::string long_echo(std::string_view headers) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n" + std::string(headers) + "\r\n" +
         std::string(60'000, 'x');
}

// Mutant: closed, it is lost at once, though its client only is slow.
TEST(HttpConnection, WaitsForTheWordOfAClientThatAskedForTheClose) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const bool reads : {true, false}) {
      Client client(bench.loop);
      client.narrowest();
      co_await client.connect(bench.port);
      co_await client.send(long_echo("Connection: close\r\n"));
      const std::size_t before = bench.handler.receipts.size();
      co_await settled([&] { return bench.handler.receipts.size() > before; });
      const auto receipt = bench.handler.receipt;
      co_await turns();
      EXPECT_EQ(receipt->delivery(), Delivery::under_way);
      if (reads) EXPECT_TRUE((co_await client.rest()).ends_with("xxx"));
      client.close();
      co_await settled([&] { return bench.server.connections() == 0; });
      EXPECT_EQ(receipt->delivery(), reads ? Delivery::read : Delivery::lost);
      EXPECT_EQ(co_await receipt->acknowledged(), reads);
    }
  });
}

void reset(Client& client) {
  client.socket().set_option(tcp::socket::linger(true, 0));
  client.close();
}

// Mutant: who has read its answer and resets the connection at once, before its machine has acknowledged anything, has
// not got it.
TEST(HttpConnection, LosesNoAnswerToAClientThatResetsWhenItHasReadAll) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const std::string_view headers : {"", "Connection: close\r\n"}) {
      Client client(bench.loop);
      co_await client.connect(bench.port);
      for (int i = 0; i < 5; ++i) {  // its kernel has learned by then to let acknowledgements go along with requests
        co_await client.send(get("/echo"));
        co_await client.until("\r\n\r\nGET ");
      }
      co_await client.send(get("/echo", headers));
      co_await client.until("\r\n\r\nGET ");
      reset(client);
      co_await settled([&] { return bench.server.connections() == 0; });
      EXPECT_TRUE(co_await bench.handler.receipt->acknowledged()) << headers;
    }
  });
}

// Mutants: nothing is known of any reset; an end is not told from a reset.
TEST(HttpConnection, LosesTheAnswerToAClientThatHadClosedBefore) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const std::string_view headers : {"", "Connection: close\r\n"}) {
      Client client(bench.loop);
      co_await client.connect(bench.port);
      co_await client.send(get("/echo", headers));
      client.close();
      co_await settled([&] { return bench.server.connections() == 0 && bench.handler.receipt; });
      EXPECT_FALSE(co_await std::exchange(bench.handler.receipt, nullptr)->acknowledged()) << headers;
    }
  });
}

// Mutant: it is lost because we end the connection.
TEST(HttpConnection, LosesNoAnswerByGivingWay) {
  Bench b({.max_connections = 1});
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    client.narrowest();
    co_await client.connect(bench.port);
    co_await client.send(long_echo(""));
    co_await settled([&] { return bench.handler.receipts.size() == 1; });
    EXPECT_EQ(bench.handler.receipts[0]->delivery(), Delivery::under_way);
    co_await turns();  // idle
    Client another(bench.loop);
    co_await another.connect(bench.port);
    co_await another.send(get("/echo"));
    co_await another.until("GET ");
    EXPECT_TRUE(co_await bench.handler.receipts[0]->acknowledged());
    EXPECT_EQ(bench.handler.receipts[0]->delivery(), Delivery::lost);
  });
}

// Mutant: an answer is lost because others follow it.
TEST(HttpConnection, IsSureOfNoLossWhereTheClientSentItsNextRequestAhead) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    client.narrowest();
    co_await client.connect(bench.port);
    co_await client.send(long_echo("") + get("/echo"));
    co_await settled([&] { return bench.handler.receipts.size() == 2; });
    client.close();
    co_await settled([&] { return bench.server.connections() == 0; });
    EXPECT_TRUE(co_await bench.handler.receipts[0]->acknowledged());
    EXPECT_FALSE(co_await bench.handler.receipts[1]->acknowledged());
  });
}

// Mutant: a peek at the first byte, which is all that one sees of a client that sent another request before it left.
TEST(HttpConnection, NoticesThatAClientLeftBehindWhatItSentAhead) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/hold") + get("/echo"));
    co_await bench.handler.holding.wait();
    client.close();
    co_await settled([&] { return bench.server.connections() == 0; });
    EXPECT_TRUE(bench.handler.client_left);
  });
}

template <bool kByReset>
Task<void> leaves_behind_much(Bench& bench) {
  Client client(bench.loop);
  co_await client.connect(bench.port);
  co_await client.send(get("/hold"));
  co_await bench.handler.holding.wait();
  co_await client.send(std::string(100'000, 'x'));
  kByReset ? reset(client) : client.close();
  co_await settled([&] { return bench.server.connections() == 0; });
  EXPECT_TRUE(bench.handler.client_left);
}

// The same behind more than is read ahead. Mutant: nobody looks any more then.
TEST(HttpConnection, NoticesThatAClientLeftBehindMoreThanIsReadAhead) {
  Bench().run(&leaves_behind_much<false>);
  Bench().run(&leaves_behind_much<true>);
}

TEST(HttpConnection, WaitsForAClientThatSendsAheadAndServesIt) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/hold"));
    co_await bench.handler.holding.wait();
    co_await client.send(get("/echo") + get("/echo"));
    co_await turns();
    bench.handler.release.set();
    for (int i = 0; i < 3; ++i) co_await client.until("GET ");
    EXPECT_FALSE(bench.handler.client_left);
    EXPECT_EQ(bench.handler.requests, 3);
  });
}

// Mutant: no deadline on writes. A reader that takes nothing may hold no more than its socket's buffers.
TEST(HttpConnection, GivesUpAReaderThatTakesNothing) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/flood"));
    co_await settled([&] { return bench.handler.writes > 0; });
    co_await settled([&] {
      bench.clock.advance(1s);
      return bench.server.connections() == 0;
    });
    EXPECT_TRUE(bench.handler.flood_ended);
    EXPECT_LT(bench.handler.writes, 64);  // MiB that the kernel took
  });
}

// Mutant: one deadline for the whole answer. Whoever reads slowly but reads would be cut off.
TEST(HttpConnection, WaitsForAReaderAsLongAsItTakesSomething) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/big", "Connection: close\r\n"));
    co_await client.until("\r\n\r\n");
    co_await settled([&] { return bench.server.connections() == 1; });
    std::size_t taken = 0;
    for (int i = 0; i < 20; ++i) {  // 400 s, ten times the limit
      for (int part = 0; part < 400; ++part) taken += co_await client.some();
      co_await turns();
      bench.clock.advance(20s);
      co_await turns();
    }
    const std::string rest = co_await client.rest();
    EXPECT_TRUE(rest.ends_with("end")) << taken;
  });
}

// Mutants: the body read first; 100 Continue said to a stranger; the connection kept.
TEST(HttpConnection, ReadsNoBodyOfWhomItDoesNotLetIn) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const char* more : {"", "Expect: 100-continue\r\n"}) {
      Client client(bench.loop);
      co_await client.connect(bench.port);
      co_await client.send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Stranger: 1\r\n" + std::string(more) +
                           "Content-Length: 1000000\r\n\r\n{");
      const std::string answer = co_await client.rest();
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
      EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\nPOST ")) << answer;
      EXPECT_FALSE(client.was_reset);
    }
    Client whole(bench.loop);  // a body that came with its head costs nothing
    co_await whole.connect(bench.port);
    co_await whole.send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Stranger: 1\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_NE((co_await whole.until("POST hi")).find("keep-alive"), std::string::npos);
  });
}

TEST(HttpConnection, DeliversItsLastAnswerToAClientThatSentMore) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    for (const char* last : {"/close", "/throw"}) {
      Client client(bench.loop);
      co_await client.connect(bench.port);
      co_await client.send(get(last) + std::string(20'000, 'x'));
      const std::string answer = co_await client.rest();
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 500")) << answer;
      EXPECT_FALSE(client.was_reset);  // mutant: close without reading the rest
    }
  });
}

TEST(HttpConnection, AnswersABugWith500AndKeepsTheQueryOutOfTheLog) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    const std::string answer = co_await exchange(bench, get("/throw?token=hunter2"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
    EXPECT_TRUE(answer.ends_with(R"({"error":"Internal Server Error","statusCode":500})")) << answer;
    EXPECT_EQ(bench.log.lines.size(), 1U);
    EXPECT_NE(bench.log.lines.front().find("\"target\":\"/throw\""), std::string::npos) << bench.log.lines.front();
    EXPECT_EQ(bench.log.lines.front().find("hunter2"), std::string::npos) << bench.log.lines.front();
  });
}

}  // namespace
}  // namespace net
