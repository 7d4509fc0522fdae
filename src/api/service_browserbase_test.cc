// Starts of Browserbase sessions over an engine and a Browserbase that are not there: whoever leaves when, and whatever
// refuses the start, what was created is released once or has a session.
#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "api/service.h"
#include "engine_api/testing/fake_engine.h"
#include "json/read.h"
#include "net/testing/fake_exchange.h"

namespace api {
namespace {

using namespace std::chrono_literals;
using net::testing::FakeExchange;

constexpr std::string_view kStartBody = R"({"modelName":"openai/x"})";
constexpr std::string_view kKept = R"({"modelName":"openai/x","browserbaseSessionCreateParams":{"keepAlive":true}})";
constexpr std::string_view kNamed = R"({"modelName":"openai/x","browserbaseSessionID":"bb-7"})";
constexpr std::string_view kActBody =
    R"({"input":{"selector":"#a","description":"d","method":"click","arguments":[]}})";

// Browserbase on the test's clock: each answer takes 100 ms.
class FakeBrowserbase final : public net::HttpClient {
 public:
  explicit FakeBrowserbase(aio::Clock& clock) : clock_(clock) {}
  aio::Task<base::Result<net::HttpReply>> send(const aio::Context& ctx, net::HttpCall call) override {
    static_cast<void>(ctx);
    ++asked;
    const bool creation = call.method == "POST" && call.url.ends_with("/v1/sessions");
    const bool release = call.method == "POST" && !creation;
    co_await clock_.sleep(100ms);
    const std::string id = creation ? "bb-" + std::to_string(++created) : call.url.substr(call.url.rfind('/') + 1);
    if (release) released.push_back(id);
    co_return net::HttpReply{.status = 200, .body = R"({"id":")" + id + R"(","connectUrl":"ws://bb/)" + id + R"("})"};
  }
  int asked = 0;
  int created = 0;
  std::vector<std::string> released;

 private:
  aio::Clock& clock_;
};

struct BrowserbaseHouse {
  explicit BrowserbaseHouse(std::uint32_t seed = 1,
                            session::Limits limits = {.max_sessions = 5, .max_sessions_hard = 10},
                            Settings settings = {})
      : scheduler(seed),
        browserbase(clock),
        rentals(scheduler.executor(), clock, log, browserbase, "http://bb.test", 30s),
        sessions(scheduler.executor(), clock, log, factory, limits),
        service(scheduler.executor(), clock, log, sessions, rentals, metrics, std::move(settings)),
        requests(scheduler.executor()) {}
  ~BrowserbaseHouse() { stop(); }
  void stop() {
    hurry.set();
    aio::testing::run_on(scheduler, clock, sessions.drain(hurry));
    aio::testing::run_on(scheduler, clock, service.finish());
    aio::testing::run_on(scheduler, clock, requests.finish());
    aio::testing::run_on(scheduler, clock, rentals.finish(1s));
    EXPECT_TRUE(factory.alive.empty());
  }

  std::unique_ptr<FakeExchange> get(std::string target) { return ask("GET", std::move(target), "", ""); }
  std::unique_ptr<FakeExchange> post(std::string target, std::string_view body, std::string key = "k") {
    return ask("POST", std::move(target), body, std::move(key));
  }
  std::unique_ptr<FakeExchange> ask(std::string method, std::string target, std::string_view body, std::string key) {
    net::HttpRequest request{
        .method = std::move(method), .target = std::move(target), .headers = {}, .body = std::string(body)};
    request.headers.add("host", "localhost");
    request.headers.add("content-type", "application/json");
    if (!key.empty()) request.headers.add("x-bb-api-key", std::move(key));
    auto out = std::make_unique<FakeExchange>(std::move(request));
    requests.spawn(service.handle(*out));
    scheduler.run();
    return out;
  }
  std::unique_ptr<FakeExchange> start(std::string_view body) { return post("/v1/sessions/start", body); }
  void pass(base::Duration time) {
    const base::TimePoint until = clock.now() + time;
    scheduler.run();
    for (; clock.next_wake() <= until; scheduler.run()) clock.advance_to(clock.next_wake());
    clock.advance_to(until);
    scheduler.run();
  }
  std::string answer(std::unique_ptr<FakeExchange> exchange) {
    pass(1s);
    return exchange->sent ? std::to_string(exchange->sent->status) + " " + exchange->sent->body : "none";
  }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  base::NullLogger log;
  metrics::Registry metrics;
  engine::testing::FakeFactory factory;
  FakeBrowserbase browserbase;
  browserbase::Rentals rentals;
  session::Manager sessions;
  Service service;
  aio::Scope requests;
  aio::Latch hurry;
};

using Ids = std::vector<std::string>;

TEST(ServiceBrowserbase, ASessionHasBrowserbasesIdAndConnectsWithItsFirstOperation) {
  BrowserbaseHouse house;
  EXPECT_EQ(house.answer(house.start(kStartBody)),
            R"(200 {"success":true,"data":{"sessionId":"bb-1","available":true,"cdpUrl":"ws://bb/bb-1"}})");
  EXPECT_EQ(house.factory.opened, 0);
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/bb-1/act", kActBody)).starts_with("200 "));
  EXPECT_EQ(house.factory.opened, 1);
  EXPECT_EQ(house.answer(house.post("/v1/sessions/bb-1/end", "", "")), R"(200 {"success":true})");
  EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
}

TEST(ServiceBrowserbase, AnOperationNeedsTheKeyOfTheStart) {
  BrowserbaseHouse house;
  house.answer(house.start(kStartBody));
  EXPECT_EQ(house.answer(house.post("/v1/sessions/bb-1/act", kActBody, "")),
            R"(400 {"error":"Browserbase API key and resolved project ID are required for browserbase sessions"})");
  EXPECT_EQ(house.answer(house.post("/v1/sessions/bb-1/act", kActBody, "other")),
            R"(401 {"success":false,"message":"x-bb-api-key is not the key that this session was started with"})");
  EXPECT_EQ(house.factory.opened, 0);
}

// Mutant: what was told is not told apart from what was not. Then one of the two sessions is lost or dead.
TEST(ServiceBrowserbase, OneThatIsKeptAliveOutlivesItsEndButNotAClientThatLeft) {
  BrowserbaseHouse house;
  const auto left = house.start(kKept);
  house.pass(50ms);
  left->leave();
  house.pass(1s);
  EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
  EXPECT_TRUE(house.answer(house.start(kKept)).starts_with("200 "));
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/bb-2/end", "")).starts_with("200 "));
  EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
}

TEST(ServiceBrowserbase, AStartWhoseClientLeavesAtAnyMomentLeavesNothing) {
  for (std::uint32_t seed = 0; seed < 200; ++seed)
    for (const base::Duration when : {base::Duration(0ms), base::Duration(50ms), base::Duration(100ms)}) {
      BrowserbaseHouse house(seed);
      const auto exchange = house.start(kKept);
      house.clock.advance(when);  // at 100 ms the answer of Browserbase is there in the same moment
      exchange->leave();
      house.scheduler.run();
      house.pass(10s);
      EXPECT_FALSE(exchange->sent);
      ASSERT_EQ(house.sessions.sessions(), 0U) << "seed " << seed;
      ASSERT_EQ(house.browserbase.released, Ids{"bb-1"}) << "seed " << seed;
    }
}

TEST(ServiceBrowserbase, AStartWhoseAnswerIsNotDeliveredLeavesNothing) {
  for (const bool noticed : {false, true}) {
    BrowserbaseHouse house;
    const auto exchange = house.start(kKept);
    exchange->lost = !noticed;
    exchange->silently_gone = noticed;
    house.pass(10s);
    EXPECT_EQ(house.sessions.sessions(), 0U);
    EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
  }
}

TEST(ServiceBrowserbase, Case10OfTwoStartsOfOneIdAtOnceOneIsRefusedAndTheOtherLives) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    BrowserbaseHouse house(seed);
    auto first = house.start(kNamed);
    auto second = house.start(kNamed);
    house.pass(1s);
    ASSERT_TRUE(first->sent && second->sent);
    const auto& refused = first->sent->status == 200 ? *second->sent : *first->sent;
    EXPECT_EQ(first->sent->status + second->sent->status, 700);
    EXPECT_EQ(refused.body, R"({"success":false,"message":"Session already exists: bb-7"})");
    EXPECT_EQ(house.sessions.sessions(), 1U);
    EXPECT_EQ(house.browserbase.released, Ids{});
  }
}

TEST(ServiceBrowserbase, AStartThatIsRefusedReleasesWhatItCreated) {
  BrowserbaseHouse house(1, {.max_sessions = 1, .max_sessions_hard = 1, .admission_timeout = 500ms});
  house.answer(house.start(kStartBody));
  house.factory.next.open_time = 60s;
  const auto busy = house.post("/v1/sessions/bb-1/act", kActBody);
  EXPECT_TRUE(house.answer(house.start(kStartBody)).starts_with("429 "));
  EXPECT_EQ(house.browserbase.created, 2);
  EXPECT_EQ(house.browserbase.released, Ids{"bb-2"});
  house.pass(60s);
  EXPECT_TRUE(busy->sent.has_value());
}

TEST(ServiceBrowserbase, AServerThatShutsDownRentsNothing) {
  BrowserbaseHouse house;
  house.stop();
  EXPECT_EQ(house.answer(house.start(kStartBody)), R"(503 {"success":false,"message":"Server is shutting down"})");
  EXPECT_EQ(house.browserbase.asked, 0);
}

TEST(ServiceBrowserbase, AShutdownDuringACreationReleasesIt) {
  BrowserbaseHouse house;
  const auto exchange = house.start(kStartBody);
  house.stop();
  ASSERT_TRUE(exchange->sent.has_value());
  EXPECT_EQ(exchange->sent->status, 503);
  EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
}

struct LocalHouse : BrowserbaseHouse {
  LocalHouse() : BrowserbaseHouse(1, {.max_sessions = 5, .max_sessions_hard = 10}, {.browserbase_local = true}) {}
  std::string started() {
    const std::string said = answer(post("/v1/sessions/start", kStartBody, ""));
    const std::size_t at = said.find(kId) + kId.size();
    return said.substr(at, said.find('"', at) - at);
  }
  static constexpr std::string_view kId = R"("sessionId":")";
};

// Mutants: the flag is not asked, so Browserbase is; the lease of the look is kept.
TEST(ServiceBrowserbaseLocal, ASessionIsABrowserOfThisMachineAndIsFoundAndGivenBackAsOneOfBrowserbases) {
  LocalHouse house;
  const std::string id = house.started();
  EXPECT_EQ(house.factory.opened, 1);
  EXPECT_EQ(house.browserbase.asked, 0);
  const std::string url = (*house.factory.alive.begin())->cdp_url();
  EXPECT_EQ(house.answer(house.get("/v1/sessions/" + id)),
            R"(200 {"id":")" + id + R"(","status":"RUNNING","connectUrl":")" + url + R"("})");
  EXPECT_EQ(house.sessions.pinned(), 0U);
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/" + id + "/act", kActBody, "")).starts_with("200 "));
  EXPECT_EQ(house.answer(house.post("/v1/sessions/" + id, R"({"projectId":"p","status":"REQUEST_RELEASE"})")),
            R"(200 {"id":")" + id + R"(","status":"COMPLETED"})");
  EXPECT_TRUE(house.factory.alive.empty());
  EXPECT_TRUE(house.answer(house.get("/v1/sessions/" + id)).starts_with("404 "));
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/" + id, R"({"status":"REQUEST_RELEASE"})")).starts_with("404 "));
}

TEST(ServiceBrowserbaseLocal, WhatOnlyBrowserbaseHasIsRefused) {
  LocalHouse house;
  EXPECT_TRUE(
      house.answer(house.start(kNamed)).starts_with(R"(400 {"success":false,"message":"browserbaseSessionID is )"));
  EXPECT_TRUE(house.answer(house.start(kKept))
                  .starts_with(R"(400 {"success":false,"message":"browserbaseSessionCreateParams.keepAlive is )"));
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/" + house.started(), R"({"status":"PAUSE"})")).starts_with("400 "));
  EXPECT_EQ(house.factory.opened, 1);
}

TEST(ServiceBrowserbaseLocal, WithoutTheFlagThereAreNoSuchRoutes) {
  BrowserbaseHouse house;
  EXPECT_TRUE(house.answer(house.start(kStartBody)).starts_with("200 "));
  EXPECT_TRUE(house.answer(house.get("/v1/sessions/bb-1")).contains("Route GET:/v1/sessions/bb-1 not found"));
  EXPECT_TRUE(house.answer(house.post("/v1/sessions/bb-1", R"({"status":"REQUEST_RELEASE"})"))
                  .contains("Route POST:/v1/sessions/bb-1 not found"));
}

// Mutant: it counts as told to its caller, and lives on at Browserbase.
TEST(ServiceBrowserbase, AKeptOneWhoseIdWasNeverAcknowledgedIsReleased) {
  BrowserbaseHouse house;
  const auto start = house.start(kKept);
  house.pass(1s);
  ASSERT_TRUE(start->sent && start->sent->status == 200);
  start->settle(net::Delivery::lost);
  house.pass(1s);
  EXPECT_EQ(house.sessions.sessions(), 0U);
  EXPECT_EQ(house.browserbase.released, Ids{"bb-1"});
}

}  // namespace
}  // namespace api
