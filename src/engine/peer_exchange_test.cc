#include "engine/peer_exchange.h"

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"

namespace engine {
namespace {

net::HttpReply reply_of(std::size_t bytes) { return {.status = 200, .body = std::string(bytes, 'a')}; }

std::size_t length_of(const net::HttpReply& reply) { return reply.body.size(); }

// Mutants: what is large is read on the loop.
TEST(PeerExchange, ReadsLargeAnswersByTheWorkersAndSmallOnesInPlace) {
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  const auto small = one.see(read_answer(ctx, reply_of(aio::kComputedInPlace), length_of));
  EXPECT_EQ(small.result, aio::kComputedInPlace);
  EXPECT_FALSE(small.waited);
  const auto large = one.see(read_answer(ctx, reply_of(aio::kComputedInPlace + 1), length_of));
  EXPECT_EQ(large.result, aio::kComputedInPlace + 1);
  EXPECT_TRUE(large.waited);
}

aio::Task<void> read_into(const aio::Context& ctx, net::HttpReply reply, std::size_t& out) {
  out = co_await read_answer(ctx, std::move(reply), length_of);
}

TEST(PeerExchange, ReadsAnAnswerThatHasComeAlsoForACancelledCaller) {
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  std::size_t length = 0;
  EXPECT_TRUE(one.see(aio::race(read_into(ctx, reply_of(100'000), length), aio::yield())).waited);
  EXPECT_EQ(length, 100'000u);
}

// Whoever reads it frees it. Mutants: the reader is given a copy.
TEST(PeerExchange, GivesTheAnswerAwayToItsReader) {
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  net::HttpReply reply = reply_of(100'000);
  const void* const body = reply.body.data();
  const auto where = [](net::HttpReply given) -> const void* { return given.body.data(); };
  EXPECT_EQ(one.see(read_answer(ctx, std::move(reply), where)).result, body);
}

// Mutants: what is large is written on the loop.
TEST(PeerExchange, WritesLargeMessagesByTheWorkersAndSmallOnesInPlace) {
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  const auto message = [](const json::Object& given) { return json::Object{{"arguments", given}}; };
  const json::Object little{{"text", "a"}};
  const auto small = one.see(write_message(ctx, little, message));
  EXPECT_EQ(small.result, R"({"arguments":{"text":"a"}})");
  EXPECT_FALSE(small.waited);
  const json::Object much{{"text", std::string(100'000, 'a')}};
  const auto large = one.see(write_message(ctx, much, message));
  EXPECT_EQ(large.result, R"({"arguments":{"text":")" + std::string(100'000, 'a') + R"("}})");
  EXPECT_TRUE(large.waited);
}

}  // namespace
}  // namespace engine
