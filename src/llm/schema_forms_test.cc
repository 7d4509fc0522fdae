#include "llm/schema_forms.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/json_schema.h"
#include "llm/mended_reply.h"

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

// One keyword that the provider does not know costs a call, and the strictness of all that follow.
TEST(StrictForm, HasNothingThatIsNotAllowed) {
  const auto strict = strict_form(schema(
      R"({"type":"object","$id":"https://a.example/s","$comment":"c","title":"T","x-order":1,"nullable":true,"example":{},)"
      R"("propertyNames":{"maxLength":9},"unevaluatedProperties":false,"readOnly":true,"deprecated":true,"properties":{)"
      R"("c":{"const":5,"default":5},"e":{"enum":["a",null]},"m":{"enum":[1,2.5]},)"
      R"("s":{"type":"string","contentEncoding":"base64","contentMediaType":"text/plain","pattern":"^(?!x)a$"},)"
      R"("l":{"type":"array","contains":{"type":"string"},"minContains":1,"items":{"type":"string","$anchor":"q"}}},)"
      R"("required":["c","e","m","s","l","gone"]})"));
  EXPECT_EQ(shown_form(strict),
            R"x({"type":"object","title":"T","properties":{"c":{"const":5,"type":"integer"},"e":{"enum":["a",null],)x"
            R"x("type":["string","null"]},"m":{"enum":[1,2.5],"type":"number"},"s":{"type":"string",)x"
            R"x("description":"(pattern: \"^(?!x)a$\")"},"l":{"type":"array","items":{"type":"string"},)x"
            R"x("description":"(contains: {\"type\":\"string\"}, minContains: 1)"}},"required":["c","e","m","s","l"],)x"
            R"x("additionalProperties":false})x");
  for (const char* text :
       {R"({"type":"object","properties":{"a":{"anyOf":[{"type":"string"}],"type":"string"}}})",
        R"({"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"required":["a"]}]})",
        R"({"type":"object","properties":{"a":{"$ref":"other.json"}}})",
        R"({"type":"object","properties":{"a":{"type":"array","items":[{"type":"string"}]}}})",
        R"({"type":"object","properties":{"a":{"enum":[{}]}}})", R"({"type":"object","properties":{"a":true}})",
        R"({"type":"object","properties":{"a":{"type":"string"}},"dependencies":{"a":["b"]}})"})
    EXPECT_EQ(shown_form(strict_form(schema(text))), "none") << text;
}

TEST(StrictForm, KeepsToTheDocumentedLimits) {
  const auto nested = [](int levels) {
    json::Value out = json::Object{{"type", "string"}};
    for (int i = 0; i < levels; ++i)
      out = json::Object{{"type", "object"}, {"properties", json::Object{{"n", std::move(out)}}}};
    return out;
  };
  EXPECT_TRUE(strict_form(nested(10)));
  EXPECT_FALSE(strict_form(nested(11)));
  json::Array words;
  for (int i = 0; i < 1001; ++i) words.emplace_back(std::to_string(i));
  json::Value listed =
      json::Object{{"type", "object"}, {"properties", json::Object{{"w", json::Object{{"enum", words}}}}}};
  EXPECT_FALSE(strict_form(listed));
  words.resize(1000);
  listed.at("properties").at("w").at("enum") = words;
  EXPECT_TRUE(strict_form(listed));
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
      R"x({"type":"object","properties":{"a":{"nullable":true,"type":"string","description":"(pattern: \"x\")"},"b":{"type":"boolean"},)x"
      R"x("c":{"nullable":true,"type":"number"},"e":{"type":"string","enum":["k"]},"f":{"type":"integer",)x"
      R"x("description":"(one of: [1,2])"}},"required":["a"],"propertyOrdering":["a","b","c","e","f"]})x");
  EXPECT_EQ(shown_form(gemini_form(schema(R"({"type":"object","properties":{"n":{"$ref":"#"}}})"))), "none");
}

TEST(GeminiForm, IsNoneForWhatOpenApiCannotSay) {
  for (const char* inner :
       {R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"a":{"type":"string","minLength":1}}}]})",
        R"({"enum":["a",1]})", R"(true)", R"({"type":"array"})", R"({})", R"({"type":"object"})",
        R"({"type":"object","additionalProperties":{"type":"string"}})",
        R"({"type":"array","prefixItems":[{"type":"string"}]})", R"({"type":["object","string"]})"})
    EXPECT_EQ(
        shown_form(gemini_form(json::Object{{"type", "object"}, {"properties", json::Object{{"x", schema(inner)}}}})),
        "none")
        << inner;
  EXPECT_EQ(
      shown_form(gemini_form(schema(R"({"type":"object","properties":{"a":{"const":true}},"required":["a","gone"]})"))),
      R"x({"type":"object","properties":{"a":{"type":"boolean","description":"(one of: [true])"}},"required":["a"]})x");
}

TEST(GeminiJsonForm, HasTheKeywordsThatAreDocumented) {
  EXPECT_EQ(json::write(gemini_json_form(schema(
                R"({"$schema":"x","type":"object","properties":{"a":{"const":1},"b":{"$ref":"#/definitions/d"},)"
                R"("c":{"type":"string","pattern":"x","examples":[]}},"definitions":{"d":{"type":"string"}}})"))),
            R"x({"type":"object","properties":{"a":{"enum":[1]},"b":{"$ref":"#/$defs/d"},"c":{"type":"string",)x"
            R"x("description":"(pattern: \"x\")"}},"$defs":{"d":{"type":"string"}}})x");
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

// Mutants: there is no form; a property of one part is lost.
TEST(SchemaForms, PutObjectsTogetherThatSayNothingOfEachOther) {
  const char* whole = R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},)"
                      R"("required":["a","b"],"additionalProperties":false})";
  const auto strict = [](const char* text) {
    const auto form = strict_form(schema(text));
    return form ? *form : json::Value("none");
  };
  const char* a = R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})";
  const char* b = R"({"properties":{"b":{"type":"number"},"a":{"type":"string"}},"required":["b"]})";
  EXPECT_EQ(strict(fmt::format(R"({{"allOf":[{},{}]}})", a, b).c_str()), schema(whole));
  EXPECT_EQ(
      strict(fmt::format(R"({{"allOf":[{}],"properties":{{"b":{{"type":"number"}}}},"required":["b"]}})", a).c_str()),
      schema(R"({"type":"object","properties":{"b":{"type":"number"},"a":{"type":"string"}},)"
             R"("required":["b","a"],"additionalProperties":false})"));
  json::Value referring = schema(whole);
  referring.get_object()["$defs"] = json::Object{{"a", *strict_form(schema(a))}};
  EXPECT_EQ(strict(fmt::format(R"({{"allOf":[{{"$ref":"#/$defs/a"}},{}],"$defs":{{"a":{}}}}})", b, a).c_str()),
            referring);
  for (
      const char* apart :
      {R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"a":{"type":"number"}}}]})",
       R"({"allOf":[{"properties":{"a":{"type":"string"}},"additionalProperties":false},{"properties":{"b":{"type":"string"}}}]})",
       R"({"allOf":[{"properties":{"a":{"type":"string"}}}],"additionalProperties":false})",
       R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"minProperties":1}]})",
       R"({"allOf":[{"$ref":"#/$defs/gone"}],"properties":{"b":{"type":"string"}}})",
       R"({"allOf":[{"$ref":"#"},{"properties":{"b":{"type":"string"}}}]})"})
    EXPECT_EQ(strict(apart), json::Value("none")) << apart;
  // Deeper than is looked: of two at each step there would be ever more.
  const std::string twice = R"({"$ref":"#/$defs/d0"})";
  std::string defs;
  for (int i = 0; i < 7; ++i)
    defs += fmt::format(R"({}"d{}":{{"allOf":[{},{}]}})", i ? "," : "", i,
                        fmt::format(R"({{"$ref":"#/$defs/d{}"}})", i + 1),
                        fmt::format(R"({{"$ref":"#/$defs/d{}"}})", i + 1));
  EXPECT_NE(strict(fmt::format(R"({{"allOf":[{},{}],"$defs":{{{},"d7":{}}}}})", twice, twice, defs, a).c_str()),
            schema(whole));
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
    gemini_json_form(broken);
    json::Value copy = reply;
    base::Budget budget(100'000);
    SchemaChecker checker(broken, budget);
    mend_reply(copy, broken, checker, budget);
    fault_of(broken, budget);
  }
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
