// House: the whole of the API over an engine without a browser, for tests of its handlers.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "api/service.h"
#include "engine_api/testing/fake_engine.h"
#include "json/read.h"
#include "net/testing/fake_exchange.h"

namespace api::testing {

using namespace std::chrono_literals;
using net::testing::FakeExchange;

inline constexpr std::string_view kStart =
    R"({"modelName":"openai/x","browser":{"type":"local","launchOptions":{"headless":true}}})";
inline constexpr std::string_view kLazy =
    R"({"modelName":"openai/x","browser":{"type":"local","cdpUrl":"ws://127.0.0.1:1/devtools/browser/x"}})";
inline constexpr std::string_view kAct =
    R"({"input":{"selector":"#a","description":"d","method":"click","arguments":[]}})";

// Nobody answers, ever.
class NoHttp final : public net::HttpClient {
 public:
  aio::Task<base::Result<net::HttpReply>> send(const aio::Context&, net::HttpCall) override {
    co_return base::fail(base::Kind::upstream, "nobody is there");
  }
};

struct House {
  explicit House(std::uint32_t seed = 1, engine::LaunchCheck launch_check = {}, OperationLimits operations = {},
                 std::size_t connections = 4096)
      : scheduler(seed),
        rentals(scheduler.executor(), clock, log, http, "http://browserbase.test", 30s),
        sessions(scheduler.executor(), clock, log, factory, {.max_sessions = 5, .max_sessions_hard = 10}),
        service(scheduler.executor(), clock, log, sessions, rentals, metrics,
                {.capacity_route = true,
                 .operations = operations,
                 .connections = connections,
                 .launch_check = std::move(launch_check)}),
        requests(scheduler.executor()) {}
  ~House() {
    hurry.set();
    aio::testing::run_on(scheduler, clock, sessions.drain(hurry));
    aio::testing::run_on(scheduler, clock, service.finish());
    aio::testing::run_on(scheduler, clock, requests.finish());
    EXPECT_TRUE(factory.alive.empty());
  }

  // A request that is being handled; it has gone as far as it gets without the clock.
  std::unique_ptr<FakeExchange> post(std::string target, std::string_view body, std::optional<std::string> retry = {},
                                     std::string method = "POST") {
    net::HttpRequest request{
        .method = std::move(method), .target = std::move(target), .headers = {}, .body = std::string(body)};
    request.headers.add("host", "localhost");
    request.headers.add("content-type", "application/json");
    if (retry) request.headers.add("x-stainless-retry-count", *retry);
    auto out = std::make_unique<FakeExchange>(std::move(request));
    requests.spawn(service.handle(*out));
    scheduler.run();
    return out;
  }
  void pass(base::Duration d) {
    clock.advance(d);
    scheduler.run();
  }
  std::string start() {
    const auto exchange = post("/v1/sessions/start", kStart);
    pass(1s);
    EXPECT_TRUE(exchange->sent && exchange->sent->status == 200);
    return *json::get_text(*json::read(exchange->sent->body), "data.sessionId");
  }
  bool joined(int times) {
    const std::string line = "belay_retries_joined_total " + std::to_string(times) + "\n";
    return metrics.text().find(line) != std::string::npos;
  }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  base::NullLogger log;
  metrics::Registry metrics;
  engine::testing::FakeFactory factory;
  NoHttp http;
  browserbase::Rentals rentals;
  session::Manager sessions;
  Service service;
  aio::Scope requests;
  aio::Latch hurry;
};

}  // namespace api::testing
