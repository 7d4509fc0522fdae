// Bench: a model's provider, scripted, and Models that call it, on one loop. Whatever comes out of a call is searched
// for the key.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aio/loop.h"
#include "aio/race.h"
#include "aio/testing/manual_clock.h"
#include "aio/testing/run.h"
#include "base/log.h"
#include "llm/endpoint.h"
#include "llm/http_llm.h"
#include "net/testing/scripted_server.h"

namespace llm::testing {

inline constexpr const char* kKey = "sk-test-0123456789abcdef";
class MemoryLog final : public base::Logger {
 public:
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override {
    text += base::format_log_line(level, 0, 0, event, fields) + "\n";
  }
  bool enabled(base::Level) const override { return true; }
  mutable std::string text;
};

class Counter final : public Observer {
 public:
  void exchanged(const Exchange& exchange) override {
    statuses.push_back(exchange.status);
    usage += exchange.usage;
  }
  std::vector<int> statuses;
  Usage usage;
};

inline net::testing::Answer answer(int status, std::string body, std::string header = "", std::string value = "") {
  net::testing::Answer out{.status = status, .body = std::move(body)};
  if (!header.empty()) out.headers.add(std::move(header), std::move(value));
  return out;
}

// Models and a provider on one loop. Waits between attempts are jumped over; the deadline passes only when a test lets
// it.
struct Bench {
  explicit Bench(Limits limits = {})
      : server(loop.executor()), http(net::make_http_client(loop.executor(), {})), models(*http, limits, &counter, 1) {}

  ModelSettings settings() {
    return {.name = "openai/m", .api_key = base::Secret(kKey), .base_url = server.url("/v1")};
  }
  std::unique_ptr<Client> open(const ModelSettings& from) {
    const Environment environment({"AWS_REGION=us-east-1"});
    const auto endpoint = resolve({.request = from}, environment, OwnKeys::anywhere);
    CHECK(endpoint.has_value(), endpoint ? "" : endpoint.error().message);
    return models.open(*endpoint);
  }

  aio::Task<void> jump_over_waits() {
    for (;;) {
      if (clock.has_sleepers() && clock.next_wake() != ctx.deadline) {
        waited.push_back(base::to_ms(clock.next_wake() - clock.now()));
        clock.advance_to(clock.next_wake());
      }
      co_await aio::yield();
    }
  }
  aio::Task<base::Result<Reply>> finish(aio::Task<base::Result<Reply>> work) {
    auto out = co_await aio::race(std::move(work), jump_over_waits());
    co_await server.stop();
    co_return std::move(std::get<0>(out));
  }
  base::Result<Reply> run(aio::Task<base::Result<Reply>> work) {
    auto reply = aio::testing::run_real(loop, finish(std::move(work)));
    expect_no_key(reply);
    return reply;
  }
  base::Result<Reply> ask(Chat chat = {}) { return ask(settings(), std::move(chat)); }
  base::Result<Reply> ask(const ModelSettings& from, Chat chat = {}) {
    const auto client = open(from);
    return run(client->complete(ctx, std::move(chat)));
  }
  void expect_no_key(const base::Result<Reply>& reply) const {
    EXPECT_EQ(log.text.find("0123456789"), std::string::npos) << log.text;
    if (reply) return;
    EXPECT_EQ(reply.error().message.find("0123456789"), std::string::npos) << reply.error().message;
    EXPECT_EQ(reply.error().detail.find("0123456789"), std::string::npos) << reply.error().detail;
  }

  aio::Loop loop;
  aio::testing::ManualClock clock;
  MemoryLog log;
  aio::Context ctx{&clock, &log, clock.now() + std::chrono::minutes(5), "r1"};
  net::testing::ScriptedServer server;
  std::unique_ptr<net::HttpClient> http;
  Counter counter;
  Models models;
  std::vector<std::int64_t> waited;
};

}  // namespace llm::testing
