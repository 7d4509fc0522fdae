#include "llm/json_schema.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace llm {
namespace {

std::string misfit_of(std::string_view value, std::string_view schema) {
  const auto v = json::read(value);
  const auto s = json::read(schema);
  return v && s ? misfit(*v, *s).value_or("") : "the test's JSON is wrong";
}

struct Case {
  const char* value;
  const char* schema;
  const char* misfit;
};

TEST(JsonSchema, SaysWhereAndWhatInOneSentence) {
  const Case cases[] = {
      {R"({"a":1})", R"({"type":"object","properties":{"a":{"type":"string"}}})",
       "a must be of type string, not a number"},
      {R"({"l":[{"p":1},{"p":"x"}]})", R"({"properties":{"l":{"items":{"properties":{"p":{"type":"number"}}}}}})",
       "l[1].p must be of type number, not a string"},
      {R"({})", R"({"type":"object","required":["a"]})", "The reply lacks the required property \"a\""},
      {R"({"b":1})", R"({"properties":{},"additionalProperties":false})", "The reply has the unknown property \"b\""},
      {R"({"b":1})", R"({"additionalProperties":{"type":"string"}})", "b must be of type string, not a number"},
      {R"("c")", R"({"enum":["a","b"]})", R"(The reply must be one of ["a","b"], not "c")"},
      {R"(2)", R"({"const":1})", "The reply must be 1, not 2"},
      {R"(1.5)", R"({"type":"integer"})", "The reply must be of type integer, not a number"},
      {R"("ab")", R"({"minLength":3})", "The reply must have at least 3 characters"},
      {R"("äöü")", R"({"maxLength":2})", "The reply must have at most 2 characters"},
      {R"("x-1")", R"({"pattern":"^\\d+-\\d+$"})", "The reply must match the pattern ^\\d+-\\d+$"},
      {R"("not a url")", R"({"format":"uri"})", "The reply must be an absolute URL"},
      {R"(5)", R"({"maximum":4})", "The reply must be at most 4"},
      {R"(4)", R"({"exclusiveMaximum":4})", "The reply must be less than 4"},
      {R"(5)", R"({"multipleOf":2})", "The reply must be a multiple of 2"},
      {R"([])", R"({"minItems":1})", "The reply must have at least 1 items"},
      {R"([1,1])", R"({"uniqueItems":true})", "The reply has the item 1 twice"},
      {R"(["a",1])", R"({"prefixItems":[{"type":"string"},{"type":"string"}]})",
       "The reply[1] must be of type string, not a number"},
      {R"(true)", R"({"anyOf":[{"type":"string"},{"type":"null"}]})",
       "The reply fits none of its 2 forms: The reply must be of type string, not a boolean; or The reply must be of "
       "type null, not a boolean"},
      {R"(1)", R"({"oneOf":[{"type":"number"},{"type":"integer"}]})",
       "The reply fits more than one of the forms of which it must have exactly one"},
      {R"(1)", R"({"not":{"type":"number"}})", "The reply has the form that it must not have"},
      {R"({"n":{"n":{"v":"x"}}})",
       R"({"$ref":"#/$defs/node","$defs":{"node":{"properties":{"n":{"$ref":"#/$defs/node"},"v":{"type":"number"}}}}})",
       "n.n.v must be of type number, not a string"},
      {R"(1)", R"({"$ref":"#/nowhere"})", "The reply has a schema that refers to nothing (#/nowhere)"},
      {R"(1)", R"(false)", "The reply may not be there"},
  };
  for (const Case& c : cases) EXPECT_EQ(misfit_of(c.value, c.schema), c.misfit) << c.value << " " << c.schema;
}

TEST(JsonSchema, TakesWhatFits) {
  const Case cases[] = {
      {R"({"a":"x","extra":1})", R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})", ""},
      {R"(1.0)", R"({"type":"integer"})", ""},
      {R"(null)", R"({"type":["string","null"]})", ""},
      {R"("https://a.example/x")", R"({"type":"string","format":"uri"})", ""},
      {R"([1,"a"])", R"({"items":[{"type":"number"},{"type":"string"}],"additionalItems":false})", ""},
      {R"("anything")", R"({"unknownKeyword":7})", ""},
      {R"("x")", R"({"pattern":"("})", ""},
      {R"(1)", R"(true)", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(misfit_of(c.value, c.schema), "") << c.value << " " << c.schema;
}

TEST(JsonSchema, EndsOnSchemasThatNeverEnd) {
  EXPECT_NE(misfit_of("1", R"({"$ref":"#"})"), "");
  EXPECT_NE(misfit_of("1", R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})"), "");
  std::string evil = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i)
    evil += "\"d" + std::to_string(i) + R"(":{"anyOf":[{"$ref":"#/$defs/d)" + std::to_string(i + 1) +
            R"("},{"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}]},";
  evil += R"("d40":{"type":"string"}}})";
  EXPECT_NE(misfit_of("1", evil), "");
  EXPECT_TRUE(is_recursive(*json::read(evil)));
}

TEST(JsonSchema, KnowsWhatContainsItself) {
  EXPECT_TRUE(is_recursive(*json::read(R"({"properties":{"n":{"$ref":"#"}}})")));
  EXPECT_FALSE(is_recursive(*json::read(
      R"({"properties":{"a":{"$ref":"#/$defs/x"},"b":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"string"}}})")));
}

}  // namespace
}  // namespace llm
