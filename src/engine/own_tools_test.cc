#include "engine/own_tools.h"

#include <gtest/gtest.h>

#include "agent/testing/fake_toolbox.h"
#include "aio/testing/one_worker.h"
#include "engine/testing/scripted_peer.h"
#include "json/read.h"
#include "json/write.h"

namespace engine {
namespace {

struct OwnToolsBench {
  testing::ScriptedPeer peer;
  agent::testing::FakeToolbox inner;
  AgentRequest request{.instruction = "",
                       .tools = {{.name = "say",
                                  .parameters = json::Object{{"type", "object"}},
                                  .url = "http://tools.example/say",
                                  .headers = {{"x-key", base::Secret("key-of-the-tool")}}}}};
  OwnTools tools{inner, &peer, request};
  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);

  OwnToolsBench() { EXPECT_TRUE(aio::testing::run_on(scheduler, clock, tools.open(ctx))); }
  agent::Used use(json::Object arguments = {}) {
    const llm::ToolCall call{.id = "1", .name = "say", .arguments = std::move(arguments)};
    return *aio::testing::run_on(scheduler, clock, tools.use(ctx, call));
  }
};

std::string first_text(const agent::Used& used) { return std::get<llm::Text>(used.content.front()).text; }

TEST(OwnTools, TellTheClientJsonAsAValue) {
  OwnToolsBench b;
  b.peer.will(R"({"seen":"key-of-the-tool"})");
  const agent::Used used = b.use({{"word", "hello"}});
  EXPECT_EQ(b.peer.calls.at(0).body, R"({"tool":"say","arguments":{"word":"hello"}})");
  EXPECT_EQ(first_text(used), R"({"seen":"***"})");
  EXPECT_EQ(json::write(used.actions.at(0)), R"({"type":"say","word":"hello","success":true,"result":{"seen":"***"}})");
}

TEST(OwnTools, OfferSchemasWithoutCopies) {
  OwnToolsBench b;
  llm::Chat chat;
  b.tools.offer(chat);
  ASSERT_EQ(chat.tools.back().name, "say");
  EXPECT_EQ(&chat.tools.back().parameters.get(), &b.request.tools[0].parameters.get());
}

struct OwnToolsOfSchema {
  testing::ScriptedPeer peer;
  agent::testing::FakeToolbox inner;
  AgentRequest request;
  OwnTools tools{inner, &peer, request};
  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);

  explicit OwnToolsOfSchema(std::string_view parameters)
      : request{.instruction = "",
                .tools = {{.name = "say", .parameters = *json::read(parameters), .url = "http://tools.example/say"}}} {}
  std::string opened() {
    const auto result = aio::testing::run_on(scheduler, clock, tools.open(ctx));
    return result ? "opened" : result.error().message;
  }
  agent::Used use(json::Object arguments) {
    const llm::ToolCall call{.id = "1", .name = "say", .arguments = std::move(arguments)};
    return *aio::testing::run_on(scheduler, clock, tools.use(ctx, call));
  }
};

// Mutants: schemas are not looked at.
TEST(OwnTools, AreRefusedWithASchemaThatNothingCanFit) {
  const auto opened = [](std::string_view parameters) { return OwnToolsOfSchema(parameters).opened(); };
  EXPECT_EQ(opened(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/b"}}})"),
            "agentConfig.tools: the parameters of say are of no use: The schema's property \"a\": its $ref refers to "
            "\"#/$defs/b\", which is not in the schema (put what it means into $defs and refer to it as "
            "\"#/$defs/NAME\"; the server fetches no schemas)");
  EXPECT_EQ(opened(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"string"}}})"),
            "opened");
}

// Mutants: arguments are checked only.
TEST(OwnTools, AreCalledWithSlipsPutRight) {
  OwnToolsOfSchema b(
      R"({"type":"object","properties":{"n":{"type":"integer"},"word":{"type":"string"}},"required":["n"],
          "additionalProperties":false})");
  ASSERT_EQ(b.opened(), "opened");
  b.peer.will("ok");
  const agent::Used used = b.use({{"n", "3"}, {"word", nullptr}, {"more", 1}});
  EXPECT_EQ(b.peer.calls.at(0).body, R"({"tool":"say","arguments":{"n":3}})");
  EXPECT_EQ(json::write(used.actions.at(0)), R"({"type":"say","n":3,"success":true,"result":"ok"})");
  EXPECT_EQ(b.use({{"n", "three"}}).error, "Invalid input for tool say: n must be of type integer, not a string");
  EXPECT_EQ(b.peer.calls.size(), 1U);
}

// Mutants: texts are as long as a tool likes; each of a tool's texts has the whole limit.
TEST(OwnTools, CutWhatAToolGives) {
  OwnToolsBench b;
  b.peer.will(std::string(200'000, 'a'));
  EXPECT_EQ(first_text(b.use()), std::string(ToolAnswer::kMaxText, 'a') + "…");
  const auto two = ToolAnswer::of({llm::Text{std::string(99'999, 'a')}, llm::Text{"bcd"}}, false);
  EXPECT_EQ(std::get<llm::Text>(two.content.at(1)).text, "b…");
}

TEST(OwnTools, TellTheBeginningOfAFailure) {
  OwnToolsBench b;
  b.peer.will(std::string(5000, 'a'), 500);
  const agent::Used used = b.use();
  EXPECT_TRUE(used.failed);
  EXPECT_EQ(used.error, "HTTP status 500: " + std::string(2000, 'a') + "…");
  EXPECT_EQ(used.actions.at(0).at("error"), json::Value(used.error));
}

// Mutants: a callback answers with 16 MiB.
TEST(OwnTools, TakeEightMegabytesOfAnAnswerAndNoMore) {
  OwnToolsBench b;
  b.peer.will(std::string(8 * 1024 * 1024 + 1, ' '));
  EXPECT_EQ(b.use().error, "the peer answered with more than it may");
}

// Mutants: the loop puts them in order, or each answer has them put in order.
TEST(OwnTools, PutManySecretsInOrderByTheWorkersAndOnce) {
  testing::ScriptedPeer peer;
  agent::testing::FakeToolbox inner;
  OwnTool tool{.name = "say", .parameters = json::Object{{"type", "object"}}, .url = "http://tools.example/say"};
  for (int n = 0; n < 100; ++n) tool.headers["x-" + std::to_string(n)] = base::Secret(std::string(300, 'k'));
  const AgentRequest request{.instruction = "", .tools = {tool}};
  OwnTools tools(inner, &peer, request);
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  ASSERT_TRUE(one.see(tools.open(ctx)).result);
  const llm::ToolCall call{.id = "1", .name = "say"};
  for (const bool first : {true, false}) {
    peer.will("small " + std::string(300, 'k'));
    const auto seen = one.see(tools.use(ctx, call), &peer.called);
    EXPECT_EQ(seen.waited, first);
    EXPECT_EQ(first_text(*seen.result), "small ***");
  }
}

// Mutants: a callback's answer is read on the loop.
TEST(OwnTools, ReadALargeAnswerByTheWorkers) {
  OwnToolsBench b;
  aio::testing::OneWorker one;
  const aio::Context ctx = one.context();
  const llm::ToolCall call{.id = "1", .name = "say"};
  b.peer.will("small");
  EXPECT_FALSE(one.see(b.tools.use(ctx, call), &b.peer.called).waited);
  b.peer.will(std::string(100'000, 'a'));
  EXPECT_TRUE(one.see(b.tools.use(ctx, call), &b.peer.called).waited);
}

}  // namespace
}  // namespace engine
