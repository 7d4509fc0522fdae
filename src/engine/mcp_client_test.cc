#include "engine/mcp_client.h"

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"
#include "engine/testing/scripted_peer.h"
#include "json/read.h"
#include "json/write.h"

namespace engine {
namespace {

std::string answer(std::int64_t id, json::Value result) {
  return json::write(json::Object{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

std::string text(std::int64_t id, std::string said) {
  return answer(id, json::Object{{"content", json::Array{json::Object{{"type", "text"}, {"text", said}}}}});
}

class ToolLog final : public base::Logger {
 public:
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override {
    text += base::format_log_line(level, 0, 0, event, fields) + "\n";
  }
  bool enabled(base::Level) const override { return true; }
  mutable std::string text;
};

struct McpBench {
  aio::testing::OneWorker one;
  testing::ScriptedPeer peer;
  McpClient client{peer, {.url = "http://tools.example/mcp", .headers = {{"x-key", base::Secret("key-of-the-tools")}}}};
  aio::Context ctx = one.context();
  std::size_t left = McpClient::kMaxLists;

  auto call(const json::Object& arguments) { return one.see(client.call(ctx, "say", arguments)); }
  auto open() { return one.see(client.open(ctx, left)).result; }
  std::string told(const base::Result<ToolAnswer>& answer) { return answer ? json::write(answer->told) : "none"; }
};

// Mutants: the loop puts them in order, or each answer has them put in order.
TEST(McpClient, PutsManySecretsInOrderByTheWorkersAndOnce) {
  aio::testing::OneWorker one;
  testing::ScriptedPeer peer;
  ToolServer server{.url = "http://tools.example/mcp"};
  for (int n = 0; n < 100; ++n) server.headers["x-" + std::to_string(n)] = base::Secret(std::string(300, 'k'));
  McpClient client(peer, server);
  const aio::Context ctx = one.context();
  for (const int id : {1, 2}) {
    peer.will(text(id, "I was shown " + std::string(300, 'k')));
    const auto seen = one.see(client.call(ctx, "say", {}));
    EXPECT_EQ(seen.waited, id == 1);
    EXPECT_EQ(json::write(seen.result->told), R"("I was shown ***")");
  }
}

// Mutants: the answer is read on the loop.
TEST(McpClient, ReadsALargeAnswerByTheWorkers) {
  McpBench b;
  b.peer.will(text(1, "I was shown key-of-the-tools"));
  const auto small = b.call({});
  EXPECT_FALSE(small.waited);
  EXPECT_EQ(b.told(small.result), R"("I was shown ***")");
  b.peer.will(text(2, std::string(1'000'000, 'a')));
  const auto large = b.call({});
  EXPECT_TRUE(large.waited);
  EXPECT_EQ(b.told(large.result).size(), ToolAnswer::kMaxText + std::string("\"…\"").size());
}

TEST(McpClient, WritesLargeArgumentsByTheWorkers) {
  McpBench b;
  b.peer.will(text(1, "ok"));
  b.peer.will(text(2, "ok"));
  EXPECT_FALSE(b.call({{"text", "a"}}).waited);
  EXPECT_TRUE(b.call({{"text", std::string(100'000, 'a')}}).waited);
  const auto sent = json::read(b.peer.calls.at(1).body);
  EXPECT_EQ(json::get_text(*sent, "params.arguments.text"), std::string(100'000, 'a'));
  EXPECT_EQ(json::get_text(*sent, "params.name"), "say");
}

// Mutants: each server has the whole of it.
TEST(McpClient, WhatServersSayOfTheirToolsHasALimitForAllOfThem) {
  McpBench b;
  const std::string list = answer(2, json::Object{{"tools", json::Array{json::Object{{"name", "say"}}}}});
  b.peer.will(answer(1, json::Object()));
  b.peer.will("");
  b.peer.will(list);
  ASSERT_EQ(b.open()->size(), 1U);
  EXPECT_EQ(b.left, McpClient::kMaxLists - list.size() - answer(1, json::Object()).size());
  b.left = 10;
  b.peer.will(answer(3, json::Object()));
  EXPECT_EQ(b.open().error().message,
            "the tool server at tools.example has too much to say of its tools: the lists of a run have 2097152 bytes "
            "at most together");
}

// Mutants: all are taken; none is.
TEST(McpClient, LeavesOutToolsThatNothingCanFit) {
  McpBench b;
  b.peer.will(answer(1, json::Object()));
  b.peer.will("");
  b.peer.will(answer(2, *json::read(R"({"tools":[{"name":"lost","inputSchema":{"$ref":"#/$defs/key-of-the-tools"}},
                                                 {"name":"say","inputSchema":{"type":"object"}}]})")));
  const ToolLog log;
  b.ctx.log = &log;
  const auto tools = b.open();
  ASSERT_EQ(tools->size(), 1U);
  EXPECT_EQ(tools->front().name, "say");
  EXPECT_NE(log.text.find(R"("msg":"tool left out")"), std::string::npos) << log.text;
  EXPECT_NE(log.text.find("#/$defs/***"), std::string::npos) << log.text;
}

// Mutants: the status alone is told; the server's words are told as they are.
TEST(McpClient, TellsAServersOwnWordsInShort) {
  McpBench b;
  b.peer.will(R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"key-of-the-tools may not call say"}})", 403);
  EXPECT_EQ(b.call({}).result.error().message,
            "the tool server at tools.example answered tools/call with HTTP status 403: *** may not call say");
  b.peer.will(std::string(5000, 'a'), 500);
  EXPECT_LT(b.call({}).result.error().message.size(), 500U);
  b.peer.will("<html>", 502);
  EXPECT_EQ(b.call({}).result.error().message,
            "the tool server at tools.example answered tools/call with HTTP status 502");
}

// Mutants: a picture's type is as long as the server likes.
TEST(McpClient, CutsThePicturesType) {
  McpBench b;
  b.peer.will(answer(
      1, json::Object{{"content", json::Array{json::Object{
                                      {"type", "image"}, {"data", "AAAA"}, {"mimeType", std::string(1000, 'm')}}}}}));
  const auto seen = b.call({});
  EXPECT_LT(std::get<llm::Image>(seen.result->content.front()).media_type.size(), 200U);
}

TEST(McpClient, TakesEightMegabytesOfAnAnswerAndNoMore) {
  McpBench b;
  b.peer.will(std::string(8 * 1024 * 1024 + 1, ' '));
  EXPECT_EQ(b.call({}).result.error().kind, base::Kind::full);
}

}  // namespace
}  // namespace engine
