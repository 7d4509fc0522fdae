// Many connections, descriptors that run out, and the end of it all, over loopback sockets.
#include "net/http_server.h"

#include <algorithm>

#include "net/peer_user.h"
#include "net/testing/few_descriptors.h"
#include "net/testing/http_bench.h"

namespace net {
namespace {

using namespace testing;

TEST(HttpServer, ServesOthersBesideAThousandIdleConnections) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 1000; ++i) {
      idle.push_back(std::make_unique<Client>(bench.loop));
      co_await idle.back()->connect(bench.port);
    }
    EXPECT_TRUE((co_await exchange(bench, get("/echo", "Connection: close\r\n"))).ends_with("GET "));
    co_await settled([&] { return bench.server.connections() == 1000; });
    idle.clear();
    co_await settled([&] { return bench.server.connections() == 0; });
  });
}

TEST(HttpServer, LeavesConnectionsBeyondItsLimitInTheBacklog) {
  Bench b({.max_connections = 1});
  b.run([](Bench& bench) -> Task<void> {
    Client first(bench.loop);
    co_await first.connect(bench.port);
    co_await first.send(get("/hold"));
    co_await bench.handler.holding.wait();
    Client second(bench.loop);
    co_await second.connect(bench.port);
    co_await second.send(get("/echo"));
    co_await turns();
    EXPECT_EQ(bench.handler.requests, 1);
    first.close();
    co_await second.until("GET ");
  });
}

// Mutant: one accepted in each turn of the loop.
TEST(HttpServer, AcceptsABurstInAFewTurns) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> burst;
    for (int i = 0; i < 300; ++i) burst.push_back(std::make_unique<Client>(bench.loop));
    for (auto& client : burst) {  // without a turn in between: the kernel connects them
      client->socket().open(tcp::v4());
      client->socket().connect({asio::ip::address_v4::loopback(), bench.port});
    }
    co_await turns();
    EXPECT_EQ(bench.server.connections(), 300U);
    for (auto& client : burst) co_await client->send(get("/echo"));
    for (auto& client : burst) co_await client->until("GET ");
    EXPECT_EQ(bench.handler.requests, 300);
  });
}

// Silent connections, and one whose requests were refused, must not keep anybody out; who was let in stays.
// Mutants: no room made; the one made that was let in.
TEST(HttpServer, LetsTheLeastUsedConnectionGiveWayWhenItIsFull) {
  Bench b({.max_connections = 3});
  b.run([](Bench& bench) -> Task<void> {
    Client known(bench.loop);
    co_await known.connect(bench.port);
    co_await known.send(get("/echo"));
    co_await known.until("GET ");
    Client refused(bench.loop);
    co_await refused.connect(bench.port);
    co_await refused.send(get("/echo", "X-Stranger: 1\r\n"));
    co_await refused.until("GET ");
    Client silent(bench.loop);
    co_await silent.connect(bench.port);
    co_await settled([&] { return bench.server.connections() == 3; });
    std::vector<std::unique_ptr<Client>> more;
    for (int i = 0; i < 20; ++i) {
      more.push_back(std::make_unique<Client>(bench.loop));
      co_await more.back()->connect(bench.port);
      co_await more.back()->send("GET /ec");
      if (i == 0) EXPECT_EQ(co_await refused.rest(), "");
      if (i == 1) EXPECT_EQ(co_await silent.rest(), "");
      if (i >= 2) {
        const std::string answer = co_await more[static_cast<std::size_t>(i) - 2]->rest();
        EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 503")) << answer;
      }
    }
    co_await known.send(get("/echo"));
    co_await known.until("GET ");
    co_await more.back()->send("ho HTTP/1.1\r\nHost: x\r\n\r\n");
    co_await more.back()->until("GET ");
    bench.clock.advance(2s);
    co_await settled([&] { return !bench.log.lines.empty(); });
    EXPECT_NE(bench.log.lines.front().find("connections gave way to others"), std::string::npos);
  });
}

// Eight connections, one of them never at work. Mutants: work takes all places; what is brief is refused; a refusal is
// handled as well; not logged.
TEST(HttpServer, HearsWhoComesWhileAllItsPlacesAreAtWork) {
  Bench b({.max_connections = 8});
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 7; ++i) {
      clients.push_back(std::make_unique<Client>(bench.loop));
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(get("/hold"));
    }
    co_await settled([&] { return bench.handler.requests == 7; });
    for (int i = 0; i < 20; ++i) {
      Client probe(bench.loop);
      co_await probe.connect(bench.port);
      co_await probe.send(get("/brief"));
      co_await probe.until("well");
      EXPECT_TRUE((co_await exchange(bench, get("/hold"))).starts_with("HTTP/1.1 503"));
    }
    EXPECT_EQ(bench.handler.requests, 27);
    bench.clock.advance(2s);
    const auto said = [&] {
      return std::ranges::any_of(
          bench.log.lines, [](const auto& line) { return line.contains("requests refused, too many are at work"); });
    };
    co_await settled(said);
    bench.handler.release.set();
    for (auto& client : clients) co_await client->until("GET ");
    EXPECT_TRUE((co_await exchange(bench, get("/echo", "Connection: close\r\n"))).ends_with("GET "));
  });
}

// Sixteen connections, two of them never at work, of which what frees places may have one. Mutants: it is refused like
// any other; it takes both.
TEST(HttpServer, HearsWhatFreesPlacesWhileAllItsPlacesAreAtWork) {
  Bench b({.max_connections = 16});
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 15; ++i) {
      clients.push_back(std::make_unique<Client>(bench.loop));
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(get("/hold", i < 14 ? "" : "X-Frees: 1\r\n"));
      co_await settled([&] { return bench.handler.requests == i + 1; });
      if (i == 13) EXPECT_TRUE((co_await exchange(bench, get("/hold"))).starts_with("HTTP/1.1 503"));
    }
    EXPECT_TRUE((co_await exchange(bench, get("/hold", "X-Frees: 1\r\n"))).starts_with("HTTP/1.1 503"));
    Client probe(bench.loop);
    co_await probe.connect(bench.port);
    co_await probe.send(get("/brief"));
    co_await probe.until("well");
    bench.handler.release.set();
    for (auto& client : clients) co_await client->until("GET ");
  });
}

// Mutant: as many are accepted in a turn as on a server that has places.
TEST(HttpServer, HearsEachOfACrowdWhileAllItsPlacesAreAtWork) {
  Bench b({.max_connections = 64});
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 56; ++i) {
      clients.push_back(std::make_unique<Client>(bench.loop));
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(get("/hold"));
    }
    co_await settled([&] { return bench.handler.requests == 56; });
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < 100; ++i) {  // without a turn in between: the kernel connects them
      crowd.push_back(std::make_unique<Client>(bench.loop));
      crowd.back()->socket().open(tcp::v4());
      crowd.back()->socket().connect({asio::ip::address_v4::loopback(), bench.port});
      asio::write(crowd.back()->socket(), asio::buffer(get("/brief", "Connection: close\r\n")));
    }
    for (auto& client : crowd) {
      const std::string answer = co_await client->rest();
      EXPECT_TRUE(answer.ends_with("well")) << answer;
      client->close();
    }
  });
}

// What it has asked for may have been read by then, and not looked at. Mutants: it is broken off without a word; its
// request is handled, and not answered.
TEST(HttpServer, TellsWhoGivesWayAndDoesNothingForIt) {
  for (std::size_t places = 1; places < 4; ++places) {
    Bench b({.max_connections = places});
    b.run([](Bench& bench) -> Task<void> {
      std::vector<std::unique_ptr<Client>> crowd;
      for (std::size_t i = 0; i < 60; ++i) {  // without a turn in between: the kernel connects them
        crowd.push_back(std::make_unique<Client>(bench.loop));
        crowd.back()->socket().open(tcp::v4());
        crowd.back()->socket().connect({asio::ip::address_v4::loopback(), bench.port});
        const std::string body(i % 12 * 9'000, 'b');
        asio::write(crowd.back()->socket(),
                    asio::buffer("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n\r\n" + body));
      }
      int served = 0;
      for (auto& client : crowd) {
        const std::string answer = co_await client->rest();
        served += answer.starts_with("HTTP/1.1 200");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 ")) << client->was_reset << answer;
        client->close();
      }
      EXPECT_EQ(bench.handler.requests, served);
    });
  }
}

// Mutants: who waits behind others is at work like them; it is not told to come again; what gave way goes on being
// served.
TEST(HttpServer, SparesWhoWaitsForWhatOthersWaitForAsWell) {
  Bench b({.max_connections = 8});
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> clients;
    const auto come = [&](std::string request) -> Task<void> {
      clients.push_back(std::make_unique<Client>(bench.loop));
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(std::move(request));
      const auto came = static_cast<int>(clients.size());
      co_await settled([&bench, came] { return bench.handler.requests == came; });
    };
    for (int i = 0; i < 4; ++i) co_await come(get("/hold"));
    co_await come(get("/hold", "X-Behind: 1\r\n"));
    co_await come(get("/hold", "X-Behind: 3\r\n"));
    co_await come(get("/watch", "X-Behind: 2\r\n") + get("/echo"));  // pipelined: not to be answered
    co_await come(get("/hold"));
    const std::string told = co_await clients[5]->rest();
    EXPECT_TRUE(told.starts_with("HTTP/1.1 503")) << told;
    EXPECT_FALSE(told.contains("200")) << told;
    co_await come(get("/hold"));
    const std::string stream = co_await clients[6]->rest();
    EXPECT_TRUE(stream.contains("begun")) << stream;
    EXPECT_FALSE(stream.contains("503")) << stream;
    EXPECT_FALSE(stream.ends_with("0\r\n\r\n")) << stream;
    EXPECT_TRUE(bench.handler.gave_way);
    co_await come(get("/hold"));
    EXPECT_TRUE((co_await clients[4]->rest()).starts_with("HTTP/1.1 503"));
    EXPECT_TRUE((co_await exchange(bench, get("/hold"))).starts_with("HTTP/1.1 503")) << "nobody is left to be spared";
    bench.handler.release.set();
    for (const std::size_t i : {0U, 1U, 2U, 3U, 7U, 8U, 9U}) co_await clients[i]->until("GET ");
  });
}

// Mutants: no budget; the youngest refused; what has been answered still counted.
TEST(HttpServer, BoundsWhatUnfinishedRequestsHoldTogether) {
  Bench b({.max_unread_bytes = 100'000});
  b.run([](Bench& bench) -> Task<void> {
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n";
    for (int i = 0; i < 5; ++i) {  // one after the other all go through
      Client client(bench.loop);
      co_await client.connect(bench.port);
      co_await client.send(head + std::string(40'000, 'a'));
      co_await client.until("POST aaaa");
    }
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(std::make_unique<Client>(bench.loop));
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(head + std::string(39'999, 'a'));
      co_await turns();
    }
    EXPECT_TRUE((co_await clients[0]->rest()).starts_with("HTTP/1.1 503"));
    for (int i = 1; i < 3; ++i) {
      co_await clients[static_cast<std::size_t>(i)]->send("a");
      co_await clients[static_cast<std::size_t>(i)]->until("POST aaaa");
    }
  });
}

// Mutants: no bound; readers that take what they are sent cut off as well.
TEST(HttpServer, BoundsWhatClientsHaveNotTakenAllTogether) {
  Bench b({.max_unsent_bytes = Handler::kBig + 1000});
  b.run([](Bench& bench) -> Task<void> {
    Client first(bench.loop);
    first.narrow();
    co_await first.connect(bench.port);
    co_await first.send(get("/big"));
    co_await first.until("\r\n\r\n");
    for (int i = 0; i < 40; ++i) co_await turns();  // the kernel takes some more, a piece in a turn
    bench.clock.advance(2s);
    Client second(bench.loop);
    co_await second.connect(bench.port);
    co_await second.send(get("/big", "Connection: close\r\n"));
    EXPECT_TRUE((co_await second.rest()).ends_with("end"));
    EXPECT_FALSE((co_await first.rest()).ends_with("end"));
  });
}

// An answer is held whole until its last byte is taken. Mutant: what was taken of it does not count.
TEST(HttpServer, CountsAnswersWholeUntilTheyAreTaken) {
  Bench b({.max_unsent_bytes = Handler::kBig + Handler::kBig / 2});
  b.run([](Bench& bench) -> Task<void> {
    Client first(bench.loop);
    first.narrow();
    co_await first.connect(bench.port);
    co_await first.send(get("/big"));
    for (std::size_t taken = 0; taken < Handler::kBig * 3 / 4;) taken += co_await first.some();
    for (int i = 0; i < 40; ++i) co_await turns();
    bench.clock.advance(2s);
    Client second(bench.loop);
    co_await second.connect(bench.port);
    co_await second.send(get("/big", "Connection: close\r\n"));
    EXPECT_TRUE((co_await second.rest()).ends_with("end"));
    EXPECT_FALSE((co_await first.rest()).ends_with("end"));
  });
}

// Mutant: who is found to hold too much as it writes goes on writing.
TEST(HttpServer, CutsOffWhoHoldsTwiceTooMuchHoweverFastItReads) {
  Bench b({.max_unsent_bytes = Handler::kBig / 3});
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    co_await client.connect(bench.port);
    co_await client.send(get("/big", "Connection: close\r\n"));
    EXPECT_FALSE((co_await client.rest()).ends_with("end"));
  });
}

// Mutant: the bound is looked at only when something is written, which nothing is once all have stalled.
TEST(HttpServer, BoundsWhatReadersHoldWhoHaveAllStalled) {
  Bench b({.max_unsent_bytes = Handler::kBig + 1000});
  b.run([](Bench& bench) -> Task<void> {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 2; ++i) {
      clients.push_back(std::make_unique<Client>(bench.loop));
      clients.back()->narrow();
      co_await clients.back()->connect(bench.port);
      co_await clients.back()->send(get("/big"));
      co_await clients.back()->until("\r\n\r\n");
      for (int n = 0; n < 40; ++n) co_await turns();
    }
    EXPECT_EQ(bench.server.connections(), 2U);
    bench.clock.advance(2s);
    co_await settled([&] { return bench.server.connections() == 1; });
    EXPECT_FALSE((co_await clients[0]->rest()).ends_with("end"));
  });
}

// Mutants: told as a closed connection; never looked up again.
TEST(HttpServer, LooksUpAgainWhoseConnectionItIsWhereItCouldNot) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "without descriptors UBSan cannot look at objects and takes them all for broken";
#endif
  if (!can_tell_peer_users()) GTEST_SKIP() << "this kernel does not tell";
  Bench b({.look_at_users = true});
  b.run([](Bench& bench) -> Task<void> {
    Client client(bench.loop);
    client.socket().open(tcp::v4());
    {
      const testing::FewDescriptors one(1);  // for the connection
      co_await client.connect(bench.port);
      co_await client.send(get("/user"));
      co_await client.until("\r\n\r\n");
      EXPECT_EQ(co_await client.until("."), "unknown: Too many open files.");
    }
    co_await client.send(get("/user"));
    co_await client.until("\r\n\r\n");
    EXPECT_EQ(co_await client.until("."), "unknown: .");
  });
}

// Mutants: no pause after a failed accept (it spins and the test hangs); return instead of continue.
TEST(HttpServer, GoesOnAcceptingOnceThereAreDescriptorsAgain) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "without descriptors UBSan cannot look at objects and takes them all for broken";
#endif
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client served(bench.loop);
    co_await served.connect(bench.port);
    co_await served.send(get("/echo"));
    co_await served.until("GET ");
    Client client(bench.loop);
    client.socket().open(tcp::v4());
    {
      const testing::FewDescriptors none(0);
      co_await client.connect(bench.port);
      const auto pauses = [&] { return bench.clock.next_wake() <= bench.clock.now() + 50ms; };
      co_await settled(pauses);
      for (int i = 0; i < 5; ++i) {  // tries that fail
        const auto wake = bench.clock.next_wake();
        bench.clock.advance_to(wake);
        co_await settled(pauses);
        EXPECT_GT(bench.clock.next_wake(), wake);
      }
      EXPECT_EQ(bench.log.lines.size(), 1U);  // said once, however often it is tried
      co_await served.send(get("/echo"));
      co_await served.until("GET ");  // who is in is served
    }
    co_await client.send(get("/echo"));
    bench.clock.advance(1s);
    co_await client.until("GET ");
    EXPECT_EQ(bench.log.lines.size(), 2U);
    EXPECT_NE(bench.log.lines.back().find("accepting again"), std::string::npos);
  });
}

Task<void> close_all(Bench& b, bool& closed) {
  co_await b.server.close_all(10s);
  closed = true;
}

TEST(HttpServer, ClosesIdleConnectionsAtOnceAndLetsTheOthersFinish) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client idle(bench.loop);
    co_await idle.connect(bench.port);
    co_await idle.send(get("/echo"));
    co_await idle.until("GET ");
    Client busy(bench.loop);
    co_await busy.connect(bench.port);
    co_await busy.send(get("/hold"));
    co_await bench.handler.holding.wait();

    bool closed = false;
    aio::Scope scope(bench.loop.executor());
    scope.spawn(close_all(bench, closed));
    EXPECT_EQ(co_await idle.rest(), "");
    EXPECT_FALSE(closed);
    bench.handler.release.set();
    const std::string answer = co_await busy.rest();
    EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\nGET ")) << answer;
    co_await scope.finish();
  });
}

TEST(HttpServer, DropsWhatIsNotDoneWithinTheGrace) {
  Bench b;
  b.run([](Bench& bench) -> Task<void> {
    Client busy(bench.loop);
    co_await busy.connect(bench.port);
    co_await busy.send(get("/hold"));
    co_await bench.handler.holding.wait();
    bool closed = false;
    aio::Scope scope(bench.loop.executor());
    scope.spawn(close_all(bench, closed));
    co_await settled([&] { return bench.clock.next_wake() == bench.clock.now() + 10s; });
    bench.clock.advance(10s);
    EXPECT_EQ(co_await busy.rest(), "");
    co_await scope.finish();
    EXPECT_TRUE(closed);
  });
}

}  // namespace
}  // namespace net
