#include "net/http_client.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "aio/latch.h"
#include "aio/scope.h"
#include "aio/testing/run.h"
#include "net/testing/certificates.h"
#include "net/testing/scripted_server.h"
#include "net/testing/websocket_peer.h"

namespace net {
namespace {

using aio::Task;
using testing::Answer;
using testing::ScriptedServer;
using namespace std::chrono_literals;

using Reply = base::Result<HttpReply>;

// A client and a server on one loop. The clock stands still unless a test moves it, so a deadline passes only when a
// test says so.
struct ClientBench {
  explicit ClientBench(HttpClientOptions options = {}, std::optional<testing::Identity> identity = {})
      : server(loop.executor(), std::move(identity)), client(make_http_client(loop.executor(), std::move(options))) {}

  Task<Reply> finish(Task<Reply> work) {
    Reply reply = co_await std::move(work);
    co_await server.stop();
    co_return reply;
  }
  Reply run(Task<Reply> work) { return aio::testing::run_real(loop, finish(std::move(work))); }
  Reply send(HttpCall call) { return run(client->send(ctx, std::move(call))); }
  HttpCall to_server(std::string body = "{}") { return {.url = server.url("/v1/x?a=b"), .body = std::move(body)}; }

  aio::Loop loop;
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock).within(30s);
  ScriptedServer server;
  std::unique_ptr<HttpClient> client;
};

Answer whole(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

TEST(HttpClient, SendsWhatItIsToldAndNothingElse) {
  ClientBench b;
  b.server.will(whole(200, "yes"));
  HttpCall call = b.to_server(R"({"q":1})");
  call.headers.add("Content-Type", "application/json");
  call.headers.add("X-Empty", "");
  call.secret_headers.push_back({"Authorization", base::Secret("Bearer k")});
  const Reply reply = b.send(std::move(call));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "yes");
  const HttpRequest& seen = b.server.requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/v1/x?a=b");
  EXPECT_EQ(seen.body, R"({"q":1})");
  EXPECT_EQ(seen.headers.find("content-type"), "application/json");
  EXPECT_EQ(seen.headers.find("authorization"), "Bearer k");
  EXPECT_EQ(seen.headers.find("x-empty"), "");
  EXPECT_TRUE(seen.headers.find("user-agent")->starts_with("Belay/"));
  EXPECT_FALSE(seen.headers.find("expect"));
}

Task<Reply> after_one_on_the_same_connection(ClientBench& b, std::string method) {
  const Reply first = co_await b.client->send(b.ctx, b.to_server());
  EXPECT_TRUE(first);
  HttpCall call = b.to_server();
  call.method = std::move(method);
  co_return co_await b.client->send(b.ctx, std::move(call));
}

// A connection that was kept ends when the request has been read. Mutant: curl sends it again by itself.
TEST(HttpClient, SendsNothingTwiceThatMayHaveBeenDone) {
  for (const std::string method : {"POST", "DELETE", "GET"}) {
    ClientBench b;
    b.server.will(whole(200, "first"));
    b.server.will({.way = Answer::Way::raw});
    b.server.will(whole(200, "again"));
    const Reply reply = b.run(after_one_on_the_same_connection(b, method));
    if (method == "GET") {
      ASSERT_TRUE(reply) << reply.error().message;
      EXPECT_EQ(reply->body, "again");
      continue;
    }
    ASSERT_FALSE(reply) << method;
    EXPECT_EQ(reply.error().kind, base::Kind::upstream);
    EXPECT_TRUE(reply.error().message.ends_with("so it was not asked again")) << reply.error().message;
    EXPECT_EQ(b.server.requests().size(), 2U);
  }
}

TEST(HttpClient, GivesAnyStatusAsAReplyWithItsHeaders) {
  ClientBench b;
  Answer answer = whole(429, "slow down");
  answer.headers.add("Retry-After", "7");
  b.server.will(std::move(answer));
  const Reply reply = b.send(b.to_server());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 429);
  EXPECT_EQ(reply->headers.find("retry-after"), "7");
  EXPECT_EQ(reply->body, "slow down");
}

TEST(HttpClient, FollowsNoRedirect) {
  ClientBench b;
  Answer answer = whole(307, "");
  answer.headers.add("Location", b.server.url("/elsewhere"));
  b.server.will(std::move(answer));
  const Reply reply = b.send(b.to_server());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 307);
  EXPECT_EQ(b.server.requests().size(), 1u);
}

Task<Reply> twice(ClientBench& b) {
  co_await b.client->send(b.ctx, b.to_server());
  co_return co_await b.client->send(b.ctx, b.to_server());
}

TEST(HttpClient, UsesAnIdleConnectionAgain) {
  ClientBench b;
  b.server.will(whole(200, "1"));
  b.server.will(whole(200, "2"));
  const Reply reply = b.run(twice(b));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "2");
  EXPECT_EQ(b.server.connections(), 1);
}

TEST(HttpClient, CarriesLargeBodiesBothWays) {
  ClientBench b;
  const std::string large(3'000'000, 'x');
  b.server.will(whole(200, large));
  const Reply reply = b.send(b.to_server(large));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, large);
  EXPECT_EQ(b.server.requests().at(0).body, large);
}

Task<void> note_error(Task<Reply> call, std::string& why, aio::Latch& ended) {
  const Reply reply = co_await std::move(call);
  EXPECT_TRUE(!reply && reply.error().kind == base::Kind::full);
  why = reply ? "answered" : reply.error().message;
  ended.set();
}

// Two answers that never end, the second begun once all of the first has come: how the first ended, while the second
// had not.
Task<std::string> first_answer_of_two(ClientBench& b, base::MemoryBudget& budget) {
  b.server.will({.body = std::string(1'200'000, 'x'), .way = Answer::Way::stall});
  b.server.will({.body = std::string(1'000'000, 'x'), .way = Answer::Way::stall});
  std::string why;
  aio::Latch ended;
  aio::Scope scope(co_await aio::asio::this_coro::executor);
  scope.spawn(note_error(b.client->send(b.ctx, b.to_server()), why, ended));
  while (budget.held() < 600'000) co_await aio::yield();
  const auto first = co_await aio::race(b.client->send(b.ctx, b.to_server()), ended.wait());
  EXPECT_EQ(first.index(), 1U);
  co_await scope.finish();
  co_await b.server.stop();
  co_return why;
}

TEST(HttpClient, GivesUpTheAnswerThatHoldsMostOfTheBudget) {
  base::MemoryBudget budget(1'000'000);
  ClientBench b({.memory = &budget});
  EXPECT_EQ(
      aio::testing::run_real(b.loop, first_answer_of_two(b, budget)),
      "The answer of 127.0.0.1:" + std::to_string(b.server.port()) +
          " was given up: what others sent and is still held takes more than the 1000000 bytes allowed for all of "
          "them together, and most of it, 600000 bytes, came from this one");
  EXPECT_EQ(budget.held(), 0U);
}

TEST(HttpClient, RefusesAnAnswerThatIsTooBig) {
  ClientBench b;
  b.server.will(whole(200, std::string(2000, 'x')));
  HttpCall call = b.to_server();
  call.max_body = 1000;
  const Reply reply = b.send(std::move(call));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::full);
}

// Mutant: all codings are asked for, and 16 KB become 16 MB on the loop.
TEST(HttpClient, AsksForNoCompressionAndTakesNone) {
  for (const auto& [coding, taken] :
       {std::pair("gzip", false), std::pair("x-unknown", false), std::pair("identity", true)}) {
    ClientBench b;
    Answer answer = whole(200, "packed");
    answer.headers.add("Content-Encoding", coding);
    b.server.will(std::move(answer));
    const Reply reply = b.send(b.to_server());
    EXPECT_FALSE(b.server.requests().at(0).headers.find("accept-encoding"));
    ASSERT_EQ(reply.has_value(), taken) << coding;
    if (taken) continue;
    EXPECT_EQ(reply.error().kind, base::Kind::upstream);
    EXPECT_TRUE(reply.error().message.ends_with(" answered in a content coding that it was not asked for"))
        << reply.error().message;
  }
}

TEST(HttpClient, RefusesHeadersWithoutEnd) {
  ClientBench b;
  Answer answer = whole(200, "x");
  for (int i = 0; i < 40; ++i) answer.headers.add("X-Long", std::string(8000, 'x'));
  b.server.will(std::move(answer));
  const Reply reply = b.send(b.to_server());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::upstream);
}

TEST(HttpClient, HandsOverABodyPieceByPiece) {
  ClientBench b;
  b.server.will(whole(200, "data: 1\n\ndata: 2\n\n"));
  std::string seen;
  HttpCall call = b.to_server();
  call.on_body = [&seen](std::string_view piece) {
    seen += piece;
    return true;
  };
  const Reply reply = b.send(std::move(call));
  ASSERT_TRUE(reply);
  EXPECT_EQ(seen, "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(reply->body, "");
}

TEST(HttpClient, SaysThatACutOrSenselessAnswerBroke) {
  for (const Answer& answer : {Answer{.body = "half of this", .way = Answer::Way::cut},
                               Answer{.body = "\x01\x02 no HTTP\r\n\r\n", .way = Answer::Way::raw},
                               Answer{.body = "", .way = Answer::Way::raw}}) {
    ClientBench b;
    b.server.will(answer);
    const Reply reply = b.send(b.to_server());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::upstream);
    EXPECT_TRUE(reply.error().message.starts_with("The exchange with 127.0.0.1:")) << reply.error().message;
  }
}

// The deadline passes only after the server has read the request.
Task<Reply> until_the_deadline(ClientBench& b) {
  aio::Scope scope(b.loop.executor());
  std::optional<Reply> reply;
  scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), reply));
  co_await b.server.requests_read(1);
  b.clock.advance(30s);
  co_await b.server.clients_left(1);
  co_await scope.finish();
  co_return std::move(*reply);
}

TEST(HttpClient, EndsByItsDeadlineAndClosesTheSocket) {
  for (const Answer::Way way : {Answer::Way::hang, Answer::Way::stall}) {
    ClientBench b;
    b.server.will({.body = "half of this", .way = way});
    const Reply reply = b.run(until_the_deadline(b));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::timeout);
    EXPECT_TRUE(reply.error().message.ends_with("did not answer in time")) << reply.error().message;
  }
}

Task<Reply> canceled(ClientBench& b) {
  aio::Scope scope(b.loop.executor());
  std::optional<Reply> reply;
  scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), reply));
  co_await b.server.requests_read(1);
  scope.cancel_all();
  co_await b.server.clients_left(1);  // without the close this waits for ever
  co_await scope.finish();
  EXPECT_FALSE(reply.has_value());
  b.server.will(whole(200, "still there"));
  co_return co_await b.client->send(b.ctx, b.to_server());
}

TEST(HttpClient, ClosesTheSocketOfACanceledCallAtOnceAndGoesOn) {
  ClientBench b;
  b.server.will({.way = Answer::Way::hang});
  const Reply reply = b.run(canceled(b));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "still there");
  EXPECT_EQ(b.server.connections(), 2);
}

std::size_t threads() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator()));
}

Task<Reply> many(ClientBench& b, std::size_t count) {
  const std::size_t before = threads();
  aio::Scope scope(b.loop.executor());
  std::vector<std::optional<Reply>> replies(count);
  for (auto& reply : replies) scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), reply));
  co_await b.server.requests_read(count);
  EXPECT_EQ(threads(), before);
  scope.cancel_all();
  co_await b.server.clients_left(count);
  co_await scope.finish();
  co_return HttpReply{};
}

TEST(HttpClient, NeedsNoThreadForACall) {
  ClientBench b({.max_connections = 400});
  for (int i = 0; i < 200; ++i) b.server.will({.way = Answer::Way::hang});
  EXPECT_TRUE(b.run(many(b, 200)));
  EXPECT_EQ(b.server.connections(), 200);
}

Task<Reply> one_too_many(ClientBench& b) {
  aio::Scope scope(b.loop.executor());
  std::optional<Reply> first;
  scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), first));
  co_await b.server.requests_read(1);
  std::optional<Reply> second;
  scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), second));
  for (int i = 0; i < 200; ++i) co_await aio::yield();
  EXPECT_EQ(b.server.connections(), 1);  // the second waits, though the server would take it
  scope.cancel_child(1);
  co_await scope.finish();
  co_return std::move(*second);
}

TEST(HttpClient, LetsCallsBeyondItsConnectionsWait) {
  ClientBench b({.max_connections = 1});
  b.server.will({.way = Answer::Way::hang});
  b.server.will(whole(200, "next"));
  const Reply reply = b.run(one_too_many(b));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "next");
}

Task<Reply> beside_a_host_that_hangs(ClientBench& b, ScriptedServer& other) {
  aio::Scope scope(b.loop.executor());
  std::vector<std::optional<Reply>> hanging(3);
  for (auto& reply : hanging) scope.spawn(aio::testing::keep<Reply>(b.client->send(b.ctx, b.to_server()), reply));
  co_await b.server.requests_read(2);
  Reply reply = co_await b.client->send(b.ctx, {.url = other.url("/"), .body = "{}"});
  for (int i = 0; i < 200; ++i) co_await aio::yield();
  EXPECT_EQ(b.server.connections(), 2);
  b.clock.advance_to(b.ctx.deadline);
  co_await scope.finish();
  const std::string url = b.server.url("");
  EXPECT_EQ(hanging[2]->error(),
            base::Error(base::Kind::timeout, "2 calls to " + url.substr(url.find("//") + 2) +
                                                 " are under way, which is the limit of one host"));
  co_await other.stop();
  co_return reply;
}

TEST(HttpClient, OneHostTakesNoMoreThanHalf) {
  ClientBench b({.max_connections = 4});
  ScriptedServer other(b.loop.executor());
  for (int i = 0; i < 3; ++i) b.server.will({.way = Answer::Way::hang});
  other.will(whole(200, "other"));
  const Reply reply = b.run(beside_a_host_that_hangs(b, other));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "other");
}

TEST(HttpClient, SaysWhyItCannotConnect) {
  ClientBench b;
  const auto port = std::to_string(testing::unused_port());
  const Reply reply = b.send({.url = "http://127.0.0.1:" + port + "/?key=secret"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::upstream);
  EXPECT_EQ(reply.error().message, "connect ECONNREFUSED 127.0.0.1:" + port);
  EXPECT_EQ(reply.error().detail.find("secret"), std::string::npos);
}

TEST(HttpClient, NamesTheProxyThatCannotBeReachedWithoutItsCredentials) {
  const auto port = std::to_string(testing::unused_port());
  ClientBench b({.proxy = {.http = "http://user:secret@127.0.0.1:" + port + "/"}});
  const Reply reply = b.send({.url = "http://far.example/"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().message,
            "connect ECONNREFUSED 127.0.0.1:" + port + ", the proxy on the way to far.example:80");
  EXPECT_EQ(reply.error().detail.find("secret"), std::string::npos);
}

TEST(HttpClient, RefusesHeadersThatWouldForgeOthers) {
  ClientBench b;
  HttpCall call = b.to_server();
  call.secret_headers.push_back({"Authorization", base::Secret("Bearer k\r\nX-Forged: 1")});
  const Reply reply = b.send(std::move(call));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_EQ(reply.error().message, "The header Authorization holds a line break or a NUL");
  EXPECT_EQ(b.server.connections(), 0);
}

TEST(HttpClient, RefusesAUrlThatNoServerTakes) {
  for (const std::size_t more : {100'000, 9'000'000}) {
    ClientBench b;
    HttpCall call = b.to_server();
    call.url += std::string(more, 'x');
    const Reply reply = b.send(std::move(call));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::invalid);
    EXPECT_TRUE(reply.error().message.ends_with("bytes, more than the 65536 that can be sent"))
        << reply.error().message;
    EXPECT_TRUE(b.server.requests().empty());
  }
}

// What curl itself refuses is an error of that call.
TEST(HttpClient, RefusesWhatCurlDoesNotTake) {
  ClientBench b;
  HttpCall call = b.to_server();
  call.method = std::string(9'000'000, 'X');
  const Reply reply = b.send(std::move(call));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
}

TEST(HttpClient, AsksThePolicyAboutTheUrl) {
  ClientBench b({.policy = {.reach = OutboundPolicy::Reach::public_only}});
  const Reply reply = b.send(b.to_server());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_EQ(b.server.connections(), 0);
}

// The name passes and what it resolves to does not: without the check at the connection this would arrive.
TEST(HttpClient, AsksThePolicyAboutTheAddressThatANameResolvesTo) {
  ClientBench b({.policy = {.reach = OutboundPolicy::Reach::public_only}});
  const Reply reply = b.send({.url = "http://localhost:" + std::to_string(b.server.port()) + "/"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_TRUE(reply.error().message.ends_with("is an address of a private network; this server does not call those"))
      << reply.error().message;
  EXPECT_EQ(b.server.connections(), 0);
}

TEST(HttpClient, TrustsOnlyKnownAuthoritiesAndTheRightName) {
  const auto certificates = testing::make_certificates();
  {
    ClientBench b({.ca_file = certificates->ca_file()}, certificates->server());
    b.server.will(whole(200, "private"));
    const Reply reply = b.send(b.to_server());
    ASSERT_TRUE(reply) << reply.error().message << reply.error().detail;
    EXPECT_EQ(reply->body, "private");
  }
  {
    ClientBench b({}, certificates->server());
    const Reply reply = b.send(b.to_server());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::invalid);
    EXPECT_TRUE(reply.error().message.ends_with("is not trusted; --ca-file names further authorities"));
  }
  {
    ClientBench b({.ca_file = certificates->ca_file()}, certificates->other_host());
    const Reply reply = b.send(b.to_server());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  }
}

TEST(HttpClient, GoesThroughTheProxy) {
  ClientBench proxy_side;  // only its server is used
  HttpClientOptions options;
  options.proxy.http = "http://user:pw@127.0.0.1:" + std::to_string(proxy_side.server.port());
  const auto client = make_http_client(proxy_side.loop.executor(), options);
  proxy_side.server.will(whole(200, "by proxy"));
  const Reply reply = proxy_side.run(client->send(proxy_side.ctx, {.method = "GET", .url = "http://far.example/x"}));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "by proxy");
  EXPECT_EQ(proxy_side.server.requests().at(0).target, "http://far.example/x");
  EXPECT_EQ(proxy_side.server.requests().at(0).headers.find("proxy-authorization"), "Basic dXNlcjpwdw==");
}

TEST(ProxySettings, AreReadLikeTheUsualVariables) {
  const auto settings =
      ProxySettings::from({"HTTPS_PROXY=http://upper:1", "https_proxy=http://lower:1", "HTTP_PROXY=http://never:1",
                           "ALL_PROXY=http://all:1", "NO_PROXY=localhost, .corp.example,10.0.0.1,host.example:8443"});
  const auto proxy_for = [&](std::string_view url) { return settings.proxy_for(*parse_url(url)); };
  EXPECT_EQ(proxy_for("https://api.example/"), "http://lower:1");
  EXPECT_EQ(proxy_for("http://api.example/"), "http://all:1");
  EXPECT_EQ(proxy_for("http://localhost:11434/"), "");
  EXPECT_EQ(proxy_for("https://a.corp.example/"), "");
  EXPECT_EQ(proxy_for("https://corp.example/"), "");
  EXPECT_EQ(proxy_for("https://notcorp.example/"), "http://lower:1");
  EXPECT_EQ(proxy_for("https://10.0.0.1/"), "");
  EXPECT_EQ(proxy_for("https://host.example:8443/"), "");
  EXPECT_EQ(proxy_for("https://host.example/"), "http://lower:1");
  EXPECT_EQ(ProxySettings::from({"all_proxy=x:1", "no_proxy=*"}).proxy_for(*parse_url("https://a.example/")), "");
}

}  // namespace
}  // namespace net
