// Rentals and the calls under them, against a server that plays Browserbase.
#include "browserbase/rentals.h"

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "json/read.h"
#include "net/testing/scripted_server.h"

namespace browserbase {
namespace {

using aio::Task;
using net::testing::Answer;
using namespace std::chrono_literals;

constexpr const char* kKey = "bb_live_0123456789";
constexpr const char* kMade = R"({"id":"s-1","projectId":"p-1","connectUrl":"wss://connect.test?apiKey=hidden"})";

class MemoryLog final : public base::Logger {
 public:
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override {
    text += base::format_log_line(level, 0, 0, event, fields) + "\n";
  }
  bool enabled(base::Level) const override { return true; }
  mutable std::string text;
};

// The clock stands still unless a test moves it.
struct Bench {
  Bench() : server(loop.executor()), http(net::make_http_client(loop.executor(), {})) {}
  ~Bench() {
    EXPECT_EQ(log.text.find("0123456789"), std::string::npos) << log.text;
    EXPECT_EQ(log.text.find("hidden"), std::string::npos) << log.text;
  }

  void will(int status, std::string body) { server.will({.status = status, .body = std::move(body)}); }

  template <class T>
  Task<T> to_the_end(Task<T> work) {
    T out = co_await std::move(work);
    co_await rentals.finish(0s);
    co_await server.stop();
    co_return out;
  }
  template <class T>
  T run(Task<T> work) {
    return aio::testing::run_real(loop, to_the_end(std::move(work)));
  }
  // What was rented, without the rental: that has died within the run.
  Task<base::Result<Rented>> look(Wish wish) {
    auto rented = co_await rentals.rent(ctx, std::move(wish));
    if (rented) rented->rental.reset();
    co_return rented;
  }
  base::Result<Rented> rent(Wish wish) { return run(look(std::move(wish))); }
  std::string refusal(Wish wish) {
    const auto rented = rent(std::move(wish));
    EXPECT_FALSE(rented.has_value());
    if (rented) return "";
    EXPECT_EQ(rented.error().message.find("0123456789"), std::string::npos);
    EXPECT_EQ(rented.error().detail.find("0123456789"), std::string::npos);
    kind = rented.error().kind;
    return rented.error().message;
  }
  static Wish fresh(json::Object params = {}) { return {.key = base::Secret(kKey), .params = std::move(params)}; }
  static Wish named(std::string id) { return {.key = base::Secret(kKey), .id = std::move(id)}; }
  const net::HttpRequest& seen(std::size_t index) { return server.requests().at(index); }

  aio::Loop loop;
  aio::testing::ManualClock clock;
  MemoryLog log;
  aio::Context ctx{&clock, &log, base::kNever, "r1"};
  net::testing::ScriptedServer server;
  std::unique_ptr<net::HttpClient> http;
  std::string url = server.url("");
  Rentals rentals{loop.executor(), clock, log, *http, url, 30s};
  base::Kind kind = base::Kind::internal;
};

Task<int> rent_and_give_back(Bench& b, Wish wish, bool told, int times) {
  auto rented = co_await b.rentals.rent(b.ctx, std::move(wish));
  CHECK(rented.has_value(), rented ? "" : rented.error().message);
  rented->rental->set_told(told);
  int done = 0;
  for (int i = 0; i < times; ++i)
    if (co_await rented->rental->give_back(b.ctx)) ++done;
  co_return done;
}

Task<int> rent_and_drop(Bench& b, Wish wish, std::size_t requests) {
  {
    auto rented = co_await b.rentals.rent(b.ctx, std::move(wish));
    CHECK(rented.has_value() || requests > 0, "nothing was rented");
  }
  co_await b.server.requests_read(requests);
  co_return 0;
}

// Its caller leaves when Browserbase has read the creation and has not answered it yet.
Task<int> rent_and_leave(Bench& b, Wish wish) {
  auto first = co_await aio::race(b.rentals.rent(b.ctx, std::move(wish)), b.server.requests_read(1));
  CHECK(first.index() == 1, "it was answered too soon");
  co_await b.server.requests_read(2);
  co_return 0;
}

TEST(Rentals, ANewSessionIsCreatedWithTheKeyAndTheParams) {
  Bench b;
  b.will(201, kMade);
  const auto rented = b.rent(Bench::fresh({{"region", "us-east-1"}}));
  ASSERT_TRUE(rented) << rented.error().message;
  EXPECT_EQ(rented->id, "s-1");
  EXPECT_EQ(rented->connect_url.reveal(), "wss://connect.test?apiKey=hidden");
  EXPECT_EQ(b.seen(0).method, "POST");
  EXPECT_EQ(b.seen(0).target, "/v1/sessions");
  EXPECT_EQ(b.seen(0).body, R"({"region":"us-east-1"})");
  EXPECT_EQ(b.seen(0).headers.find("x-bb-api-key"), kKey);
  EXPECT_EQ(b.seen(0).headers.find("content-type"), "application/json");
}

TEST(Rentals, ANamedSessionIsLookedUpAndNoNameLeadsElsewhere) {
  Bench b;
  b.will(200, R"({"connectUrl":"wss://x"})");
  const auto rented = b.rent(Bench::named("../a/ä?b#c"));
  ASSERT_TRUE(rented) << rented.error().message;
  EXPECT_EQ(rented->id, "../a/ä?b#c");
  EXPECT_EQ(b.seen(0).method, "GET");
  EXPECT_EQ(b.seen(0).target, "/v1/sessions/%2E%2E%2Fa%2F%C3%A4%3Fb%23c");
  EXPECT_EQ(b.seen(0).body, "");
}

TEST(Rentals, GivingBackReleasesOnceAndForTheProject) {
  Bench b;
  b.will(201, kMade);
  b.will(200, "{}");
  EXPECT_EQ(b.run(rent_and_give_back(b, Bench::fresh(), true, 2)), 2);
  ASSERT_EQ(b.server.requests().size(), 2U);
  EXPECT_EQ(b.seen(1).method, "POST");
  EXPECT_EQ(b.seen(1).target, "/v1/sessions/s-1");
  EXPECT_EQ(b.seen(1).body, R"({"projectId":"p-1","status":"REQUEST_RELEASE"})");
  EXPECT_EQ(b.seen(1).headers.find("x-bb-api-key"), kKey);
  EXPECT_NE(b.log.text.find("browserbase session released"), std::string::npos);
}

TEST(Rentals, OneThatIsKeptAliveIsReleasedOnlyWhenNobodyKnowsIt) {
  for (const bool told : {false, true}) {
    Bench b;
    b.will(201, kMade);
    b.will(200, "{}");
    EXPECT_EQ(b.run(rent_and_give_back(b, Bench::fresh({{"keepAlive", true}}), told, 1)), 1);
    EXPECT_EQ(b.server.requests().size(), told ? 1U : 2U);
  }
}

TEST(Rentals, OneThatACallerNamedIsNeverReleased) {
  Bench b;
  b.will(200, kMade);
  EXPECT_EQ(b.run(rent_and_give_back(b, Bench::named("s-1"), false, 1)), 1);
  EXPECT_EQ(b.server.requests().size(), 1U);
}

TEST(Rentals, WhatIsDroppedIsReleasedInTheBackground) {
  Bench b;
  b.will(201, kMade);
  b.will(200, "{}");
  b.run(rent_and_drop(b, Bench::fresh(), 2));
  EXPECT_EQ(b.seen(1).target, "/v1/sessions/s-1");
}

TEST(Rentals, ACallerThatLeavesDuringTheCreationLeavesNoSession) {
  Bench b;
  b.will(201, kMade);
  b.will(200, "{}");
  b.run(rent_and_leave(b, Bench::fresh({{"keepAlive", true}})));
  EXPECT_EQ(b.seen(1).target, "/v1/sessions/s-1");
}

TEST(Rentals, OneWithoutAnEndpointIsReleasedAndRefused) {
  Bench b;
  b.will(201, R"({"id":"s-1"})");
  b.will(200, "{}");
  b.run(rent_and_drop(b, Bench::fresh(), 2));
  EXPECT_EQ(b.seen(1).body, R"({"status":"REQUEST_RELEASE"})");
  Bench named;
  named.will(200, R"({"id":"s-1"})");
  EXPECT_EQ(named.refusal(Bench::named("s-1")), "Browserbase session missing connectUrl");
  EXPECT_EQ(named.kind, base::Kind::not_found);
}

TEST(Rentals, FailuresAreToldInTheWordsOfTheWire) {
  const std::tuple<int, std::string, std::string> cases[] = {
      {404, R"({"message":"no such"})", "404 no such"},
      {401, std::string(R"({"message":"bad key )") + kKey + R"("})", "401 bad key ***"},
      {429, R"({"statusCode":429})", R"(429 {"statusCode":429})"},
      {400, R"({"message":{"a":1}})", R"(400 {"a":1})"},
      {502, "<html>", "502 <html>"},
      {503, "", "503 status code (no body)"},
      {302, "", "302 status code (no body)"}};
  for (const auto& [status, body, message] : cases) {
    Bench b;
    b.will(status, body);
    EXPECT_EQ(b.refusal(Bench::fresh()), message);
    EXPECT_EQ(b.kind, base::Kind::upstream);
    EXPECT_EQ(b.server.requests().size(), 1U) << "asked once";
  }
  for (const char* body : {"{}", "", "nonsense", "[]", "null", R"({"id":7})"}) {
    Bench b;
    b.will(200, body);
    EXPECT_EQ(b.refusal(Bench::fresh()), "Failed to create browserbase session") << body;
    EXPECT_EQ(b.kind, base::Kind::not_found);
  }
  Bench b;
  b.will(200, "null");
  EXPECT_EQ(b.refusal(Bench::named("x")), "Failed to retrieve browserbase session");
}

TEST(Rentals, ABrokenConnectionIsAConnectionError) {
  Bench b;
  b.server.will({.body = "{}", .way = Answer::Way::cut});
  EXPECT_EQ(b.refusal(Bench::fresh()), "Connection error.");
}

TEST(Rentals, AKeyThatIsNoHeaderIsRefusedUnseen) {
  Bench b;
  Wish wish = Bench::fresh();
  wish.key = base::Secret("0123456789\r\nx: y");
  EXPECT_NE(b.refusal(std::move(wish)), "");
  EXPECT_EQ(b.server.requests().size(), 0U);
}

Task<std::string> rent_from_nobody(Bench& b, Wish wish) {
  auto rented = co_await b.rentals.rent(b.ctx, std::move(wish));
  co_return rented ? "rented" : rented.error().message;
}
Task<std::string> wait_in_vain(Bench& b, Wish wish) {
  struct Late {
    static Task<std::string> pass(Bench& b) {
      co_await b.server.requests_read(1);
      b.clock.advance(31s);
      co_await b.clock.sleep_until(base::kNever);
      co_return "";
    }
  };
  auto first = co_await aio::race(rent_from_nobody(b, std::move(wish)), Late::pass(b));
  co_return std::get<0>(std::move(first));
}

TEST(Rentals, NoAnswerIsATimeOut) {
  for (const bool named : {false, true}) {
    Bench b;
    b.server.will({.way = Answer::Way::hang});
    EXPECT_EQ(b.run(wait_in_vain(b, named ? Bench::named("x") : Bench::fresh())), "Request timed out.");
  }
}

Task<bool> leave_one_hanging(Bench& b) {
  auto first = co_await aio::race(b.rentals.rent(b.ctx, Bench::fresh()), b.server.requests_read(1));
  co_return first.index() == 1;
}

TEST(Rentals, FinishGivesUpWhatHangs) {
  Bench b;
  b.server.will({.way = Answer::Way::hang});
  EXPECT_TRUE(b.run(leave_one_hanging(b)));
}

}  // namespace
}  // namespace browserbase
