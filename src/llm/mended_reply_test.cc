#include "llm/mended_reply.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace llm {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::read(text);
  return value ? std::move(*value) : json::Value("the test's JSON is wrong");
}

std::string mended(std::string_view reply, std::string_view of, std::size_t left_out = 0) {
  json::Value value = parsed(reply);
  const json::Value schema = parsed(of);
  base::Budget budget(100'000);
  SchemaChecker checker(schema, budget);
  EXPECT_EQ(mend_reply(value, schema, checker, budget), left_out) << of;
  EXPECT_FALSE(budget.over()) << of;
  return json::write(value);
}

TEST(MendReply, LeavesOutNullsThatTheCallerDidNotAskFor) {
  EXPECT_EQ(
      mended(
          R"({"a":null,"b":null,"c":null})",
          R"({"properties":{"a":{"type":"string"},"b":{"type":["string","null"]},"c":{"type":"string"}},"required":["c"]})"),
      R"({"b":null,"c":null})");
  EXPECT_EQ(
      mended(
          R"({"l":[{"x":null},{"x":1}]})",
          R"({"properties":{"l":{"type":"array","items":{"$ref":"#/$defs/i"}}},"$defs":{"i":{"properties":{"x":{"type":"number"}}}}})"),
      R"({"l":[{},{"x":1}]})");
  EXPECT_EQ(mended(R"({"u":{"k":"b","x":null}})",
                   R"({"properties":{"u":{"anyOf":[{"properties":{"k":{"const":"a"},"x":{"type":"null"}}},)"
                   R"({"properties":{"k":{"const":"b"},"x":{"type":"string"}}}]}}})"),
            R"({"u":{"k":"b"}})");
}

// What an act's reply looks like from models that do not keep to the letter.
TEST(MendReply, PutsRightWhatHasOneMeaning) {
  constexpr const char* kAction =
      R"({"type":"object","properties":{"id":{"type":"string","pattern":"^\\d+-\\d+$"},)"
      R"("arguments":{"type":"array","items":{"type":"string"},"default":[]},"then":{"type":"boolean","default":false},)"
      R"("note":{"type":["string","null"]},"n":{"type":"number"}},"required":["id","arguments","then","note"],)"
      R"("additionalProperties":false})";
  EXPECT_EQ(mended(R"({"reasoning":"x","id":"[0-3]","arguments":null})", kAction, 1),
            R"({"id":"0-3","arguments":[],"then":false,"note":null})");
  EXPECT_EQ(mended(R"({"id":" 0-3\n","arguments":["a"],"then":"true","note":"[x]","n":"12.50"})", kAction),
            R"({"id":"0-3","arguments":["a"],"then":true,"note":"[x]","n":12.5})");
  for (const char* as_it_is : {R"({"id":"3","arguments":[],"then":false,"note":null})",
                               R"({"id":"0-3","arguments":[1],"then":false,"note":null})"})
    EXPECT_EQ(mended(as_it_is, kAction), as_it_is);
}

TEST(MendReply, KeepsWhatPatternsAndTheOtherFormsAllow) {
  EXPECT_EQ(mended(R"({"x-a":1,"b":1})", R"({"patternProperties":{"^x-":{}},"additionalProperties":false})", 1),
            R"({"x-a":1})");
  // Of two forms the one that loses less.
  EXPECT_EQ(mended(R"([{"a":1,"b":2,"c":3}])",
                   R"({"items":{"anyOf":[{"properties":{},"additionalProperties":false},)"
                   R"({"properties":{"a":{},"b":{}},"additionalProperties":false}]}})",
                   1),
            R"([{"a":1,"b":2}])");
  EXPECT_EQ(mended(R"({"m":{"k":"7"},"t":["8"]})", R"({"properties":{"m":{"additionalProperties":{"type":"number"}},)"
                                                   R"("t":{"prefixItems":[{"type":"integer"}]}}})"),
            R"({"m":{"k":7},"t":[8]})");
}

// Found from outside: this schema held the server after any reply.
TEST(MendReply, EndsOnSchemasThatLeadToThemselves) {
  EXPECT_EQ(mended(R"({"a":null})", R"({"type":"object","allOf":[{"$ref":"#"},{"$ref":"#"}]})"), R"({"a":null})");
  const std::string_view twice = R"({"allOf":[{"$ref":"#/$defs/x"},{"$ref":"#/$defs/y"}],
      "$defs":{"x":{"properties":{"n":{"$ref":"#"}}},"y":{"properties":{"n":{"$ref":"#"}}}}})";
  std::string deep = "null";
  for (int i = 0; i < 100; ++i) deep = R"({"n":)" + deep + "}";
  base::Budget budget(10'000);
  json::Value reply = parsed(deep);
  const json::Value whole = parsed(twice);
  SchemaChecker checker(whole, budget);
  mend_reply(reply, whole, checker, budget);
  EXPECT_TRUE(budget.over());
  base::Budget forms(10'000);
  const json::Value union_of_itself = parsed(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})");
  SchemaChecker of_itself(union_of_itself, forms);
  mend_reply(reply, union_of_itself, of_itself, forms);
  EXPECT_TRUE(forms.over());
}

}  // namespace
}  // namespace llm
