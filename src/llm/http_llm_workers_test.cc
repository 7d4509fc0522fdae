// Mutants that these catch: many secrets of an endpoint are put in order on the loop, once for each text; what a call
// cost is not counted when its caller is cancelled while the reply waits for a worker.
#include <functional>
#include <utility>

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"
#include "llm/http_llm.h"
#include "llm/testing/bench.h"

namespace llm {
namespace {

class OneAnswer final : public net::HttpClient {
 public:
  base::Result<net::HttpReply> answer = base::fail(base::Kind::invalid, "none");
  std::function<aio::Task<void>()> called = {};
  bool was_called = false;

  aio::Task<base::Result<net::HttpReply>> send(const aio::Context&, net::HttpCall) override {
    was_called = true;
    co_await called();
    co_return answer;
  }
};

struct LlmByWorkers : ::testing::Test {
  std::unique_ptr<Client> open(std::size_t headers) {
    ModelSettings settings{
        .name = "openai/m", .api_key = base::Secret("sk-0123456789"), .base_url = "http://m.example"};
    for (std::size_t n = 0; n < headers; ++n)
      settings.headers["x-" + std::to_string(n)] = base::Secret(std::to_string(n) + std::string(300, 'k'));
    return models.open(*resolve({.request = settings}, Environment({}), OwnKeys::anywhere));
  }

  aio::testing::OneWorker one;
  aio::Context ctx = one.context();
  OneAnswer http;
  testing::Counter counter;
  Models models{http, {}, &counter, 1};
};

TEST_F(LlmByWorkers, PutsManySecretsInOrderOffTheLoop) {
  http.answer = base::fail(base::Kind::invalid, "refused: 7" + std::string(300, 'k'));
  const auto few = open(1);
  EXPECT_FALSE(one.see(few->complete(ctx, {}), &http.called).waited);
  const auto many = open(100);
  const auto seen = one.see(many->complete(ctx, {}), &http.called);
  EXPECT_TRUE(seen.waited);
  EXPECT_EQ(seen.result.error().message, "refused: ***");
  EXPECT_FALSE(one.see(many->complete(ctx, {}), &http.called).waited) << "once for all texts";
}

aio::Task<void> until_it_waits(OneAnswer& http) {
  while (!http.was_called) co_await aio::yield();
  for (int turns = 0; turns < 100; ++turns) co_await aio::yield();
}

TEST_F(LlmByWorkers, CountsWhatACallCostAlsoForACancelledCaller) {
  http.answer = net::HttpReply{.status = 200, .body = R"({"output":[],"usage":{"input_tokens":3,"output_tokens":2}})"};
  const auto client = open(0);
  EXPECT_TRUE(one.see(aio::race(client->complete(ctx, {}), until_it_waits(http)), &http.called).waited);
  EXPECT_EQ(counter.usage, (Usage{.input = 3, .output = 2}));
}

}  // namespace
}  // namespace llm
