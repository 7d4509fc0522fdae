#include "llm/schema_forms.h"

#include <random>

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/json_schema.h"

namespace llm {
namespace {

json::Value schema(std::string_view text) {
  auto value = json::read(text);
  return value ? std::move(*value) : json::Value("the test's JSON is wrong");
}

std::string shown_form(const std::optional<json::Value>& form) { return form ? json::write(*form) : "none"; }

TEST(StrictForm, ClosesObjectsAndRequiresEverything) {
  EXPECT_EQ(
      shown_form(strict_form(schema(
          R"({"$schema":"x","type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},"required":["a"]})"))),
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":["number","null"]}},"required":["a","b"],)"
      R"("additionalProperties":false})");
}

TEST(StrictForm, ReachesObjectsInsideUnionsAndLists) {
  EXPECT_EQ(
      shown_form(strict_form(schema(
          R"({"type":"object","properties":{"x":{"anyOf":[{"type":"object","properties":{"y":{"type":"string"}}},{"type":"null"}]},)"
          R"("l":{"type":"array","items":{"properties":{}  ,"additionalProperties":false,"type":"object"}}},"required":["x","l"]})"))),
      R"({"type":"object","properties":{"x":{"anyOf":[{"type":"object","properties":{"y":{"type":["string","null"]}},)"
      R"("additionalProperties":false,"required":["y"]},{"type":"null"}]},"l":{"type":"array","items":{"properties":{},)"
      R"("additionalProperties":false,"type":"object","required":[]}}},"required":["x","l"],"additionalProperties":false})");
}

TEST(StrictForm, MakesEveryKindOfOptionalPropertyNullable) {
  EXPECT_EQ(
      shown_form(strict_form(schema(
          R"({"type":"object","properties":{"e":{"type":"string","enum":["a"]},"r":{"$ref":"#/$defs/d","description":"x"},)"
          R"("n":{"type":["string","null"]}},"$defs":{"d":{"type":"string"}}})"))),
      R"({"type":"object","properties":{"e":{"type":["string","null"],"enum":["a",null]},"r":{"anyOf":[{"$ref":"#/$defs/d"},)"
      R"({"type":"null"}]},"n":{"type":["string","null"]}},"$defs":{"d":{"type":"string"}},"additionalProperties":false,)"
      R"("required":["e","r","n"]})");
}

TEST(StrictForm, IsNoneForWhatCannotBeSaidStrictly) {
  for (const char* text : {R"({"type":"object","additionalProperties":{"type":"string"}})", R"({"type":"object"})",
                           R"({"type":"object","properties":{"x":{}}})",
                           R"({"type":"object","properties":{"x":{"not":{"type":"string"}}}})",
                           R"({"type":"object","properties":{"x":{"type":"array"}}})"})
    EXPECT_EQ(shown_form(strict_form(schema(text))), "none") << text;
}

TEST(StrictForm, TellsInWordsWhatTheServerDoesNotKnow) {
  const auto given = schema(
      R"({"type":"object","properties":{"s":{"type":"string","pattern":"x","format":"uri","maxLength":3}},"required":["s"]})");
  EXPECT_EQ(json::write(strict_form(given)->at_pointer("/properties/s")),
            R"x({"type":"string","pattern":"x","description":"(format: \"uri\", maxLength: 3)"})x");
  EXPECT_EQ(json::write(strict_form(given, Constraints::none)->at_pointer("/properties/s")),
            R"x({"type":"string","description":"(pattern: \"x\", format: \"uri\", maxLength: 3)"})x");
}

TEST(AnthropicForm, TellsConstraintsInWords) {
  EXPECT_EQ(
      shown_form(anthropic_form(schema(
          R"({"type":"object","properties":{"id":{"type":"string","description":"The id.","pattern":"^a$","maxLength":3}}})"))),
      R"x({"type":"object","properties":{"id":{"type":"string","description":"The id. (pattern: \"^a$\", maxLength: 3)"}},)x"
      R"("additionalProperties":false})");
  EXPECT_EQ(shown_form(anthropic_form(schema(R"({"type":"object","properties":{"n":{"$ref":"#"}}})"))), "none");
}

TEST(GeminiForm, SpeaksTheSubsetThatGeminiKnows) {
  EXPECT_EQ(
      shown_form(gemini_form(schema(
          R"({"$schema":"x","type":"object","additionalProperties":false,"properties":{"a":{"anyOf":[{"type":"string","pattern":"x"},{"type":"null"}]},)"
          R"("b":{"$ref":"#/$defs/d"},"c":{"type":["number","null"]},"e":{"const":"k"},"f":{"enum":[1,2]}},"required":["a"],)"
          R"("$defs":{"d":{"type":"boolean"}}})"))),
      R"({"type":"object","properties":{"a":{"nullable":true,"type":"string"},"b":{"type":"boolean"},)"
      R"x("c":{"nullable":true,"type":"number"},"e":{"type":"string","enum":["k"]},"f":{"description":"(one of [1,2])",)x"
      R"("type":"number"}},"required":["a"],"propertyOrdering":["a","b","c","e","f"]})");
  EXPECT_EQ(shown_form(gemini_form(schema(R"({"type":"object","properties":{"n":{"$ref":"#"}}})"))), "none");
}

std::string after_drop(std::string_view reply, std::string_view of) {
  json::Value value = schema(reply);
  base::Budget budget(100'000);
  drop_added_nulls(value, schema(of), budget);
  EXPECT_FALSE(budget.over()) << of;
  return json::write(value);
}

TEST(DropAddedNulls, TakesOnlyThoseThatTheCallerDidNotAskFor) {
  EXPECT_EQ(
      after_drop(
          R"({"a":null,"b":null,"c":null})",
          R"({"properties":{"a":{"type":"string"},"b":{"type":["string","null"]},"c":{"type":"string"}},"required":["c"]})"),
      R"({"b":null,"c":null})");
  EXPECT_EQ(
      after_drop(
          R"({"l":[{"x":null},{"x":1}]})",
          R"({"properties":{"l":{"type":"array","items":{"$ref":"#/$defs/i"}}},"$defs":{"i":{"properties":{"x":{"type":"number"}}}}})"),
      R"({"l":[{},{"x":1}]})");
  EXPECT_EQ(after_drop(R"({"u":{"k":"b","x":null}})",
                       R"({"properties":{"u":{"anyOf":[{"properties":{"k":{"const":"a"},"x":{"type":"null"}}},)"
                       R"({"properties":{"k":{"const":"b"},"x":{"type":"string"}}}]}}})"),
            R"({"u":{"k":"b"}})");
}

// Puts something else in the place of one value, chosen at random on the way down.
void break_somewhere(json::Value& value, std::mt19937& random) {
  json::Value* at = &value;
  for (;;) {
    json::Value* next = nullptr;
    if (json::Object* object = at->if_object(); object && !object->empty())
      next = &(object->begin() + static_cast<long>(random() % object->size()))->value();
    else if (json::Array* array = at->if_array(); array && !array->empty())
      next = &(*array)[random() % array->size()];
    if (!next) break;
    at = next;
    if (random() % 3 == 0) break;
  }
  const json::Value junk[] = {nullptr,
                              true,
                              false,
                              7,
                              1.5,
                              "",
                              "object",
                              "#",
                              json::Array(),
                              json::Object(),
                              json::Array{nullptr, 1, "string"},
                              json::Object{{"$ref", "#/properties"}},
                              json::Object{{"type", 5}, {"description", json::Array()}}};
  *at = junk[random() % std::size(junk)];
}

// Callers send schemas of any kind. Whatever stands where, no form may stumble over it.
TEST(SchemaForms, TakeAnyJsonForASchema) {
  const json::Value whole = schema(
      R"({"type":"object","properties":{"a":{"type":["string","null"],"enum":["x"],"description":"d","maxLength":3},)"
      R"("b":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]},"c":{"allOf":[{"type":"array","items":{"const":1}}]},)"
      R"("d":{"oneOf":[{"type":"number","minimum":1}],"description":"e"}},"required":["a"],"additionalProperties":false,)"
      R"("$defs":{"n":{"type":"object","properties":{"v":{"enum":[1,"2",null],"description":"f"}},"patternProperties":{"x":{}}}}})");
  const json::Value reply = schema(R"({"a":null,"b":{"v":1},"c":[1,null],"d":2})");
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    json::Value broken = whole;
    for (int i = 0; i < 3; ++i) break_somewhere(broken, random);
    strict_form(broken);
    strict_form(broken, Constraints::none);
    anthropic_form(broken);
    gemini_form(broken);
    misfit(reply, broken);
    json::Value copy = reply;
    base::Budget budget(100'000);
    drop_added_nulls(copy, broken, budget);
  }
}

// Found from outside: this schema held the server after any reply.
TEST(DropAddedNulls, EndsOnSchemasThatLeadToThemselves) {
  EXPECT_EQ(after_drop(R"({"a":null})", R"({"type":"object","allOf":[{"$ref":"#"},{"$ref":"#"}]})"), R"({"a":null})");
  const std::string_view twice = R"({"allOf":[{"$ref":"#/$defs/x"},{"$ref":"#/$defs/y"}],
      "$defs":{"x":{"properties":{"n":{"$ref":"#"}}},"y":{"properties":{"n":{"$ref":"#"}}}}})";
  std::string deep = "null";
  for (int i = 0; i < 100; ++i) deep = R"({"n":)" + deep + "}";
  base::Budget budget(10'000);
  json::Value reply = schema(deep);
  drop_added_nulls(reply, schema(twice), budget);
  EXPECT_TRUE(budget.over());
  base::Budget forms(10'000);
  drop_added_nulls(reply, schema(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})"), forms);
  EXPECT_TRUE(forms.over());
}

// 4,000 references to a list of 5,000 words would become 20 million words.
TEST(SchemaForms, AreNoneWhereTheyWouldGrowBeyondReason) {
  json::Array words;
  for (int i = 0; i < 5000; ++i) words.emplace_back(std::to_string(i));
  json::Object properties;
  for (int i = 0; i < 4000; ++i) properties["p" + std::to_string(i)] = json::Object{{"$ref", "#/$defs/words"}};
  const json::Value large = json::Object{{"type", "object"},
                                         {"properties", properties},
                                         {"$defs", json::Object{{"words", json::Object{{"enum", words}}}}}};
  EXPECT_FALSE(gemini_form(large));
  EXPECT_FALSE(strict_form(large));
}

}  // namespace
}  // namespace llm
