#include "llm/input_names.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace llm {
namespace {

constexpr const char* kSchema =
    R"j({"type":"object","properties":{"prix (€)":{"type":"object","properties":{"à vue":{},"ok":{}}},
    "plain":{}},"required":["prix (€)","plain"]})j";

TEST(InputNames, AreSentInLettersThatProvidersTakeAndComeBackAsTheyWere) {
  Chat chat;
  chat.tools = {{"buy", "Buys.", *json::read(kSchema)}, {"look", "Looks.", *json::read(R"({"properties":{"a":{}}})")}};
  const json::Object given = json::read(R"j({"prix (€)":{"à vue":[1],"ok":2},"plain":3})j")->get_object();
  chat.messages = {{Role::assistant, {ToolCall{.id = "1", .name = "buy", .arguments = given}}}};
  const InputNames names(chat);
  const std::string sent = json::write(chat.tools[0].parameters.get());
  EXPECT_EQ(
      sent,
      R"({"type":"object","properties":{"prix_1":{"type":"object","properties":{"vue_2":{},"ok":{}}},"plain":{}},)"
      R"("required":["prix_1","plain"]})");
  EXPECT_FALSE(has_unusual_names(chat.tools[0].parameters));
  EXPECT_EQ(json::write(chat.tools[1].parameters.get()), R"({"properties":{"a":{}}})");
  const ToolCall& past = std::get<ToolCall>(chat.messages[0].parts[0]);
  EXPECT_EQ(json::write(past.arguments), R"({"prix_1":{"vue_2":[1],"ok":2},"plain":3})");
  Reply reply{.parts = {Text{"Yes."}, past}};
  names.restore(reply);
  EXPECT_EQ(reply.tool_calls().at(0)->arguments, given);
}

TEST(InputNames, StayWhereTheyAreUsual) {
  EXPECT_TRUE(is_usual_name("a.b-c_D9"));
  EXPECT_TRUE(is_usual_name(std::string(64, 'a')));
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("ü")})
    EXPECT_FALSE(is_usual_name(name)) << name;
  Chat chat;
  chat.tools = {{"look", "Looks.", *json::read(R"({"properties":{"a":{}}})")}};
  const json::Value* before = &chat.tools[0].parameters.get();
  const InputNames names(chat);
  EXPECT_EQ(&chat.tools[0].parameters.get(), before);
}

}  // namespace
}  // namespace llm
