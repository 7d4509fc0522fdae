#include "llm/json_schema.h"

#include <bit>
#include <cmath>

#include <gtest/gtest.h>

#include "json/read.h"
#include "llm/same.h"
#include "llm/schema_walk.h"

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
      {R"({"a":1})", R"({"if":{"required":["a"]},"then":{"required":["b"]}})",
       "The reply lacks the required property \"b\""},
      {R"({})", R"({"if":{"required":["a"]},"else":{"required":["c"]}})",
       "The reply lacks the required property \"c\""},
      {R"({"a":1})", R"({"dependentRequired":{"a":["b"]}})",
       "The reply has the property \"a\" and lacks the property \"b\", which it then requires"},
      {R"({"a":1})", R"({"dependentSchemas":{"a":{"minProperties":2}}})", "The reply must have at least 2 properties"},
      {R"([1,2])", R"({"contains":{"type":"string"}})", "The reply has no item of the form that it must contain"},
      {R"([1,"a"])", R"({"contains":{"type":"string"},"minContains":2})",
       "The reply must have at least 2 items of the form that it must contain"},
      {R"(["a","b"])", R"({"contains":{"type":"string"},"maxContains":1})",
       "The reply must have at most 1 items of the form that it may contain"},
      {R"({"abc":1})", R"({"propertyNames":{"maxLength":2}})",
       "The reply has the property \"abc\": its name must have at most 2 characters"},
      {R"({"a":1,"b":2})", R"({"allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false})",
       "The reply has the unknown property \"b\""},
      {R"([1,2])", R"({"prefixItems":[{}],"unevaluatedItems":{"type":"string"}})",
       "The reply[1] must be of type string, not a number"},
      {R"(1)", R"({"$ref":"#text","$defs":{"t":{"$anchor":"text","type":"string"}}})",
       "The reply must be of type string, not a number"},
      {R"(1)", R"({"$ref":"other","$defs":{"t":{"$id":"other","$ref":"#/$defs/u","$defs":{"u":{"type":"string"}}}}})",
       "The reply must be of type string, not a number"},
      {R"(0.35)", R"({"multipleOf":0.1})", "The reply must be a multiple of 0.1"},
      {R"(1e300)", R"({"multipleOf":7})", "The reply must be a multiple of 7"},
      {R"("Zo")", R"({"pattern":"^.{3}$"})", "The reply must match the pattern ^.{3}$"},
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
      {R"(0.3)", R"({"multipleOf":0.1})", ""},
      {R"(1e300)", R"({"multipleOf":1e-8})", ""},
      {R"("Zoë")", R"({"pattern":"^.{3}$"})", ""},
      {R"({"a":1,"b":2})",
       R"({"anyOf":[{"properties":{"a":{}}},{"properties":{"b":{}}}],"unevaluatedProperties":false})", ""},
      {R"({"l":{"v":1,"l":{"v":2}}})",
       R"({"$dynamicRef":"#node","$defs":{"n":{"$dynamicAnchor":"node",)"
       R"("properties":{"v":{"type":"number"},"l":{"$dynamicRef":"#node"}}}}})",
       ""},
      // Draft 7: nothing beside a $ref counts.
      {R"([1,2])",
       R"({"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/l","maxItems":1,)"
       R"("definitions":{"l":{"type":"array"}}})",
       ""},
  };
  for (const Case& c : cases) EXPECT_EQ(misfit_of(c.value, c.schema), "") << c.value << " " << c.schema;
}

std::string fault(std::string_view schema) {
  base::Budget budget(100'000);
  return fault_of(*json::read(schema), budget).value_or("");
}

TEST(JsonSchema, SaysBeforehandWhatNoReplyCouldFit) {
  EXPECT_EQ(
      fault(R"({"properties":{"a":{"items":{"$ref":"#/$defs/nowhere"}}},"$defs":{"n":{}}})"),
      "The schema's $ref refers to \"#/$defs/nowhere\", which is not in the schema (put what it means into $defs and "
      "refer to it as \"#/$defs/NAME\"; the server fetches no schemas)");
  EXPECT_EQ(fault(R"({"properties":{"a":{"$ref":"https://a.example/b.json"}}})").substr(0, 66),
            R"(The schema's property "a": its $ref refers to "https://a.example/b)");
  EXPECT_EQ(
      fault(R"({"$defs":{"d":{"pattern":"(a"}}})"),
      "The schema's definition \"d\": its pattern \"(a\" is no regular expression that can be used: missing closing "
      "parenthesis");
  EXPECT_NE(fault(R"({"patternProperties":{"[":{}}})"), "");
  EXPECT_NE(fault(R"({"not":{"if":{"$ref":"#/x"}}})"), "");
  for (const char* good : {R"({"$ref":"#"})", R"({"$defs":{"a":{"$anchor":"x"}},"items":{"$ref":"#x"}})",
                           R"({"enum":[{"$ref":"#/nowhere"}]})", R"({"pattern":"^\\p{L}+$"})", R"(true)"})
    EXPECT_EQ(fault(good), "") << good;
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

std::string verdict(const json::Value& value, const json::Value& schema, std::uint64_t steps) {
  base::Budget budget(steps);
  return misfit(value, schema, budget).value_or("it fits");
}
constexpr const char* kTooCostly = "The reply's schema is too costly to check: it takes more than 1000000 steps";

// Found from outside: each of these held the server for more than 40 seconds.
TEST(JsonSchema, EndsWithItsBudgetWhateverTheSchemaIs) {
  constexpr std::uint64_t kSteps = 1'000'000;
  json::Array words, forms, letters;
  for (int i = 0; i < 60'000; ++i) words.emplace_back(i);
  for (int i = 0; i < 10'000; ++i) forms.push_back(json::Object{{"$ref", "#/$defs/words"}});
  const json::Object defs{{"words", json::Object{{"enum", words}}}};
  EXPECT_EQ(verdict("none", json::Object{{"anyOf", forms}, {"$defs", defs}}, kSteps), kTooCostly);
  EXPECT_EQ(verdict(words, json::Object{{"items", json::Object{{"enum", words}}}}, kSteps), kTooCostly);
  for (int i = 0; i < 300; ++i) letters.emplace_back(std::string(20'000, 'a') + "!");
  EXPECT_EQ(verdict(letters, json::Object{{"items", json::Object{{"pattern", "^(a+)+$"}}}}, kSteps), kTooCostly);
  EXPECT_EQ(verdict(letters, json::Object{{"uniqueItems", true}}, 5'000).substr(0, 41),
            "The reply's schema is too costly to check");
  EXPECT_EQ(verdict(1, *json::read(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})"), kSteps), kTooCostly);
  EXPECT_EQ(verdict(json::Object(),
                    *json::read(R"({"unevaluatedProperties":false,"anyOf":[{"$ref":"#"},{"$ref":"#"}]})"), kSteps),
            kTooCostly);
  EXPECT_EQ(verdict(1, *json::read(R"({"if":{"$ref":"#"},"then":{"$ref":"#"},"else":{"$ref":"#"}})"), kSteps),
            kTooCostly);
  EXPECT_EQ(verdict(1, *json::read(R"({"not":{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}})"), kSteps), kTooCostly);
}

// Forms that do not fit a large reply cost no text of it.
TEST(JsonSchema, WritesNoMoreOfAValueThanItSays) {
  json::Array forms, long_reply;
  for (int i = 0; i < 20'000; ++i) forms.push_back(json::Object{{"const", "k" + std::to_string(i)}});
  for (int i = 0; i < 400'000; ++i) long_reply.emplace_back("a string");
  const std::string said = verdict(long_reply, json::Object{{"anyOf", forms}}, 1'000'000);
  EXPECT_TRUE(said.starts_with("The reply fits none of its 20000 forms: The reply must be \"k0\", not [\"a string\","))
      << said;
  EXPECT_LT(said.size(), 700U);
}

TEST(JsonSchema, CutsLongPathsAndNames) {
  json::Value deep = "x";
  json::Value schema = json::Object{{"type", "number"}};
  const std::string name(1000, 'n');
  for (int i = 0; i < 100; ++i) {
    deep = json::Object{{name, std::move(deep)}};
    schema = json::Object{{"properties", json::Object{{name, std::move(schema)}}}};
  }
  const std::string said = verdict(deep, schema, 10'000);
  EXPECT_TRUE(said.starts_with("nnn")) << said;
  EXPECT_LT(said.size(), 700U);
  EXPECT_TRUE(said.ends_with("… must be of type number, not a string")) << said;
}

TEST(JsonSchema, ComparesNumbersAndKeysWhereverTheyStand) {
  for (const auto& [value, schema] : {std::pair(R"([1,{"b":2,"a":1.0}])", R"({"const":[1.0,{"a":1,"b":2.0}]})"),
                                      {R"({"a":[0]})", R"({"enum":[{"a":[0.0]}]})"}})
    EXPECT_EQ(misfit_of(value, schema), "") << value;
  EXPECT_EQ(misfit_of(R"([{"a":1,"b":2},7,{"b":2.0,"a":1}])", R"({"uniqueItems":true})"),
            R"(The reply has the item {"b":2,"a":1} twice)");
  EXPECT_EQ(misfit_of(R"([3,1,2,1,3])", R"({"uniqueItems":true})"), "The reply has the item 1 twice");
  EXPECT_EQ(misfit_of(R"([1,"1",true,[1],{"a":1}])", R"({"uniqueItems":true})"), "");
}

// The number of which std::hash (of libstdc++, which has no seed) makes this.
double of_hash(std::uint64_t hash, std::uint64_t (*inverse)(std::uint64_t)) {
  constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995ULL;
  const auto shift_mix = [](std::uint64_t x) { return x ^ (x >> 47); };
  hash = shift_mix(shift_mix(hash) * inverse(kFactor)) * inverse(kFactor);
  return std::bit_cast<double>(shift_mix((hash ^ 0xc70f6907ULL ^ (8 * kFactor)) * inverse(kFactor)) * inverse(kFactor));
}

// Of the same hash, as same.cc counts it: [x, y] where y makes up for x.
json::Array colliding(std::size_t count) {
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b;
    x ^= x >> 32;
    return x * 0xd6e8feb86659fd93ULL;
  };
  const auto inverse = +[](std::uint64_t of) {
    std::uint64_t out = of;
    for (int i = 0; i < 6; ++i) out *= 2 - of * out;
    return out;
  };
  const std::uint64_t of_array = mix(3, static_cast<std::uint64_t>(boost::json::kind::array));
  json::Array out;
  for (std::uint64_t x = 1; out.size() < count; ++x) {
    const std::uint64_t first = mix(of_array, mix(1, std::hash<double>()(static_cast<double>(x))));
    std::uint64_t hash = 0 - first * 0x9e3779b97f4a7c15ULL;  // of y: the array's comes out as mix(0, 0)
    hash *= inverse(0xd6e8feb86659fd93ULL);
    hash ^= hash >> 32;
    const double y = of_hash(hash - 0x9e3779b97f4a7c15ULL, inverse);
    if (std::isfinite(y)) out.push_back(json::Array{static_cast<double>(x), y});
  }
  return out;
}

// Found to be no twins, each pair would be compared: without an end these take minutes.
TEST(JsonSchema, ItemsThatSeemTheSameEndWithTheBudget) {
  json::Array items = colliding(800'000);
  base::Budget enough(100);
  ASSERT_EQ(hash_of(items[0], enough), hash_of(items[799'999], enough)) << "the test makes no collisions any more";
  EXPECT_EQ(verdict(items, json::Object{{"uniqueItems", true}}, 5'000'000),
            "The reply's schema is too costly to check: it takes more than 5000000 steps");
}

}  // namespace
}  // namespace llm
