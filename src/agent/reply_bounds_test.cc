// Mutants that these catch: an id is cut, or is another one in the provider's own item than with the result; ids have
// no bound, each or together; what was said before a call stays without it.
#include "agent/reply_bounds.h"

#include <gtest/gtest.h>

#include "aio/testing/manual_clock.h"
#include "aio/testing/run.h"
#include "json/read.h"

namespace agent {
namespace {

using Ids = std::vector<std::string>;

struct Bounded {
  explicit Bounded(std::vector<llm::ToolCall> calls) {
    for (llm::ToolCall& call : calls) reply.parts.emplace_back(std::move(call));
    aio::testing::ManualClock clock;
    bound_calls(aio::testing::test_context(clock), reply);
  }
  const llm::ToolCall& at(std::size_t i) const { return *reply.tool_calls().at(i); }

  llm::Reply reply;
};

llm::ToolCall call_of(std::string id) { return {.id = std::move(id), .name = "press"}; }

TEST(ReplyBounds, IdsGoBackWholeHoweverMuchASignatureTakes) {
  const std::string one = std::string(511, 'a') + "\u00e9" + std::string(2000, 's');
  const std::string other = std::string(600, 'a') + "2";
  const Bounded t({call_of(one), call_of(other), call_of(std::string(32 * 1024, 'b'))});
  EXPECT_EQ(t.at(0).id, one);
  EXPECT_EQ(t.at(1).id, other);
  EXPECT_EQ(t.at(2).id, std::string(32 * 1024, 'b'));
}

TEST(ReplyBounds, AnIdThatIsTooLongHasAnotherInItsPlaceWhereverItStands) {
  const std::string large(32 * 1024 + 1, 'a');
  llm::ToolCall native = call_of(large);
  native.native = json::Object{{"type", "computer_call"}, {"id", "cu_1"}, {"call_id", large}};
  const Bounded t({std::move(native), call_of(large), call_of("short")});
  EXPECT_LT(t.at(0).id.size(), 64U);
  EXPECT_FALSE(t.at(0).id.empty());
  EXPECT_EQ(json::text_at(t.at(0).native, "call_id"), t.at(0).id);
  EXPECT_EQ(json::text_at(t.at(0).native, "id"), "cu_1");
  EXPECT_LT(t.at(1).id.size(), 64U);
  EXPECT_NE(t.at(1).id, t.at(0).id);
  EXPECT_EQ(t.at(2).id, "short");
}

TEST(ReplyBounds, IdsOfAReplyHaveABoundTogether) {
  const Bounded t({call_of(std::string(30'000, 'a')), call_of(std::string(30'000, 'b')),
                   call_of(std::string(30'000, 'c')), call_of(std::string(5'000, 'd'))});
  EXPECT_EQ(t.at(1).id, std::string(30'000, 'b'));
  EXPECT_LT(t.at(2).id.size(), 64U);
  EXPECT_EQ(t.at(3).id, std::string(5'000, 'd'));
}

TEST(ReplyBounds, AnItemWhoseLongTextsAreLeftOutKeepsItsId) {
  const std::string id(2000, 'a');
  llm::ToolCall large = call_of(id);
  large.native = json::Object{{"text", json::Value(std::string(400'000, 'y'))}, {"call_id", id}};
  const Bounded t({std::move(large)});
  EXPECT_EQ(json::text_at(t.at(0).native, "call_id"), id);
  EXPECT_EQ(json::text_at(t.at(0).native, "text"), "(left out)");
}

TEST(ReplyBounds, AnItemOfManyMembersIsNotLookedThroughForItsId) {
  const std::string large(32 * 1024 + 1, 'a');
  json::Object item{{"call_id", large}};
  for (int i = 0; i < 100; ++i) item[std::to_string(i)] = i;
  item["late"] = large;
  llm::ToolCall call = call_of(large);
  call.native = std::move(item);
  const Bounded t({std::move(call)});
  EXPECT_EQ(json::text_at(t.at(0).native, "call_id"), t.at(0).id);
  EXPECT_EQ(json::text_at(t.at(0).native, "late"), large);
}

// OpenAI refuses reasoning without the item that came after it.
TEST(ReplyBounds, WhatWasThoughtBeforeACallGoesWithIt) {
  llm::Reply reply;
  const auto thought = [](const char* id) { return llm::Opaque{"openai_responses", json::Object{{"id", id}}}; };
  reply.parts = {thought("1"), call_of("a"), thought("2"), call_of("b"), thought("3"), llm::Text{"and"}, call_of("c")};
  EXPECT_TRUE(keep_first_calls(reply, 1));
  Ids left;
  for (const llm::Part& part : reply.parts) {
    if (const auto* call = std::get_if<llm::ToolCall>(&part)) left.push_back(call->id);
    if (const auto* opaque = std::get_if<llm::Opaque>(&part)) left.push_back(json::text_at(opaque->item, "id"));
    if (const auto* text = std::get_if<llm::Text>(&part)) left.push_back(text->text);
  }
  EXPECT_EQ(left, (Ids{"1", "a", "3", "and"}));
}

}  // namespace
}  // namespace agent
