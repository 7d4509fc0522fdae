#include "engine_api/agent.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace engine {
namespace {

constexpr std::size_t kThird = AgentRecord::kMaxBytes / 3;

json::Object action(std::size_t bytes) { return {{"type", "press"}, {"result", std::string(bytes, 'a')}}; }

// Mutants: actions have no bound; messages have none; what is left out is told nowhere.
TEST(AgentRecord, LeavesOutWhatWouldBeTooMuchAndSaysSo) {
  AgentRecord record;
  record.add(action(kThird));
  record.add(json::Array{json::Object{{"role", "user"}, {"content", std::string(kThird, 'a')}}});
  EXPECT_TRUE(record.notes.empty());
  record.add(action(kThird + 1));
  record.add(action(10));
  // A call without its result is none that a client can read.
  record.add(json::Array{json::Object{{"role", "assistant"}, {"content", "press"}},
                         json::Object{{"role", "tool"}, {"content", std::string(kThird, 'a')}}});
  record.add(json::Array{json::Object{{"role", "assistant"}, {"content", "press"}}});
  EXPECT_EQ(record.actions.size(), 2U);
  EXPECT_EQ(record.messages.size(), 2U);
  EXPECT_EQ(json::write(record.notes), R"({"leftOut":{"actions":1,"messages":2,"maxBytes":16777216}})");
}

// Mutants: the end is left out like any other action; its words have no bound.
TEST(AgentRecord, AlwaysHasTheEndWithItsWordsCut) {
  AgentRecord record;
  record.add(action(AgentRecord::kMaxBytes - 100));
  record.add_end(
      {{"type", "done"}, {"reasoning", std::string(2 * AgentRecord::kMaxWords, 'a')}, {"taskComplete", true}});
  ASSERT_EQ(record.actions.size(), 2U);
  EXPECT_EQ(record.actions[1].at("reasoning").get_string().size(), AgentRecord::kMaxWords + 3);  // and "…"
  EXPECT_EQ(record.actions[1].at("taskComplete"), true);
  record.said(std::string(2 * AgentRecord::kMaxWords, 'a'));
  EXPECT_EQ(record.last_words.size(), AgentRecord::kMaxWords + 3);
}

}  // namespace
}  // namespace engine
